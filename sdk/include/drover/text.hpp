/// Text across the plugin boundary, and text in the fixed fields of records.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include <drover/value.h>

namespace drover {

[[nodiscard]] inline std::string_view view(drover_string text) {
    return {text.data == nullptr ? "" : text.data, text.size};
}
[[nodiscard]] inline drover_string borrow(std::string_view text) {
    return {text.data(), text.size()};
}

/// Text of a fixed CHARS field, up to its first NUL.
template <std::size_t Size>
[[nodiscard]] std::string_view text_of(const char (&field)[Size]) {
    return {field, strnlen(field, Size)};
}
/// Fills a fixed CHARS field. Text that is too long is cut at a UTF-8 character and ends in "...".
template <std::size_t Size>
void set_text(char (&field)[Size], std::string_view text) {
    std::memset(field, 0, Size);
    if (text.size() <= Size) {
        std::memcpy(field, text.data(), text.size());
        return;
    }
    std::size_t length = Size - 3;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
        --length;
    }
    std::memcpy(field, text.data(), length);
    std::memcpy(field + length, "...", 3);
}
/// A symbol as one token of a topic: dots and wildcards become `_`.
[[nodiscard]] inline std::string topic_token(std::string_view symbol) {
    std::string token(symbol);
    for (char& letter : token) {
        if (letter == '.' || letter == '*' || letter == '>' || letter == ' ') {
            letter = '_';
        }
    }
    return token;
}

}  // namespace drover
