// Agents that run in several instances.
#include <filesystem>

#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

bool replicas_say(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string workers(const std::string& keys) {
    return "  ticker: {plugin: @behaving@, agent: ticker}\n"
           "  work: {plugin: @behaving@, agent: listener, " +
           keys + "}\n";
}

/// Waits until the condition holds for what has come in at work.1 and work.2, and at nobody's cost.
::testing::AssertionResult hears(const FleetUnderTest& fleet,
                                 const std::function<bool(const AgentStatus& ticker,
                                                          const AgentStatus& first,
                                                          const AgentStatus& second)>& condition) {
    return fleet.reaches([&](const FleetStatus& now) {
        return condition(now["ticker"], now["work.1"], now["work.2"]);
    });
}

TEST(Replicas, run_under_their_own_names_and_all_hear_all) {
    FleetUnderTest fleet;
    fleet.write_agents(workers("replicas: 2"));
    fleet.up();
    EXPECT_TRUE(fleet.hears_more("work.1"));
    EXPECT_TRUE(fleet.hears_more("work.2"));
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_FALSE(status->agents.contains("work"));
    EXPECT_NE((*status)["work.1"].pid, (*status)["work.2"].pid);
    EXPECT_TRUE(replicas_say(status->text, R"("instance_of": "work")"));
    EXPECT_TRUE(std::filesystem::exists(fleet.state_directory() / "logs" / "work@1.log"));
}

TEST(Replicas, by_turns_share_the_messages_and_miss_none) {
    FleetUnderTest fleet;
    fleet.write_agents(workers("replicas: 2, distribution: round_robin"));
    fleet.up();
    // The three are not read at one moment.
    EXPECT_TRUE(hears(fleet, [](const auto& ticker, const auto& first, const auto& second) {
        return first.messages_in >= 50 && second.messages_in >= 50 &&
               first.messages_in + second.messages_in <= ticker.messages_out + 20;
    }));
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_EQ((*status)["work.1"].lost + (*status)["work.2"].lost, 0U) << status->text;
}

TEST(Replicas, by_key_share_the_messages_and_miss_none) {
    FleetUnderTest fleet;
    fleet.write_agents(workers("replicas: 2, distribution: {by_key: count}"));
    fleet.up();
    EXPECT_TRUE(hears(fleet, [](const auto& ticker, const auto& first, const auto& second) {
        return first.messages_in >= 30 && second.messages_in >= 30 &&
               first.messages_in + second.messages_in <= ticker.messages_out + 20;
    }));
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_EQ((*status)["work.1"].lost + (*status)["work.2"].lost, 0U) << status->text;
}

TEST(Replicas, are_scaled_while_the_others_run_on) {
    FleetUnderTest fleet;
    fleet.write_agents(workers("replicas: 1, distribution: round_robin"));
    fleet.up();
    const auto before = fleet.status();
    const ProgramResult more = fleet.drover({"scale", "work", "3"});
    EXPECT_EQ(more.exit_code, 0) << more.text();
    EXPECT_TRUE(replicas_say(more.output, "work.3")) << more.text();
    EXPECT_TRUE(fleet.hears_more("work.3"));
    const auto after = fleet.status();
    ASSERT_TRUE(before && after);
    for (const char* untouched : {"ticker", "work.1", "drover-router"}) {
        EXPECT_EQ((*before)[untouched].pid, (*after)[untouched].pid) << untouched;
    }
    EXPECT_EQ(fleet.drover({"scale", "work", "2"}).exit_code, 0);
    EXPECT_TRUE(
        fleet.reaches([](const FleetStatus& now) { return !now.agents.contains("work.3"); }));
    const auto fewer = fleet.status();
    ASSERT_TRUE(fewer);
    for (const char* untouched : {"ticker", "work.1", "work.2", "drover-router"}) {
        EXPECT_EQ((*after)[untouched].pid, (*fewer)[untouched].pid) << untouched;
    }
    const ProgramResult wrong = fleet.drover({"scale", "ticker", "2"});
    EXPECT_EQ(wrong.exit_code, 1);
    EXPECT_TRUE(replicas_say(wrong.text(), "has no 'replicas'")) << wrong.text();
}

TEST(Replicas, of_another_number_in_the_file_touch_nobody_else) {
    FleetUnderTest fleet;
    fleet.write_agents(workers("replicas: 2"));
    fleet.up();
    const auto before = fleet.status();
    fleet.write_agents(workers("replicas: 3"));
    const ProgramResult applied = fleet.drover({"apply", "-o", "json"});
    EXPECT_EQ(applied.exit_code, 0) << applied.text();
    EXPECT_TRUE(replicas_say(applied.output,
                             R"("add":[{"name":"work.3","keys":["/agents/work/replicas"]}])"))
        << applied.text();
    EXPECT_TRUE(replicas_say(applied.output, R"("restart":[])")) << applied.text();
    EXPECT_TRUE(fleet.hears_more("work.3"));
    const auto after = fleet.status();
    ASSERT_TRUE(before && after);
    for (const char* untouched : {"ticker", "work.1", "work.2", "drover-router"}) {
        EXPECT_EQ((*before)[untouched].pid, (*after)[untouched].pid) << untouched;
    }
}

TEST(Replicas, are_all_meant_by_the_name_of_their_agent) {
    FleetUnderTest fleet;
    fleet.write_agents(workers("replicas: 2"));
    fleet.up();
    EXPECT_EQ(fleet.drover({"stop", "work"}).exit_code, 0);
    const auto both = [](const char* state) {
        return [state](const FleetStatus& now) {
            return now["work.1"].state == state && now["work.2"].state == state;
        };
    };
    EXPECT_TRUE(fleet.reaches(both("stopped")));
    EXPECT_EQ(fleet.drover({"start", "work.2"}).exit_code, 0);
    EXPECT_TRUE(
        fleet.reaches("work.1", [](const AgentStatus& now) { return now.state == "stopped"; }));
    EXPECT_EQ(fleet.drover({"start", "work"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches(both("running")));
}

TEST(Replicas, by_a_key_that_no_message_has_start_nothing) {
    FleetUnderTest fleet;
    fleet.write_agents(workers("replicas: 2, distribution: {by_key: symbol}"));
    const ProgramResult validated = fleet.drover({"validate"});
    EXPECT_EQ(validated.exit_code, 1);
    EXPECT_TRUE(replicas_say(validated.text(), "have a field 'symbol'. They have: count."))
        << validated.text();
}

}  // namespace
}  // namespace drover::scenarios
