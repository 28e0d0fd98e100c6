/// What valijson says of counts and multiples, in words for the person who wrote the config.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace drover {

/// What is wrong with `value` by a verdict on how many items or keys it has, on items that are
/// twice there, or on what it must be a multiple of: "must have at least 1 item, and this has
/// none." Nothing for every other verdict. `number` is how a number is written.
[[nodiscard]] std::optional<std::string> counted_in_words(const std::string& verdict,
                                                          const nlohmann::json& value,
                                                          const std::string& number);

/// How long a text may be by the schemas of its place, in words: "a text of 1 to 8 characters".
[[nodiscard]] std::string length_in_words(const std::vector<const nlohmann::json*>& schemas);

}  // namespace drover
