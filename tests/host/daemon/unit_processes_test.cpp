// Processes start, are watched, and end with everything that they started.
#include "daemon/unit_processes.hpp"

#include <algorithm>
#include <csignal>

#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/host/daemon/fake_fleet.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;
using test::FakeFleet;
using test::is_running;

std::vector<Json> told(const FakeFleet& fleet, const std::string& what) {
    std::vector<Json> chosen;
    for (const Json& order : fleet.told_to_router()) {
        if (order.at("do") == what) {
            chosen.push_back(order);
        }
    }
    return chosen;
}

TEST(UnitProcesses, start_the_router_and_then_agents_until_they_are_ready) {
    FakeFleet fleet;
    fleet.add("risk", "run");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    EXPECT_EQ(fleet.status("drover-router").state, AgentState::running);
    EXPECT_TRUE(is_running(fleet.pid("risk")));
    EXPECT_NE(fleet.pid("risk"), fleet.pid("drover-router"));
}

TEST(UnitProcesses, stop_in_order_when_asked) {
    FakeFleet fleet;
    fleet.add("risk", "run");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    fleet.supervisor().shutdown(monotonic_now());
    ASSERT_TRUE(fleet.until([&] { return fleet.supervisor().is_down(); }));
    EXPECT_EQ(fleet.processes().last_end("risk")->status.code, 0);
    EXPECT_TRUE(descendants_of(::getpid()).empty());
}

TEST(UnitProcesses, restart_an_agent_that_was_killed_in_a_new_life) {
    FakeFleet fleet;
    fleet.add("risk", "run");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    const pid_t first = fleet.pid("risk");
    ::kill(first, SIGKILL);
    ASSERT_TRUE(fleet.until_running("risk", 1));
    EXPECT_NE(fleet.pid("risk"), first);
    EXPECT_EQ(fleet.processes().last_end("risk")->status.signal, SIGKILL);
    ASSERT_TRUE(fleet.until([&] { return told(fleet, "link").size() == 2; }));
    const auto links = told(fleet, "link");
    EXPECT_EQ(links[0].at("incarnation"), 1);
    EXPECT_EQ(links[1].at("incarnation"), 2);
    EXPECT_NE(links[0].at("token"), links[1].at("token"));
    EXPECT_EQ(links[1].at("token").get<std::string>().size(), 32U);
    EXPECT_TRUE(links[1].at("endpoint").get<std::string>().ends_with("/risk.2"));
}

TEST(UnitProcesses, hear_of_an_end_from_the_kernel_and_not_by_looking) {
    FakeFleet fleet;
    fleet.add("risk", "run");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    const pid_t pid = fleet.pid("risk");
    ::kill(pid, SIGKILL);
    siginfo_t end{};
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid), &end, WEXITED | WNOWAIT), 0);
    // From here on the kernel knows, and nobody looks at anything: other news may come before.
    constexpr int most_news = 20;
    for (int news = 0; news < most_news && !fleet.status("risk").last_exit; ++news) {
        fleet.hear_news_at_hand();
    }
    EXPECT_TRUE(fleet.status("risk").last_exit.has_value());
}

TEST(UnitProcesses, tell_the_router_of_an_end_before_the_link_of_the_next_life) {
    FakeFleet fleet;
    fleet.add("risk", "run");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    ::kill(fleet.pid("risk"), SIGKILL);
    ASSERT_TRUE(fleet.until_running("risk", 1));
    ASSERT_TRUE(fleet.until([&] {
        const auto states = told(fleet, "agent");
        return !states.empty() && states.back().at("state") == "running" &&
               told(fleet, "link").size() == 2;
    }));
    bool has_ended = false;
    for (const Json& order : fleet.told_to_router()) {
        const bool is_state = order.at("do") == "agent";
        has_ended = has_ended || (is_state && order.at("state") == "backing_off");
        const bool is_second_link = order.at("do") == "link" && order.at("incarnation") == 2;
        EXPECT_FALSE(is_second_link && !has_ended);
    }
    EXPECT_TRUE(has_ended);
}

