// drover upgrade NAME FILE.so: what the new plugin shows beside the old one before it takes over.
#include <algorithm>
#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/durable_flow.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/rehearsed_upgrades.hpp"

namespace drover::scenarios {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* endless_start = ", heartbeat: {grace: 10m}";

using PluginRehearsal = RehearsedUpgrades;

TEST_F(PluginRehearsal, lets_a_plugin_that_gets_ready_take_over) {
    begin();
    const ProgramResult upgraded = upgrade("upgrade_second");
    EXPECT_EQ(upgraded.exit_code, 0) << upgraded.text();
    const ProgramResult events = fleet_.drover({"events", "--kind", "apply"});
    EXPECT_THAT(events.output, HasSubstr("upgrade_rehearsed"));
    EXPECT_THAT(events.output, HasSubstr("1 messages and 0 requests of it went nowhere"));
    const FleetStatus now = fleet_.status().value_or(FleetStatus{});
    EXPECT_NE(now["counter"].pid, before_["counter"].pid);
    EXPECT_EQ(now["counter"].restarts, 0);
    EXPECT_EQ(now["listener"].pid, before_["listener"].pid);
    EXPECT_TRUE(fleet_.hears_more("listener"));
    expect_no_trace();
}

TEST_F(PluginRehearsal, works_with_a_copy_of_the_state_that_was_committed_last) {
    begin();
    ASSERT_EQ(upgrade("upgrade_second").exit_code, 0);
    const auto lines = starts();
    ASSERT_EQ(lines.size(), 3U) << fleet_.read("journal");
    const auto count_in = [](const std::string& line) {
        return std::strtoull(line.c_str() + line.find(':') + 1, nullptr, 10);
    };
    ASSERT_THAT(lines[1], HasSubstr("2.0.0 one:")) << "the rehearsal";
    ASSERT_THAT(lines[2], HasSubstr("2.0.0 one:")) << "the switch";
    EXPECT_GE(count_in(lines[1]), 1U) << "what the listener had heard was committed";
    EXPECT_LE(count_in(lines[1]), count_in(lines[2]));
}

TEST_F(PluginRehearsal, refuses_one_that_cannot_be_created_with_what_it_had_said) {
    begin();
    expect_refusal("upgrade_fails_to_be_created", "There is no licence");
    const ProgramResult again = upgrade("upgrade_fails_to_be_created");
    EXPECT_THAT(again.errors, HasSubstr("the licence server was asked"));
    EXPECT_THAT(fleet_.drover({"logs", "counter~rehearsal"}).output,
                HasSubstr("the licence server was asked"));
    EXPECT_THAT(fleet_.drover({"logs", "counter"}).output,
                Not(HasSubstr("the licence server was asked")));
    EXPECT_EQ(starts().size(), 1U);
}

TEST_F(PluginRehearsal, refuses_one_that_crashes) {
    begin();
    expect_refusal("upgrade_crashes_when_created", "killed by SIGABRT in 'create'");
    expect_refusal("upgrade_crashes_at_start", "killed by SIGABRT in 'start' before it was ready");
}

TEST_F(PluginRehearsal, refuses_one_that_fails_once_it_is_ready) {
    begin();
    expect_refusal("upgrade_dies_once_ready",
                   "killed by SIGABRT in 'on_post' right after it was ready");
    expect_refusal("upgrade_ails_once_ready", "it is unhealthy: the venue knows it not");
}

TEST_F(PluginRehearsal, refuses_one_that_hangs_or_is_never_ready) {
    begin(", heartbeat: {grace: 10s}");
    expect_refusal("upgrade_hangs_when_created",
                   "not ready within 10 s (heartbeat.grace); it is "
                   "still in 'create'");
    expect_refusal("upgrade_is_never_ready", "not ready within 10 s (heartbeat.grace)");
}

TEST_F(PluginRehearsal, holds_an_agent_within_its_limits) {
    begin(", limits: {open_files: 200}");
    const ProgramResult upgraded = upgrade("upgrade_second");
    EXPECT_EQ(upgraded.exit_code, 0) << upgraded.text();
    EXPECT_EQ(starts().size(), 3U) << fleet_.read("journal");
}

TEST_F(PluginRehearsal, takes_the_state_of_one_that_does_not_run) {
    expect_state_of_one_that_does_not_run();
}

TEST_F(PluginRehearsal, leaves_no_process_when_the_fleet_goes_down) {
    begin(endless_start);
    Program waiting = begin_upgrade("upgrade_hangs_when_created");
    ASSERT_TRUE(comes_to_rehearse(fleet_, 2)) << "itself and what it has started";
    expect_nothing_left_after_down(waiting);
}

TEST_F(PluginRehearsal, leaves_no_process_when_another_supervisor_goes_on) {
    begin(endless_start, "on_supervisor_death: adopt\n");
    Program waiting = begin_upgrade("upgrade_hangs_when_created");
    ASSERT_TRUE(comes_to_rehearse(fleet_, 2)) << "itself and what it has started";
    ASSERT_TRUE(std::filesystem::exists(copies()));
    fleet_.lose_supervisor();
    EXPECT_TRUE(waiting.wait_for_end(patience));
    expect_untouched();
    EXPECT_EQ(upgrade("upgrade_fails_to_be_created").exit_code, 1) << "upgrades work as before";
}

TEST_F(PluginRehearsal, ends_when_the_agent_is_stopped_meanwhile) {
    begin(endless_start);
    Program waiting = begin_upgrade("upgrade_hangs_when_created");
    ASSERT_TRUE(comes_to_rehearse(fleet_, 2)) << "itself and what it has started";
    EXPECT_EQ(fleet_.drover({"stop", "counter"}).exit_code, 0);
    ASSERT_TRUE(waiting.wait_for_end(patience));
    EXPECT_EQ(waiting.exit_code(), 1) << waiting.errors();
    EXPECT_THAT(waiting.errors(), HasSubstr("it was stopped meanwhile"));
    expect_no_trace();
}

TEST_F(PluginRehearsal, is_no_part_of_the_upgrade_of_droverd) {
    begin();
    const ProgramResult result = fleet_.drover({"upgrade", "--self", "--without-rehearsal"});
    EXPECT_EQ(result.exit_code, 2) << result.text();
    EXPECT_THAT(result.errors, HasSubstr("--without-rehearsal is for an agent"));
    expect_untouched();
}

TEST(PluginRehearsalOfAWaiter, gets_ready_by_its_own_timer) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  slow: {plugin: @behaving@, agent: ready-by-timer, heartbeat: {grace: 10s}}\n");
    fleet.up();
    const auto next = fleet.folder() / "behaving_next.so";
    std::filesystem::copy_file(misbehaving_plugin("behaving"), next);
    const ProgramResult result =
        fleet.drover({"upgrade", "slow", next.string(), "--trial", "500ms"});
    EXPECT_EQ(result.exit_code, 0) << result.text();
    EXPECT_THAT(fleet.drover({"events", "--kind", "apply"}).output, HasSubstr("upgrade_rehearsed"));
}

