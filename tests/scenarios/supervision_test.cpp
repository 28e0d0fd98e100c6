// Conditions, pauses, limits and stops that are kept, with real processes.
#include <csignal>
#include <filesystem>
#include <system_error>

#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

using std::chrono::seconds;

std::string quiet(const std::string& name,
                  const std::string& config,
                  const std::string& more = {}) {
    return "  " + name + ":\n    plugin: @behaving@\n    agent: quiet\n    config: {" + config +
           "}\n" + more;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(Supervision, starts_an_agent_once_another_has_completed) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  import: {plugin: @endings@, agent: complete, depends_on: [report-gate]}\n" +
        quiet("report-gate", "") +
        quiet("report", "", "    depends_on: {import: {condition: completed_successfully}}\n"));
    fleet.up();
    EXPECT_TRUE(fleet.reaches([](const FleetStatus& now) {
        return now["import"].state == "completed" && now["report"].is_well();
    }));
}

TEST(Supervision, fails_an_agent_whose_dependency_did_not_complete_well) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  import: {plugin: @endings@, agent: give-up, restart: \"no\"}\n" +
        quiet("report", "", "    depends_on: {import: {condition: completed_successfully}}\n") +
        quiet("anyway", "", "    depends_on: {import: {condition: completed}}\n"));
    fleet.up_well_or_not();
    EXPECT_TRUE(fleet.reaches([](const FleetStatus& now) {
        return now["report"].state == "failed" && has(now["report"].reason, "depends on import") &&
               now["anyway"].is_well();
    }));
}

TEST(Supervision, starts_an_agent_once_another_has_written_a_line) {
    FleetUnderTest fleet;
    fleet.write_agents(
        quiet("gateway", "say: \"listening on port 8080\", wait_for: @FOLDER@/go") +
        quiet("client",
              "",
              "    depends_on: {gateway: {condition: log_ready, pattern: \"port [0-9]+$\"}}\n") +
        quiet(
            "logged",
            "",
            "    depends_on: {gateway: {condition: log_ready, pattern: \"^said: listening\"}}\n") +
        quiet("other",
              "",
              "    depends_on: {gateway: {condition: log_ready, pattern: \"never said\"}}\n"));
    Program up = fleet.start_drover({"up", "-d", "--timeout", "1s"});
    EXPECT_TRUE(fleet.reaches([](const FleetStatus& now) {
        return now["gateway"].state == "starting" && now["client"].is_well() &&
               now["logged"].is_well() && now["other"].state == "waiting" &&
               has(now["other"].reason, "to write a line that matches 'never said'");
    }));
    ASSERT_TRUE(up.wait_for_end(patience));
}

TEST(Supervision, gives_a_paused_agent_nothing_to_do_until_its_dependency_is_back) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  witness: {plugin: @behaving@, agent: listener}\n"
        "  risk:\n    plugin: @behaving@\n    agent: listener\n"
        "    depends_on: {gate: {on_down: pause}}\n" +
        quiet("gate", ""));
    fleet.up();
    ASSERT_TRUE(fleet.hears_more("risk"));
    ASSERT_EQ(fleet.drover({"stop", "gate"}).exit_code, 0);
    ASSERT_TRUE(fleet.reaches("risk", [](const AgentStatus& now) {
        return now.state == "running" && now.health == "unhealthy" &&
               now.reason == "paused until gate is back (on_down: pause)";
    }));
    // What it was handling when the order reached it may still have counted; from then on nothing
    // does, whatever the witness hears.
    AgentStatus paused;
    const auto hears_nothing_more = [&] {
        const auto now = fleet.status();
        EXPECT_TRUE(now);
        paused = now ? (*now)["risk"] : AgentStatus{};
        EXPECT_TRUE(fleet.hears_more("witness"));
        EXPECT_TRUE(fleet.hears_more("witness"));
        const auto later = fleet.status();
        return later && (*later)["risk"].messages_in == paused.messages_in;
    };
    ASSERT_TRUE(eventually(hears_nothing_more));
    ASSERT_EQ(fleet.drover({"start", "gate"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches("risk", [&](const AgentStatus& now) {
        return now.is_well() && now.pid == paused.pid && now.restarts == 0;
    }));
    EXPECT_TRUE(fleet.hears_more("risk"));
}

TEST(Supervision, leaves_a_paused_agent_no_room_on_the_disk_that_its_file_does_not_need) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker:\n    plugin: @behaving@\n    agent: ticker\n"
        "    depends_on: {gate: {on_down: pause}}\n" +
        quiet("gate", ""));
    fleet.up();
    const auto has_wal = [&fleet] {
        std::error_code none;
        return std::filesystem::file_size(
                   fleet.state_directory() / "agents" / "ticker" / "state.sqlite-wal", none) > 0 &&
               !none;
    };
    ASSERT_TRUE(eventually(has_wal));
    ASSERT_EQ(fleet.drover({"stop", "gate"}).exit_code, 0);
    ASSERT_TRUE(fleet.reaches(
        "ticker", [](const AgentStatus& now) { return has(now.reason, "paused until gate"); }));
    EXPECT_TRUE(eventually([&has_wal] { return !has_wal(); }));
    EXPECT_TRUE(fleet.reaches("ticker", [](const AgentStatus& now) {
        return has(now.reason, "paused until gate") && now.restarts == 0;
    }));
}