TEST(UnitProcesses, give_a_new_router_everything_again_and_leave_agents_alone) {
    FakeFleet fleet;
    fleet.add("risk", "run");
    fleet.add("broker", "run");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    ASSERT_TRUE(fleet.until_running("broker"));
    ASSERT_TRUE(fleet.until([&] { return told(fleet, "link").size() == 2; }));
    const pid_t risk = fleet.pid("risk");
    ::kill(fleet.pid("drover-router"), SIGKILL);
    ASSERT_TRUE(fleet.until_running("drover-router", 1));
    ASSERT_TRUE(fleet.until([&] { return told(fleet, "link").size() == 4; }));
    const auto configured = told(fleet, "configure");
    ASSERT_EQ(configured.size(), 2U);
    EXPECT_EQ(configured[0].at("epoch"), 1);
    EXPECT_EQ(configured[1].at("epoch"), 2);
    EXPECT_EQ(configured[1].at("agents")[0].at("name"), "risk");
    EXPECT_EQ(fleet.pid("risk"), risk);
    EXPECT_EQ(fleet.status("risk").restarts, 0);
    EXPECT_EQ(fleet.status("drover-router").restarts, 1);
}

TEST(UnitProcesses, report_what_an_agent_says_of_its_failure) {
    FakeFleet fleet;
    fleet.add("risk", "fail").supervision.restart = RestartMode::no;
    fleet.begin();
    ASSERT_TRUE(fleet.until_state("risk", AgentState::failed));
    EXPECT_NE(fleet.status("risk").reason.find("the venue refused it"), std::string::npos);
}

TEST(UnitProcesses, let_an_agent_complete) {
    FakeFleet fleet;
    fleet.add("risk", "complete");
    fleet.begin();
    ASSERT_TRUE(fleet.until_state("risk", AgentState::completed));
    EXPECT_NE(fleet.status("risk").reason.find("all done"), std::string::npos);
}

TEST(UnitProcesses, end_an_agent_that_is_deaf_to_stop_and_sigterm) {
    FakeFleet fleet;
    fleet.add("risk", "deaf").supervision.shutdown_timeout = 20ms;
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    ASSERT_TRUE(fleet.supervisor().stop({"risk"}, monotonic_now()));
    ASSERT_TRUE(fleet.until_state("risk", AgentState::stopped));
    EXPECT_EQ(fleet.processes().last_end("risk")->status.signal, SIGKILL);
}

TEST(UnitProcesses, count_an_agent_as_stopped_only_when_its_orphans_are_gone) {
    FakeFleet fleet;
    fleet.add("risk", "orphan");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    const pid_t orphan = fleet.orphan_of("risk");
    ASSERT_TRUE(is_running(orphan));
    ASSERT_TRUE(fleet.supervisor().stop({"risk"}, monotonic_now()));
    ASSERT_TRUE(fleet.until_state("risk", AgentState::stopped));
    EXPECT_FALSE(is_running(orphan));
}

TEST(UnitProcesses, kill_the_orphans_of_a_crashed_agent_before_its_restart) {
    FakeFleet fleet;
    fleet.add("risk", "orphan");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    const pid_t orphan = fleet.orphan_of("risk");
    std::filesystem::remove(fleet.file("risk"));
    ::kill(fleet.pid("risk"), SIGKILL);
    ASSERT_TRUE(fleet.until_running("risk", 1));
    EXPECT_FALSE(is_running(orphan));
    EXPECT_TRUE(is_running(fleet.orphan_of("risk")));
}

TEST(UnitProcesses, find_an_orphan_that_dropped_session_parent_and_environment) {
    FakeFleet fleet;
    fleet.add("risk", "bare_orphan");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    const pid_t orphan = fleet.orphan_of("risk");
    ASSERT_TRUE(fleet.supervisor().stop({"risk"}, monotonic_now()));
    ASSERT_TRUE(fleet.until_state("risk", AgentState::stopped));
    EXPECT_FALSE(is_running(orphan));
}

