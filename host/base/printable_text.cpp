#include "base/printable_text.hpp"

#include <array>
#include <cstddef>
#include <cstdio>
#include <string>

namespace drover {

namespace {

unsigned byte_at(std::string_view text, std::size_t index) {
    return index < text.size() ? static_cast<unsigned char>(text[index]) : 0U;
}

/// How many bytes the UTF-8 character at the beginning has; 0 where there is none.
std::size_t character_size(std::string_view text) {
    const unsigned first = byte_at(text, 0);
    if (first < 0x80U) {
        return 1;
    }
    const std::size_t size = first >= 0xF0U && first < 0xF5U ? 4
                             : first >= 0xE0U                ? (first < 0xF0U ? 3U : 0U)
                             : first >= 0xC2U                ? 2U
                                                             : 0U;
    for (std::size_t index = 1; index < size; ++index) {
        if ((byte_at(text, index) & 0xC0U) != 0x80U) {
            return 0;
        }
    }
    return size;
}

std::string written_out(const char* form, unsigned code) {
    std::array<char, 16> text{};
    (void)std::snprintf(text.data(), text.size(), form, code);
    return text.data();
}

std::string escape_of(std::string_view character) {
    const unsigned code = byte_at(character, 0);
    switch (code) {
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        default:
            return character.size() == 2 ? written_out("\\u%04x", byte_at(character, 1))
                                         : written_out("\\x%02x", code);
    }
}

/// C0, DEL, and C1 in UTF-8 (0xC2 0x80 to 0x9F), which terminals take for escapes too.
bool is_control(std::string_view character) {
    const unsigned first = byte_at(character, 0);
    return first < 0x20U || first == 0x7FU ||
           (character.size() == 2 && first == 0xC2U && byte_at(character, 1) < 0xA0U);
}

std::string written(std::string_view text, bool keeps_newlines) {
    std::string result;
    while (!text.empty()) {
        const std::size_t size = character_size(text);
        const std::string_view character = text.substr(0, size == 0 ? 1 : size);
        const bool is_kept =
            size > 0 && (!is_control(character) || (keeps_newlines && character == "\n"));
        result += is_kept ? std::string(character) : escape_of(character);
        text.remove_prefix(character.size());
    }
    return result;
}

}  // namespace

std::string printable(std::string_view text) {
    return written(text, false);
}

std::string printable_lines(std::string_view text) {
    return written(text, true);
}

std::string excerpt(std::string_view text) {
    constexpr std::size_t longest = 100;
    constexpr std::size_t shown = 60;
    if (text.size() <= longest) {
        return std::string(text);
    }
    std::size_t end = 0;
    while (end < shown) {
        const std::size_t size = character_size(text.substr(end));
        end += size == 0 ? 1 : size;
    }
    return std::string(text.substr(0, end)) + " … (" + std::to_string(text.size()) + " bytes)";
}

}  // namespace drover
