/// What is told of a replay in a child: a callback that does not come back, and where it died.
#include "command/watched_replay.hpp"

#include <csignal>

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct WatchedReplayTest : testing::Test {
    WatchedReplayTest() { name(3, 2); }
    void name(std::uint32_t handle, std::uint32_t life) {
        watched.take(
            {{"handle", handle}, {"agent", "risk"}, {"life", life}, {"plugin", "/p/risk.so"}});
    }
    /// The child begins something; it is seen at `now`.
    void begin(std::uint32_t handle, CallbackKind kind) {
        page.layout().agent = handle;
        page.layout().callback = static_cast<std::uint32_t>(kind);
        ++page.layout().progress;
        EXPECT_EQ(watched.look(now, no_process), std::nullopt);
    }
    std::optional<std::string> told(milliseconds later) {
        return watched.look(now + later, no_process);
    }
    static constexpr pid_t no_process = 0x7FFFFFF0;  ///< It never waited for a processor.
    StatusPage page = StatusPage::local();
    WatchedReplay watched{page.layout()};
    Monotonic now = monotonic_now();
};

}  // namespace

TEST_F(WatchedReplayTest, tells_of_a_callback_that_does_not_come_back) {
    begin(3, CallbackKind::on_message);
    EXPECT_EQ(told(milliseconds(29'999)), std::nullopt);
    EXPECT_EQ(told(seconds(30)),
              "The replay was ended, because agent 'risk' (life 2, plugin /p/risk.so) had been in "
              "on_message for 30 s and did not come back.");
}

TEST_F(WatchedReplayTest, gives_every_callback_its_own_time) {
    begin(3, CallbackKind::on_message);
    now += seconds(20);
    begin(3, CallbackKind::on_message);
    EXPECT_EQ(told(seconds(20)), std::nullopt);
    EXPECT_NE(told(seconds(30)), std::nullopt);
}

TEST_F(WatchedReplayTest, waits_for_what_is_no_plugin) {
    for (const std::uint32_t handle : {0U, 4U}) {
        begin(handle, CallbackKind::on_message);
        EXPECT_EQ(told(seconds(60)), std::nullopt) << handle;
        EXPECT_EQ(watched.last_place(), "") << handle;
    }
}

TEST_F(WatchedReplayTest, takes_an_extension_of_the_agent_into_account) {
    begin(3, CallbackKind::start);
    page.layout().extended_to = (now + seconds(50)).time_since_epoch().count();
    EXPECT_EQ(told(seconds(49)), std::nullopt);
    EXPECT_NE(told(seconds(51)), std::nullopt);
}

TEST_F(WatchedReplayTest, says_where_a_child_was_that_died) {
    name(3, 5);
    begin(3, CallbackKind::on_timer);
    EXPECT_EQ(watched.last_place(),
              " while agent 'risk' (life 5, plugin /p/risk.so) was in on_timer")
        << "the life that was told last";
    CrashArea& crash = page.layout().crash;
    crash.frames[0] = {0x12ab, 0, 0};
    crash.frame_count = 1;
    std::string("/p/risk.so").copy(crash.modules[0].data(), crash.modules[0].size());
    crash.module_count = 1;
    crash.signal = SIGILL;
    EXPECT_EQ(watched.last_place(),
              " while agent 'risk' (life 5, plugin /p/risk.so) was in on_timer (at "
              "risk.so+0x12ab)");
}

}  // namespace drover::test
