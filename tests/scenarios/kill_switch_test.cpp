// The kill switch stops gated topics, and only those, for as long as it is engaged.
#include <csignal>

#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/trading_fleet.hpp"

namespace drover::scenarios {
namespace {

/// One ticker on a gated topic, one on an open one, and a listener for each.
constexpr const char* gated_and_open =
    R"(  orders: {plugin: @behaving@, agent: ticker, config: {topic: order.submit.test}}
  ticker: {plugin: @behaving@, agent: ticker}
  listener: {plugin: @behaving@, agent: listener}
)";
constexpr const char* gate = "topics:\n  \"order.submit.>\": {gated: true}\n";

bool is_told(const ProgramResult& result, const std::string& words) {
    return result.exit_code == 0 && result.output.find(words) != std::string::npos;
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

TEST(KillSwitch, stops_gated_topics_and_release_lets_them_through) {
    FleetUnderTest fleet;
    fleet.write_agents(gated_and_open, gate);
    fleet.up();
    EXPECT_TRUE(
        fleet.reaches("orders", [](const AgentStatus& now) { return now.messages_out > 5; }));
    EXPECT_TRUE(is_told(fleet.drover({"kill-switch", "status"}), "released"));

    const ProgramResult engaged =
        fleet.drover({"kill-switch", "engage", "--reason", "a test of the switch"});
    ASSERT_EQ(engaged.exit_code, 0) << engaged.text();
    const ProgramResult told = fleet.drover({"kill-switch", "status"});
    EXPECT_TRUE(is_told(told, "ENGAGED")) << told.text();
    EXPECT_TRUE(is_told(told, "a test of the switch")) << told.text();
    // The first refusal comes behind the last order that left.
    AgentStatus refused;
    ASSERT_TRUE(fleet.reaches("orders", [&](const AgentStatus& now) {
        refused = now;
        return now.refused > 10 && now.health == "degraded" &&
               now.reason.find("kill switch") != std::string::npos;
    }));
    const std::uint64_t before = refused.messages_out;
    EXPECT_TRUE(fleet.reaches("orders",
                              [&](const AgentStatus& now) {
                                  return now.refused > refused.refused + 50 &&
                                         now.messages_out == before;
                              }))
        << "nothing leaves while the switch is engaged: " << before;
    EXPECT_TRUE(fleet.hears_more("listener")) << "what is not gated goes on";

    const ProgramResult released = fleet.drover({"kill-switch", "release"});
    ASSERT_EQ(released.exit_code, 0) << released.text();
    EXPECT_TRUE(is_told(fleet.drover({"kill-switch", "status"}), "released"));
    EXPECT_TRUE(fleet.reaches("orders", [&](const AgentStatus& now) {
        return now.is_well() && now.messages_out > before;
    }));
}

TEST(KillSwitch, works_and_stays_engaged_without_droverd) {
    FleetUnderTest fleet;
    fleet.write_agents(gated_and_open, gate);
    fleet.up();
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    ASSERT_TRUE(gets_signal(status->guard, SIGKILL));
    ASSERT_TRUE(fleet.is_gone_within(patience));
    ASSERT_EQ(fleet.drover({"kill-switch", "engage"}).exit_code, 0);
    EXPECT_TRUE(is_told(fleet.drover({"kill-switch", "status"}), "ENGAGED"));
    // The ticker is healthy until its first tick is refused, so `up` may have seen either.
    fleet.up_well_or_not();
    EXPECT_TRUE(fleet.reaches(
        "orders", [](const AgentStatus& now) { return now.refused > 3 && now.messages_out == 0; }));
    ASSERT_EQ(fleet.drover({"kill-switch", "release"}).exit_code, 0);
    EXPECT_TRUE(fleet.gets_well());
}

TEST(KillSwitch, works_while_droverd_hangs) {
    FleetUnderTest fleet;
    fleet.write_agents(
        gated_and_open + std::string("  recorder:\n    plugin: @behaving@\n    agent: recorder\n"
                                     "    config: {file: @FOLDER@/orders.txt}\n"),
        gate);
    fleet.up();
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    const auto orders = [&fleet] { return fleet.read("orders.txt").size(); };
    ASSERT_TRUE(eventually([&] { return orders() > 0; }));
    ASSERT_TRUE(gets_signal(status->supervisor, SIGSTOP));
    ASSERT_EQ(fleet.drover({"kill-switch", "engage"}).exit_code, 0);
    // What was on its way may still arrive; then the file must not grow any more. A hundred times
    // the ticker's period without an order is the proof.
    std::size_t seen = orders();
    int quiet_looks = 0;
    EXPECT_TRUE(eventually([&] {
        const std::size_t now = orders();
        quiet_looks = now == seen ? quiet_looks + 1 : 0;
        seen = now;
        return quiet_looks == 50;
    }));
    ASSERT_EQ(fleet.drover({"kill-switch", "release"}).exit_code, 0);
    EXPECT_TRUE(eventually([&] { return orders() > seen; }));
    ASSERT_TRUE(gets_signal(status->supervisor, SIGCONT));
    EXPECT_TRUE(fleet.gets_well());
}

TEST(KillSwitch, that_is_engaged_keeps_a_file_out_that_opens_its_gates) {
    FleetUnderTest fleet;
    fleet.write_agents(gated_and_open, gate);
    fleet.up();
    ASSERT_EQ(fleet.drover({"kill-switch", "engage"}).exit_code, 0);
    fleet.write_agents(gated_and_open, "topics:\n  \"order.submit.>\": {gated: false}\n");
    const ProgramResult refused = fleet.drover({"apply"});
    EXPECT_EQ(refused.exit_code, 1) << refused.text();
    EXPECT_NE(refused.errors.find("what it holds back of 'order.submit.>' would not be gated any "
                                  "more: 'drover kill-switch release' first."),
              std::string::npos)
        << refused.text();
    EXPECT_TRUE(fleet.reaches("orders", [](const AgentStatus& now) { return now.refused > 3; }));
    ASSERT_EQ(fleet.drover({"kill-switch", "release"}).exit_code, 0);
    EXPECT_EQ(fleet.drover({"apply"}).exit_code, 0);
}

TEST(KillSwitch, that_cannot_be_read_counts_as_engaged) {
    FleetUnderTest fleet;
    fleet.write_agents(gated_and_open, gate);
    fleet.up();
    fleet.down();
    fleet.write("state/kill_switch", std::string(4096, 'x'));
    fleet.up_well_or_not();
    EXPECT_TRUE(fleet.reaches("orders", [](const AgentStatus& now) {
        return now.refused > 3 && now.messages_out == 0 && now.health == "degraded";
    }));
}

TEST(KillSwitch, is_engaged_by_a_signal_to_droverd_also_while_the_supervisor_hangs) {
    FleetUnderTest fleet;
    fleet.write_agents(gated_and_open, gate);
    fleet.up();
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    const auto is_engaged = [&fleet] {
        const ProgramResult told = fleet.drover({"kill-switch", "status"});
        return is_told(told, "ENGAGED") && is_told(told, "SIGUSR1 was sent to droverd");
    };
    ASSERT_TRUE(gets_signal(status->supervisor, SIGUSR1));
    EXPECT_TRUE(eventually(is_engaged));
    EXPECT_TRUE(fleet.reaches("orders", [](const AgentStatus& now) { return now.refused > 3; }));
    EXPECT_TRUE(eventually([&] {
        const auto events = fleet.drover({"events", "--kind", "kill_switch"}).output;
        return events.find("SIGUSR1 was sent to droverd") != std::string::npos;
    }));
    ASSERT_EQ(fleet.drover({"kill-switch", "release"}).exit_code, 0);
    ASSERT_TRUE(fleet.gets_well());
    ASSERT_TRUE(gets_signal(status->supervisor, SIGSTOP));
    ASSERT_TRUE(gets_signal(status->guard, SIGUSR1));
    EXPECT_TRUE(eventually(is_engaged));
    ASSERT_TRUE(gets_signal(status->supervisor, SIGCONT));
    ASSERT_EQ(fleet.drover({"kill-switch", "release"}).exit_code, 0);
    EXPECT_TRUE(fleet.gets_well());
}

TEST(KillSwitch, is_engaged_by_an_agent_that_has_the_grant_and_by_no_other) {
    FleetUnderTest fleet;
    fleet.write_agents(
        gated_and_open + std::string("  guardian:\n    plugin: @engages@\n"
                                     "    grants: [drover.control/1]\n    config: {after: 20}\n"
                                     "  bystander: {plugin: @engages@}\n"),
        gate);
    fleet.up_well_or_not();
    ASSERT_TRUE(eventually([&] {
        const ProgramResult told = fleet.drover({"kill-switch", "status"});
        return is_told(told, "ENGAGED") && is_told(told, "by agent guardian") &&
               is_told(told, "the guardian has heard enough");
    }));
    EXPECT_TRUE(fleet.reaches("bystander", [](const AgentStatus& now) {
        return now.health == "degraded" && now.reason.find("not lent") != std::string::npos;
    }));
    EXPECT_TRUE(eventually([&] {
        const auto events = fleet.drover({"events", "--kind", "kill_switch"}).output;
        return events.find("by agent guardian") != std::string::npos;
    }));
    ASSERT_EQ(fleet.drover({"kill-switch", "release"}).exit_code, 0);
    EXPECT_TRUE(fleet.hears_more("listener"));
}

TEST(KillSwitch, voids_what_waits_in_a_receivers_process_and_tells_the_sender) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  orders: {plugin: @behaving@, agent: ticker, config: {topic: order.submit.test}}\n"
        "  slow: {plugin: @slow_receiver@, config: {pause_us: 200000}}\n",
        gate);
    fleet.up();
    ASSERT_TRUE(
        fleet.reaches("orders", [](const AgentStatus& now) { return now.messages_out > 50; }));
    ASSERT_EQ(fleet.drover({"kill-switch", "engage"}).exit_code, 0);
    // Released at once: what was on its way stays void.
    ASSERT_EQ(fleet.drover({"kill-switch", "release"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches("orders", [](const AgentStatus& now) { return now.refused > 20; }));
    EXPECT_TRUE(eventually([&] {
        return fleet.drover({"status"}).output.find("void, not handed over") != std::string::npos;
    }));
    EXPECT_TRUE(eventually([&] {
        const auto events = fleet.drover({"events", "--kind", "refusal"}).output;
        return events.find("before 'slow' handled the message") != std::string::npos;
    }));
    EXPECT_TRUE(fleet.hears_more("slow"));
}

TEST(KillSwitch, whose_file_is_removed_from_a_running_fleet_counts_as_engaged) {
    FleetUnderTest fleet;
    fleet.write_agents(gated_and_open, gate);
    fleet.up();
    std::filesystem::remove(fleet.state_directory() / "kill_switch");
    ASSERT_TRUE(fleet.reaches("orders", [](const AgentStatus& now) { return now.refused > 3; }));
    ASSERT_EQ(fleet.drover({"kill-switch", "release"}).exit_code, 0);
    ASSERT_TRUE(fleet.gets_well());
    ASSERT_EQ(fleet.drover({"kill-switch", "engage"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches("orders", [](const AgentStatus& now) { return !now.is_well(); }))
        << "the new file works for those that have the old page";
}

TEST(KillSwitch, whose_file_was_missing_when_processes_started_is_followed_by_them) {
    FleetUnderTest fleet;
    fleet.write_agents(gated_and_open, gate);
    fleet.up();
    std::filesystem::remove(fleet.state_directory() / "kill_switch");
    ASSERT_EQ(fleet.drover({"restart", "drover-router"}).exit_code, 0);
    (void)fleet.drover({"restart", "orders"});  // It is degraded: refused.
    ASSERT_TRUE(fleet.reaches("orders", [](const AgentStatus& now) { return now.refused > 3; }));
    ASSERT_EQ(fleet.drover({"kill-switch", "release"}).exit_code, 0);
    EXPECT_TRUE(fleet.gets_well());
    EXPECT_TRUE(
        fleet.reaches("orders", [](const AgentStatus& now) { return now.messages_out > 5; }));
}

TEST(KillSwitch, of_another_file_works_for_the_processes_of_an_earlier_supervisor) {
    FleetUnderTest fleet;
    fleet.write_agents(gated_and_open, std::string("on_supervisor_death: adopt\n") + gate);
    fleet.up();
    std::filesystem::remove(fleet.state_directory() / "kill_switch");
    ASSERT_EQ(fleet.drover({"kill-switch", "release"}).exit_code, 0);
    fleet.lose_supervisor();
    ASSERT_TRUE(fleet.gets_well());
    ASSERT_EQ(fleet.drover({"kill-switch", "engage"}).exit_code, 0);
    AgentStatus refused;
    ASSERT_TRUE(fleet.reaches("orders", [&](const AgentStatus& now) {
        refused = now;
        return now.refused > 10 && now.health == "degraded";
    }));
    EXPECT_TRUE(fleet.reaches("orders", [&](const AgentStatus& now) {
        return now.refused > refused.refused + 50 && now.messages_out == refused.messages_out;
    }));
}

TEST(KillSwitch, whose_file_is_cut_short_under_a_running_fleet_is_engaged_and_ends_nobody) {
    FleetUnderTest fleet;
    fleet.write_agents(gated_and_open, gate);
    fleet.up();
    const auto file = fleet.state_directory() / "kill_switch";
    std::filesystem::resize_file(file, 0);
    ASSERT_TRUE(fleet.reaches("orders", [](const AgentStatus& now) { return now.refused > 3; }));
    std::filesystem::remove(file);
    ASSERT_EQ(fleet.drover({"kill-switch", "release"}).exit_code, 0);
    ASSERT_TRUE(fleet.gets_well()) << "droverd, too, is there to pass on the new file";
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    for (const auto& [name, agent] : status->agents) {
        EXPECT_EQ(agent.restarts, 0) << name;
    }
}

TEST(KillSwitch, leaves_flatten_as_the_way_out_while_another_agent_hangs) {
    FleetUnderTest fleet;
    const auto history = fleet.write("history.csv", random_walk(60));
    fleet.write("agents.yaml", trading_fleet_yaml({.history = history}));
    fleet.up();
    ASSERT_TRUE(fleet.history_ends());
    ASSERT_EQ(fleet.drover({"kill-switch", "engage"}).exit_code, 0);
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    const pid_t risk = (*status)["risk"].pid.value_or(0);
    ASSERT_GT(risk, 0);
    ASSERT_TRUE(gets_signal(risk, SIGSTOP));
    const ProgramResult flattened = fleet.drover({"flatten", "--yes"});
    EXPECT_EQ(flattened.exit_code, 0) << flattened.text();
    ASSERT_TRUE(gets_signal(risk, SIGCONT));
}

TEST(KillSwitch, stops_the_orders_of_a_replay_and_lets_new_ones_through_after_release) {
    FleetUnderTest fleet;
    const auto history = fleet.write("history.csv", random_walk(20'000));
    fleet.write("agents.yaml",
                trading_fleet_yaml(
                    {.history = history,
                     .speed = "500",
                     .more_agents = fleet.filled_in("  recorder:\n    plugin: @behaving@\n"
                                                    "    agent: recorder\n"
                                                    "    config: {file: @FOLDER@/record.txt}\n")}));
    fleet.up();
    const auto orders = [&fleet] { return count_of(fleet.read("record.txt"), "order.submit."); };
    const auto bars = [&fleet] { return count_of(fleet.read("record.txt"), "account.paper"); };
    ASSERT_TRUE(eventually([&] { return orders() > 2; }));
    ASSERT_EQ(fleet.drover({"kill-switch", "engage"}).exit_code, 0);
    const std::size_t bars_then = bars();
    // In this walk the averages cross every ten bars or so.
    ASSERT_TRUE(eventually([&] { return bars() > bars_then + 5; }));
    const std::size_t orders_then = orders();
    ASSERT_TRUE(eventually([&] { return bars() > bars_then + 400; }, 4 * patience))
        << "the replay goes on";
    EXPECT_EQ(orders(), orders_then);
    ASSERT_EQ(fleet.drover({"kill-switch", "release"}).exit_code, 0);
    EXPECT_TRUE(eventually([&] { return orders() > orders_then + 1; }));
}

}  // namespace
}  // namespace drover::scenarios
