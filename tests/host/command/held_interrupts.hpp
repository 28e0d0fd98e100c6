/// SIGINT for a command that runs in the test's own process.
#pragma once

#include <csignal>

#include <unistd.h>

namespace drover::test {

/// As long as it lives SIGINT waits for who takes it, instead of ending the test. Must come before
/// anything that starts a thread, for a thread has the mask of who made it.
class HeldInterrupts {
public:
    HeldInterrupts() {
        sigset_t held;
        ::sigemptyset(&held);
        ::sigaddset(&held, SIGINT);
        ::pthread_sigmask(SIG_BLOCK, &held, &before_);
    }
    HeldInterrupts(const HeldInterrupts&) = delete;
    HeldInterrupts& operator=(const HeldInterrupts&) = delete;
    ~HeldInterrupts() {
        sigset_t held;
        ::sigemptyset(&held);
        ::sigaddset(&held, SIGINT);
        const timespec at_once{};
        while (::sigtimedwait(&held, nullptr, &at_once) == SIGINT) {
        }
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    static void press_ctrl_c() { (void)::kill(::getpid(), SIGINT); }

private:
    sigset_t before_{};
};

}  // namespace drover::test
