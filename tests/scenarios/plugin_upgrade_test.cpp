// drover upgrade NAME FILE.so: another plugin on trial, its state, and the way back.
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/counter_upgrades.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* on_trial_with_adoption = "on_supervisor_death: adopt\n";

/// And somebody who is nobody's concern.
class PluginUpgrade : public CounterUpgrades {
protected:
    void begin(const std::string& more_of_agent = {}, const std::string& more = {}) {
        begin_with(more_of_agent, "  bystander: {plugin: @behaving@, agent: quiet}\n", more);
    }
    /// These tests are of the switch and the way back; plugin_rehearsal_test.cpp is of what comes
    /// before.
    [[nodiscard]] ProgramResult upgrade(const std::string& build,
                                        const std::string& trial = "500ms") const {
        return fleet_.drover({"upgrade",
                              "counter",
                              misbehaving_plugin(build),
                              "--trial",
                              trial,
                              "--without-rehearsal"});
    }
    /// Waits until the new one runs.
    [[nodiscard]] testing::AssertionResult is_on_trial() const {
        return fleet_.reaches([this](const FleetStatus& now) {
            return now.text.find("on trial") != std::string::npos && now["counter"].is_well() &&
                   now["counter"].pid != before_["counter"].pid;
        });
    }
    void expect_others_untouched() {
        expect_same_processes({"drover-router", "listener", "bystander"});
        EXPECT_EQ(fleet_.status().value_or(FleetStatus{}).supervisor, before_.supervisor);
    }
    /// The first build runs, with the very process that it had.
    void expect_nothing_changed() {
        expect_others_untouched();
        const FleetStatus now = fleet_.status().value_or(FleetStatus{});
        EXPECT_EQ(now["counter"].pid, before_["counter"].pid);
        EXPECT_THAT(now.text, HasSubstr(misbehaving_plugin("upgrade_first")));
    }
    /// The first build runs again, with the state that it had left.
    void expect_return(const ProgramResult& result, const std::string& why) {
        EXPECT_EQ(result.exit_code, 1) << result.text();
        EXPECT_THAT(result.errors, HasSubstr("counter is back at"));
        EXPECT_THAT(result.errors, HasSubstr(why));
        EXPECT_TRUE(
            fleet_.reaches("counter", [](const AgentStatus& now) { return now.is_well(); }));
        EXPECT_TRUE(fleet_.hears_more("listener"));
        expect_others_untouched();
        const auto lines = starts();
        ASSERT_GE(lines.size(), 3U) << fleet_.read("journal");
        const std::string taken_over = lines[1].substr(lines[1].find(' '));
        EXPECT_THAT(taken_over, HasSubstr(" one:"));
        EXPECT_EQ(lines.back(), "1.0.0" + taken_over) << fleet_.read("journal");
        const ProgramResult events = fleet_.drover({"events", "--kind", "apply"});
        EXPECT_THAT(events.output, HasSubstr("upgrade_undone")) << events.text();
        EXPECT_THAT(fleet_.status().value_or(FleetStatus{}).text,
                    HasSubstr(misbehaving_plugin("upgrade_first")));
    }
};

TEST_F(PluginUpgrade, takes_over_the_state_and_restarts_nothing_else) {
    begin();
    const ProgramResult upgraded = upgrade("upgrade_second");
    EXPECT_EQ(upgraded.exit_code, 0) << upgraded.text();
    EXPECT_THAT(upgraded.output, HasSubstr("version 2.0.0"));
    EXPECT_THAT(upgraded.output, HasSubstr("agents.yaml still says"));
    const auto lines = starts();
    ASSERT_EQ(lines.size(), 2U) << fleet_.read("journal");
    EXPECT_EQ(lines[0], "1.0.0 nothing");
    EXPECT_THAT(lines[1], HasSubstr("2.0.0 one:"));
    expect_others_untouched();
    EXPECT_TRUE(fleet_.hears_more("listener"));
    const FleetStatus now = fleet_.status().value_or(FleetStatus{});
    EXPECT_THAT(now.text, HasSubstr(misbehaving_plugin("upgrade_second")));
    EXPECT_THAT(now.text, HasSubstr("was upgraded to"));
    EXPECT_EQ(now["counter"].restarts, 0);
    const ProgramResult events = fleet_.drover({"events", "--kind", "apply"});
    EXPECT_THAT(events.output, HasSubstr("upgrade_started"));
    EXPECT_THAT(events.output, HasSubstr("upgrade_passed"));
}

