/// What is told of a simulation in a child: a callback that takes long, and where it died.
#include "command/watched_simulation.hpp"

#include <csignal>

#include <gmock/gmock.h>

#include <drover/description.h>

namespace drover::test {

using testing::HasSubstr;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// risk and broker take part; between them stands an agent that faces outside, so that broker has
/// the second handle. The heartbeat of risk allows 5 s, and 20 s before its work.
struct WatchedSimulationTest : testing::Test {
    WatchedSimulationTest() {
        description.ports.push_back({"orders", DROVER_PORT_OUT, "order.>", nullptr, nullptr, ""});
        description.ports.push_back({"bars", DROVER_PORT_IN, "market.>", nullptr, nullptr, ""});
        for (const char* name : {"risk", "news", "broker"}) {
            AgentConfig& config = fleet.config.agents.emplace_back();
            config.name = name;
            config.plugin_file = "/p/" + std::string(name) + ".so";
            config.supervision.heartbeat.timeout = seconds(5);
            config.supervision.heartbeat.grace = seconds(20);
            fleet.agents.emplace_back().description = &description;
        }
        fleet.config.agents[1].enabled = false;
        page.layout().port = 1;
    }
    /// The child begins something; it is seen at `now`.
    void begin(WatchedSimulation& watched, std::uint32_t handle, CallbackKind kind) {
        page.layout().agent = handle;
        page.layout().callback = static_cast<std::uint32_t>(kind);
        ++page.layout().progress;
        EXPECT_EQ(watched.look(now, no_process), std::nullopt);
    }
    /// What is told so long after `now`.
    std::optional<std::string> told(WatchedSimulation& watched, milliseconds later) const {
        return watched.look(now + later, no_process);
    }
    static constexpr pid_t no_process = 0x7FFFFFF0;  ///< It never waited for a processor.
    AgentDescription description;
    PreparedFleet fleet;
    StatusPage page = StatusPage::local();
    Monotonic now = monotonic_now();
};

}  // namespace

TEST_F(WatchedSimulationTest, tells_once_of_a_callback_that_takes_longer_than_it_may_live) {
    WatchedSimulation watched(fleet, page.layout());
    begin(watched, 1, CallbackKind::on_message);
    EXPECT_EQ(told(watched, milliseconds(4999)), std::nullopt);
    EXPECT_EQ(told(watched, seconds(5)),
              "agent 'risk' (plugin /p/risk.so) has been in on_message, port 'bars' for 5 s, and "
              "live it may be there for 5 s (heartbeat.timeout). The backtest waits for it; Ctrl-C "
              "ends the backtest.");
    EXPECT_EQ(told(watched, seconds(50)), std::nullopt) << "once is enough";
}

TEST_F(WatchedSimulationTest, tells_again_of_the_next_callback) {
    WatchedSimulation watched(fleet, page.layout());
    begin(watched, 1, CallbackKind::on_message);
    EXPECT_TRUE(told(watched, seconds(6)));
    now += seconds(10);
    begin(watched, 2, CallbackKind::on_timer);
    EXPECT_EQ(told(watched, seconds(4)), std::nullopt) << "the time begins anew";
    const auto again = told(watched, seconds(6));
    ASSERT_TRUE(again);
    EXPECT_THAT(*again, HasSubstr("agent 'broker' (plugin /p/broker.so) has been in on_timer for"))
        << "who takes no part has no handle, and a timer no port";
}

TEST_F(WatchedSimulationTest, grants_the_time_of_a_start_before_the_work) {
    for (const CallbackKind kind : {CallbackKind::load,
                                    CallbackKind::create,
                                    CallbackKind::configure,
                                    CallbackKind::load_state,
                                    CallbackKind::start}) {
        WatchedSimulation watched(fleet, page.layout());
        begin(watched, 1, kind);
        EXPECT_EQ(told(watched, seconds(19)), std::nullopt) << text_of(kind);
        const auto sentence = told(watched, seconds(20));
        ASSERT_TRUE(sentence) << text_of(kind);
        EXPECT_THAT(*sentence, HasSubstr("for 20 s (heartbeat.grace)"));
    }
}

TEST_F(WatchedSimulationTest, says_nothing_within_two_seconds_whatever_the_heartbeat) {
    fleet.config.agents[0].supervision.heartbeat.timeout = milliseconds(100);
    WatchedSimulation watched(fleet, page.layout());
    begin(watched, 1, CallbackKind::on_request);
    EXPECT_EQ(told(watched, milliseconds(1999)), std::nullopt);
    EXPECT_TRUE(told(watched, milliseconds(2000)));
}

TEST_F(WatchedSimulationTest, takes_an_extension_of_the_agent_into_account) {
    WatchedSimulation watched(fleet, page.layout());
    begin(watched, 1, CallbackKind::on_message);
    page.layout().extended_to = (now + seconds(30)).time_since_epoch().count();
    EXPECT_EQ(told(watched, seconds(29)), std::nullopt);
    EXPECT_TRUE(told(watched, seconds(31)));
}

TEST_F(WatchedSimulationTest, knows_nobody_by_a_handle_of_none) {
    WatchedSimulation watched(fleet, page.layout());
    for (const std::uint32_t handle : {0U, 3U}) {
        begin(watched, handle, CallbackKind::on_message);
        EXPECT_EQ(told(watched, seconds(60)), std::nullopt) << handle;
        EXPECT_EQ(watched.last_place(), "") << handle;
    }
}

TEST_F(WatchedSimulationTest, says_where_a_child_was_that_died) {
    WatchedSimulation watched(fleet, page.layout());
    begin(watched, 2, CallbackKind::on_message);
    EXPECT_EQ(watched.last_place(),
              " while agent 'broker' (plugin /p/broker.so) was in on_message, port 'bars'");
    CrashArea& crash = page.layout().crash;
    crash.frames[0] = {0x12ab, 0, 0};
    crash.frame_count = 1;
    std::string("/p/broker.so").copy(crash.modules[0].data(), crash.modules[0].size());
    crash.module_count = 1;
    crash.signal = SIGSEGV;
    EXPECT_EQ(watched.last_place(),
              " while agent 'broker' (plugin /p/broker.so) was in on_message, port 'bars' (at "
              "broker.so+0x12ab)");
    crash.signal = 0;
    page.layout().port = 7;  // One that its description does not have.
    EXPECT_EQ(watched.last_place(),
              " while agent 'broker' (plugin /p/broker.so) was in on_message");
}

}  // namespace drover::test
