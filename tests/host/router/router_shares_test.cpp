/// Instances of one agent that share its messages, and agents that join a router that runs.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "router/shared_topics.hpp"
#include "tests/host/router/fake_fleet.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t tick_type = 7;

/// Agent a publishes; b, c, … are instances of "worker".
RouterConfig workers(std::size_t count, Sharing sharing) {
    RouterConfig config = fleet_of(count + 1);
    for (std::size_t agent = 1; agent <= count; ++agent) {
        config.agents[agent].instance_of = "worker";
        config.agents[agent].sharing = sharing;
        if (sharing == Sharing::by_key) {
            config.agents[agent].keys = {{tick_type, 0, 8}};
        }
    }
    return config;
}

struct SharingFleet : FakeFleet {
    SharingFleet(std::size_t count, Sharing sharing) : FakeFleet(workers(count, sharing)) {
        join(0, {});
        for (std::uint16_t agent = 1; agent <= count; ++agent) {
            join(agent, {"test.>"});
        }
    }

    /// A message whose records begin with these keys.
    void publish_keys(const std::vector<std::uint64_t>& keys, std::uint32_t type = tick_type) {
        MessageHeader header;
        header.type = type;
        header.encoding = static_cast<std::uint16_t>(Encoding::records);
        header.publisher = handle_of(0);
        header.incarnation = incarnation_of(0);
        header.sequence = ++sent_;
        header.topic_sequence = sent_;
        header.count = static_cast<std::uint32_t>(keys.size());
        header.record_size = sizeof(std::uint64_t);
        std::vector<std::byte> bytes(
            message_frame_size(std::string_view("test.tick").size(), keys.size() * 8));
        encode_message(bytes, "test.tick", header, std::as_bytes(std::span(keys)));
        give(0, bytes);
    }
    /// The keys that an agent got since the last call, in their order.
    std::vector<std::uint64_t> take_keys(std::uint16_t agent) {
        std::vector<std::uint64_t> keys;
        for (const Frame& frame : std::exchange(output.sent[agent], {})) {
            const auto control = ControlFrame::decode(frame.bytes());
            if (!control) {
                read_keys(frame, keys);
                continue;
            }
            for (BundleReader reader(control->body); !reader.is_at_end();) {
                read_keys(Frame(reader.next().value()), keys);
            }
        }
        return keys;
    }
    static void read_keys(const Frame& frame, std::vector<std::uint64_t>& keys) {
        const auto message = MessageFrame::decode(frame.bytes());
        ASSERT_TRUE(message);
        EXPECT_EQ(message->header.flags, share_flag);
        for (std::size_t at = 0; at < message->payload.size(); at += sizeof(std::uint64_t)) {
            std::uint64_t key = 0;
            std::memcpy(&key, message->payload.data() + at, sizeof key);
            keys.push_back(key);
        }
    }

private:
    std::uint64_t sent_ = 0;
};

TEST(RouterShares, with_all_gives_every_instance_every_message) {
    SharingFleet fleet(2, Sharing::all);
    fleet.publish(0, "test.tick");
    EXPECT_EQ(fleet.take_sent(1), Words{"test.tick#1"});
    EXPECT_EQ(fleet.take_sent(2), Words{"test.tick#1"});
}

TEST(RouterShares, by_turns_gives_each_message_to_one) {
    SharingFleet fleet(3, Sharing::round_robin);
    for (int message = 0; message < 6; ++message) {
        fleet.publish(0, "test.tick");
    }
    EXPECT_EQ(fleet.take_sent(1), (Words{"test.tick#1", "test.tick#4"}));
    EXPECT_EQ(fleet.take_sent(2), (Words{"test.tick#2", "test.tick#5"}));
    EXPECT_EQ(fleet.take_sent(3), (Words{"test.tick#3", "test.tick#6"}));
}

TEST(RouterShares, by_turns_passes_over_who_is_not_there) {
    SharingFleet fleet(2, Sharing::round_robin);
    fleet.core.set_state(1, "backing_off");
    fleet.publish(0, "test.tick");
    fleet.publish(0, "test.tick");
    EXPECT_EQ(fleet.take_sent(2), (Words{"test.tick#1", "test.tick#2"}));
    EXPECT_EQ(fleet.core.counts().dropped(), 0U);
}

