#include "command/colour.hpp"

#include <cstdlib>

#include <unistd.h>

namespace drover {

bool wants_colour() {
    const char* const refused = std::getenv("NO_COLOR");
    return ::isatty(STDOUT_FILENO) == 1 && (refused == nullptr || *refused == '\0');
}

}  // namespace drover
