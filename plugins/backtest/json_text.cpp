// A JSON object written key by key, where amounts keep every digit.
#include "backtest/json_text.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "decimal/decimal_text.hpp"

namespace drover {

namespace {

/// Whether a letter stands in JSON as it is.
bool is_plain(char letter) {
    return letter >= ' ' && letter <= '~' && letter != '"' && letter != '\\';
}

void append_quoted(std::string& target, std::string_view text) {
    // Keys and most values: a serializer for each of them would cost more than all numbers do.
    if (std::all_of(text.begin(), text.end(), is_plain)) {
        target += '"';
        target += text;
        target += '"';
    } else {
        target +=
            nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
}

}  // namespace

std::string json_quoted(std::string_view text) {
    std::string quoted;
    append_quoted(quoted, text);
    return quoted;
}

JsonText& JsonText::add(std::string_view key, std::string_view text) {
    begin(key);
    append_quoted(text_, text);
    return *this;
}

JsonText& JsonText::add(std::string_view key, double value) {
    return add_json(key, std::isfinite(value) ? nlohmann::json(value).dump() : "null");
}

JsonText& JsonText::add(std::string_view key, std::int64_t value) {
    return add_json(key, std::to_string(value));
}

JsonText& JsonText::add(std::string_view key, std::uint64_t value) {
    return add_json(key, std::to_string(value));
}

JsonText& JsonText::add(std::string_view key, bool value) {
    return add_json(key, value ? "true" : "false");
}

JsonText& JsonText::add(std::string_view key, Money value) {
    return add_json(key, to_text(value));
}

JsonText& JsonText::add(std::string_view key, Price value) {
    return add_json(key, to_text(value));
}

JsonText& JsonText::add(std::string_view key, Quantity value) {
    return add_json(key, to_text(value));
}

JsonText& JsonText::add_json(std::string_view key, std::string_view json) {
    begin(key);
    text_ += json;
    return *this;
}

void JsonText::begin(std::string_view key) {
    if (text_.size() > 1) {
        text_ += ',';
    }
    append_quoted(text_, key);
    text_ += ':';
}

}  // namespace drover
