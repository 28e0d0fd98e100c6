#include "command/backtest_report.hpp"

#include <array>
#include <map>
#include <optional>
#include <string_view>

#include "base/json_letters.hpp"
#include "base/json_value.hpp"
#include "command/text_table.hpp"

namespace drover {
namespace {

/// Keys that every report has; null where the fleet published no summary.
constexpr std::array summary_keys{
    "trades", "final_equity", "return_percent", "max_drawdown_percent", "bars", "open_positions"};

constexpr std::string_view json_spaces = " \t\r\n";

void strip(std::string& text) {
    text.erase(text.find_last_not_of(json_spaces) + 1);
    text.erase(0, text.find_first_not_of(json_spaces));
}

/// The text of the summary; nothing where none was published, or something else in its place: its
/// topic is any agent's.
std::optional<std::string> summary_of(const Json& answer) {
    const Json& summary = answer.at("summary");
    if (!summary.is_string()) {
        return std::nullopt;
    }
    auto text = summary.get<std::string>();
    const auto parsed = parse_json(text);
    return parsed && parsed.value().is_object() ? std::optional(std::move(text)) : std::nullopt;
}

/// Where the value that begins at `at` ends in a text that is JSON.
std::size_t end_of_value(std::string_view text, std::size_t at) {
    int depth = 0;
    return find_outside_strings(text, at, [&depth](char letter) {
        if (letter == '{' || letter == '[') {
            ++depth;
        } else if (depth == 0 && (letter == ',' || letter == '}' || letter == ':')) {
            return true;
        } else if (letter == '}' || letter == ']') {
            --depth;
        }
        return false;
    });
}

/// The values of an object as they stand in its text, by key as that stands there.
std::map<std::string, std::string> members_of(std::string_view text) {
    std::map<std::string, std::string> members;
    std::size_t at = text.find('{') + 1;
    while (at < text.size()) {
        const std::size_t colon = end_of_value(text, at);
        const std::size_t end = end_of_value(text, colon + 1);
        if (end >= text.size()) {
            break;
        }
        std::string key(text.substr(at, colon - at));
        std::string value(text.substr(colon + 1, end - colon - 1));
        strip(key);
        strip(value);
        members.insert_or_assign(std::move(key), std::move(value));
        at = end + 1;
    }
    return members;
}

std::string list_in_words(const Json& list) {
    std::string text;
    for (const Json& entry : list) {
        text += (text.empty() ? "" : ", ") +
                (entry.is_string() ? entry.get<std::string>() : to_line(entry));
    }
    return text;
}

}  // namespace

std::string backtest_document(const Json& answer) {
    std::string text;
    if (auto summary = summary_of(answer)) {
        text = std::move(*summary);
        strip(text);
        text.pop_back();
        strip(text);
    } else {
        text = "{";
        for (const char* key : summary_keys) {
            text += (text.size() > 1 ? ",\"" : "\"") + std::string(key) + "\":null";
        }
    }
    return text + (text == "{" ? "" : ",") + to_line(answer.at("host")).substr(1);
}

std::string summary_warning(const Json& answer) {
    if (!answer.at("summary").is_string()) {
        return "no agent published performance.summary; add the `performance` agent of the plugin "
               "`backtest` to the file.";
    }
    return summary_of(answer) ? ""
                              : "what was published on performance.summary is no JSON object, and "
                                "is left out: the topic is for the summary alone.";
}

std::string backtest_table(const std::string& document) {
    const auto parsed = parse_json(document);
    if (!parsed) {
        return document + "\n";
    }
    // Numbers are shown as the document has them, so they are cut out of it, not parsed.
    const auto members = members_of(document);
    constexpr std::size_t width_of_key = 22;
    std::string table;
    for (const auto& [key, value] : parsed.value().items()) {
        const bool is_list_of_objects =
            value.is_array() && !value.empty() && value.front().is_object();
        if (value.is_object() || is_list_of_objects) {
            continue;  // The statistics, and the profile, which has a table of its own.
        }
        std::string shown = value.is_string()  ? value.get<std::string>()
                            : value.is_array() ? list_in_words(value)
                                               : to_line(value);
        const auto written = members.find(to_line(Json(key)));
        if (value.is_number() && written != members.end()) {
            shown = written->second;
        }
        table += padded(key, width_of_key) + " " + (shown.empty() ? "-" : shown) + "\n";
    }
    return table;
}

}  // namespace drover
