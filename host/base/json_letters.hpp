/// The structure of a JSON text, without parsing it.
#pragma once

#include <cstddef>
#include <string_view>

namespace drover {

/// Hands `visit` each letter from `begin` on that stands outside of the text's strings, their
/// quotes not included, until it answers true. Returns where that letter is; the size of the text
/// where it never did. `begin` must not lie within a string.
template <typename Visit>
std::size_t find_outside_strings(std::string_view text, std::size_t begin, Visit&& visit) {
    bool is_in_string = false;
    for (std::size_t at = begin; at < text.size(); ++at) {
        const char letter = text[at];
        if (is_in_string) {
            at += letter == '\\' ? 1 : 0;
            is_in_string = letter != '"';
        } else if (letter == '"') {
            is_in_string = true;
        } else if (visit(letter)) {
            return at;
        }
    }
    return text.size();
}

}  // namespace drover