TEST_F(PluginUpgrade, stays_over_restarts_and_is_taken_back_by_the_file) {
    begin();
    ASSERT_EQ(upgrade("upgrade_second").exit_code, 0);
    ASSERT_TRUE(fleet_.hears_more("listener")) << "so that it has saved its state";
    ASSERT_TRUE(gets_signal(fleet_.pid_of("counter"), SIGKILL));
    ASSERT_TRUE(fleet_.reaches(
        "counter", [](const AgentStatus& now) { return now.is_well() && now.restarts == 1; }));
    EXPECT_THAT(starts().back(), HasSubstr("2.0.0 two:"));
    const ProgramResult plan = fleet_.drover({"apply", "--dry-run"});
    EXPECT_THAT(plan.output, HasSubstr("/agents/counter/plugin")) << plan.text();
    fleet_.write_agents(
        "  counter: {plugin: @upgrade_second@, config: {journal: @FOLDER@/journal}}\n"
        "  listener: {plugin: @behaving@, agent: listener}\n"
        "  bystander: {plugin: @behaving@, agent: quiet}\n");
    const auto restarts = starts().size();
    const ProgramResult applied = fleet_.drover({"apply"});
    EXPECT_EQ(applied.exit_code, 0) << applied.text();
    EXPECT_EQ(starts().size(), restarts) << "the file says what runs already";
    const FleetStatus now = fleet_.status().value_or(FleetStatus{});
    EXPECT_THAT(now.text, HasSubstr(misbehaving_plugin("upgrade_second")));
    EXPECT_THAT(now.text, Not(HasSubstr("was upgraded to"))) << "the file says it now";
    expect_others_untouched();
}

TEST_F(PluginUpgrade, returns_to_an_earlier_upgrade_which_stays_one) {
    begin();
    ASSERT_EQ(upgrade("upgrade_second").exit_code, 0);
    const ProgramResult undone = upgrade("upgrade_crashes_at_start");
    EXPECT_EQ(undone.exit_code, 1) << undone.text();
    EXPECT_THAT(undone.errors, HasSubstr(misbehaving_plugin("upgrade_second")));
    EXPECT_TRUE(fleet_.reaches([](const FleetStatus& now) {
        return now["counter"].is_well() && now.text.find("was upgraded to") != std::string::npos;
    }));
    // The first build cannot read what the second one wrote: it fails, and the second one is back.
    EXPECT_EQ(upgrade("upgrade_first").exit_code, 1);
    EXPECT_TRUE(fleet_.reaches([](const FleetStatus& now) {
        return now["counter"].is_well() && now.text.find("was upgraded to") != std::string::npos;
    }));
    expect_others_untouched();
}

TEST_F(PluginUpgrade, goes_back_from_one_that_crashes_at_its_start) {
    begin();
    expect_return(upgrade("upgrade_crashes_at_start"), "SIGABRT");
}

TEST_F(PluginUpgrade, goes_back_from_one_that_turns_unhealthy_on_trial) {
    begin();
    expect_return(upgrade("upgrade_wears_out", "1m"), "it has worn out");
}

TEST_F(PluginUpgrade, goes_back_from_one_that_dies_on_trial_whatever_the_restart_policy) {
    begin(", restart: no");
    expect_return(upgrade("upgrade_dies_on_trial", "1m"), "SIGABRT");
}

TEST_F(PluginUpgrade, goes_back_from_one_that_hangs_on_trial) {
    begin(", heartbeat: {timeout: 1s}");
    expect_return(upgrade("upgrade_hangs_on_trial", "1m"), "heartbeat.timeout");
}

TEST_F(PluginUpgrade, goes_back_where_processes_stand_by) {
    begin(", standby: zygote");
    expect_return(upgrade("upgrade_dies_on_trial", "1m"), "SIGABRT");
    EXPECT_EQ(upgrade("upgrade_second").exit_code, 0);
    expect_others_untouched();
}

TEST_F(PluginUpgrade, works_for_an_agent_with_limits_that_is_not_loaded_ahead) {
    begin(", limits: {open_files: 200}");
    const ProgramResult upgraded = upgrade("upgrade_second");
    EXPECT_EQ(upgraded.exit_code, 0) << upgraded.text();
    EXPECT_THAT(starts().back(), HasSubstr("2.0.0 one:"));
}

