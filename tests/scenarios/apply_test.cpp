// A running fleet takes a new agents.yaml.
#include <filesystem>

#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* two_agents = R"(  ticker: {plugin: @behaving@, agent: ticker}
  listener: {plugin: @behaving@, agent: listener}
)";

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::optional<pid_t> pid_of(const FleetUnderTest& fleet, const std::string& agent) {
    const auto status = fleet.status();
    return status ? (*status)[agent].pid : std::nullopt;
}

TEST(Apply, restarts_the_agent_whose_config_changed_and_no_other) {
    FleetUnderTest fleet;
    fleet.write_agents(std::string(two_agents) +
                       "  quiet: {plugin: @behaving@, agent: quiet, config: {number: 1}}\n");
    fleet.up();
    const auto before = fleet.status();
    fleet.write_agents(std::string(two_agents) +
                       "  quiet: {plugin: @behaving@, agent: quiet, config: {number: 2}}\n");
    const ProgramResult applied = fleet.drover({"apply", "-o", "json"});
    EXPECT_EQ(applied.exit_code, 0) << applied.text();
    EXPECT_TRUE(has(applied.output,
                    R"("restart":[{"name":"quiet","keys":["/agents/quiet/config/number"]}])"))
        << applied.text();
    const auto after = fleet.status();
    ASSERT_TRUE(before && after);
    EXPECT_NE((*before)["quiet"].pid, (*after)["quiet"].pid);
    for (const char* untouched : {"ticker", "listener", "drover-router"}) {
        EXPECT_EQ((*before)[untouched].pid, (*after)[untouched].pid) << untouched;
    }
    EXPECT_TRUE(has((*after)["quiet"].reason, "/agents/quiet/config/number")) << after->text;
}

TEST(Apply, only_says_what_it_would_do_when_asked_to) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    const auto before = fleet.status();
    fleet.write_agents(
        "  listener: {plugin: @behaving@, agent: listener, restart: always}\n"
        "  quiet: {plugin: @behaving@, agent: quiet}\n");
    const ProgramResult plan = fleet.drover({"apply", "--dry-run"});
    EXPECT_EQ(plan.exit_code, 0) << plan.text();
    for (const char* line : {"+ add",
                             "/agents/quiet",
                             "- remove",
                             "/agents/ticker",
                             "! live update",
                             "/agents/listener/restart"}) {
        EXPECT_TRUE(has(plan.output, line)) << line << ": " << plan.text();
    }
    const auto after = fleet.status();
    ASSERT_TRUE(before && after);
    EXPECT_EQ((*before)["ticker"].pid, (*after)["ticker"].pid);
    EXPECT_FALSE(after->agents.contains("quiet"));
}

TEST(Apply, adds_an_agent_that_gets_messages_and_removes_one_for_good) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  quiet: {plugin: @behaving@, agent: quiet}\n");
    fleet.up();
    const auto ticker = pid_of(fleet, "ticker");
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  listener: {plugin: @behaving@, agent: listener}\n");
    const ProgramResult applied = fleet.drover({"apply"});
    EXPECT_EQ(applied.exit_code, 0) << applied.text();
    const auto after = fleet.status();
    ASSERT_TRUE(after);
    EXPECT_FALSE(after->agents.contains("quiet")) << after->text;
    EXPECT_EQ((*after)["ticker"].pid, ticker);
    EXPECT_TRUE(fleet.hears_more("listener"));
    EXPECT_TRUE(fleet.gets_well());
    EXPECT_EQ(fleet.drover({"start", "quiet"}).exit_code, 2);
}

TEST(Apply, changes_nothing_for_a_file_with_faults_and_lists_them_as_validate_does) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    const auto before = fleet.status();
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker, restrat: always}\n"
        "  listener: {plugin: no_such_plugin}\n");
    const ProgramResult validated = fleet.drover({"validate"});
    const ProgramResult applied = fleet.drover({"apply"});
    EXPECT_EQ(applied.exit_code, 1) << applied.text();
    EXPECT_TRUE(has(applied.errors, "restrat")) << applied.text();
    EXPECT_TRUE(has(applied.errors, "no_such_plugin")) << applied.text();
    EXPECT_TRUE(has(applied.errors, "nothing has changed")) << applied.text();
    const std::string place = "agents.yaml:";
    EXPECT_EQ(validated.errors.substr(validated.errors.find(place), 40),
              applied.errors.substr(applied.errors.find(place), 40));
    const auto after = fleet.status();
    ASSERT_TRUE(before && after);
    EXPECT_EQ((*before)["ticker"].pid, (*after)["ticker"].pid);
    EXPECT_EQ((*before)["listener"].pid, (*after)["listener"].pid);
    EXPECT_TRUE(has(fleet.drover({"events", "--kind", "apply"}).output, "apply refused"));
}

TEST(Apply, leaves_a_stopped_agent_stopped) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    EXPECT_EQ(fleet.drover({"stop", "listener"}).exit_code, 0);
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  listener: {plugin: @behaving@, agent: listener, restart: always}\n");
    EXPECT_EQ(fleet.drover({"apply"}).exit_code, 0);
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_EQ((*status)["listener"].state, "stopped");
}

