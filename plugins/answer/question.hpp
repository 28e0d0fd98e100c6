/// What a request asks, read from JSON with a sentence for everything that is wrong with it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace drover {

/// The keys of a request's JSON object. Every function throws Failure with DROVER_E_INVALID, which
/// is then the answer to the request.
class Question {
public:
    /// An object with none but the known keys; nothing at all is an empty one.
    Question(std::string_view json, std::initializer_list<std::string_view> known);

    /// The text of a key; empty where it is absent or null.
    [[nodiscard]] std::string text(const char* key) const;
    /// The same where the key must be there.
    [[nodiscard]] std::string required_text(const char* key, const char* what) const;
    [[nodiscard]] bool flag(const char* key) const;
    /// A whole number from 0; nothing where the key is absent or null.
    [[nodiscard]] std::optional<std::uint64_t> count(const char* key) const;
    /// A list of texts; empty where the key is absent or null.
    [[nodiscard]] std::vector<std::string> texts(const char* key) const;

private:
    [[nodiscard]] const nlohmann::json* find(const char* key) const;

    nlohmann::json object_;
};

}  // namespace drover
