// Whoever of guard and supervisor is killed, nothing of the fleet is left. Drives the real droverd
// with a fleet whose agent leaves a grandchild in a session of its own, deaf to SIGTERM.
#include "daemon/guard.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "process/launcher.hpp"
#include "process/process_tree.hpp"
#include "tests/host/daemon/fake_fleet.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::is_running;
using test::ScratchFolder;

constexpr const char* fleet_file =
    "version: 1\n"
    "name: guarded\n"
    "agents:\n"
    "  quiet: {plugin: " DROVER_TEST_PLUGINS "/children.so}\n";

/// droverd with a fleet in a scratch folder. Everything is ended with it.
class Guarded : public ::testing::Test {
protected:
    Guarded() {
        ::setenv("XDG_RUNTIME_DIR", scratch_.path().c_str(), 1);
        become_subreaper();
    }
    ~Guarded() override {
        kill_all_descendants(20s);
        ::unsetenv("XDG_RUNTIME_DIR");
    }

    /// Starts droverd and returns the line of its start.
    Json start(const std::string& text) {
        std::ofstream(scratch_.path() / "agents.yaml") << text;
        auto ready = std::move(make_socket_pair().value());
        auto lifeline = std::move(make_socket_pair().value());
        LaunchRequest request;
        request.program = DROVER_TEST_DROVERD;
        request.arguments = {"--file",
                             (scratch_.path() / "agents.yaml").string(),
                             "--state-dir",
                             state().string(),
                             "--ready",
                             "5",
                             "--lifeline",
                             "6"};
        request.further = {ready.theirs.number(), lifeline.theirs.number()};
        droverd_ = std::move(launch(request).value());
        lifeline_ = std::move(lifeline.ours);
        ready.theirs.close();
        LineChannel channel(std::move(ready.ours));
        std::vector<std::string> lines;
        while (lines.empty() && !channel.is_ended()) {
            pollfd readable{channel.descriptor(), POLLIN, 0};
            ::poll(&readable, 1, -1);
            lines = channel.read_lines();
        }
        return lines.empty() ? Json() : Json::parse(lines.front());
    }

    /// Waits until the whole tree of the fleet stands, grandchildren included.
    std::vector<pid_t> grown_tree() {
        std::vector<pid_t> tree;
        const bool has_grown = eventually([&] {
            tree = tree_of({droverd_.pid}, -1);
            return tree.size() >= 6;  // guard, supervisor, router, agent, child, grandchild
        });
        EXPECT_TRUE(has_grown);
        return tree;
    }
    static bool all_gone(const std::vector<pid_t>& pids) {
        return std::ranges::none_of(pids, is_running);
    }
    [[nodiscard]] std::filesystem::path state() const { return scratch_.path() / "state"; }

    ScratchFolder scratch_;
    Child droverd_;
    FileDescriptor lifeline_;
};

TEST_F(Guarded, fleet_is_gone_after_the_supervisor_was_killed) {
    const Json started = start(fleet_file);
    ASSERT_EQ(started.at("ok"), true);
    EXPECT_EQ(started.at("guard_pid"), droverd_.pid);
    const auto tree = grown_tree();
    ::kill(started.at("pid").get<pid_t>(), SIGKILL);
    EXPECT_TRUE(eventually([&] { return all_gone(tree); }));
    const auto status = wait_for_exit(droverd_, 20s);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->code, 1);
}

TEST_F(Guarded, fleet_is_gone_after_the_guard_was_killed) {
    const Json started = start(fleet_file);
    const auto tree = grown_tree();
    send_signal(droverd_, SIGKILL);
    // What is left becomes this process's: it must end without anybody's help.
    EXPECT_TRUE(eventually([&] {
        while (::waitpid(-1, nullptr, WNOHANG) > 0) {
        }
        return all_gone(tree);
    }));
}

TEST_F(Guarded, fleet_ends_in_order_after_a_signal_to_the_guard) {
    const Json started = start(fleet_file);
    const auto tree = grown_tree();
    send_signal(droverd_, SIGTERM);
    const auto status = wait_for_exit(droverd_, 20s);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->code, 0);
    EXPECT_TRUE(all_gone(tree));
    EXPECT_FALSE(std::filesystem::exists(started.at("run_directory").get<std::string>()));
}

TEST_F(Guarded, fleet_ends_in_order_when_the_lifeline_ends) {
    start(fleet_file);
    const auto tree = grown_tree();
    lifeline_.close();
    const auto status = wait_for_exit(droverd_, 20s);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->code, 0);
    EXPECT_TRUE(all_gone(tree));
}

TEST_F(Guarded, state_directory_takes_one_droverd) {
    ASSERT_EQ(start(fleet_file).at("ok"), true);
    const Child first = std::move(droverd_);
    const FileDescriptor first_lifeline = std::move(lifeline_);
    const Json second = start(fleet_file);
    EXPECT_EQ(second.at("ok"), false);
    const auto fault = second.at("faults").at(0).get<std::string>();
    EXPECT_NE(fault.find(std::to_string(first.pid)), std::string::npos) << fault;
    EXPECT_EQ(wait_for_exit(droverd_, 20s)->code, 1);
}

TEST_F(Guarded, start_is_free_again_after_a_kill) {
    const Json started = start(fleet_file);
    ::kill(started.at("pid").get<pid_t>(), SIGKILL);
    ASSERT_TRUE(wait_for_exit(droverd_, 20s));
    EXPECT_EQ(start(fleet_file).at("ok"), true);
}

TEST_F(Guarded, faults_of_the_file_are_told_and_nothing_starts) {
    const Json started = start("version: 1\nname: x\nagents:\n  a: {plugim: x}\n");
    EXPECT_EQ(started.at("ok"), false);
    EXPECT_GE(started.at("faults").size(), 1U);
    EXPECT_NE(started.at("faults").at(0).get<std::string>().find("agents.yaml:4"),
              std::string::npos);
    EXPECT_EQ(wait_for_exit(droverd_, 20s)->code, 1);
    EXPECT_TRUE(descendants_of(::getpid()).empty());
}

TEST(Droverd, does_not_link_zeromq) {
    const std::string command = std::string("ldd ") + DROVER_TEST_DROVERD;
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::string libraries;
    std::array<char, 4096> block{};
    while (std::fgets(block.data(), block.size(), pipe) != nullptr) {
        libraries += block.data();
    }
    EXPECT_EQ(::pclose(pipe), 0);
    EXPECT_NE(libraries.find("libc.so"), std::string::npos);
    EXPECT_EQ(libraries.find("zmq"), std::string::npos) << libraries;
}

}  // namespace
}  // namespace drover
