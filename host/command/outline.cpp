/// Objects as aligned keys, lists of records as tables.
#include "command/outline.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "command/text_table.hpp"

namespace drover {

namespace {

constexpr std::size_t one_level = 2;

std::string scalar_text(const Json& value) {
    if (value.is_null()) {
        return "-";
    }
    if (value.is_array()) {
        std::string text;
        for (const Json& entry : value) {
            text += (text.empty() ? "" : ", ") + scalar_text(entry);
        }
        return text.empty() ? "-" : text;
    }
    std::string text = value.is_string() ? value.get<std::string>() : to_line(value);
    std::ranges::replace(text, '\n', ' ');
    return text.empty() ? "-" : printable(text);
}

bool is_flat(const Json& value) {
    return !value.is_structured() ||
           (value.is_array() &&
            std::ranges::none_of(value, [](const Json& entry) { return entry.is_structured(); }));
}

bool is_list_of_records(const Json& value) {
    return value.is_array() && !value.empty() && std::ranges::all_of(value, [](const Json& entry) {
               return entry.is_object() && std::ranges::all_of(entry, is_flat);
           });
}

std::string indented(const std::string& text, std::size_t indent) {
    std::istringstream lines(text);
    std::string result;
    for (std::string line; std::getline(lines, line);) {
        result += std::string(indent, ' ') + line + "\n";
    }
    return result;
}

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    });
    return text;
}

std::string records_text(const Json& records) {
    std::vector<std::string> keys;
    for (const Json& record : records) {
        for (const auto& [key, value] : record.items()) {
            if (std::ranges::find(keys, key) == keys.end()) {
                keys.push_back(key);
            }
        }
    }
    std::vector<TableColumn> columns;
    for (const std::string& key : keys) {
        columns.push_back({upper(key)});
    }
    TextTable table(std::move(columns));
    for (const Json& record : records) {
        std::vector<std::string> cells;
        for (const std::string& key : keys) {
            cells.push_back(record.contains(key) ? scalar_text(record.at(key)) : "-");
        }
        table.add(std::move(cells));
    }
    return table.text(0);
}

std::string list_text(const Json& list) {
    std::string text;
    for (const Json& entry : list) {
        std::string block =
            is_flat(entry) ? scalar_text(entry) + "\n" : outline_of(entry, one_level);
        if (!is_flat(entry) && block.size() > one_level) {
            block[0] = '-';
        }
        text += block;
    }
    return text;
}

std::string object_text(const Json& object) {
    std::size_t widest = 0;
    for (const auto& [key, value] : object.items()) {
        widest = is_flat(value) ? std::max(widest, key.size()) : widest;
    }
    std::string text;
    for (const auto& [key, value] : object.items()) {
        if (is_flat(value)) {
            text +=
                key + ":" + std::string(widest - key.size() + 1, ' ') + scalar_text(value) + "\n";
        } else {
            text += key + ":\n" + outline_of(value, one_level);
        }
    }
    return text;
}

}  // namespace

std::string outline_of(const Json& document, std::size_t indent) {
    if (is_list_of_records(document)) {
        return indented(records_text(document), indent);
    }
    if (document.is_object()) {
        return indented(object_text(document), indent);
    }
    if (document.is_array()) {
        return indented(list_text(document), indent);
    }
    return indented(scalar_text(document), indent);
}

}  // namespace drover
