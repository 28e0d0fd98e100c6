/// Wakes a loop from any thread, by an event descriptor that it waits for.
#pragma once

#include <cstdint>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"

namespace drover {

class Wakeup {
public:
    Wakeup() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

    /// False where the system has no descriptor left.
    [[nodiscard]] bool is_open() const { return event_.is_open(); }
    [[nodiscard]] int descriptor() const { return event_.number(); }
    /// [any thread]
    void wake() const {
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t wrote = ::write(event_.number(), &one, sizeof(one));
    }
    /// The loop is awake.
    void clear() const {
        std::uint64_t count = 0;
        [[maybe_unused]] const ssize_t got = ::read(event_.number(), &count, sizeof(count));
    }

private:
    FileDescriptor event_;
};

}  // namespace drover
