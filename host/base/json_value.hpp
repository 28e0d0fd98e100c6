/// JSON values with everything they can do. A heavy header: for sources, not for headers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json_conversion.hpp"
#include "base/result.hpp"

namespace drover {

/// Parses one JSON text. Fails with `invalid` and "line 1, column 3: … ."
[[nodiscard]] Result<Json> parse_json(std::string_view text);

/// Writes a value on one line; text that is not UTF-8 gets replacement characters.
[[nodiscard]] std::string to_line(const Json& value);

/// A JSON text on one line, digit for digit: line breaks between its tokens become blanks.
[[nodiscard]] std::string on_one_line(std::string_view json);

/// to_line of an object with one more member, whose value is the JSON text `value` on one line:
/// parsing would round its numbers. `key` needs no escapes.
[[nodiscard]] std::string to_line_with(const Json& object, const char* key, std::string_view value);

/// The member `key` of an object, or `fallback` when it is missing, null or of another type.
template <typename Value>
[[nodiscard]] Value value_or(const Json& object, const char* key, Value fallback) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) {
        return fallback;
    }
    try {
        return found->template get<Value>();
    } catch (const Json::exception&) {
        return fallback;
    }
}

}  // namespace drover
