/// Finding one's way in a JSON Schema, and saying in words what it asks for.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace drover {

/// The schema itself, or for "" the one that accepts only {}.
[[nodiscard]] std::string_view effective_schema(std::string_view schema);

/// The steps of a JSON pointer, unescaped: "/a/b~1c" is a, b/c.
[[nodiscard]] std::vector<std::string> steps_of(std::string_view pointer);

/// All the parts of `root` that speak of the value at `pointer`: through properties, items, local
/// references, allOf, anyOf, oneOf, then and else. They live as long as `root`.
[[nodiscard]] std::vector<const nlohmann::json*> schemas_at(const nlohmann::json& root,
                                                            std::string_view pointer);

/// What a schema allows, in words: "a whole number", "one of 'a', 'b'". Empty when it says nothing.
[[nodiscard]] std::string wanted_by(const nlohmann::json& schema);

/// The numbers of a JSON text that a double holds, by JSON pointer, digit for digit as they are
/// written: 100000000000000000000 and not 1e+20.
[[nodiscard]] std::map<std::string, std::string> number_texts(std::string_view json);

/// A value in words: "the text 'x'", "the number 5", "a list". `number` is how a number is written
/// where that is known.
[[nodiscard]] std::string found_in_words(const nlohmann::json& value,
                                         const std::string& number = {});

}  // namespace drover
