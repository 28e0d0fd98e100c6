/// Topics and patterns as the host matches them: `*` is one token, `>` one or more at the end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace drover::testing {

/// The longest topic a host accepts, in bytes.
inline constexpr std::size_t longest_topic = 200;

/// Takes the first token off `rest` and returns it.
inline std::string_view next_token(std::string_view& rest) {
    const std::size_t dot = rest.find('.');
    const std::string_view token = rest.substr(0, dot);
    rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
    return token;
}

/// Whether `token` is not empty and all of it visible, without wildcards.
[[nodiscard]] inline bool is_plain_token(std::string_view token) {
    return !token.empty() && std::all_of(token.begin(), token.end(), [](char letter) {
        const auto value = static_cast<unsigned char>(letter);
        return value > ' ' && value != 0x7FU && letter != '*' && letter != '>';
    });
}

[[nodiscard]] inline bool has_valid_tokens(std::string_view text, bool wildcards) {
    if (text.empty() || text.size() > longest_topic || text.back() == '.') {
        return false;
    }
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::string_view token = next_token(rest);
        const bool is_wildcard = wildcards && (token == "*" || (token == ">" && rest.empty()));
        if (!is_wildcard && !is_plain_token(token)) {
            return false;
        }
    }
    return true;
}

/// Whether `topic` is a plain topic: visible tokens joined by dots, no wildcard, at most 200 bytes.
[[nodiscard]] inline bool is_topic(std::string_view topic) {
    return has_valid_tokens(topic, false);
}

[[nodiscard]] inline bool is_topic_pattern(std::string_view pattern) {
    return has_valid_tokens(pattern, true);
}

/// Whether every topic that `inner` matches is matched by `outer` too; a plain topic matches
/// itself. Both must be valid.
[[nodiscard]] inline bool pattern_covers(std::string_view outer, std::string_view inner) {
    while (!outer.empty() && !inner.empty()) {
        const std::string_view wanted = next_token(outer);
        if (wanted == ">") {
            return true;
        }
        const std::string_view token = next_token(inner);
        if (token == ">" || (wanted != "*" && wanted != token)) {
            return false;
        }
    }
    return outer.empty() && inner.empty();
}

}  // namespace drover::testing
