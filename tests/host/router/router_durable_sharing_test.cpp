/// Instances that share durable topics by key, and come and go while messages are on their way.
#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "durable_log/partitions.hpp"
#include "tests/host/router/durable_fleet.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::uint32_t keyed_type = 7;
constexpr std::uint16_t publisher = 0;
using Keys = std::vector<std::uint64_t>;

std::string worker(std::size_t number) {
    return "worker." + std::to_string(number);
}

RouterAgent instance(std::size_t number) {
    RouterAgent agent = durable_fleet_of(number + 1).agents.back();
    agent.name = worker(number);
    agent.instance_of = "worker";
    agent.sharing = Sharing::by_key;
    agent.keys = {{keyed_type, 0, sizeof(std::uint64_t)}};
    return agent;
}

/// Agent a publishes; worker.1, worker.2, … share by key.
RouterConfig workers_of(std::size_t count) {
    RouterConfig config = durable_fleet_of(1);
    config.agents[publisher].is_observer = true;
    for (std::size_t number = 1; number <= count; ++number) {
        config.agents.push_back(instance(number));
    }
    return config;
}

/// A key of which `owner` is the owner among `count` workers, and `owner_before` among `before`.
std::uint64_t key_of_worker(std::size_t owner,
                            std::size_t count,
                            std::size_t owner_before,
                            std::size_t before) {
    const auto is_owner = [](std::uint64_t key, std::size_t number, std::size_t of) {
        std::vector<std::uint64_t> weights;
        for (std::size_t member = 1; member <= of; ++member) {
            weights.push_back(weight_of(worker(member)));
        }
        const std::size_t partition = partition_of(std::as_bytes(std::span(&key, 1)));
        return owner_of_partition(partition, weights) + 1 == number;
    };
    std::uint64_t key = 0;
    while (!is_owner(key, owner, count) || !is_owner(key, owner_before, before)) {
        ++key;
    }
    return key;
}

std::uint64_t key_of_worker(std::size_t owner, std::size_t count) {
    return key_of_worker(owner, count, owner, count);
}

MessageHeader header_of(const Keys& keys, std::uint64_t sequence, std::uint32_t handle) {
    MessageHeader header;
    header.type = keyed_type;
    header.encoding = static_cast<std::uint16_t>(Encoding::records);
    header.publisher = handle;
    header.incarnation = 1;
    header.sequence = header.topic_sequence = header.delivery = sequence;
    header.count = static_cast<std::uint32_t>(keys.size());
    header.record_size = sizeof(std::uint64_t);
    return header;
}

std::vector<std::byte> frame_of(const MessageHeader& header,
                                std::string_view topic,
                                const Keys& keys) {
    std::vector<std::byte> bytes(message_frame_size(topic.size(), keys.size() * 8));
    encode_message(bytes, topic, header, std::as_bytes(std::span(keys)));
    return bytes;
}

void add_keys(const Frame& frame, Keys& keys) {
    const auto message = MessageFrame::decode(frame.bytes());
    ASSERT_TRUE(message);
    EXPECT_NE(message->header.delivery, 0U);
    for (std::size_t at = 0; at < message->payload.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t key = 0;
        std::memcpy(&key, message->payload.data() + at, sizeof key);
        keys.push_back(key);
    }
}

/// The keys of all messages among the frames.
Keys keys_in(const std::vector<Frame>& frames) {
    Keys keys;
    for (const Frame& frame : frames) {
        const auto control = ControlFrame::decode(frame.bytes());
        if (!control) {
            add_keys(frame, keys);
        } else if (control->kind == ControlKind::bundle) {
            for (BundleReader reader(control->body); !reader.is_at_end();) {
                add_keys(Frame(reader.next().value()), keys);
            }
        }
    }
    return keys;
}

class SharedFleet : public DurableFleet {
public:
    explicit SharedFleet(std::size_t workers) : DurableFleet(workers_of(workers)) {
        join(publisher);
        for (std::size_t number = 1; number <= workers; ++number) {
            join(static_cast<std::uint16_t>(number));
        }
    }

    void publish_keys(const Keys& keys) {
        ++sent_;
        (*this)->give(publisher,
                      frame_of(header_of(keys, sent_, (*this)->handle_of(publisher)), "d.x", keys));
        settle();
    }
    /// The keys that a worker got since the last call.
    Keys take_keys(std::uint16_t agent) {
        return keys_in(std::exchange((*this)->output.sent[agent], {}));
    }
    void scale_up(std::size_t number) {
        FleetChange change;
        change.join = {instance(number)};
        change.rules = (*this)->core.config().rules;
        (*this)->core.change_fleet(change);
    }
    void leave(std::size_t number) {
        FleetChange change;
        change.leave = {worker(number)};
        change.rules = (*this)->core.config().rules;
        (*this)->core.change_fleet(change);
    }

private:
    std::uint64_t sent_ = 0;
};

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
    fleet.handled(1, 1);
    fleet->core.finish_burst();
    EXPECT_THAT(fleet.take_keys(3), ElementsAre(moved));
}