TEST(PluginRehearsalOfAGuardian, engages_no_kill_switch_of_the_fleet) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  guardian: {plugin: @engages@, config: {after: 1}, grants: [drover.control/1]}\n");
    fleet.up();
    const ProgramResult result =
        fleet.drover({"upgrade", "guardian", misbehaving_plugin("engages_and_fails")});
    EXPECT_EQ(result.exit_code, 1) << result.text();
    EXPECT_THAT(result.errors, HasSubstr("It has engaged the switch"));
    EXPECT_THAT(fleet.drover({"kill-switch", "status"}).output, HasSubstr("released"));
}

TEST(PluginRehearsalOfDurableTraffic, lets_it_go_on) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  source: {plugin: @durable_flow@, agent: source, config: {count: 100000000, burst: 1}}\n"
        "  work: {plugin: @durable_flow@, agent: worker}\n"
        "  auditor: {plugin: @durable_flow@, agent: auditor, heartbeat: {grace: 10m}}\n",
        durable_flow_rules());
    fleet.up();
    Program waiting =
        fleet.start_drover({"upgrade", "auditor", misbehaving_plugin("durable_flow_never_ready")});
    ASSERT_TRUE(comes_to_rehearse(fleet));
    const auto first = audit_of(fleet);
    ASSERT_TRUE(first);
    std::optional<Audit> later;
    EXPECT_TRUE(eventually([&] {
        later = audit_of(fleet);
        return later && later->handled > first->handled + 100;
    }));
    ASSERT_TRUE(later);
    EXPECT_EQ(later->wrong, "");
    fleet.down();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(PluginRehearsalOfDurableTraffic, loses_and_doubles_nothing) {
    constexpr std::uint64_t count = 2000;
    FleetUnderTest fleet;
    fleet.write_agents(durable_flow_agents("count: " + std::to_string(count) + ", burst: 1", ""),
                       durable_flow_rules());
    fleet.up();
    const ProgramResult upgraded = fleet.drover(
        {"upgrade", "auditor", misbehaving_plugin("durable_flow_next"), "--trial", "500ms"});
    EXPECT_EQ(upgraded.exit_code, 0) << upgraded.text();
    EXPECT_TRUE(has_handled(fleet, count));
}

}  // namespace
}  // namespace drover::scenarios
