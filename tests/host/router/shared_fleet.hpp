/// A fleet whose durable topics are shared by key: worker.1, worker.2, …, and who publishes to
/// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "durable_log/partitions.hpp"
#include "tests/host/router/durable_fleet.hpp"

namespace drover::test {

inline constexpr std::uint32_t keyed_type = 7;
inline constexpr std::uint16_t publisher = 0;
using Keys = std::vector<std::uint64_t>;

inline std::string worker(std::size_t number) {
    return "worker." + std::to_string(number);
}

inline RouterAgent instance(std::size_t number) {
    RouterAgent agent = durable_fleet_of(number + 1).agents.back();
    agent.name = worker(number);
    agent.instance_of = "worker";
    agent.sharing = Sharing::by_key;
    agent.keys = {{keyed_type, 0, sizeof(std::uint64_t)}};
    return agent;
}

/// Agent a publishes; worker.1, worker.2, … share by key.
inline RouterConfig workers_of(std::size_t count) {
    RouterConfig config = durable_fleet_of(1);
    config.agents[publisher].is_observer = true;
    for (std::size_t number = 1; number <= count; ++number) {
        config.agents.push_back(instance(number));
    }
    return config;
}

/// A key of which `owner` is the owner among `count` workers, and `owner_before` among `before`.
inline std::uint64_t key_of_worker(std::size_t owner,
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

inline std::uint64_t key_of_worker(std::size_t owner, std::size_t count) {
    return key_of_worker(owner, count, owner, count);
}

inline MessageHeader header_of(const Keys& keys, std::uint64_t sequence, std::uint32_t handle) {
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

inline std::vector<std::byte> frame_of(const MessageHeader& header,
                                       std::string_view topic,
                                       const Keys& keys) {
    std::vector<std::byte> bytes(message_frame_size(topic.size(), keys.size() * 8));
    encode_message(bytes, topic, header, std::as_bytes(std::span(keys)));
    return bytes;
}

inline void add_keys(const Frame& frame, Keys& keys) {
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
inline Keys keys_in(const std::vector<Frame>& frames) {
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

class SharedFleet : public JoinedFleet {
public:
    explicit SharedFleet(std::size_t workers) : JoinedFleet(workers_of(workers)) {}

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
    /// The worker says that it has handled all up to there, and nothing else is at hand.
    void handles(std::uint16_t agent, std::uint64_t position) {
        handled(agent, position);
        (*this)->core.finish_burst();
    }
    void scale_up(std::size_t number) {
        FleetChange change;
        change.join = {instance(number)};
        change.rules = (*this)->core.config().rules;
        (*this)->core.change_fleet(change);
    }
    /// A person gives up what a worker that is gone has not handled.
    void forget(std::size_t number) {
        const Json order = {{"what", "forget"}, {"name", worker(number)}};
        EXPECT_TRUE((*this)->core.durable()->obey(order, (*this)->core.config().agents));
        (*this)->core.flush_all();
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

/// Two workers, of which the second has got a record of a key that the first one has when it is
/// alone.
class MovingKeyFleet : public SharedFleet {
public:
    MovingKeyFleet() : SharedFleet(2) { publish_moved(); }

    /// Another record of that key.
    void publish_moved() { publish_keys({moved}); }
    void retire_second() { (*this)->core.retire({worker(2)}); }
    /// The next life of the router begins while the second one retires.
    void go_on_retiring() {
        RouterConfig config = workers_of(2);
        config.agents[2].is_retiring = true;
        reconfigure(config);
    }

    const std::uint64_t moved = key_of_worker(1, 1, 2, 2);
};

}  // namespace drover::test