TEST(Supervision, stops_a_paused_agent_when_asked) {
    FleetUnderTest fleet;
    fleet.write_agents(quiet("gate", "") + quiet("risk",
                                                 "journal: @FOLDER@/journal",
                                                 "    depends_on: {gate: {on_down: pause}}\n"));
    fleet.up();
    ASSERT_EQ(fleet.drover({"stop", "gate"}).exit_code, 0);
    ASSERT_TRUE(fleet.reaches(
        "risk", [](const AgentStatus& now) { return has(now.reason, "paused until gate"); }));
    EXPECT_EQ(fleet.drover({"stop", "risk"}).exit_code, 0);
    EXPECT_TRUE(has(fleet.read("journal"), "stop risk")) << "its stop was called";
    fleet.down();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(Supervision, stops_an_agent_before_what_it_cannot_do_without) {
    FleetUnderTest fleet;
    fleet.write_agents(
        quiet("gate", "journal: @FOLDER@/journal") +
        quiet("risk", "journal: @FOLDER@/journal", "    depends_on: {gate: {on_down: stop}}\n"));
    fleet.up();
    ASSERT_EQ(fleet.drover({"stop", "gate"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches("risk", [](const AgentStatus& now) {
        return now.state == "waiting" && has(now.reason, "waiting for gate to be healthy") &&
               !now.pid;
    }));
    const std::string journal = fleet.read("journal");
    EXPECT_NE(journal.find("stop gate", journal.find("stop risk")), std::string::npos) << journal;
    ASSERT_EQ(fleet.drover({"start", "gate"}).exit_code, 0);
    EXPECT_TRUE(fleet.gets_well());
}

TEST(Supervision, ends_the_fleet_with_exit_code_70_past_a_limit_that_says_so) {
    FleetUnderTest fleet;
    fleet.write_agents(quiet("bystander", "") +
                       "  ticker: {plugin: @behaving@, agent: ticker}\n"
                       "  fragile:\n    plugin: @crashes@\n    agent: on-message\n"
                       "    restart_limit: {max_restarts: 1, window: 60s, then: shutdown}\n");
    Program up = fleet.start_drover({"up"});
    ASSERT_TRUE(up.wait_for_end(patience)) << up.output() << up.errors();
    EXPECT_EQ(up.exit_code(), 70) << up.output() << up.errors();
    EXPECT_TRUE(has(up.errors(), "then: shutdown")) << up.errors();
    EXPECT_TRUE(fleet.is_gone_within(patience));
    const std::string events = fleet.drover({"events"}).output;
    EXPECT_TRUE(has(events, "fragile passed its restart_limit")) << events;
}

TEST(Supervision, restarts_all_that_depend_on_an_agent_past_its_limit) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  fragile:\n    plugin: @crashes@\n    agent: on-message\n"
        "    config: {once: @FOLDER@/crashed}\n"
        "    restart_limit: {max_restarts: 0, window: 60s, then: restart_group}\n" +
        quiet("user", "journal: @FOLDER@/journal", "    depends_on: [fragile]\n") +
        quiet("bystander", "journal: @FOLDER@/journal"));
    fleet.up_well_or_not();
    EXPECT_TRUE(fleet.reaches([&fleet](const FleetStatus& now) {
        // It may have crashed before its dependent had started at all.
        const bool had_started = has(fleet.read("journal"), "stop user");
        return now.is_well() && has(now["fragile"].last_exit, "SIG") &&
               (!had_started || has(now["user"].reason, "restarted with fragile"));
    }));
    EXPECT_FALSE(has(fleet.read("journal"), "stop bystander"));
}

TEST(Supervision,
     keeps_an_agent_stopped_that_a_person_stopped_when_droverd_is_restarted_unless_always) {
    FleetUnderTest fleet;
    fleet.write_agents(quiet("risk", "", "    restart: unless_stopped\n") +
                       quiet("keen", "", "    restart: always\n") + quiet("other", ""));
    fleet.up();
    ASSERT_EQ(fleet.drover({"stop", "risk", "keen"}).exit_code, 0);
    ASSERT_TRUE(fleet.reaches("keen", [](const AgentStatus& now) {
        return now.state == "stopped" && has(now.reason, "stopped by a person");
    }));
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    ASSERT_TRUE(gets_signal(before->guard, SIGKILL));
    ASSERT_TRUE(fleet.is_gone_within(patience));
    const ProgramResult up = fleet.drover({"up", "-d"});
    EXPECT_EQ(up.exit_code, 0) << up.text();
    EXPECT_TRUE(has(up.errors, "Left stopped, because a person had stopped them: risk;"))
        << up.text();
    EXPECT_TRUE(fleet.reaches([](const FleetStatus& now) {
        return now["other"].is_well() && now["keen"].is_well() && now["risk"].state == "stopped" &&
               has(now["risk"].reason, "stopped by a person before droverd started");
    }));
    // A start is kept as well.
    ASSERT_EQ(fleet.drover({"start", "risk"}).exit_code, 0);
    fleet.down();
    fleet.up();
    EXPECT_TRUE(fleet.gets_well());
    // And beginning anew forgets all.
    ASSERT_EQ(fleet.drover({"stop", "risk"}).exit_code, 0);
    fleet.down();
    fleet.up(0, {"--fresh"});
    EXPECT_TRUE(fleet.gets_well());
}

TEST(Supervision, makes_one_process_of_many_restarts_at_once) {
    FleetUnderTest fleet;
    fleet.write_agents(quiet("risk", "journal: @FOLDER@/journal"));
    fleet.up();
    std::vector<Program> restarts;
    constexpr int many = 6;
    for (int index = 0; index < many; ++index) {
        restarts.push_back(fleet.start_drover({"restart", "risk"}));
    }
    for (Program& restart : restarts) {
        ASSERT_TRUE(restart.wait_for_end(patience));
        EXPECT_EQ(restart.exit_code(), 0) << restart.errors();
    }
    ASSERT_TRUE(fleet.gets_well());
    std::size_t starts = 0;
    std::size_t stops = 0;
    const std::string journal = fleet.read("journal");
    for (std::size_t at = 0; (at = journal.find("start risk", at)) != std::string::npos; ++at) {
        ++starts;
    }
    for (std::size_t at = 0; (at = journal.find("stop risk", at)) != std::string::npos; ++at) {
        ++stops;
    }
    EXPECT_EQ(starts, stops + 1) << "no two lives at once: " << journal;
    EXPECT_LE(stops, std::size_t{many});
}

TEST(Supervision, stops_an_agent_that_waits_for_its_dependency) {
    FleetUnderTest fleet;
    fleet.write_agents(quiet("gate", "wait_for: @FOLDER@/go") +
                       quiet("risk", "", "    depends_on: [gate]\n"));
    Program up = fleet.start_drover({"up", "-d", "--timeout", "1s"});
    ASSERT_TRUE(
        fleet.reaches("risk", [](const AgentStatus& now) { return now.state == "waiting"; }));
    EXPECT_EQ(fleet.drover({"stop", "risk"}).exit_code, 0);
    fleet.write("go", "");
    EXPECT_TRUE(fleet.reaches([](const FleetStatus& now) {
        return now["gate"].is_well() && now["risk"].state == "stopped" && !now["risk"].pid;
    }));
    ASSERT_TRUE(up.wait_for_end(patience));
}

TEST(Supervision, lets_a_slow_stop_keep_nobody_waiting) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  slow:\n    plugin: @hangs@\n    agent: while-stopping\n"
        "    shutdown: {timeout: 1h}\n" +
        quiet("risk", ""));
    fleet.up();
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    Program stop = fleet.start_drover({"stop", "slow"});
    ASSERT_TRUE(
        fleet.reaches("slow", [](const AgentStatus& now) { return now.state == "stopping"; }));
    EXPECT_EQ(fleet.drover({"restart", "risk"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches([&](const FleetStatus& now) {
        return now["risk"].is_well() && now["risk"].pid != (*before)["risk"].pid &&
               now["slow"].state == "stopping";
    }));
}

}  // namespace
}  // namespace drover::scenarios
