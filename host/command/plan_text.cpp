/// Signs as people know them from diffs.
#include "command/plan_text.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/json_value.hpp"
#include "command/text_table.hpp"

namespace drover {

namespace {

struct Kind {
    const char* key;
    const char* sign;
    const char* verb;
};

constexpr Kind kinds[] = {{"add", "+", "add"},
                          {"restart", "~", "restart"},
                          {"live_update", "!", "live update"},
                          {"remove", "-", "remove"}};
constexpr std::size_t verb_width = 11;

struct Line {
    std::string head;
    std::string name;
    std::string keys;
};

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

std::vector<Line> lines_of(const Json& answer) {
    std::vector<Line> lines;
    for (const Kind& kind : kinds) {
        for (const Json& change : value_or<Json>(answer, kind.key, Json::array())) {
            lines.push_back({std::string(kind.sign) + " " + padded(kind.verb, verb_width),
                             value_or<std::string>(change, "name", ""),
                             joined(value_or<std::vector<std::string>>(change, "keys", {}))});
        }
    }
    return lines;
}

}  // namespace

std::string plan_text(const Json& answer) {
    const std::vector<Line> lines = lines_of(answer);
    std::size_t width = 0;
    for (const Line& line : lines) {
        width = std::max(width, character_count(line.name));
    }
    std::string text;
    for (const Line& line : lines) {
        text += line.head + "  " + padded(line.name, width) + "  " + line.keys + "\n";
    }
    const auto untouched = value_or<std::vector<std::string>>(answer, "untouched", {});
    if (!untouched.empty()) {
        text += "= " + padded("untouched", verb_width) + "  " + joined(untouched) + "\n";
    }
    const auto at_once = value_or<std::vector<std::string>>(answer, "at_once", {});
    if (!at_once.empty()) {
        text += "! " + padded("droverd", verb_width) + "  " + joined(at_once) + "\n";
    }
    const auto later = value_or<std::vector<std::string>>(answer, "at_next_up", {});
    if (!later.empty()) {
        text += "droverd reads " + joined(later) +
                " only when it starts: 'drover down' and 'drover up' make it hold.\n";
    }
    for (const auto& note : value_or<std::vector<std::string>>(answer, "notes", {})) {
        text += note + "\n";
    }
    return text;
}

}  // namespace drover
