#include "base/json_pointer.hpp"

namespace drover {

std::string pointer_step(std::string_view key) {
    std::string step = "/";
    for (const char letter : key) {
        if (letter == '~') {
            step += "~0";
        } else if (letter == '/') {
            step += "~1";
        } else {
            step += letter;
        }
    }
    return step;
}

}  // namespace drover