TEST(DurableSharing, lets_an_instance_that_retires_handle_what_it_has_and_gives_it_nothing_new) {
    SharedFleet fleet(2);
    const std::uint64_t moved = key_of_worker(1, 1, 2, 2);
    fleet.publish_keys({moved});
    fleet->core.retire({worker(2)});
    fleet.publish_keys({moved});
    EXPECT_THAT(fleet.take_keys(2), ElementsAre(moved));
    EXPECT_THAT(fleet.take_keys(1), IsEmpty());
    EXPECT_THAT(fleet->output.retired, IsEmpty());
    fleet.handled(2, 1);
    fleet->core.finish_burst();
    EXPECT_THAT(fleet.take_keys(1), ElementsAre(moved));
    EXPECT_THAT(fleet->output.retired, ElementsAre(ElementsAre(worker(2))));
    fleet.leave(2);
    fleet.pass_time();
    EXPECT_EQ(fleet.status().at("receivers").size(), 1U)
        << "nothing is kept for it: " << fleet.status();
}

TEST(DurableSharing, waits_for_an_instance_that_retires_and_was_killed) {
    SharedFleet fleet(2);
    const std::uint64_t moved = key_of_worker(1, 1, 2, 2);
    fleet.publish_keys({moved});
    fleet->core.retire({worker(2)});
    fleet->core.set_state(2, "backing_off");
    fleet.publish_keys({moved});
    EXPECT_THAT(fleet.take_keys(1), IsEmpty());
    // It had committed the message and was killed before it could say so.
    fleet.join(2, 1, 0, 2);
    fleet->core.finish_burst();
    EXPECT_THAT(fleet.take_keys(2), IsEmpty());
    EXPECT_THAT(fleet.take_keys(1), ElementsAre(moved));
    EXPECT_THAT(fleet->output.retired, ElementsAre(ElementsAre(worker(2))));
}

TEST(DurableSharing, goes_on_with_a_retirement_after_a_kill_of_the_router) {
    SharedFleet fleet(2);
    const std::uint64_t moved = key_of_worker(1, 1, 2, 2);
    fleet.publish_keys({moved});
    fleet->core.retire({worker(2)});
    fleet.publish_keys({moved});
    RouterConfig config = workers_of(2);
    config.agents[2].is_retiring = true;
    fleet.reconfigure(config);
    fleet.kill();
    fleet.join(1);
    fleet.join(2);
    EXPECT_THAT(fleet.take_keys(1), IsEmpty());
    EXPECT_THAT(fleet.take_keys(2), ElementsAre(moved));
    fleet.handled(2, 1);
    fleet->core.finish_burst();
    EXPECT_THAT(fleet.take_keys(1), ElementsAre(moved));
    EXPECT_THAT(fleet->output.retired, ElementsAre(ElementsAre(worker(2))));
}

TEST(DurableSharing, lets_an_instance_stay_that_was_to_leave) {
    SharedFleet fleet(2);
    const std::uint64_t moved = key_of_worker(1, 1, 2, 2);
    fleet.publish_keys({moved});
    fleet->core.retire({worker(2)});
    fleet.publish_keys({moved});
    fleet->core.retire({});
    fleet.publish_keys({moved});
    EXPECT_THAT(fleet.take_keys(2), ElementsAre(moved)) << "the second one is of worker.1";
    fleet.handled(2, 1);
    fleet->core.finish_burst();
    EXPECT_THAT(fleet.take_keys(1), ElementsAre(moved));
    EXPECT_THAT(fleet.take_keys(2), IsEmpty());
    fleet.handled(1, 2);
    fleet->core.finish_burst();
    EXPECT_THAT(fleet.take_keys(2), ElementsAre(moved));
    EXPECT_THAT(fleet->output.retired, IsEmpty());
}

