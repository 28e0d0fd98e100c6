/// An event descriptor that ends a wait from any thread.
#pragma once

#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"

namespace drover {

/// Readable from `wake` until `clear`.
class Wakeup {
public:
    Wakeup() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

    [[nodiscard]] bool is_open() const { return event_.is_open(); }
    [[nodiscard]] int number() const { return event_.number(); }
    /// [any thread]
    void wake() const {
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t wrote = ::write(event_.number(), &one, sizeof one);
    }
    void clear() const {
        std::uint64_t count = 0;
        [[maybe_unused]] const ssize_t got = ::read(event_.number(), &count, sizeof count);
    }

private:
    FileDescriptor event_;
};

}  // namespace drover
