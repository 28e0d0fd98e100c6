// The verbs that change one agent, and the exit codes of the command.
#include <filesystem>

#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* two_agents = R"(  ticker: {plugin: @behaving@, agent: ticker}
  listener: {plugin: @behaving@, agent: listener}
)";

TEST(StopStartRestart, stops_one_agent_until_it_is_started_again) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    EXPECT_EQ(fleet.drover({"stop", "listener"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches("listener", [](const AgentStatus& now) {
        return now.state == "stopped" && !now.pid && !now.reason.empty();
    }));
    EXPECT_TRUE(fleet.reaches("ticker", [](const AgentStatus& now) { return now.is_well(); }));
    EXPECT_EQ(fleet.drover({"start", "listener"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches(
        "listener", [](const AgentStatus& now) { return now.is_well() && now.restarts == 0; }));
    EXPECT_TRUE(fleet.hears_more("listener"));
}

TEST(StopStartRestart, waits_until_what_was_asked_for_has_happened) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    EXPECT_EQ(fleet.drover({"stop", "listener"}).exit_code, 0);
    auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_EQ((*status)["listener"].state, "stopped");
    EXPECT_EQ(fleet.drover({"start", "listener"}).exit_code, 0);
    status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_TRUE((*status)["listener"].is_well());
}

TEST(StopStartRestart, restarts_one_agent_in_a_new_process) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    const auto before = fleet.status();
    EXPECT_EQ(fleet.drover({"restart", "ticker"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches("ticker", [&](const AgentStatus& now) {
        return now.is_well() && now.pid != (*before)["ticker"].pid;
    }));
    const auto after = fleet.status();
    ASSERT_TRUE(before && after);
    EXPECT_EQ((*before)["listener"].pid, (*after)["listener"].pid);
    EXPECT_TRUE(fleet.hears_more("listener"));
}

TEST(StopStartRestart, takes_several_names_or_all) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    const auto both = [](const char* state) {
        return [state](const FleetStatus& now) {
            return now["ticker"].state == state && now["listener"].state == state;
        };
    };
    EXPECT_EQ(fleet.drover({"stop", "ticker", "listener"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches(both("stopped")));
    EXPECT_EQ(fleet.drover({"start", "--all"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches(both("running")));
    EXPECT_EQ(fleet.drover({"stop", "--all"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches(both("stopped")));
    EXPECT_EQ(fleet.drover({"restart", "--all"}).exit_code, 0);
    EXPECT_TRUE(fleet.gets_well());
}

/// What `status` prints besides its table.
bool is_warned_of(const FleetUnderTest& fleet, const std::string& what) {
    return fleet.drover({"status"}).output.find("warning: " + what) != std::string::npos;
}

bool has_event(const FleetUnderTest& fleet, const std::string& event) {
    return fleet.drover({"events", "-o", "json"}).output.find("\"event\":\"" + event + "\"") !=
           std::string::npos;
}

TEST(StopStartRestart, stops_an_agent_and_says_that_it_cannot_remember_it) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    // Where the next stopped.json is drafted stands what cannot be written to.
    const auto draft = fleet.state_directory() / "stopped.json.new";
    std::filesystem::create_directory(draft);
    const ProgramResult result = fleet.drover({"stop", "listener"});
    EXPECT_EQ(result.exit_code, 0) << result.text();
    EXPECT_NE(result.errors.find("warning: Who was stopped by a person is forgotten when droverd "
                                 "ends: The file "),
              std::string::npos)
        << result.text();
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_EQ((*status)["listener"].state, "stopped");
    EXPECT_TRUE(is_warned_of(fleet, "Who was stopped by a person is forgotten"));
    EXPECT_TRUE(has_event(fleet, "stops_not_kept"));
    std::filesystem::remove(draft);
    EXPECT_TRUE(eventually([&] { return has_event(fleet, "stops_kept"); }));
    EXPECT_FALSE(is_warned_of(fleet, "Who was stopped"));
    fleet.down();
    fleet.up();
    const auto again = fleet.status();
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)["listener"].state, "stopped");
}

TEST(StopStartRestart, says_that_what_was_remembered_cannot_be_understood) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    EXPECT_EQ(fleet.drover({"stop", "listener"}).exit_code, 0);
    fleet.down();
    fleet.write("state/stopped.json", "{\"stopped\": [\"liste");
    const ProgramResult up = fleet.drover({"up", "-d"});
    EXPECT_EQ(up.exit_code, 0) << up.text();
    EXPECT_NE(up.errors.find("stopped.json, which says who was stopped by a person, cannot be "
                             "understood: every agent is started."),
              std::string::npos)
        << up.text();
    EXPECT_TRUE(fleet.gets_well());
    EXPECT_TRUE(is_warned_of(fleet, "The file "));
    EXPECT_TRUE(has_event(fleet, "stops_forgotten"));
    EXPECT_EQ(fleet.read("state/stopped.json.broken"), "{\"stopped\": [\"liste");
    EXPECT_EQ(fleet.drover({"stop", "listener"}).exit_code, 0);
    EXPECT_FALSE(is_warned_of(fleet, "The file "));
}

TEST(StopStartRestart, says_which_agent_was_meant) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    for (const char* verb : {"start", "stop", "restart", "status", "describe"}) {
        const ProgramResult result = fleet.drover({verb, "lisetner"});
        EXPECT_EQ(result.exit_code, 2) << verb << ": " << result.text();
        EXPECT_NE(result.errors.find("listener"), std::string::npos)
            << verb << ": " << result.text();
    }
    EXPECT_TRUE(fleet.gets_well());
}

TEST(StopStartRestart, takes_a_name_that_is_empty_for_nobody_and_one_given_twice_for_one) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    const std::vector<std::vector<std::string>> commands{
        {"stop", ""}, {"restart", ""}, {"stop", "--group", ""}, {"status", ""}};
    for (const auto& command : commands) {
        const ProgramResult result = fleet.drover(command);
        EXPECT_EQ(result.exit_code, 2) << command.front() << ": " << result.text();
    }
    EXPECT_TRUE(fleet.gets_well());
    const ProgramResult twice = fleet.drover({"stop", "listener", "listener"});
    EXPECT_EQ(twice.exit_code, 0) << twice.text();
    EXPECT_EQ(twice.output, "listener is stopped.\n");
}

TEST(StopStartRestart, answers_4_where_no_droverd_runs) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    const std::vector<std::vector<std::string>> commands{{"status"},
                                                         {"status", "-o", "json"},
                                                         {"start", "ticker"},
                                                         {"stop", "ticker"},
                                                         {"restart", "--all"},
                                                         {"down"},
                                                         {"tap", ">"}};
    for (const auto& command : commands) {
        const ProgramResult result = fleet.drover(command);
        EXPECT_EQ(result.exit_code, 4) << command.front() << ": " << result.text();
        EXPECT_NE(result.errors.find("drover up"), std::string::npos)
            << command.front() << " should say how to start one: " << result.text();
    }
}

TEST(StopStartRestart, answers_2_to_what_it_does_not_understand) {
    const FleetUnderTest fleet;
    const std::vector<std::vector<std::string>> commands{{},
                                                         {"frobnicate"},
                                                         {"stop"},
                                                         {"start"},
                                                         {"restart"},
                                                         {"stop", "--al"},
                                                         {"status", "-o", "xml"},
                                                         {"tap"},
                                                         {"tap", ">", "-n", "many"},
                                                         {"kill-switch"},
                                                         {"kill-switch", "explode"},
                                                         {"describe"},
                                                         {"up", "--timeout", "soon"}};
    for (const auto& command : commands) {
        const ProgramResult result = fleet.drover(command);
        std::string typed;
        for (const std::string& word : command) {
            typed += ' ' + word;
        }
        EXPECT_EQ(result.exit_code, 2) << "drover" << typed << ": " << result.text();
        EXPECT_FALSE((result.errors + result.output).empty()) << "drover" << typed;
    }
}

TEST(StopStartRestart, answers_3_when_an_agent_that_was_named_is_failed) {
    FleetUnderTest fleet;
    fleet.write_agents(std::string(two_agents) +
                       "  bad: {plugin: @throws@, agent: at-start, restart: no}\n");
    const ProgramResult started = fleet.drover({"up", "-d"});
    EXPECT_EQ(started.exit_code, 3) << started.text();
    EXPECT_NE(started.errors.find("bad"), std::string::npos) << started.text();
    EXPECT_EQ(started.errors.find("listener"), std::string::npos) << started.text();
    EXPECT_EQ(fleet.drover({"status", "bad"}).exit_code, 3);
    EXPECT_EQ(fleet.drover({"status", "ticker"}).exit_code, 0);
    EXPECT_EQ(fleet.drover({"start", "bad"}).exit_code, 3);
    EXPECT_EQ(fleet.drover({"restart", "bad"}).exit_code, 3);
}

TEST(StopStartRestart, up_answers_3_and_names_who_is_not_ready_in_time) {
    FleetUnderTest fleet;
    fleet.write_agents(std::string(two_agents) +
                       "  slow: {plugin: @hangs@, agent: never-ready, heartbeat: {grace: 1h}}\n");
    // Long enough for the others on a busy machine.
    const ProgramResult started = fleet.drover({"up", "-d", "--timeout", "10s"});
    EXPECT_EQ(started.exit_code, 3) << started.text();
    EXPECT_NE(started.errors.find("slow"), std::string::npos) << started.text();
    EXPECT_EQ(started.errors.find("listener"), std::string::npos) << started.text();
    EXPECT_TRUE(fleet.hears_more("listener"));
}

TEST(StopStartRestart, answers_5_when_it_takes_longer_than_allowed) {
    FleetUnderTest fleet;
    fleet.write_agents(std::string(two_agents) +
                       "  stubborn:\n    plugin: @hangs@\n    agent: while-stopping\n"
                       "    shutdown: {timeout: 1h}\n");
    fleet.up();
    const ProgramResult result = fleet.drover({"stop", "stubborn", "--timeout", "500ms"});
    EXPECT_EQ(result.exit_code, 5) << result.text();
    EXPECT_NE(result.errors.find("stubborn"), std::string::npos) << result.text();
}

TEST(StopStartRestart, describes_an_agent_and_a_plugin) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    const ProgramResult agent = fleet.drover({"describe", "ticker"});
    EXPECT_EQ(agent.exit_code, 0) << agent.text();
    EXPECT_NE(agent.output.find("test.>"), std::string::npos) << "its ports: " << agent.text();
    EXPECT_NE(agent.output.find("running"), std::string::npos) << "its history: " << agent.text();
    const ProgramResult plugin = fleet.drover({"describe", misbehaving_plugin("behaving")});
    EXPECT_EQ(plugin.exit_code, 0) << plugin.text();
    for (const char* name : {"ticker", "listener", "recorder", "quiet"}) {
        EXPECT_NE(plugin.output.find(name), std::string::npos) << plugin.text();
    }
}

}  // namespace
}  // namespace drover::scenarios
