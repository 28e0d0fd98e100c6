/// Runs something in a child process, for what changes the process as a whole.
#pragma once

#include <array>
#include <functional>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace drover {

/// How a child ended, and what it wrote to its standard error output.
struct ChildOutcome {
    int exit_code = -1;  ///< -1: a signal has ended it.
    std::string errors;
};

/// Runs `work` in a child and waits for its end. What it returns becomes the exit code: give every
/// step of a check a number of its own, and 0 to what is as it should be.
inline ChildOutcome in_child(const std::function<int()>& work) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::close(ends[0]);
        ::dup2(ends[1], STDERR_FILENO);
        ::close(ends[1]);
        ::_exit(work());
    }
    ::close(ends[1]);
    ChildOutcome outcome;
    std::array<char, 4096> part{};
    for (ssize_t got = 0; (got = ::read(ends[0], part.data(), part.size())) > 0;) {
        outcome.errors.append(part.data(), static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    int status = 0;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
}

}  // namespace drover
