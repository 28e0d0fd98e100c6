/// A JSON object written key by key, where amounts keep every digit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "decimal/decimal.hpp"

namespace drover {

/// nlohmann_json holds numbers as doubles; an exact amount would lose digits in it.
class JsonText {
public:
    JsonText& add(std::string_view key, std::string_view text);
    JsonText& add(std::string_view key, const char* text) {
        return add(key, std::string_view(text));
    }
    /// NaN and infinity become null.
    JsonText& add(std::string_view key, double value);
    JsonText& add(std::string_view key, std::int64_t value);
    JsonText& add(std::string_view key, std::uint64_t value);
    JsonText& add(std::string_view key, bool value);
    /// Exact, with at least six decimals.
    JsonText& add(std::string_view key, Money value);
    JsonText& add(std::string_view key, Price value);
    JsonText& add(std::string_view key, Quantity value);
    /// `json` is JSON already.
    JsonText& add_json(std::string_view key, std::string_view json);

    /// The whole object.
    [[nodiscard]] std::string text() const { return text_ + "}"; }

private:
    void begin(std::string_view key);

    std::string text_ = "{";
};

/// A JSON text value in quotes.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace drover