TEST(UnitProcesses, leave_the_orphans_of_other_agents_alone) {
    FakeFleet fleet;
    fleet.add("risk", "orphan");
    fleet.add("broker", "orphan");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    ASSERT_TRUE(fleet.until_running("broker"));
    const pid_t kept = fleet.orphan_of("broker");
    ASSERT_TRUE(fleet.supervisor().stop({"risk"}, monotonic_now()));
    ASSERT_TRUE(fleet.until_state("risk", AgentState::stopped));
    EXPECT_FALSE(is_running(fleet.orphan_of("risk")));
    EXPECT_TRUE(is_running(kept));
}

TEST(UnitProcesses, abort_an_agent_whose_callback_hangs) {
    FakeFleet fleet;
    fleet.add("risk", "hang").supervision.heartbeat.timeout = 20ms;
    fleet.begin();
    // It hangs in each of its lives. One that others keep from dying of the signal is killed.
    ASSERT_TRUE(fleet.until([&] {
        const auto end = fleet.processes().last_end("risk");
        return end && end->status.signal == SIGABRT && fleet.status("risk").restarts > 0;
    }));
    const auto history = fleet.supervisor().history("risk");
    EXPECT_TRUE(std::ranges::any_of(history, [](const UnitChange& change) {
        return change.health == AgentHealth::hung &&
               change.reason.find("hung") != std::string::npos;
    }));
}

TEST(UnitProcesses, do_not_take_a_stopped_process_for_a_hung_one) {
    FakeFleet fleet;
    fleet.add("risk", "hang").supervision.heartbeat.timeout = 20s;
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    const pid_t pid = fleet.pid("risk");
    ::kill(pid, SIGSTOP);
    ASSERT_TRUE(fleet.until([&] { return fleet.status("risk").health == AgentHealth::unhealthy; }));
    EXPECT_EQ(fleet.status("risk").health_code, "process.stopped");
    EXPECT_EQ(fleet.pid("risk"), pid);
    ::kill(pid, SIGCONT);
    ASSERT_TRUE(fleet.until([&] { return fleet.status("risk").health == AgentHealth::healthy; }));
    EXPECT_EQ(fleet.pid("risk"), pid);
}

TEST(UnitProcesses, see_an_idle_process_that_a_signal_stops_and_continues) {
    FakeFleet fleet;
    fleet.add("risk", "run");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    const pid_t pid = fleet.pid("risk");
    for (int round = 0; round < 3; ++round) {
        ::kill(pid, SIGSTOP);
        ASSERT_TRUE(
            fleet.until([&] { return fleet.status("risk").health == AgentHealth::unhealthy; }));
        EXPECT_EQ(fleet.status("risk").reason, "its process is stopped by a signal (state T)");
        ::kill(pid, SIGCONT);
        ASSERT_TRUE(
            fleet.until([&] { return fleet.status("risk").health == AgentHealth::healthy; }));
    }
    EXPECT_EQ(fleet.pid("risk"), pid);
    EXPECT_EQ(fleet.status("risk").restarts, 0);
}

TEST(UnitProcesses, see_an_idle_process_that_a_debugger_holds) {
    FakeFleet fleet;
    fleet.add("risk", "run");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    const pid_t pid = fleet.pid("risk");
    // A debugger is told of the stops of whom it holds, and the supervisor is not.
    const pid_t debugger = ::fork();
    if (debugger == 0) {
        const bool holds = ::ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) == 0 &&
                           ::ptrace(PTRACE_INTERRUPT, pid, nullptr, nullptr) == 0;
        while (holds) {
            ::pause();
        }
        ::_exit(0);
    }
    const auto is_held = [&] { return fleet.status("risk").health == AgentHealth::unhealthy; };
    if (!fleet.until([&] { return is_held() || !is_running(debugger); }) || !is_held()) {
        GTEST_SKIP() << "this machine lets nobody trace";
    }
    EXPECT_EQ(fleet.status("risk").reason, "its process is held by a debugger (state t)");
    ::kill(debugger, SIGKILL);
    ASSERT_TRUE(fleet.until([&] { return fleet.status("risk").health == AgentHealth::healthy; }));
    EXPECT_EQ(fleet.pid("risk"), pid);
}

