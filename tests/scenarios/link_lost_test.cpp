// A broker that is cut off withdraws the orders that nobody watches over, and only those.
#include <csignal>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>

#include "base/file_descriptor.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

/// A broker, a price, and a trader whose order never fills. `broker` is its config, `trader` what
/// the entry of the trader has besides.
void write_broker_fleet(const FleetUnderTest& fleet,
                        const std::string& broker,
                        const std::string& trader) {
    fleet.write_agents("  broker: {plugin: broker, config: {" + broker +
                           "}}\n"
                           "  bar: {plugin: @trades@, agent: old_bar, depends_on: [broker]}\n"
                           "  trader: {plugin: @trades@, agent: trader, depends_on: [bar], " +
                           trader + "}\n",
                       "topics:\n"
                       "  \"order.submit.>\": {delivery: durable, receivers: [broker]}\n"
                       "  \"order.event.>\": {delivery: durable, receivers: [trader]}\n");
}

std::string order_answer(const FleetUnderTest& fleet) {
    return fleet.drover({"request", "broker", "orders", "{\"all\": true}"}).output;
}

bool mentions(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

/// Waits until the trader's order works.
void await_order(const FleetUnderTest& fleet) {
    ASSERT_TRUE(eventually([&] { return mentions(order_answer(fleet), "\"working\""); }))
        << order_answer(fleet);
}

void end_by_force(const FleetStatus& status, const std::string& agent) {
    ASSERT_TRUE(status[agent].pid) << agent << " has no process to kill";
    ASSERT_TRUE(gets_signal(status[agent].pid, SIGKILL));
}

void end_by_force(const FleetUnderTest& fleet, const std::string& agent) {
    const auto status = fleet.status();
    ASSERT_TRUE(status) << "no status";
    end_by_force(*status, agent);
}

TEST(LinkLost, withdraws_orders_when_who_sends_them_stays_dead) {
    FleetUnderTest fleet;
    write_broker_fleet(fleet, "link_grace: 1s", "restart: no");
    fleet.up();
    await_order(fleet);
    end_by_force(fleet, "trader");
    EXPECT_TRUE(eventually([&] { return mentions(order_answer(fleet), "trader is gone since"); }))
        << order_answer(fleet);
    EXPECT_FALSE(mentions(order_answer(fleet), "\"working\"")) << order_answer(fleet);
    EXPECT_TRUE(fleet.reaches("broker", [](const AgentStatus& now) {
        return now.health == "degraded" && mentions(now.reason, "trader is gone since");
    }));
    ASSERT_EQ(fleet.drover({"start", "trader"}).exit_code, 0);
    EXPECT_TRUE(fleet.gets_well());
    EXPECT_TRUE(eventually([&] {
        return mentions(fleet.drover({"logs", "trader"}).output, "is cancelled: LINK_LOST");
    })) << "the cancel is durable, so the trader's next life hears of it";
}

TEST(LinkLost, leaves_orders_alone_when_who_sends_them_is_soon_back) {
    FleetUnderTest fleet;
    write_broker_fleet(fleet, "link_grace: 1h", "restart: always");
    fleet.up();
    await_order(fleet);
    end_by_force(fleet, "trader");
    EXPECT_TRUE(eventually([&] {
        return mentions(fleet.drover({"logs", "broker"}).output, "trader is back");
    }));
    EXPECT_TRUE(fleet.gets_well());
    EXPECT_TRUE(mentions(order_answer(fleet), "\"working\"")) << order_answer(fleet);
}

TEST(LinkLost, leaves_orders_alone_where_the_config_says_keep) {
    FleetUnderTest fleet;
    write_broker_fleet(fleet, "on_link_lost: keep, link_grace: 0s", "restart: no");
    fleet.up();
    await_order(fleet);
    end_by_force(fleet, "trader");
    EXPECT_TRUE(
        fleet.reaches("trader", [](const AgentStatus& now) { return now.state == "failed"; }));
    EXPECT_TRUE(mentions(order_answer(fleet), "\"working\"")) << order_answer(fleet);
}

TEST(LinkLost, withdraws_orders_when_the_router_is_gone_and_tells_once_it_is_back) {
    FleetUnderTest fleet;
    write_broker_fleet(fleet, "link_grace: 0s", "restart: always");
    fleet.up();
    await_order(fleet);
    // A router that is back before the broker has heard of its loss costs no order, so again.
    EXPECT_TRUE(eventually([&] {
        const auto killed = fleet.pid_of("drover-router");
        const bool is_back =
            gets_signal(killed, SIGKILL) && fleet.reaches([&](const FleetStatus& now) {
                return now.is_well() && now["drover-router"].pid != killed;
            });
        return is_back && mentions(order_answer(fleet), "the router is gone since");
    })) << order_answer(fleet);
    EXPECT_TRUE(eventually([&] {
        return mentions(fleet.drover({"logs", "trader"}).output, "is cancelled: LINK_LOST");
    }));
}

TEST(LinkLost, withdraws_orders_when_the_router_is_gone_while_droverd_hangs) {
    FleetUnderTest fleet;
    write_broker_fleet(fleet, "link_grace: 0s", "restart: always");
    fleet.up();
    await_order(fleet);
    const auto before = fleet.status();
    ASSERT_TRUE(before && (*before)["broker"].pid && before->supervisor > 0);
    // What the broker writes waits in its pipe while nobody reads it.
    const FileDescriptor errors(
        ::open(("/proc/" + std::to_string(*(*before)["broker"].pid) + "/fd/2").c_str(),
               O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    ASSERT_TRUE(errors.is_open());
    ASSERT_TRUE(gets_signal(before->supervisor, SIGSTOP));
    end_by_force(*before, "drover-router");
    const bool has_spoken = eventually([&] {
        int waiting = 0;
        return ::ioctl(errors.number(), FIONREAD, &waiting) == 0 && waiting > 0;
    });
    ASSERT_TRUE(gets_signal(before->supervisor, SIGCONT));
    EXPECT_TRUE(has_spoken) << "the broker has noticed nothing without droverd";
    EXPECT_TRUE(fleet.gets_well());
    EXPECT_TRUE(eventually([&] {
        return mentions(order_answer(fleet), "the router is gone since");
    })) << order_answer(fleet);
    EXPECT_TRUE(eventually([&] {
        return mentions(fleet.drover({"logs", "broker"}).output,
                        "Cut off from the router: the connection to it has ended");
    }));
}

TEST(LinkLost, is_no_reason_to_withdraw_when_the_whole_fleet_goes_down) {
    FleetUnderTest fleet;
    write_broker_fleet(fleet, "link_grace: 0s", "restart: always");
    fleet.up();
    await_order(fleet);
    const auto withdrawals = [&fleet] {
        const std::string log = fleet.read("state/logs/broker.log");
        std::size_t count = 0;
        for (std::size_t at = log.find("are withdrawn"); at != std::string::npos;
             at = log.find("are withdrawn", at + 1)) {
            ++count;
        }
        return count;
    };
    const std::size_t before = withdrawals();
    fleet.down();
    EXPECT_EQ(withdrawals(), before);
}

}  // namespace
}  // namespace drover::scenarios