TEST_F(PluginUpgrade, refuses_what_does_not_fit_and_changes_nothing) {
    begin();
    const std::pair<const char*, const char*> refused[] = {{"wrong_abi_hash", "header"},
                                                           {"upgrade_needs_a_key", "ceiling"},
                                                           {"upgrade_other_ports", "port 'ticks'"},
                                                           {"upgrade_first", "already"},
                                                           {"crashes", "no agent 'counter'"},
                                                           {"a_text_file", "a_text_file.so"},
                                                           {"nowhere", "There is no plugin file"}};
    for (const auto& [build, why] : refused) {
        const ProgramResult result = upgrade(build);
        EXPECT_EQ(result.exit_code, 1) << result.text();
        EXPECT_THAT(result.errors, HasSubstr(why)) << build;
        EXPECT_THAT(result.errors, HasSubstr("Nothing has changed.")) << build;
    }
    const ProgramResult unknown =
        fleet_.drover({"upgrade", "conter", misbehaving_plugin("upgrade_second")});
    EXPECT_EQ(unknown.exit_code, 2) << unknown.text();
    EXPECT_THAT(unknown.errors, HasSubstr("counter"));
    EXPECT_EQ(fleet_.drover({"upgrade", "counter"}).exit_code, 2);
    EXPECT_EQ(starts().size(), 1U);
    expect_nothing_changed();
}

TEST_F(PluginUpgrade, goes_on_when_the_command_waits_no_longer) {
    begin();
    const ProgramResult late = fleet_.drover({"upgrade",
                                              "counter",
                                              misbehaving_plugin("upgrade_second"),
                                              "--trial",
                                              "500ms",
                                              "--timeout",
                                              "1ms"});
    EXPECT_EQ(late.exit_code, 5) << late.text();
    EXPECT_THAT(late.errors, HasSubstr("goes on"));
    EXPECT_TRUE(fleet_.reaches([](const FleetStatus& now) {
        return now.text.find("was upgraded to") != std::string::npos;
    }));
}

TEST_F(PluginUpgrade, returns_at_the_next_start_when_the_fleet_ends_on_trial) {
    begin();
    Program waiting = fleet_.start_drover({"upgrade",
                                           "counter",
                                           misbehaving_plugin("upgrade_second"),
                                           "--trial",
                                           "1h",
                                           "--without-rehearsal"});
    ASSERT_TRUE(is_on_trial());
    const ProgramResult other = fleet_.drover({"apply"});
    EXPECT_EQ(other.exit_code, 1) << other.text();
    EXPECT_THAT(other.errors, HasSubstr("is being upgraded"));
    EXPECT_EQ(fleet_.drover({"upgrade", "--self"}).exit_code, 1);
    fleet_.down();
    fleet_.up();
    ASSERT_TRUE(fleet_.gets_well());
    const auto lines = starts();
    ASSERT_EQ(lines.size(), 3U) << fleet_.read("journal");
    EXPECT_EQ(lines.back(), "1.0.0" + lines[1].substr(lines[1].find(' ')))
        << "the state is that of before the trial";
}

TEST_F(PluginUpgrade, goes_on_with_a_trial_after_the_supervisor_was_lost) {
    begin("", on_trial_with_adoption);
    Program waiting = fleet_.start_drover(
        {"upgrade", "counter", misbehaving_plugin("upgrade_second"), "--trial", "1h"});
    ASSERT_TRUE(is_on_trial());
    const auto before = fleet_.status();
    ASSERT_TRUE(before);
    ASSERT_TRUE(gets_signal(before->supervisor, SIGKILL));
    ASSERT_TRUE(fleet_.reaches([&](const FleetStatus& now) {
        return now.supervisor != before->supervisor &&
               now.text.find("on trial") != std::string::npos &&
               now["counter"].pid == (*before)["counter"].pid;
    }));
    ASSERT_TRUE(gets_signal((*before)["counter"].pid, SIGKILL));
    EXPECT_TRUE(fleet_.reaches([&](const FleetStatus& now) {
        return now["counter"].is_well() && now.text.find("on trial") == std::string::npos;
    }));
    EXPECT_THAT(starts().back(), HasSubstr("1.0.0 one:"));
}

TEST_F(PluginUpgrade, is_remembered_by_a_supervisor_that_follows) {
    begin("", on_trial_with_adoption);
    ASSERT_EQ(upgrade("upgrade_second").exit_code, 0);
    ASSERT_TRUE(fleet_.hears_more("listener")) << "so that it has saved its state";
    const auto before = fleet_.status();
    ASSERT_TRUE(before);
    ASSERT_TRUE(gets_signal(before->supervisor, SIGKILL));
    ASSERT_TRUE(fleet_.reaches(
        [&](const FleetStatus& now) { return now.supervisor != before->supervisor; }));
    ASSERT_TRUE(gets_signal((*before)["counter"].pid, SIGKILL));
    ASSERT_TRUE(fleet_.reaches(
        "counter", [](const AgentStatus& now) { return now.is_well() && now.restarts == 1; }));
    EXPECT_THAT(starts().back(), HasSubstr("2.0.0 two:"));
}

}  // namespace
}  // namespace drover::scenarios
