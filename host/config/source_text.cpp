#include "config/source_text.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "base/regular_file.hpp"

namespace drover {
namespace {

constexpr std::size_t largest_file = std::size_t{4} << 20U;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// How many bytes the UTF-8 character at `at` has; 0 where there is none.
std::size_t character_length(std::string_view rest) {
    const auto byte = [&](std::size_t index) {
        return index < rest.size() ? static_cast<unsigned char>(rest[index]) : 0U;
    };
    const unsigned first = byte(0);
    const std::size_t length = first < 0x80U                      ? 1
                               : first >= 0xC2U && first <= 0xDFU ? 2
                               : first >= 0xE0U && first <= 0xEFU ? 3
                               : first >= 0xF0U && first <= 0xF4U ? 4
                                                                  : 0;
    for (std::size_t index = 1; index < length; ++index) {
        if ((byte(index) & 0xC0U) != 0x80U) {
            return 0;
        }
    }
    const bool is_overlong =
        (first == 0xE0U && byte(1) < 0xA0U) || (first == 0xF0U && byte(1) < 0x90U);
    const bool is_outside =
        (first == 0xEDU && byte(1) > 0x9FU) || (first == 0xF4U && byte(1) > 0x8FU);
    return is_overlong || is_outside ? 0 : length;
}

/// The place of the first byte that no YAML text may hold; line 0 where there is none.
SourcePlace first_bad_byte(std::string_view text, const std::string& file) {
    SourcePlace place{file, 1, 1};
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        if (length == 0 || text.front() == '\0') {
            return place;
        }
        if (text.front() == '\n') {
            ++place.line;
            place.column = 0;
        }
        ++place.column;
        text.remove_prefix(length);
    }
    return {file, 0, 0};
}

}  // namespace

bool is_utf8_text(std::string_view text) {
    return first_bad_byte(text, "").line == 0;
}

std::variant<std::string, Fault> read_source_text(const std::filesystem::path& file) {
    const SourcePlace whole{file.string(), 0, 0};
    const auto opened = open_regular_file(file);
    if (!opened) {
        return Fault{whole, opened.error().message};
    }
    std::string text;
    std::array<char, 65536> block{};
    while (true) {
        const ssize_t got = ::read(opened.value().number(), block.data(), block.size());
        if (got == 0) {
            break;
        }
        if (got < 0 && errno != EINTR) {
            return Fault{whole,
                         std::string("The file cannot be read: ") + std::strerror(errno) + "."};
        }
        text.append(block.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
        if (text.size() > largest_file) {
            return Fault{whole, "The file is larger than 4 MiB, the most that is read."};
        }
    }
    const SourcePlace bad = first_bad_byte(text, file.string());
    if (bad.line != 0) {
        return Fault{bad, "This byte is not UTF-8 text: save the file as UTF-8."};
    }
    if (text.starts_with(byte_order_mark)) {
        text.erase(0, byte_order_mark.size());
    }
    return text;
}

}  // namespace drover
