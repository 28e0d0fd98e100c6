/// What a router and its agents find of the past: the log and the agents' files, after a kill and
/// after one of them was replaced.
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "tests/host/router/durable_fleet.hpp"

namespace drover {
namespace {

TEST(RouterDurable, goes_on_after_a_kill_of_the_router) {
    JoinedFleet fleet;
    fleet.publish_up_to(2);
    fleet.handled(1, 1);
    fleet.kill();
    EXPECT_EQ(fleet.join(0, 2, 2).logged, 2U);
    fleet.publish(0, "d.x", 2);  // It had not heard of LOGGED.
    fleet.publish(0, "d.x", 3);
    fleet.settle();
    EXPECT_EQ(fleet.join(1, 1).cursor, 1U);
    EXPECT_EQ(fleet.take(1), (Words{"d.x@2", "d.x@3"}));
}

TEST(RouterDurable, remembers_cursors_over_a_restart_of_the_router) {
    JoinedFleet fleet;
    fleet.publish_up_to(1);
    fleet.handled(0, 1);
    fleet.handled(1, 1);
    fleet.pass_time();
    fleet.kill();
    const Json status = fleet.status();
    for (const Json& receiver : status.at("receivers")) {
        EXPECT_EQ(receiver.at("handled"), 1) << receiver;
        EXPECT_EQ(receiver.at("effective"), 1) << receiver;
    }
    EXPECT_EQ(fleet.join(1, 1).cursor, 1U);
    EXPECT_TRUE(fleet.take(1).empty());
}

TEST(RouterDurable, declines_a_file_of_another_log) {
    DurableFleet fleet(durable_fleet_of(1));
    HelloBody hello = fleet.hello_of(0);
    hello.log[3] = 1;
    fleet.say_hello(0, hello);
    EXPECT_NE(fleet.declined.find("'a' belongs to another durable log"), std::string::npos)
        << fleet.declined;
    fleet.publish(0, "d.x", 1);
    EXPECT_EQ(fleet->core.durable()->log().head(), 0U);
}

TEST(RouterDurable, declines_a_file_that_is_ahead_of_the_log) {
    DurableFleet fleet(durable_fleet_of(1));
    fleet.join(0, 7);
    EXPECT_NE(fleet.declined.find("its end was cut off, or an older copy of it was restored"),
              std::string::npos)
        << fleet.declined;
}

TEST(RouterDurable, declines_an_older_copy_of_a_file) {
    JoinedFleet fleet;
    fleet.publish_up_to(2);
    fleet.handled(1, 2);
    fleet.join(1, 1, 0, 2);
    EXPECT_NE(fleet.declined.find("ends at position 1"), std::string::npos) << fleet.declined;
    fleet.join(0, 0, 1, 2);
    EXPECT_NE(fleet.declined.find("has published 1 durable messages, and the durable log holds 2"),
              std::string::npos)
        << fleet.declined;
}

TEST(RouterDurable, lets_an_agent_with_a_new_file_go_on_where_the_log_knows_it_to_be) {
    JoinedFleet fleet;
    fleet.publish_up_to(2);
    fleet.handled(1, 1);
    const ReadyBody ready = fleet.say_hello(1, fleet.hello_of(1, 2));
    EXPECT_EQ(ready.cursor, 1U);
    EXPECT_EQ(ready.log, fleet->core.durable()->log().id());
    EXPECT_EQ(fleet.say_hello(0, fleet.hello_of(0, 2)).logged, 2U);
}

}  // namespace
}  // namespace drover
