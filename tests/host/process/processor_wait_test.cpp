#include "process/processor_wait.hpp"

#include <atomic>
#include <csignal>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.hpp"

namespace drover {
namespace {

TEST(ProcessorWait, grows_while_another_process_keeps_the_processor_busy) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    cpu_set_t all;
    ::sched_getaffinity(0, sizeof(all), &all);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (std::size_t processor = 0; CPU_COUNT(&one) == 0; ++processor) {
        if (CPU_ISSET(processor, &all)) {
            CPU_SET(processor, &one);
        }
    }
    ::sched_setaffinity(0, sizeof(one), &one);
    if (child == 0) {
        for (std::atomic<unsigned> spin = 0;; ++spin) {
        }
    }
    const Monotonic deadline = monotonic_now() + std::chrono::seconds(30);
    while (processor_wait(child) < std::chrono::milliseconds(20) && monotonic_now() < deadline) {
    }
    EXPECT_GE(processor_wait(child), std::chrono::milliseconds(20));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::sched_setaffinity(0, sizeof(all), &all);
}

TEST(ProcessorWait, is_nothing_for_a_process_that_does_not_exist) {
    EXPECT_EQ(processor_wait(-1), std::chrono::nanoseconds::zero());
}

}  // namespace
}  // namespace drover
