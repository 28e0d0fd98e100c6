/// An agent's config against the JSON Schema that its plugin exports.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace drover {

/// One thing in a config that the schema forbids.
struct ConfigViolation {
    std::string pointer;  ///< JSON pointer to the value, or to the map in which a key is missing.
    bool is_at_key = false;  ///< The key at `pointer` is at fault, not its value.
    std::string message;  ///< A sentence that begins with the key: "'fast' must be at least 1, …"
};

/// Says why a text is no usable JSON Schema. "" is usable: it accepts only {}.
[[nodiscard]] Result<void> check_schema(std::string_view schema);

/// All violations of a usable schema. Defaults are not filled in, and "format" is not checked.
[[nodiscard]] std::vector<ConfigViolation> check_config(std::string_view schema,
                                                        std::string_view config);

/// Makes texts absolute where the schema says "format": "file-path". `base_of` gives the folder for
/// the value at a JSON pointer. Numbers stay as they are written, digit by digit; spaces between
/// values go. Fails with `invalid` when either text is no JSON.
[[nodiscard]] Result<std::string> resolve_paths(
    std::string_view schema,
    std::string_view config,
    const std::function<std::filesystem::path(const std::string& pointer)>& base_of);

/// The config with other texts in the places of these JSON pointers. Fails with `invalid` when it
/// is no JSON.
[[nodiscard]] Result<std::string> replace_texts(std::string_view config,
                                                const std::map<std::string, std::string>& texts);

}  // namespace drover
