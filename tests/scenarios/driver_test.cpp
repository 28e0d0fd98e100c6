// The driver of the scenarios itself: what it starts is found and ended, whatever happens.
#include <csignal>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

std::string mark_of(const char* test) {
    return std::string(test) + "." + std::to_string(::getpid());
}

ProgramStart shell(const std::string& script, const std::string& mark) {
    return {"/bin/sh", {"-c", script}, {std::string(mark_variable) + '=' + mark}, {}};
}

TEST(Driver, runs_a_program_and_knows_how_it_ended) {
    const auto good = run_program({"/bin/sh", {"-c", "echo out; echo err >&2; exit 7"}, {}, {}},
                                  std::chrono::seconds(10));
    EXPECT_EQ(good.exit_code, 7);
    EXPECT_EQ(good.output, "out\n");
    EXPECT_EQ(good.errors, "err\n");
    const auto killed =
        run_program({"/bin/sh", {"-c", "kill -9 $$"}, {}, {}}, std::chrono::seconds(10));
    EXPECT_EQ(killed.exit_code, -SIGKILL);
}

TEST(Driver, ends_a_program_that_takes_too_long) {
    const auto late = run_program({"/bin/sleep", {"1000"}, {}, {}}, std::chrono::milliseconds(50));
    EXPECT_TRUE(late.timed_out);
    EXPECT_EQ(late.exit_code, -SIGKILL);
}

TEST(Driver, finds_and_ends_descendants_in_sessions_of_their_own) {
    const std::string mark = mark_of("sessions");
    Program program(shell("setsid sh -c \"trap '' TERM; setsid sleep 1000 & wait\" & wait", mark));
    EXPECT_TRUE(eventually([&mark] { return find_marked(mark).size() == 3; }));
    EXPECT_TRUE(find_marked(mark + "x").empty());
    kill_marked(mark);
    EXPECT_TRUE(find_marked(mark).empty());
    EXPECT_TRUE(program.wait_for_end(std::chrono::seconds(10)));
}

TEST(Driver, cleans_up_after_a_test_that_was_killed) {
    const std::string mark = mark_of("killed");
    std::string folder = std::filesystem::temp_directory_path() / "drt.XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    const pid_t test = ::fork();
    if (test == 0) {
        clean_up_after_my_end(mark, folder);
        const Program left(shell("setsid sleep 1000 & wait", mark));
        while (find_marked(mark).size() < 2) {
            ::usleep(1000);
        }
        ::raise(SIGKILL);
    }
    ::waitpid(test, nullptr, 0);
    EXPECT_TRUE(
        eventually([&] { return find_marked(mark).empty() && !std::filesystem::exists(folder); }));
}

}  // namespace
}  // namespace drover::scenarios