TEST(Apply, alone_lets_restart_take_a_changed_file) {
    FleetUnderTest fleet;
    const auto listener_with = [](const std::string& number) {
        return "  listener: {plugin: @behaving@, agent: quiet, config: {number: " + number + "}}\n";
    };
    fleet.write_agents(listener_with("1"));
    fleet.up();
    fleet.write_agents("  listener: {plugin: no_such_plugin}\n");
    EXPECT_EQ(fleet.drover({"restart", "listener"}).exit_code, 0)
        << "a file that was not applied has no meaning";
    fleet.write_agents(listener_with("2"));
    EXPECT_EQ(fleet.drover({"apply"}).exit_code, 0);
    const ProgramResult again = fleet.drover({"apply", "--dry-run"});
    EXPECT_TRUE(has(again.output, "= untouched")) << again.text();
    EXPECT_FALSE(has(again.output, "restart ")) << again.text();
}

TEST(Apply, returns_to_an_earlier_file) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n");
    EXPECT_EQ(fleet.drover({"apply"}).exit_code, 0);
    auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_FALSE(status->agents.contains("listener"));
    const ProgramResult list = fleet.drover({"apply", "--list"});
    EXPECT_TRUE(has(list.output, "in use")) << list.text();
    EXPECT_TRUE(has(list.output, "--rollback 1")) << list.text();
    const ProgramResult back = fleet.drover({"apply", "--rollback"});
    EXPECT_EQ(back.exit_code, 0) << back.text();
    EXPECT_TRUE(fleet.hears_more("listener"));
    // The file keeps its later text, and everybody is told so.
    const std::string note = "The fleet has returned to an earlier copy of ";
    EXPECT_TRUE(has(back.output, note)) << back.text();
    EXPECT_TRUE(has(fleet.drover({"status"}).output, note));
    EXPECT_TRUE(has(fleet.drover({"status", "-o", "json"}).output, R"("file_state":"differs")"));
    const ProgramResult too_far = fleet.drover({"apply", "--rollback", "9"});
    EXPECT_EQ(too_far.exit_code, 2) << too_far.text();
    EXPECT_TRUE(has(too_far.errors, "--list")) << too_far.text();
    EXPECT_TRUE(has(fleet.drover({"events", "--kind", "apply"}).output, "apply rolled_back"));
}

TEST(Apply, is_what_status_asks_for_when_the_file_was_changed) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    EXPECT_TRUE(has(fleet.drover({"status", "-o", "json"}).output, R"("file_state":"applied")"));
    fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n");
    const std::string note = " was changed after it was applied";
    const ProgramResult edited = fleet.drover({"status"});
    EXPECT_TRUE(has(edited.output, note)) << edited.text();
    EXPECT_TRUE(has(edited.output, "'drover apply --dry-run' shows what would follow"));
    EXPECT_EQ(fleet.drover({"apply"}).exit_code, 0);
    EXPECT_FALSE(has(fleet.drover({"status"}).output, note));
    std::filesystem::remove(fleet.folder() / "agents.yaml");
    const ProgramResult gone = fleet.drover({"status"});
    EXPECT_TRUE(has(gone.output, "agents.yaml cannot be read; the fleet runs with the copy"))
        << gone.text();
}

TEST(Apply, takes_the_fleets_own_shutdown_and_log_at_once) {
    FleetUnderTest fleet;
    const std::string stubborn =
        "  stubborn:\n    plugin: @hangs@\n    agent: while-stopping\n"
        "    heartbeat: {timeout: 1h}\n    shutdown: {timeout: 1h}\n";
    fleet.write_agents(stubborn, "shutdown: {timeout: 1h}\n");
    fleet.up();
    const auto pid = pid_of(fleet, "stubborn");
    fleet.write_agents(stubborn + "    log: {max_files: 3}\n", "shutdown: {timeout: 300ms}\n");
    const ProgramResult applied = fleet.drover({"apply"});
    EXPECT_EQ(applied.exit_code, 0) << applied.text();
    EXPECT_TRUE(has(applied.output, "! droverd      /shutdown/timeout")) << applied.text();
    EXPECT_FALSE(has(applied.output, "only when it starts")) << applied.text();
    EXPECT_TRUE(has(applied.output, "/agents/stubborn/log/max_files")) << applied.text();
    EXPECT_EQ(pid_of(fleet, "stubborn"), pid);
    fleet.down();  // It has an hour of its own, and the fleet no longer has one.
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(Apply, watches_the_file_and_takes_it_when_it_is_saved) {
    FleetUnderTest fleet;
    fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n", "watch: true\n");
    fleet.up();
    const auto ticker = pid_of(fleet, "ticker");
    fleet.write_agents("  ticker: {plugin: @behaving@, agen: ticker}\n", "watch: true\n");
    EXPECT_TRUE(eventually([&] {
        return has(fleet.drover({"events", "--kind", "apply"}).output, "apply refused");
    })) << "a bad save is an event";
    EXPECT_EQ(pid_of(fleet, "ticker"), ticker) << "and changes nothing";
    fleet.write_agents(two_agents, "watch: true\n");
    EXPECT_TRUE(fleet.reaches(
        "listener", [](const AgentStatus& now) { return now.is_well() && now.messages_in > 0; }));
    EXPECT_EQ(pid_of(fleet, "ticker"), ticker);
    fleet.write_agents(two_agents, "watch: false\n");
    EXPECT_TRUE(eventually([&] {
        return has(fleet.drover({"apply", "--list"}).output, "--rollback 2");
    })) << "the last save that is taken";
}

TEST(Apply, needs_a_fleet_that_runs) {
    const FleetUnderTest fleet;
    EXPECT_EQ(fleet.drover({"apply"}).exit_code, 4);
    EXPECT_EQ(fleet.drover({"apply", "--rollback", "0"}).exit_code, 2);
    EXPECT_EQ(fleet.drover({"apply", "--rollback", "-f", "x.yaml"}).exit_code, 2);
}

}  // namespace
}  // namespace drover::scenarios
