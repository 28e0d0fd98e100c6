#include "base/topic.hpp"

#include <algorithm>
#include <cstddef>

namespace drover {
namespace {

constexpr std::size_t longest_topic = 200;

/// Takes the first token off `rest` and returns it.
std::string_view next_token(std::string_view& rest) {
    const std::size_t dot = rest.find('.');
    const std::string_view token = rest.substr(0, dot);
    rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
    return token;
}

bool is_visible(char letter) {
    const auto value = static_cast<unsigned char>(letter);
    return value > ' ' && value != 0x7F;
}

bool is_plain_token(std::string_view token) {
    return !token.empty() && std::all_of(token.begin(), token.end(), [](char letter) {
        return is_visible(letter) && letter != '*' && letter != '>';
    });
}

bool has_valid_tokens(std::string_view text, bool wildcards) {
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

}  // namespace

bool is_topic(std::string_view topic) {
    return has_valid_tokens(topic, false);
}

bool is_topic_pattern(std::string_view pattern) {
    return has_valid_tokens(pattern, true);
}

bool topic_matches(std::string_view pattern, std::string_view topic) {
    return pattern_covers(pattern, topic);
}

bool pattern_covers(std::string_view outer, std::string_view inner) {
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

bool patterns_overlap(std::string_view left, std::string_view right) {
    while (!left.empty() && !right.empty()) {
        const std::string_view one = next_token(left);
        const std::string_view other = next_token(right);
        if (one == ">" || other == ">") {
            return true;
        }
        if (one != "*" && other != "*" && one != other) {
            return false;
        }
    }
    return left.empty() && right.empty();
}

}  // namespace drover
