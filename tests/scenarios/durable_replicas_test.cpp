// Instances that share durable topics by key: killed, and made more and fewer, in the middle of a
// flow of which nothing may be lost, doubled or overtaken.
#include <array>
#include <csignal>
#include <random>
#include <thread>

#include "base/json_value.hpp"
#include "scenarios/durable_flow.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* three_by_key = ", replicas: 3, distribution: {by_key: key}";

void kill_unit(const FleetUnderTest& fleet, const std::string& unit) {
    (void)gets_signal(fleet.pid_of(unit), SIGKILL);  // It may be gone, killed a moment ago.
}

Json stat_of(const FleetUnderTest& fleet) {
    const auto stat = parse_json(fleet.drover({"log", "stat", "-o", "json"}).output);
    return stat ? stat.value() : Json::object();
}

/// So many have partitions, and nobody has to settle anything.
testing::AssertionResult is_shared_by(const FleetUnderTest& fleet, std::size_t owners) {
    Json last;
    const bool is_so = eventually([&] {
        last = stat_of(fleet);
        const Json shares = value_or<Json>(last, "shared", Json::array());
        return shares.size() == 1 && shares.at(0).at("owners").size() == owners &&
               shares.at(0).at("settling").empty();
    });
    return is_so ? testing::AssertionSuccess() : testing::AssertionFailure() << last;
}

TEST(DurableReplicas, share_by_key_and_each_message_is_handled_once) {
    FleetUnderTest fleet;
    fleet.write_agents(durable_flow_agents("count: 2000", three_by_key), durable_flow_rules());
    fleet.up();
    EXPECT_TRUE(has_handled(fleet, 2000));
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    for (const char* worker : {"work.1", "work.2", "work.3"}) {
        EXPECT_GT((*status)[worker].messages_in, 100U) << worker;
    }
    EXPECT_TRUE(is_shared_by(fleet, 3));
    const ProgramResult stat = fleet.drover({"log", "stat"});
    EXPECT_NE(stat.output.find("SHARED BY KEY"), std::string::npos) << stat.text();
}

TEST(DurableReplicas, by_turns_are_refused) {
    FleetUnderTest fleet;
    fleet.write_agents(durable_flow_agents("count: 1", ", replicas: 2, distribution: round_robin"),
                       durable_flow_rules());
    const ProgramResult validated = fleet.drover({"validate"});
    EXPECT_EQ(validated.exit_code, 1);
    EXPECT_NE(validated.text().find("does not go with the durable topics"), std::string::npos)
        << validated.text();
}

TEST(DurableReplicas, lose_and_double_nothing_when_they_are_killed_and_scaled) {
    constexpr std::uint64_t count = 20'000;
    FleetUnderTest fleet;
    fleet.write_agents(
        durable_flow_agents("count: " + std::to_string(count) + ", burst: 2", three_by_key),
        durable_flow_rules());
    fleet.up();
    std::mt19937 random(20261127);
    const std::array<const char*, 8> victims{
        "work.1", "work.2", "work.3", "work.4", "work.1", "drover-router", "source", "auditor"};
    const std::array<const char*, 7> counts{"2", "4", "1", "3", "2", "4", "3"};
    for (const char* wanted : counts) {
        kill_unit(fleet, victims[random() % victims.size()]);
        const ProgramResult scaled = fleet.drover({"scale", "work", wanted});
        EXPECT_NE(scaled.exit_code, 2) << scaled.text();
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 50'000));
        kill_unit(fleet, victims[random() % victims.size()]);
    }
    EXPECT_TRUE(is_shared_by(fleet, 3));
    EXPECT_TRUE(has_handled(fleet, count));
}

TEST(DurableReplicas, leave_only_when_they_have_handled_what_they_were_given) {
    FleetUnderTest fleet;
    const auto write = [&fleet](const char* count) {
        fleet.write_agents(durable_flow_agents(std::string("count: ") + count, three_by_key),
                           durable_flow_rules());
    };
    // The flow begins when nobody handles the part of work.3, however long that takes.
    write("0");
    fleet.up();
    EXPECT_EQ(fleet.drover({"stop", "work.3"}).exit_code, 0);
    write("20000");
    EXPECT_EQ(fleet.drover({"apply"}).exit_code, 0);
    ASSERT_TRUE(
        fleet.reaches("work.1", [](const AgentStatus& now) { return now.messages_in > 100; }));
    constexpr int still_waiting = 5;
    EXPECT_EQ(fleet.drover({"scale", "work", "2", "--timeout", "1s"}).exit_code, still_waiting)
        << "it is stopped and has messages to handle";
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_TRUE(status->agents.contains("work.3")) << status->text;
    EXPECT_FALSE(stat_of(fleet).at("shared").at(0).at("settling").empty());
    EXPECT_EQ(fleet.drover({"start", "work.3"}).exit_code, 0);
    EXPECT_TRUE(
        fleet.reaches([](const FleetStatus& now) { return !now.agents.contains("work.3"); }));
    EXPECT_TRUE(has_handled(fleet, 20'000));
    EXPECT_TRUE(is_shared_by(fleet, 2));
}

TEST(DurableReplicas, of_another_number_in_an_applied_file_leave_in_the_same_way) {
    FleetUnderTest fleet;
    fleet.write_agents(durable_flow_agents("count: 10000, burst: 1", three_by_key),
                       durable_flow_rules());
    fleet.up();
    ASSERT_TRUE(
        fleet.reaches("work.1", [](const AgentStatus& now) { return now.messages_in > 0; }));
    fleet.write_agents(
        durable_flow_agents("count: 10000, burst: 1", ", replicas: 1, distribution: {by_key: key}"),
        durable_flow_rules());
    EXPECT_EQ(fleet.drover({"apply"}).exit_code, 0);
    EXPECT_TRUE(
        fleet.reaches([](const FleetStatus& now) { return !now.agents.contains("work.2"); }));
    EXPECT_TRUE(has_handled(fleet, 10'000));
    EXPECT_TRUE(is_shared_by(fleet, 1));
}

TEST(DurableReplicas, of_another_number_at_the_next_up_wait_for_nobody_when_all_was_handled) {
    FleetUnderTest fleet;
    fleet.write_agents(durable_flow_agents("count: 1000", three_by_key), durable_flow_rules());
    fleet.up();
    ASSERT_TRUE(has_handled(fleet, 1000));
    fleet.down();
    fleet.write_agents(
        durable_flow_agents("count: 2000", ", replicas: 2, distribution: {by_key: key}"),
        durable_flow_rules());
    fleet.up();
    EXPECT_TRUE(has_handled(fleet, 2000));
    EXPECT_TRUE(is_shared_by(fleet, 2));
}

}  // namespace
}  // namespace drover::scenarios
