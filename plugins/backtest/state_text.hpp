/// A JSON object of numbers, written fast: for state that is saved after every bar.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>

#include "backtest/json_text.hpp"
#include "decimal/decimal_text.hpp"

namespace drover {

/// Writes the members of a structure as `each_member` names them: call it with key and value, then
/// `end`. Numbers are the shortest text that reads back as the same number; NaN and infinity become
/// null; amounts are text, for they do not fit a JSON number.
class StateText {
public:
    explicit StateText(std::string& text) : text_(text) { text_ += '{'; }

    template <typename Value>
    void operator()(std::string_view key, const Value& value) {
        begin(key);
        put(value);
    }
    /// `json` is JSON already.
    void add_json(std::string_view key, std::string_view json) {
        begin(key);
        text_ += json;
    }
    /// An object as the value of `key`; it must end before the next member is written.
    [[nodiscard]] StateText object(std::string_view key) {
        begin(key);
        return StateText(text_);
    }
    void end() { text_ += '}'; }

private:
    void begin(std::string_view key) {
        if (text_.back() != '{') {
            text_ += ',';
        }
        text_ += json_quoted(key);
        text_ += ':';
    }
    template <typename Value>
    void put(const Value& value) {
        if constexpr (std::is_same_v<Value, bool>) {
            text_ += value ? "true" : "false";
        } else if constexpr (std::is_arithmetic_v<Value>) {
            put_number(value);
        } else if constexpr (std::is_same_v<Value, Money>) {
            text_ += '"';
            append_decimal(text_, value.units(), 18, 0);
            text_ += '"';
        } else if constexpr (std::is_convertible_v<Value, std::string_view>) {
            text_ += json_quoted(value);
        } else if constexpr (std::ranges::range<Value>) {
            put_list(value);
        } else {
            StateText inner(text_);
            each_member(value, inner);
            inner.end();
        }
    }
    template <typename Number>
    void put_number(Number number) {
        if constexpr (std::is_floating_point_v<Number>) {
            if (!std::isfinite(number)) {
                text_ += "null";
                return;
            }
        }
        std::array<char, 32> digits;
        char* end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        text_.append(digits.data(), end);
    }
    void put_list(const std::ranges::range auto& list) {
        text_ += '[';
        for (bool is_first = true; const auto& value : list) {
            text_ += is_first ? "" : ",";
            put(value);
            is_first = false;
        }
        text_ += ']';
    }

    std::string& text_;
};

}  // namespace drover
