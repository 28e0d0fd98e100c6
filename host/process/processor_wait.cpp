#include "process/processor_wait.hpp"

#include <cstdint>
#include <fstream>
#include <string>

namespace drover {

std::chrono::nanoseconds processor_wait(pid_t pid) {
    // "time on a processor, time waiting for one (both in ns), turns": proc(5), schedstat.
    std::ifstream file("/proc/" + std::to_string(pid) + "/schedstat");
    std::int64_t running = 0;
    std::int64_t waiting = 0;
    file >> running >> waiting;
    return std::chrono::nanoseconds(file ? waiting : 0);
}

}  // namespace drover