TEST(UnitProcesses, do_not_end_an_agent_that_is_stopped_while_it_starts) {
    FakeFleet fleet;
    AgentConfig& agent = fleet.add("risk", "never");
    agent.supervision.heartbeat.grace = 60s;
    agent.supervision.restart = RestartMode::no;
    fleet.begin();
    ASSERT_TRUE(fleet.until_state("risk", AgentState::starting));
    const pid_t pid = fleet.pid("risk");
    ::kill(pid, SIGSTOP);
    ASSERT_TRUE(fleet.until([&] {
        return fleet.status("risk").reason.find("stopped by a signal") != std::string::npos;
    }));
    const auto due = fleet.supervisor().next_deadline();
    EXPECT_FALSE(due.has_value()) << "nothing is overdue while it is stopped";
    ::kill(pid, SIGCONT);
    ASSERT_TRUE(fleet.until([&] { return fleet.supervisor().next_deadline().has_value(); }));
    EXPECT_EQ(fleet.pid("risk"), pid);
}

TEST(UnitProcesses, end_an_agent_that_never_becomes_ready) {
    FakeFleet fleet;
    AgentConfig& agent = fleet.add("risk", "never");
    agent.supervision.heartbeat.grace = 20ms;
    agent.supervision.restart = RestartMode::no;
    fleet.begin();
    ASSERT_TRUE(fleet.until_state("risk", AgentState::failed));
    EXPECT_NE(fleet.status("risk").reason.find("not ready"), std::string::npos);
}

TEST(UnitProcesses, survive_nonsense_on_a_control_channel) {
    FakeFleet fleet;
    fleet.add("risk", "nonsense");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    const auto log = fleet.log_of("droverd");
    EXPECT_TRUE(std::ranges::any_of(log, [](const Json& line) {
        return line.at("message").get<std::string>().find("no JSON object") != std::string::npos;
    }));
}

TEST(UnitProcesses, log_what_children_write) {
    FakeFleet fleet;
    fleet.add("risk", "talk");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    ASSERT_TRUE(fleet.until([&] { return fleet.log_of("risk").size() == 3; }));
    EXPECT_EQ(fleet.log_of("risk").front().at("message"), "life 1 begins");
    for (const Json& line : fleet.log_of("risk")) {
        if (line.at("stream") == "droverd") {
            continue;
        }
        EXPECT_EQ(line.at("life"), 1);
        const bool is_output = line.at("stream") == "stdout";
        EXPECT_EQ(line.at("message"), is_output ? "spoken" : "warned");
        EXPECT_EQ(line.at("pid"), fleet.pid("risk"));
    }
}

TEST(UnitProcesses, start_an_agent_once_another_has_written_the_line_it_waits_for) {
    FakeFleet fleet;
    fleet.add("gateway", "talk");
    Dependency line;
    line.agent = "gateway";
    line.condition = DependencyCondition::log_ready;
    line.pattern = "^spo[a-z]+$";
    fleet.add("risk", "run").depends_on.push_back(line);
    line.pattern = "unspoken";
    fleet.add("broker", "run").depends_on.push_back(line);
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    EXPECT_EQ(fleet.status("broker").state, AgentState::waiting);
}

TEST(UnitProcesses, say_why_a_program_cannot_be_started) {
    FakeFleet fleet;
    fleet.add("risk", "run").supervision.restart = RestartMode::no;
    // A log that cannot be opened is as good a reason as a missing program.
    std::filesystem::create_directories(fleet.file("risk").parent_path() / "logs" / "risk.log");
    fleet.begin();
    ASSERT_TRUE(fleet.until_state("risk", AgentState::failed));
    EXPECT_NE(fleet.status("risk").reason.find("risk.log"), std::string::npos);
}

}  // namespace
}  // namespace drover
