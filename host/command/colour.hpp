/// Colours for those who look at a terminal, and for nobody else.
#pragma once

#include <string>
#include <string_view>

namespace drover {

enum class Colour { none, red, green, yellow, magenta, dim };

/// Whether standard output is a terminal and the person did not set NO_COLOR.
[[nodiscard]] bool wants_colour();

/// The text in its colour; as it is without one.
[[nodiscard]] inline std::string coloured(std::string_view text, Colour colour) {
    const char* code = "";
    switch (colour) {
        case Colour::none:
            return std::string(text);
        case Colour::red:
            code = "31";
            break;
        case Colour::green:
            code = "32";
            break;
        case Colour::yellow:
            code = "33";
            break;
        case Colour::magenta:
            code = "35";
            break;
        case Colour::dim:
            code = "2";
            break;
    }
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace drover