TEST(RouterShares, by_key_gives_the_same_key_to_the_same_instance_in_order) {
    SharingFleet fleet(3, Sharing::by_key);
    for (int round = 0; round < 3; ++round) {
        for (std::uint64_t key = 1; key <= 40; ++key) {
            fleet.publish_keys({key});
        }
    }
    std::set<std::uint64_t> seen;
    for (std::uint16_t agent = 1; agent <= 3; ++agent) {
        const auto keys = fleet.take_keys(agent);
        const std::set<std::uint64_t> own(keys.begin(), keys.end());
        EXPECT_GT(own.size(), 4U) << "a fair share is about 13 of 40";
        EXPECT_EQ(keys.size(), own.size() * 3);
        EXPECT_TRUE(std::is_sorted(keys.begin(), keys.begin() + long(own.size())));
        for (const std::uint64_t key : own) {
            EXPECT_TRUE(seen.insert(key).second) << key << " went to two instances";
        }
    }
    EXPECT_EQ(seen.size(), 40U);
}

TEST(RouterShares, by_key_takes_a_message_of_several_records_apart) {
    SharingFleet whole(2, Sharing::by_key);
    std::vector<std::uint64_t> keys;
    for (std::uint64_t key = 1; key <= 64; ++key) {
        keys.push_back(key);
    }
    whole.publish_keys(keys);
    const auto first = whole.take_keys(1);
    const auto second = whole.take_keys(2);
    EXPECT_EQ(first.size() + second.size(), 64U);
    EXPECT_TRUE(std::ranges::is_sorted(first));
    EXPECT_TRUE(std::ranges::is_sorted(second));
    SharingFleet single(2, Sharing::by_key);
    for (const std::uint64_t key : keys) {
        single.publish_keys({key});
    }
    EXPECT_EQ(single.take_keys(1), first);
    EXPECT_EQ(single.take_keys(2), second);
}

TEST(RouterShares, by_key_gives_types_without_the_key_to_all) {
    SharingFleet fleet(2, Sharing::by_key);
    fleet.publish(0, "test.news");
    EXPECT_EQ(fleet.take_sent(1), Words{"test.news#1"});
    EXPECT_EQ(fleet.take_sent(2), Words{"test.news#1"});
}

TEST(RouterShares, by_key_keep_the_keys_of_who_is_down_and_count_what_it_misses) {
    SharingFleet fleet(2, Sharing::by_key);
    std::vector<std::uint64_t> of_first;
    for (std::uint64_t key = 1; key <= 20; ++key) {
        fleet.publish_keys({key});
    }
    of_first = fleet.take_keys(1);
    const auto of_second = fleet.take_keys(2);
    fleet.core.set_state(1, "backing_off");
    for (std::uint64_t key = 1; key <= 20; ++key) {
        fleet.publish_keys({key});
    }
    EXPECT_EQ(fleet.take_keys(2), of_second);
    EXPECT_EQ(fleet.core.counts().dropped_instance_down, of_first.size());
    fleet.join(1, {"test.>"}, 2);
    for (std::uint64_t key = 1; key <= 20; ++key) {
        fleet.publish_keys({key});
    }
    EXPECT_EQ(fleet.take_keys(1), of_first);
}

TEST(RouterShares, count_nothing_as_lost_before_an_instance_has_come_for_the_first_time) {
    FakeFleet fleet(workers(2, Sharing::by_key));
    fleet.join(0, {});
    fleet.join(1, {"test.>"});
    const auto publish_all_keys = [&fleet] {
        for (std::uint8_t key = 0; key < 20; ++key) {
            MessageHeader header;
            header.type = tick_type;
            header.encoding = static_cast<std::uint16_t>(Encoding::records);
            header.publisher = fleet.handle_of(0);
            header.incarnation = fleet.incarnation_of(0);
            header.sequence = std::uint64_t{key} + 1;
            header.topic_sequence = header.sequence;
            header.count = 1;
            header.record_size = 8;
            std::vector<std::byte> record(8, std::byte{key});
            std::vector<std::byte> bytes(
                message_frame_size(std::string_view("test.tick").size(), 8));
            encode_message(bytes, "test.tick", header, record);
            fleet.give(0, bytes);
        }
    };
    publish_all_keys();  // Nothing of the second one is there.
    fleet.core.open_link(2, 1, "token");
    publish_all_keys();  // It has a link and has not said HELLO.
    EXPECT_EQ(fleet.core.counts().dropped(), 0U);
    EXPECT_THAT(fleet.output.occurrences, IsEmpty());
    fleet.join(2, {"test.>"}, 2);
    fleet.core.set_state(2, "backing_off");
    publish_all_keys();
    const auto lost = fleet.core.counts().dropped_instance_down;
    EXPECT_GT(lost, 0U);
    fleet.core.open_link(2, 3, "token");
    publish_all_keys();
    EXPECT_EQ(fleet.core.counts().dropped_instance_down, 2 * lost)
        << "a restart loses what comes until the new life is there";
}

