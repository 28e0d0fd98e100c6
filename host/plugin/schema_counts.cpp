#include "plugin/schema_counts.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <nlohmann/json.hpp>

namespace drover {
namespace {

struct CountVerdict {
    std::string_view beginning;
    const char* bound;
    const char* noun;
};
/// The number follows.
constexpr std::array count_verdicts{
    CountVerdict{"Array should contain no fewer than ", "at least", "item"},
    CountVerdict{"Array should contain no more than ", "at most", "item"},
    CountVerdict{"Object should have no fewer than ", "at least", "key"},
    CountVerdict{"Object should have no more than ", "at most", "key"}};
constexpr std::string_view of_multiple = "Value should be a multiple of ";
constexpr std::string_view of_twins = "Elements at indexes #";

/// The digits at the beginning of `text`, which is cut behind them.
std::string take_number(std::string_view& text) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string digits(text.substr(0, end));
    text.remove_prefix(end);
    return digits;
}

std::string place_of_item(const std::string& index) {
    return index.empty() ? "?" : std::to_string(std::stoul(index) + 1);
}

}  // namespace

std::optional<std::string> counted_in_words(const std::string& verdict,
                                            const nlohmann::json& value,
                                            const std::string& number) {
    std::string_view rest = verdict;
    for (const CountVerdict& known : count_verdicts) {
        if (rest.starts_with(known.beginning)) {
            rest.remove_prefix(known.beginning.size());
            const std::string wanted = take_number(rest);
            const std::string has = value.empty() ? "none" : std::to_string(value.size());
            return std::string("must have ") + known.bound + " " + wanted + " " + known.noun +
                   (wanted == "1" ? "" : "s") + ", and this has " + has + ".";
        }
    }
    if (rest.starts_with(of_multiple)) {
        rest.remove_prefix(of_multiple.size());
        std::string divisor(rest);
        if (divisor.find('.') != std::string::npos) {
            divisor.erase(divisor.find_last_not_of('0') + 1);  // "0.250000"
            divisor.erase(divisor.find_last_not_of('.') + 1);  // "3."
        }
        return "must be a multiple of " + divisor + ", and this is " + number + ".";
    }
    if (rest.starts_with(of_twins)) {
        rest.remove_prefix(of_twins.size());
        const std::string first = place_of_item(take_number(rest));
        rest.remove_prefix(std::min(rest.find('#') + 1, rest.size()));
        return "must not have the same item twice: items " + first + " and " +
               place_of_item(take_number(rest)) + " are equal.";
    }
    return std::nullopt;
}

std::string length_in_words(const std::vector<const nlohmann::json*>& schemas) {
    std::string shortest;
    std::string longest;
    for (const nlohmann::json* schema : schemas) {
        if (shortest.empty() && schema->contains("minLength")) {
            shortest = schema->at("minLength").dump();
        }
        if (longest.empty() && schema->contains("maxLength")) {
            longest = schema->at("maxLength").dump();
        }
    }
    if (shortest.empty() && longest.empty()) {
        return "a text of another length";  // It stands where only some configs are held to it.
    }
    if (shortest.empty() || longest.empty()) {
        return "a text of at " + (longest.empty() ? "least " + shortest : "most " + longest) +
               " characters";
    }
    return "a text of " + shortest + " to " + longest + " characters";
}

}  // namespace drover
