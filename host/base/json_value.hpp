/// JSON values with everything they can do. A heavy header: for sources, not for headers.
#pragma once

#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/result.hpp"

namespace drover {

/// Parses one JSON text. Fails with `invalid` and "line 1, column 3: … ."
[[nodiscard]] Result<Json> parse_json(std::string_view text);

/// Writes a value on one line; text that is not UTF-8 gets replacement characters.
[[nodiscard]] std::string to_line(const Json& value);

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
