/// Who gets which records of a durable topic that instances share by key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/router/shared_fleet.hpp"

namespace drover {
namespace {

using test::frame_of;
using test::header_of;
using test::key_of_worker;
using test::Keys;
using test::keys_in;
using test::MovingKeyFleet;
using test::publisher;
using test::SharedFleet;
using test::worker;
using test::workers_of;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(DurableSharing, gives_each_instance_the_records_of_its_keys) {
    SharedFleet fleet(2);
    const std::uint64_t first = key_of_worker(1, 2);
    const std::uint64_t second = key_of_worker(2, 2);
    fleet.publish_keys({first, second, first});
    fleet.publish_keys({second});
    EXPECT_THAT(fleet.take_keys(1), ElementsAre(first, first));
    EXPECT_THAT(fleet.take_keys(2), ElementsAre(second, second));
    fleet.handled(1, 1);
    fleet.handled(2, 2);
    fleet.pass_time();
    EXPECT_EQ(fleet.status().at("receivers").at(0).at("effective"), 2) << "nothing else is its own";
}

TEST(DurableSharing, gives_an_instance_again_what_it_had_not_handled_when_it_was_killed) {
    SharedFleet fleet(2);
    const std::uint64_t first = key_of_worker(1, 2);
    fleet.publish_keys({first});
    fleet->core.set_state(1, "backing_off");
    fleet.publish_keys({first, key_of_worker(2, 2)});
    EXPECT_EQ(fleet.take_keys(2).size(), 1U);
    fleet.join(1, 0, 0, 2);
    EXPECT_THAT(fleet.take_keys(1), ElementsAre(first, first));
}

TEST(DurableSharing, gives_types_without_the_key_to_all) {
    SharedFleet fleet(2);
    fleet.publish(publisher, "d.x", 1);
    fleet.settle();
    EXPECT_EQ(fleet.take(1), Words{"d.x@1"});
    EXPECT_EQ(fleet.take(2), Words{"d.x@1"});
}

TEST(DurableSharing,
     holds_the_keys_of_a_new_instance_back_until_their_owner_has_handled_what_it_has) {
    SharedFleet fleet(2);
    const std::uint64_t moved = key_of_worker(3, 3, 1, 2);
    const std::uint64_t other = key_of_worker(2, 3, 2, 2);
    fleet.publish_keys({moved});
    fleet.scale_up(3);
    fleet.join(3);
    fleet.publish_keys({moved, other});
    EXPECT_THAT(fleet.take_keys(1), ElementsAre(moved));
    EXPECT_THAT(fleet.take_keys(2), ElementsAre(other)) << "its keys have not moved";
    EXPECT_THAT(fleet.take_keys(3), IsEmpty());
    fleet.handles(1, 1);
    EXPECT_THAT(fleet.take_keys(3), ElementsAre(moved));
}

TEST(DurableSharing, holds_keys_back_until_what_their_owner_before_published_is_in_the_log) {
    MovingKeyFleet fleet;
    fleet.retire_second();
    fleet.publish_moved();
    fleet.take(1);
    fleet.publish(2, "d.x", 1);
    fleet.handles(2, 1);
    EXPECT_THAT(fleet.take(1), IsEmpty()) << "its message may still be lost, and sent again later";
    EXPECT_THAT(fleet->output.retired, IsEmpty());
    fleet.settle();
    EXPECT_THAT(fleet.take(1), ElementsAre("d.x@2", "d.x@3"));
    EXPECT_THAT(fleet->output.retired, ElementsAre(ElementsAre(worker(2))));
}

TEST(DurableSharing, holds_keys_back_until_a_killed_owner_has_sent_its_outbox_again) {
    MovingKeyFleet fleet;
    fleet.retire_second();
    fleet->core.set_state(2, "backing_off");
    fleet.publish_moved();
    fleet.take(1);
    // It had committed the message and one of its own, and was killed before it could send that.
    fleet.join(2, 1, 1, 2);
    fleet->core.finish_burst();
    EXPECT_THAT(fleet.take(1), IsEmpty());
    EXPECT_THAT(fleet->output.retired, IsEmpty());
    // Killed once more, and the router with it.
    fleet.go_on_retiring();
    fleet.pass_time();
    fleet.kill();
    fleet.join(1);
    EXPECT_THAT(fleet.take(1), IsEmpty());
    fleet.join(2, 1, 1, 3);
    EXPECT_THAT(fleet.take(2), IsEmpty()) << "it has handled that";
    fleet.publish(2, "d.x", 1, 2);
    fleet.settle();
    EXPECT_THAT(fleet.take(1), ElementsAre("d.x@2", "d.x@3"));
    EXPECT_THAT(fleet->output.retired, ElementsAre(ElementsAre(worker(2))));
}

TEST(DurableSharing, gives_each_instance_its_records_under_a_replay_clock_also_after_a_kill) {
    RouterConfig config = workers_of(2);
    config.has_replay_clock = true;
    config.agents[publisher].consumes = {};  // Else it would have the first turn.
    DurableFleet fleet(config);
    const auto join_all = [&fleet](std::uint64_t sequence) {
        for (std::uint16_t agent = 0; agent < 3; ++agent) {
            fleet.join(agent, 0, agent == publisher ? sequence : 0);
            fleet->core.set_state(agent, "running");
            fleet->started(agent);
        }
    };
    join_all(0);
    const Keys keys{key_of_worker(1, 2), key_of_worker(2, 2), key_of_worker(2, 2)};
    MessageHeader header = header_of(keys, 1, fleet->handle_of(publisher));
    fleet->give(publisher, frame_of(header, "d.x", keys));
    fleet.settle();
    EXPECT_THAT(keys_in(fleet->output.sent[1]), ElementsAre(keys[0]));
    EXPECT_THAT(keys_in(fleet->output.sent[2]), IsEmpty()) << "one after the other";
    fleet.handled(1, 1);
    fleet->done(1);
    fleet.settle();
    EXPECT_THAT(keys_in(fleet->output.sent[2]), ElementsAre(keys[1], keys[2]));
    fleet.pass_time();
    fleet.kill();
    join_all(1);
    fleet.settle();
    EXPECT_THAT(keys_in(fleet->output.sent[1]), IsEmpty()) << "it had handled its part";
    EXPECT_THAT(keys_in(fleet->output.sent[2]), ElementsAre(keys[1], keys[2]));
}

TEST(DurableSharing, gives_observers_their_share_as_a_stream) {
    RouterConfig config = workers_of(2);
    config.agents[1].is_observer = config.agents[2].is_observer = true;
    JoinedFleet fleet(config);
    fleet.publish(publisher, "d.x", 1);
    fleet.settle();
    EXPECT_EQ(fleet.take(1), Words{"d.x@0"});
    EXPECT_EQ(fleet.take(2), Words{"d.x@0"});
}

}  // namespace
}  // namespace drover