TEST(DurableSharing, waits_for_one_that_left_with_messages_and_says_so) {
    SharedFleet fleet(2);
    const std::uint64_t moved = key_of_worker(1, 1, 2, 2);
    fleet.publish_keys({moved});
    fleet.leave(2);
    fleet->core.set_state(2, "stopped");
    fleet.publish_keys({moved});
    EXPECT_THAT(fleet.take_keys(1), IsEmpty());
    fleet.pass_time();
    ASSERT_FALSE(fleet->output.healths.empty());
    EXPECT_EQ(fleet->output.healths.back().code, "log.share");
    EXPECT_THAT(fleet->output.healths.back().message, HasSubstr("drover log forget worker.2"));
    const Json order = {{"what", "forget"}, {"name", worker(2)}};
    EXPECT_TRUE(fleet->core.durable()->obey(order, fleet->core.config().agents));
    fleet->core.flush_all();
    EXPECT_THAT(fleet.take_keys(1), ElementsAre(moved));
    EXPECT_EQ(fleet->output.healths.back().level, "healthy");
}

TEST(DurableSharing, says_what_to_do_when_one_that_is_to_leave_has_failed) {
    SharedFleet fleet(2);
    const std::uint64_t moved = key_of_worker(1, 1, 2, 2);
    fleet.publish_keys({moved});
    fleet->core.set_state(2, "backing_off");
    fleet->core.retire({worker(2)});
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
    const Json order = {{"what", "forget"}, {"name", worker(2)}};
    EXPECT_TRUE(fleet->core.durable()->obey(order, fleet->core.config().agents));
    fleet->core.flush_all();
    EXPECT_THAT(fleet->output.retired, ElementsAre(ElementsAre(worker(2))));
    EXPECT_EQ(fleet->output.healths.back().level, "healthy");
}

TEST(DurableSharing, says_who_waits_for_an_instance_that_was_stopped) {
    SharedFleet fleet(2);
    const std::uint64_t moved = key_of_worker(1, 1, 2, 2);
    fleet.publish_keys({moved});
    fleet->core.retire({worker(2)});
    fleet.publish_keys({moved});
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
    SharedFleet fleet(2);
    const std::uint64_t moved = key_of_worker(1, 1, 2, 2);
    fleet.publish_keys({moved});
    fleet.leave(2);
    fleet->core.set_state(2, "stopped");
    fleet.take_keys(2);
    fleet.publish_keys({moved});
    fleet.scale_up(2);
    fleet.join(2, 0, 0, 2);
    EXPECT_THAT(fleet.take_keys(2), ElementsAre(moved));
    fleet.handled(2, 1);
    fleet->core.finish_burst();
    EXPECT_THAT(fleet.take_keys(1), ElementsAre(moved));
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

TEST(DurableSharing, holds_keys_back_until_what_their_owner_before_published_is_in_the_log) {
    SharedFleet fleet(2);
    const std::uint64_t moved = key_of_worker(1, 1, 2, 2);
    fleet.publish_keys({moved});
    fleet->core.retire({worker(2)});
    fleet.publish_keys({moved});
    fleet.take(1);
    fleet.publish(2, "d.x", 1);
    fleet.handled(2, 1);
    fleet->core.finish_burst();
    EXPECT_THAT(fleet.take(1), IsEmpty()) << "its message may still be lost, and sent again later";
    EXPECT_THAT(fleet->output.retired, IsEmpty());
    fleet.settle();
    EXPECT_THAT(fleet.take(1), ElementsAre("d.x@2", "d.x@3"));
    EXPECT_THAT(fleet->output.retired, ElementsAre(ElementsAre(worker(2))));
}

TEST(DurableSharing, holds_keys_back_until_a_killed_owner_has_sent_its_outbox_again) {
    SharedFleet fleet(2);
    const std::uint64_t moved = key_of_worker(1, 1, 2, 2);
    fleet.publish_keys({moved});
    fleet->core.retire({worker(2)});
    fleet->core.set_state(2, "backing_off");
    fleet.publish_keys({moved});
    fleet.take(1);
    // It had committed the message and one of its own, and was killed before it could send that.
    fleet.join(2, 1, 1, 2);
    fleet->core.finish_burst();
    EXPECT_THAT(fleet.take(1), IsEmpty());
    EXPECT_THAT(fleet->output.retired, IsEmpty());
    // Killed once more, and the router with it.
    RouterConfig config = workers_of(2);
    config.agents[2].is_retiring = true;
    fleet.reconfigure(config);
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
    DurableFleet fleet(config);
    fleet.join(publisher);
    fleet.join(1);
    fleet.join(2);
    fleet.publish(publisher, "d.x", 1);
    fleet.settle();
    EXPECT_EQ(fleet.take(1), Words{"d.x@0"});
    EXPECT_EQ(fleet.take(2), Words{"d.x@0"});
}

}  // namespace
}  // namespace drover
