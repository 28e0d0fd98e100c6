/// A child of the test that may crash, and the memory in which it then leaves where it was.
#pragma once

#include <array>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/crash_capture.hpp"

namespace drover::test {

/// The path of the program that runs.
inline std::string own_program() {
    std::array<char, 4096> path{};
    (void)::readlink("/proc/self/exe", path.data(), path.size() - 1);
    return path.data();
}

class CrashingChild : public ::testing::Test {
protected:
    CrashingChild()
        : area_(static_cast<CrashArea*>(::mmap(nullptr,
                                               sizeof(CrashArea),
                                               PROT_READ | PROT_WRITE,
                                               MAP_SHARED | MAP_ANONYMOUS,
                                               -1,
                                               0))) {}
    ~CrashingChild() override { ::munmap(area_, sizeof(CrashArea)); }
    void SetUp() override {
#if defined(__SANITIZE_ADDRESS__)
        GTEST_SKIP() << "the sanitizer has the signals for itself";
#endif
    }

    /// Starts a child whose crashes are captured, under the path of this program, and which does
    /// that.
    template <typename Deed>
    pid_t start(Deed&& deed) {
        const pid_t child = ::fork();
        if (child == 0) {
            capture_crashes(*area_, program_);
            deed();
            ::_exit(0);
        }
        return child;
    }
    /// Waits for its end: the signal that ended it, or its exit code below zero.
    static int end_of(pid_t child) {
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
    }
    template <typename Deed>
    int in_a_child(Deed&& deed) {
        return end_of(start(std::forward<Deed>(deed)));
    }
    /// What the child left, which must be something.
    [[nodiscard]] CrashCapture capture() const {
        const auto captured = read_capture(*area_);
        EXPECT_TRUE(captured) << "nothing was captured";
        return captured.value_or(CrashCapture{});
    }

    std::string program_ = own_program();
    CrashArea* area_;
};

}  // namespace drover::test
