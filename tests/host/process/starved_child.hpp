/// A process that does not get the processor it is ready to run on.
#pragma once

#include <atomic>
#include <chrono>
#include <csignal>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "process/processor_wait.hpp"

namespace drover::test {

/// As long as it lives it has work without end, on the one processor that this thread runs on too.
class StarvedChild {
public:
    StarvedChild() {
        ::sched_getaffinity(0, sizeof all_, &all_);
        cpu_set_t one;
        CPU_ZERO(&one);
        for (std::size_t processor = 0; CPU_COUNT(&one) == 0; ++processor) {
            if (CPU_ISSET(processor, &all_)) {
                CPU_SET(processor, &one);
            }
        }
        ::sched_setaffinity(0, sizeof one, &one);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (std::atomic<unsigned> spin = 0;; ++spin) {
            }
        }
        EXPECT_GT(pid_, 0);
    }
    StarvedChild(const StarvedChild&) = delete;
    StarvedChild& operator=(const StarvedChild&) = delete;
    ~StarvedChild() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        ::sched_setaffinity(0, sizeof all_, &all_);
    }

    [[nodiscard]] pid_t pid() const { return pid_; }
    /// Keeps the processor busy until the child has waited for it so long in all; false when it
    /// never had.
    [[nodiscard]] bool waits_for(std::chrono::nanoseconds wanted) const {
        const Monotonic deadline = monotonic_now() + std::chrono::seconds(30);
        while (processor_wait(pid_) < wanted && monotonic_now() < deadline) {
        }
        return processor_wait(pid_) >= wanted;
    }

private:
    cpu_set_t all_{};
    pid_t pid_ = -1;
};

}  // namespace drover::test
