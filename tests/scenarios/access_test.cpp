// Who may say how much, who hears it, and what of it is only worth its newest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

using testing::HasSubstr;

/// A counter of an agent, by its keys in `drover status -o json`.
std::uint64_t counter(const FleetUnderTest& fleet,
                      const std::string& agent,
                      const std::string& pointer) {
    const auto status = fleet.status();
    const auto document = status ? parse_json(status->text) : Result<Json>(Json::object());
    for (const Json& unit : value_or<Json>(document.value(), "agents", Json::array())) {
        const Json::json_pointer place(pointer);
        if (unit.at("name") == agent && unit.contains(place) && unit.at(place).is_number()) {
            return unit.at(place).get<std::uint64_t>();
        }
    }
    return 0;
}

TEST(Quota, holds_an_agent_at_the_call_and_leaves_the_others_alone) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  held:\n    plugin: @behaving@\n    agent: ticker\n"
        "    config: {topic: test.held}\n    quota: {messages: 10/s, burst: 500ms}\n"
        "  free: {plugin: @behaving@, agent: ticker, config: {topic: test.free}}\n"
        "  listener: {plugin: @behaving@, agent: listener}\n");
    fleet.up_well_or_not();  // The ticker that is held says that it is degraded.
    ASSERT_TRUE(eventually([&] { return counter(fleet, "held", "/refused_by/quota") > 20; }));
    EXPECT_TRUE(fleet.reaches("held", [](const AgentStatus& now) {
        return now.reason.find("messages: 10/s") != std::string::npos;
    }));
    EXPECT_GT(counter(fleet, "held", "/messages_out"), 0U);
    EXPECT_EQ(counter(fleet, "free", "/refused"), 0U);
    EXPECT_EQ(counter(fleet, "listener", "/lost"), 0U) << "what was refused is no gap";
    EXPECT_EQ(counter(fleet, "drover-router", "/refused"), 0U) << "the runner has held it";
    EXPECT_THAT(fleet.drover({"status"}).output, HasSubstr("beyond a quota"));
    EXPECT_TRUE(eventually([&] {
        return fleet.drover({"events", "--kind", "refusal"}).output.find("(quota)") !=
               std::string::npos;
    }));
}

TEST(Quota, changes_while_the_agent_runs) {
    FleetUnderTest fleet;
    const std::string ticker =
        "  held:\n    plugin: @behaving@\n    agent: ticker\n    config: {topic: test.held}\n";
    fleet.write_agents(ticker + "    quota: {messages: 2/s, burst: 500ms}\n");
    fleet.up_well_or_not();
    ASSERT_TRUE(eventually([&] { return counter(fleet, "held", "/refused_by/quota") > 5; }));
    fleet.write_agents(ticker);
    const ProgramResult applied = fleet.drover({"apply"});
    ASSERT_EQ(applied.exit_code, 0) << applied.text();
    EXPECT_TRUE(fleet.reaches("held", [](const AgentStatus& now) {
        return now.is_well() && now.restarts == 0 && now.messages_out > 50;
    }));
}

TEST(Subscribers, keep_a_topic_from_agents_that_are_not_named) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  named: {plugin: @behaving@, agent: listener}\n"
        "  other: {plugin: @behaving@, agent: listener}\n",
        "topics:\n  \"test.>\": {subscribers: [named]}\n");
    fleet.up();
    ASSERT_TRUE(
        fleet.reaches("named", [](const AgentStatus& now) { return now.messages_in > 50; }));
    EXPECT_EQ(counter(fleet, "other", "/messages_in"), 0U);
    EXPECT_EQ(counter(fleet, "other", "/lost"), 0U);
    const ProgramResult validated = fleet.drover({"validate", "-f", "agents.yaml"});
    EXPECT_THAT(validated.text(),
                HasSubstr("'other' consumes 'test.>' and receives nothing of it"));
}

TEST(Latest, gives_a_slow_receiver_the_newest_and_counts_the_rest_as_replaced_not_as_lost) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  flood: {plugin: @floods@, agent: from-thread}\n"
        "  slow: {plugin: @slow_receiver@, config: {pause_us: 2000}}\n",
        "topics:\n  \"test.flood.>\": {delivery: latest}\n");
    fleet.up_well_or_not();
    ASSERT_TRUE(eventually([&] { return counter(fleet, "slow", "/replaced") > 1000; }));
    EXPECT_TRUE(fleet.hears_more("slow"));
    EXPECT_EQ(counter(fleet, "slow", "/lost"), 0U);
    EXPECT_GT(counter(fleet, "drover-router", "/replaced"), 1000U);
    EXPECT_EQ(counter(fleet, "drover-router", "/lost"), 0U);
    EXPECT_THAT(fleet.drover({"status"}).output, HasSubstr("replaced by newer ones"));
}

}  // namespace
}  // namespace drover::scenarios
