/// The remembered process id: right in the process and in every copy of it.
#include "link/process_id.hpp"

#include <csignal>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace drover {
namespace {

bool is_right() {
    return ::getpid() == static_cast<pid_t>(::syscall(SYS_getpid));
}

/// Ends a copy of the process; the process learns whether all was right there.
[[noreturn]] void end_copy(bool was_right) {
    ::_exit(was_right ? 0 : 1);
}

bool was_right_in(pid_t copy) {
    int status = -1;
    return ::waitpid(copy, &status, __WALL) == copy && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

TEST(ProcessId, is_that_of_the_process_before_and_after_it_is_remembered) {
    EXPECT_TRUE(is_right());
    remember_process_id();
    remember_process_id();
    EXPECT_TRUE(is_right());
    EXPECT_TRUE(is_right()) << "now from memory";
}

TEST(ProcessId, is_found_out_anew_by_a_fork_and_by_its_fork) {
    remember_process_id();
    ASSERT_TRUE(is_right());
    const pid_t child = ::fork();
    if (child == 0) {
        const bool was_right = is_right() && is_right();
        const pid_t grandchild = ::fork();
        if (grandchild == 0) {
            end_copy(is_right() && is_right());
        }
        end_copy(was_right && was_right_in(grandchild));
    }
    EXPECT_TRUE(was_right_in(child));
    EXPECT_TRUE(is_right());
}

TEST(ProcessId, is_found_out_anew_by_a_copy_that_the_c_library_does_not_know_of) {
    remember_process_id();
    ASSERT_TRUE(is_right());
    // As a zygote copies itself: no handler of fork runs.
    const long copy = ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr);
    if (copy == 0) {
        end_copy(is_right() && is_right());
    }
    EXPECT_TRUE(was_right_in(static_cast<pid_t>(copy)));
}

}  // namespace
}  // namespace drover
