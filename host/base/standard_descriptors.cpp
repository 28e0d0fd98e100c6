#include "base/standard_descriptors.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace drover {

void occupy_standard_descriptors() {
    for (int number = STDIN_FILENO; number <= STDERR_FILENO; ++number) {
        if (::fcntl(number, F_GETFD) >= 0) {
            continue;
        }
        // The lowest number that is free is this one. The wrong direction makes each use fail.
        const int opened = ::open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        if (opened < 0) {
            return;
        }
    }
}

}  // namespace drover
