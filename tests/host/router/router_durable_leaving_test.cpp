/// Instances that share durable topics by key and retire, leave or come back: who has their keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "tests/host/router/shared_fleet.hpp"

namespace drover {
namespace {

using test::key_of_worker;
using test::MovingKeyFleet;
using test::publisher;
using test::SharedFleet;
using test::worker;
using test::workers_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(DurableSharing, lets_an_instance_that_retires_handle_what_it_has_and_gives_it_nothing_new) {
    MovingKeyFleet fleet;
    fleet.retire_second();
    fleet.publish_moved();
    EXPECT_THAT(fleet.take_keys(2), ElementsAre(fleet.moved));
    EXPECT_THAT(fleet.take_keys(1), IsEmpty());
    EXPECT_THAT(fleet->output.retired, IsEmpty());
    fleet.handles(2, 1);
    EXPECT_THAT(fleet.take_keys(1), ElementsAre(fleet.moved));
    EXPECT_THAT(fleet->output.retired, ElementsAre(ElementsAre(worker(2))));
    fleet.leave(2);
    fleet.pass_time();
    EXPECT_EQ(fleet.status().at("receivers").size(), 1U)
        << "nothing is kept for it: " << fleet.status();
}

TEST(DurableSharing, waits_for_an_instance_that_retires_and_was_killed) {
    MovingKeyFleet fleet;
    fleet.retire_second();
    fleet->core.set_state(2, "backing_off");
    fleet.publish_moved();
    EXPECT_THAT(fleet.take_keys(1), IsEmpty());
    // It had committed the message and was killed before it could say so.
    fleet.join(2, 1, 0, 2);
    fleet->core.finish_burst();
    EXPECT_THAT(fleet.take_keys(2), IsEmpty());
    EXPECT_THAT(fleet.take_keys(1), ElementsAre(fleet.moved));
    EXPECT_THAT(fleet->output.retired, ElementsAre(ElementsAre(worker(2))));
}

TEST(DurableSharing, goes_on_with_a_retirement_after_a_kill_of_the_router) {
    MovingKeyFleet fleet;
    fleet.retire_second();
    fleet.publish_moved();
    fleet.go_on_retiring();
    fleet.kill();
    fleet.join(1);
    fleet.join(2);
    EXPECT_THAT(fleet.take_keys(1), IsEmpty());
    EXPECT_THAT(fleet.take_keys(2), ElementsAre(fleet.moved));
    fleet.handles(2, 1);
    EXPECT_THAT(fleet.take_keys(1), ElementsAre(fleet.moved));
    EXPECT_THAT(fleet->output.retired, ElementsAre(ElementsAre(worker(2))));
}

TEST(DurableSharing, lets_an_instance_stay_that_was_to_leave) {
    MovingKeyFleet fleet;
    fleet.retire_second();
    fleet.publish_moved();
    fleet->core.retire({});
    fleet.publish_moved();
    EXPECT_THAT(fleet.take_keys(2), ElementsAre(fleet.moved)) << "the second one is of worker.1";
    fleet.handles(2, 1);
    EXPECT_THAT(fleet.take_keys(1), ElementsAre(fleet.moved));
    EXPECT_THAT(fleet.take_keys(2), IsEmpty());
    fleet.handles(1, 2);
    EXPECT_THAT(fleet.take_keys(2), ElementsAre(fleet.moved));
    EXPECT_THAT(fleet->output.retired, IsEmpty());
}

TEST(DurableSharing, waits_for_one_that_left_with_messages_and_says_so) {
    MovingKeyFleet fleet;
    fleet.leave(2);
    fleet->core.set_state(2, "stopped");
    fleet.publish_moved();
    EXPECT_THAT(fleet.take_keys(1), IsEmpty());
    fleet.pass_time();
    ASSERT_FALSE(fleet->output.healths.empty());
    EXPECT_EQ(fleet->output.healths.back().code, "log.share");
    EXPECT_THAT(fleet->output.healths.back().message, HasSubstr("drover log forget worker.2"));
    fleet.forget(2);
    EXPECT_THAT(fleet.take_keys(1), ElementsAre(fleet.moved));
    EXPECT_EQ(fleet->output.healths.back().level, "healthy");
}

TEST(DurableSharing, says_what_to_do_when_one_that_is_to_leave_has_failed) {
    MovingKeyFleet fleet;
    fleet->core.set_state(2, "backing_off");
    fleet.retire_second();
    fleet.pass_time();
    EXPECT_THAT(fleet->output.healths, IsEmpty()) << "it comes back by itself";
    fleet->core.set_state(2, "failed");
    fleet.pass_time();
    ASSERT_FALSE(fleet->output.healths.empty());
    EXPECT_EQ(fleet->output.healths.back().code, "log.share");
    EXPECT_THAT(fleet->output.healths.back().message,
                HasSubstr("'worker.2' is to leave, and is failed without having handled all"));
    EXPECT_THAT(fleet->output.healths.back().message, HasSubstr("`drover start worker.2`"));
    EXPECT_EQ(fleet.status().at("receivers").at(1).at("away"), "failed");
    fleet.forget(2);
    EXPECT_THAT(fleet->output.retired, ElementsAre(ElementsAre(worker(2))));
    EXPECT_EQ(fleet->output.healths.back().level, "healthy");
}

TEST(DurableSharing, says_who_waits_for_an_instance_that_was_stopped) {
    MovingKeyFleet fleet;
    fleet.retire_second();
    fleet.publish_moved();
    EXPECT_THAT(fleet.take_keys(1), IsEmpty());
    fleet->core.set_state(2, "stopped");
    fleet.pass_time();
    ASSERT_FALSE(fleet->output.healths.empty());
    EXPECT_THAT(fleet->output.healths.back().message,
                HasSubstr("'worker.2' had the same keys before, and is stopped without"));
}

TEST(DurableSharing, tells_of_one_that_comes_back_from_before_the_log_knows_who_had_its_keys) {
    RouterConfig each_has_all = workers_of(3);
    for (RouterAgent& agent : each_has_all.agents) {
        agent.instance_of.clear();
        agent.sharing = Sharing::all;
        agent.keys.clear();
    }
    DurableFleet fleet(each_has_all);
    fleet.join(publisher);
    fleet.publish(publisher, "d.x", 1);
    fleet.publish(publisher, "d.x", 2);
    fleet.settle();
    fleet.reconfigure(workers_of(2));
    fleet.restart();
    fleet.join(publisher, 0, 2);
    fleet.publish(publisher, "d.x", 3);
    fleet.settle();
    fleet.reconfigure(workers_of(3));
    testing::internal::CaptureStderr();
    fleet.restart();
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_THAT(log,
                HasSubstr("'worker.3' was away since position 0 of the durable log, which "
                          "knows only from position 3 on who had its keys"));
    EXPECT_THAT(log, Not(HasSubstr("'worker.2' was away")));
}

TEST(DurableSharing, gives_one_that_comes_back_what_it_left_behind) {
    MovingKeyFleet fleet;
    fleet.leave(2);
    fleet->core.set_state(2, "stopped");
    fleet.take_keys(2);
    fleet.publish_moved();
    fleet.scale_up(2);
    fleet.join(2, 0, 0, 2);
    EXPECT_THAT(fleet.take_keys(2), ElementsAre(fleet.moved));
    fleet.handles(2, 1);
    EXPECT_THAT(fleet.take_keys(1), ElementsAre(fleet.moved));
}

TEST(DurableSharing, gives_one_that_left_and_comes_back_nothing_that_others_had_meanwhile) {
    SharedFleet fleet(2);
    const std::uint64_t moved = key_of_worker(1, 1, 2, 2);
    fleet.publish_keys({key_of_worker(1, 2)});
    // The other one still has a message when it leaves, so that it is known a while longer.
    fleet->core.retire({worker(2)});
    fleet.leave(2);
    fleet->core.set_state(2, "stopped");
    fleet.publish_keys({moved});
    EXPECT_EQ(fleet.take_keys(1).size(), 2U);
    fleet.handled(1, 2);
    fleet.scale_up(2);
    fleet.join(2, 0, 0, 2);
    fleet->core.flush_all();
    EXPECT_THAT(fleet.take_keys(2), IsEmpty());
    fleet.publish_keys({moved});
    EXPECT_THAT(fleet.take_keys(2), ElementsAre(moved));
}

}  // namespace
}  // namespace drover
