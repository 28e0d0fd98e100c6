#include "base/names.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace drover {
namespace {

constexpr std::size_t longest_agent_name = 48;

/// Levenshtein distance.
std::size_t edit_distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    for (std::size_t column = 0; column <= right.size(); ++column) {
        row[column] = column;
    }
    for (std::size_t line = 1; line <= left.size(); ++line) {
        std::size_t diagonal = row[0];
        row[0] = line;
        for (std::size_t column = 1; column <= right.size(); ++column) {
            const std::size_t above = row[column];
            const std::size_t change = left[line - 1] == right[column - 1] ? 0 : 1;
            row[column] = std::min({above + 1, row[column - 1] + 1, diagonal + change});
            diagonal = above;
        }
    }
    return row[right.size()];
}

}  // namespace

bool is_agent_name(std::string_view name) {
    const auto is_allowed = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
               letter == '-' || letter == '_' || letter == '.';
    };
    return !name.empty() && name.size() <= longest_agent_name && name.front() >= 'a' &&
           name.front() <= 'z' && std::all_of(name.begin(), name.end(), is_allowed);
}

std::optional<std::string> closest_name(std::string_view name,
                                        std::span<const std::string> known) {
    const std::size_t farthest = std::max<std::size_t>(1, name.size() / 3);
    std::optional<std::string> closest;
    std::size_t shortest = farthest + 1;
    for (const std::string& candidate : known) {
        const std::size_t distance = edit_distance(name, candidate);
        if (distance < shortest) {
            shortest = distance;
            closest = candidate;
        }
    }
    return closest;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> known) {
    const auto closest = closest_name(name, known);
    return closest ? " Did you mean '" + *closest + "'?" : "";
}

}  // namespace drover
