#include "base/names.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace drover {
namespace {

constexpr std::size_t longest_agent_name = 48;

/// Edit distance in which two neighbours that changed places count as one slip (optimal string
/// alignment, Boytsov 2011).
std::size_t edit_distance(std::string_view left, std::string_view right) {
    const std::size_t width = right.size() + 1;
    std::vector<std::size_t> cells((left.size() + 1) * width);
    const auto cell = [&](std::size_t line, std::size_t column) -> std::size_t& {
        return cells[line * width + column];
    };
    for (std::size_t line = 0; line <= left.size(); ++line) {
        for (std::size_t column = 0; column <= right.size(); ++column) {
            if (line == 0 || column == 0) {
                cell(line, column) = line + column;
                continue;
            }
            const std::size_t change = left[line - 1] == right[column - 1] ? 0 : 1;
            std::size_t best = std::min({cell(line - 1, column) + 1,
                                         cell(line, column - 1) + 1,
                                         cell(line - 1, column - 1) + change});
            if (line > 1 && column > 1 && left[line - 1] == right[column - 2] &&
                left[line - 2] == right[column - 1]) {
                best = std::min(best, cell(line - 2, column - 2) + 1);
            }
            cell(line, column) = best;
        }
    }
    return cells.back();
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

std::string log_stem_of(std::string_view agent) {
    std::string stem(agent);
    const std::size_t dot = stem.rfind('.');
    if (dot != std::string::npos && dot + 1 < stem.size() &&
        stem.find_first_not_of("0123456789", dot + 1) == std::string::npos) {
        stem[dot] = '@';
    }
    return stem;
}

std::string agent_of_log_stem(std::string_view stem) {
    std::string agent(stem);
    std::ranges::replace(agent, '@', '.');
    return agent;
}

std::optional<std::string> closest_name(std::string_view name, std::span<const std::string> known) {
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
