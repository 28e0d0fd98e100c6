// A durable message that the kill switch has voided: its sender is told when it is back, also when
// the router was killed meanwhile.
#include <csignal>

#include "scenarios/durable_flow.hpp"

namespace drover::scenarios {
namespace {

bool has_words(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

/// The events of refused messages of `agent`, as `drover events` tells them.
std::string refusals_of(const FleetUnderTest& fleet, const std::string& agent) {
    return fleet.drover({"events", agent, "--kind", "refusal"}).output;
}

TEST(VoidNotice, reaches_a_sender_that_was_away_over_a_kill_of_the_router) {
    FleetUnderTest fleet;
    const auto write = [&fleet](const char* count) {
        fleet.write_agents(
            durable_flow_agents(
                std::string("keys: 1, burst: 1, topic: order.submit.test, count: ") + count, ""),
            durable_flow_rules());
    };
    write("0");
    fleet.up();
    // The worker is not there, so that the messages wait for it in the log.
    ASSERT_EQ(fleet.drover({"stop", "work"}).exit_code, 0);
    write("3");
    ASSERT_EQ(fleet.drover({"apply"}).exit_code, 0);
    ASSERT_TRUE(fleet.reaches(
        "source", [](const AgentStatus& now) { return now.is_well() && now.messages_out == 3; }));
    ASSERT_EQ(fleet.drover({"stop", "source"}).exit_code, 0);
    ASSERT_EQ(fleet.drover({"kill-switch", "engage", "--reason", "a test"}).exit_code, 0);
    ASSERT_EQ(fleet.drover({"start", "work"}).exit_code, 0);
    // The router passes the messages over and says so; then it is killed.
    ASSERT_TRUE(eventually([&] { return has_words(refusals_of(fleet, "source"), "work"); }))
        << refusals_of(fleet, "source");
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    ASSERT_TRUE((*before)["drover-router"].pid);
    ASSERT_TRUE(gets_signal((*before)["drover-router"].pid, SIGKILL));
    ASSERT_TRUE(fleet.reaches("drover-router", [&](const AgentStatus& now) {
        return now.is_well() && now.pid && now.pid != (*before)["drover-router"].pid;
    }));
    ASSERT_EQ(fleet.drover({"start", "source"}).exit_code, 0);
    EXPECT_TRUE(eventually([&] {
        const std::string log = fleet.read("state/logs/source.log");
        return has_words(log, "Message 1 on 'order.submit.test' was refused") &&
               has_words(log, "Message 3 on 'order.submit.test' was refused") &&
               has_words(log, "while the message waited for 'work'");
    })) << fleet.read("state/logs/source.log");
}

}  // namespace
}  // namespace drover::scenarios
