// `drover up` in the foreground: it says where to look next and ends cleanly.
#include <csignal>

#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* two_agents = R"(  ticker: {plugin: @behaving@, agent: ticker}
  forker: {plugin: @children@}
)";

void expect_clean_end_on(int signal) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    Program up = fleet.start_drover({"up"});
    ASSERT_TRUE(fleet.gets_well()) << up.output() << up.errors();
    EXPECT_TRUE(eventually([&up] {
        return (up.output() + up.errors()).find("drover status") != std::string::npos;
    })) << "it should print where to look next: "
        << up.output() << up.errors();
    up.send_signal(signal);
    ASSERT_TRUE(up.wait_for_end(patience)) << up.output() << up.errors();
    EXPECT_EQ(up.exit_code(), 0) << up.output() << up.errors();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(Foreground, ends_cleanly_on_an_interrupt) {
    expect_clean_end_on(SIGINT);
}

TEST(Foreground, ends_cleanly_on_a_termination) {
    expect_clean_end_on(SIGTERM);
}

TEST(Foreground, ends_when_the_fleet_is_taken_down_from_elsewhere) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    Program up = fleet.start_drover({"up"});
    ASSERT_TRUE(fleet.gets_well()) << up.output() << up.errors();
    fleet.down();
    ASSERT_TRUE(up.wait_for_end(patience)) << up.output() << up.errors();
    EXPECT_EQ(up.exit_code(), 0) << up.output() << up.errors();
}

TEST(Foreground, leaves_nothing_behind_when_it_is_killed) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    Program up = fleet.start_drover({"up"});
    ASSERT_TRUE(fleet.gets_well()) << up.output() << up.errors();
    up.send_signal(SIGKILL);
    ASSERT_TRUE(up.wait_for_end(patience));
    // The command may be droverd's guard itself, or only watch it: then the fleet lives on.
    // Where it does not, it may end between the two questions.
    if (fleet.status()) {
        (void)fleet.drover({"down"});
    }
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

}  // namespace
}  // namespace drover::scenarios
