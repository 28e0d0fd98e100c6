#include "command/secret_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>
#include <string_view>

namespace drover {

namespace {

constexpr std::string_view stars = "***";
constexpr const char* blanks = " \t";

bool is_key_letter(char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' ||
           letter == '-' || letter == '.';
}

/// Where the value that begins at `begin` ends within its line.
std::size_t end_of_value(const std::string& line, std::size_t begin) {
    const char first = line[begin];
    if (first == '"' || first == '\'') {
        std::size_t end = begin + 1;
        while (end < line.size() && line[end] != first) {
            end += line[end] == '\\' ? 2U : 1U;
        }
        return std::min(end + 1, line.size());
    }
    const bool is_in_braces = line.rfind('{', begin) != std::string::npos;
    const std::size_t end = line.find_first_of(is_in_braces ? ",}]" : "#", begin);
    if (end == std::string::npos) {
        return line.size();
    }
    return is_in_braces || line[end - 1] == ' ' ? end : line.size();
}

/// A line with the values of its secret keys hidden. `opens_block` says whether the value stands in
/// the lines that follow, as after "key: |".
std::string masked_line(const std::string& line, bool& opens_block) {
    std::string result;
    std::size_t copied = 0;
    opens_block = false;
    for (std::size_t colon = line.find(':'); colon != std::string::npos;
         colon = line.find(':', colon + 1)) {
        std::size_t end = colon;
        while (end > copied &&
               std::string_view("\"' \t").find(line[end - 1]) != std::string::npos) {
            --end;
        }
        std::size_t begin = end;
        while (begin > copied && is_key_letter(line[begin - 1])) {
            --begin;
        }
        const std::size_t value = line.find_first_not_of(blanks, colon + 1);
        if (!is_secret_key(line.substr(begin, end - begin)) || value == std::string::npos ||
            line[value] == '{' || line[value] == '[' || line[value] == '/') {
            continue;
        }
        opens_block = line[value] == '|' || line[value] == '>';
        if (opens_block) {
            break;
        }
        const std::size_t after = end_of_value(line, value);
        const bool is_quoted = line[value] == '"';
        result += line.substr(copied, value - copied) + (is_quoted ? "\"" : "") +
                  std::string(stars) + (is_quoted ? "\"" : "");
        copied = after;
        colon = after == 0 ? colon : after - 1;
    }
    return result + line.substr(copied);
}

std::size_t indent_of(const std::string& line) {
    const std::size_t first = line.find_first_not_of(' ');
    return first == std::string::npos ? std::string::npos : first;
}

std::string without_secret_keys(const std::string& text) {
    std::istringstream lines(text);
    std::string result;
    std::size_t block_indent = std::string::npos;  // Of the key whose block is being hidden.
    for (std::string line; std::getline(lines, line);) {
        const std::size_t indent = indent_of(line);
        if (block_indent != std::string::npos &&
            (indent == std::string::npos || indent > block_indent)) {
            result += std::string(block_indent + 2, ' ') + std::string(stars) + "\n";
            continue;
        }
        bool opens_block = false;
        result += masked_line(line, opens_block) + "\n";
        block_indent = opens_block ? indent : std::string::npos;
    }
    return result;
}

std::string without_passwords_in_addresses(std::string text) {
    constexpr std::string_view mark = "://";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        const std::size_t begin = at + mark.size();
        const std::size_t end = text.find_first_of("/ \t\n\"'", begin);
        const std::string_view authority =
            std::string_view(text).substr(begin, end == std::string::npos ? end : end - begin);
        const std::size_t host = authority.rfind('@');
        const std::size_t colon = authority.find(':');
        if (host != std::string_view::npos && colon < host) {
            text.replace(begin + colon + 1, host - colon - 1, stars);
        }
    }
    return text;
}

}  // namespace

bool is_secret_key(const std::string& key) {
    static constexpr std::array<std::string_view, 10> parts{"password",
                                                            "passwd",
                                                            "passphrase",
                                                            "secret",
                                                            "token",
                                                            "apikey",
                                                            "accesskey",
                                                            "privatekey",
                                                            "credential",
                                                            "authorization"};
    std::string plain;
    for (const char letter : key) {
        if (std::isalnum(static_cast<unsigned char>(letter)) != 0) {
            plain += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        }
    }
    return std::ranges::any_of(
        parts, [&](std::string_view part) { return plain.find(part) != std::string::npos; });
}

std::string without_secrets(const std::string& text, const std::vector<std::string>& values) {
    std::string result = without_passwords_in_addresses(without_secret_keys(text));
    for (const std::string& value : values) {
        for (std::size_t at = value.empty() ? std::string::npos : result.find(value);
             at != std::string::npos;
             at = result.find(value, at + stars.size())) {
            result.replace(at, value.size(), stars);
        }
    }
    return result;
}

}  // namespace drover
