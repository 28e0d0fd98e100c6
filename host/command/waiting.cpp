/// Polling with a deadline; ends of processes through a pidfd.
#include "command/waiting.hpp"

#include <algorithm>
#include <cerrno>
#include <thread>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"

namespace drover {

Result<FleetSnapshot> wait_for_fleet(ControlClient& client,
                                     std::chrono::milliseconds longest,
                                     const std::function<bool(const FleetSnapshot&)>& is_done) {
    // Close together at first: most fleets are up within a blink. What takes long is not slowed by
    // being looked at.
    constexpr auto longest_pause = std::chrono::milliseconds(50);
    std::chrono::nanoseconds pause = std::chrono::milliseconds(2);
    const Monotonic deadline = monotonic_now() + longest;
    while (true) {
        auto fleet = look_at_fleet(client);
        if (!fleet || is_done(fleet.value()) || monotonic_now() >= deadline) {
            return fleet;
        }
        std::this_thread::sleep_for(pause);
        pause = std::min<std::chrono::nanoseconds>(pause * 5 / 4, longest_pause);
    }
}

bool wait_for_process_end(pid_t pid, std::chrono::milliseconds longest) {
    // glibc 2.36 has no C++-clean header for it everywhere; the number is the same on all systems.
    const FileDescriptor watch(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!watch.is_open()) {
        return errno == ESRCH;
    }
    const Monotonic deadline = monotonic_now() + longest;
    while (true) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - monotonic_now());
        pollfd waiting{watch.number(), POLLIN, 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(std::max(left.count(), 0L)));
        if (ready > 0) {
            return true;
        }
        if (ready == 0) {
            return false;
        }
    }
}

}  // namespace drover