TEST(RouterShares, a_new_instance_takes_keys_from_others_and_moves_no_key_between_them) {
    SharingFleet fleet(2, Sharing::by_key);
    const auto distribute = [&fleet] {
        std::map<std::uint64_t, std::uint16_t> owners;
        for (std::uint64_t key = 1; key <= 60; ++key) {
            fleet.publish_keys({key});
        }
        for (std::uint16_t agent = 1; agent < fleet.core.config().agents.size(); ++agent) {
            for (const std::uint64_t key : fleet.take_keys(agent)) {
                owners[key] = agent;
            }
        }
        return owners;
    };
    const auto before = distribute();
    RouterAgent joining = fleet.core.config().agents[2];
    joining.name = "d";
    joining.handle = 103;
    fleet.core.change_fleet({{joining}, {}, {}});
    fleet.join(3, {"test.>"});
    const auto after = distribute();
    ASSERT_EQ(after.size(), 60U);
    std::size_t moved = 0;
    for (const auto& [key, owner] : after) {
        EXPECT_TRUE(owner == 3 || owner == before.at(key)) << key;
        moved += owner == 3 ? 1 : 0;
    }
    EXPECT_GT(moved, 5U);
    fleet.core.change_fleet({{}, {"d"}, {}});
    EXPECT_EQ(distribute(), before);
}

TEST(RouterShares, are_told_by_no_heartbeat_because_gaps_are_no_losses_there) {
    SharingFleet fleet(2, Sharing::round_robin);
    fleet.publish(0, "test.tick");
    (void)fleet.take_sent(1);
    HeartbeatBody heartbeat;
    heartbeat.publisher = fleet.handle_of(0);
    heartbeat.incarnation = fleet.incarnation_of(0);
    heartbeat.topics = {{"test.tick", 5}};
    fleet.give(0, encode_heartbeat(heartbeat));
    EXPECT_THAT(fleet.take_sent(1), IsEmpty());
    EXPECT_THAT(fleet.take_sent(2), IsEmpty());
}

TEST(RouterShares, mark_only_what_the_router_sends) {
    SharingFleet fleet(1, Sharing::all);
    MessageHeader header;
    header.encoding = static_cast<std::uint16_t>(Encoding::records);
    header.flags = share_flag;
    header.publisher = fleet.handle_of(0);
    header.incarnation = 1;
    header.sequence = 1;
    header.topic_sequence = 1;
    header.count = 1;
    header.record_size = 8;
    fleet.give_message(0, "test.tick", header, 8);
    EXPECT_EQ(fleet.core.counts().malformed, 1U);
    EXPECT_THAT(fleet.take_sent(1), IsEmpty());
}

TEST(RouterChange, lets_agents_join_and_hear_without_disturbing_others) {
    FakeFleet fleet(fleet_of(2));
    fleet.join(0, {});
    fleet.join(1, {"a.>"});
    fleet.core.change_fleet({{{"late", 150, {">"}, {">"}}}, {}, {}});
    fleet.join(2, {"a.>"});
    fleet.publish(0, "a.b");
    EXPECT_EQ(fleet.take_sent(1), Words{"a.b#1"});
    EXPECT_EQ(fleet.take_sent(2), Words{"a.b#1"});
    fleet.publish(2, "a.c");
    EXPECT_EQ(fleet.take_sent(1), Words{"a.c#1"});
}

TEST(RouterChange, takes_the_rules_that_it_brings) {
    FakeFleet fleet(fleet_of(2));
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.core.change_fleet({{}, {}, {{"a.>", false, std::vector<std::string>{"b"}}}});
    fleet.publish(0, "a.b");
    EXPECT_EQ(fleet.core.counts().refused, 1U);
    EXPECT_THAT(fleet.take_sent(1), IsEmpty());
}

TEST(RequestDirectory, takes_the_first_instance_for_an_agent_that_has_several) {
    RequestDirectory directory({{"asker", 1, {}, {{0, "ask", "q.a", 1, 1}}},
                                {"worker.1", 2, {{3, "answer", "q.>", 1, 1}}, {}, "worker"},
                                {"worker.2", 3, {{3, "answer", "q.>", 1, 1}}, {}, "worker"}});
    for (const char* target : {"", "worker", "worker.1"}) {
        const auto route = directory.find(0, {target, "q.a", 1, 1});
        ASSERT_TRUE(std::holds_alternative<RequestServerPlace>(route)) << target;
        EXPECT_EQ(std::get<RequestServerPlace>(route).agent, 1) << target;
    }
    const auto second = directory.find(0, {"worker.2", "q.a", 1, 1});
    ASSERT_TRUE(std::holds_alternative<RequestServerPlace>(second));
    EXPECT_EQ(std::get<RequestServerPlace>(second).agent, 2);
}

}  // namespace
}  // namespace drover
