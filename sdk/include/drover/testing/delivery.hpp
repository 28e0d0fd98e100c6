/// The other side of a harness: the publishers whose messages a test delivers, and the messages as
/// the agent gets them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <drover/description.h>
#include <drover/message.h>
#include <drover/message_type.h>
#include <drover/testing/publications.hpp>
#include <drover/testing/published.hpp>
#include <drover/testing/topic_pattern.hpp>

namespace drover::testing {

/// What a test puts into one message.
struct Payload {
    drover_encoding encoding = DROVER_ENCODING_RECORDS;
    const drover_message_type* type = nullptr;  ///< NULL for JSON of whatever type the port takes.
    std::string_view bytes;                     ///< Records without gaps, or the JSON text.
    std::uint32_t count = 1;
};

/// Whether the port takes messages of the topic: by its own pattern, or, ON_DEMAND, by what it was
/// subscribed to.
[[nodiscard]] inline bool port_takes(const drover_port& port,
                                     std::uint32_t index,
                                     const std::vector<Subscription>& subscriptions,
                                     std::string_view topic) {
    if ((port.flags & DROVER_PORT_IN) == 0) {
        return false;
    }
    if ((port.flags & DROVER_PORT_ON_DEMAND) == 0) {
        return pattern_covers(port.topic, topic);
    }
    return std::any_of(subscriptions.begin(), subscriptions.end(), [&](const Subscription& one) {
        return one.port == index && pattern_covers(one.pattern, topic);
    });
}

/// The first IN port, in the ports' order, that takes the topic and the type. Throws HarnessError
/// where none does.
[[nodiscard]] inline std::uint32_t find_port(const drover_agent_description& description,
                                             const std::vector<Subscription>& subscriptions,
                                             std::string_view topic,
                                             const Payload& payload) {
    if (!is_topic(topic)) {
        throw HarnessError("'" + std::string(topic) + "' is not a topic.");
    }
    if (payload.encoding == DROVER_ENCODING_RECORDS &&
        (payload.count == 0 || payload.count > Publications::most_records)) {
        throw HarnessError("A message holds 1 to 64 records, not " + std::to_string(payload.count) +
                           ".");
    }
    std::string others;
    for (std::uint32_t index = 0; index < description.port_count; ++index) {
        const drover_port& port = *description.ports[index];
        if (!port_takes(port, index, subscriptions, topic)) {
            continue;
        }
        const bool fits = port.type == nullptr ||
                          (payload.type == nullptr ? port.type->encoding == payload.encoding
                                                   : same_type(port.type, payload.type));
        if (fits) {
            return index;
        }
        others += " Port '" + std::string(port.name) + "' takes " + describe(port.type) + ".";
    }
    throw HarnessError("No IN port of '" + std::string(description.name) + "' takes " +
                       (payload.type == nullptr ? "JSON" : describe(payload.type)) + " on '" +
                       std::string(topic) + "'." + others);
}

/// What names a message among those of its publisher.
struct Stamp {
    drover_message_id id{};
    std::uint64_t topic_sequence = 0;
    std::uint32_t lost = 0;  ///< Messages of the topic that are missing before this one.
};

/// Keeps the sequences of the publishers that a test plays.
class Senders {
public:
    /// `first_handle` is that of the first publisher that is named.
    explicit Senders(std::uint32_t first_handle) : next_handle_(first_handle) {}

    Stamp next(std::string_view publisher, std::string_view topic) {
        Sender& from = sender(publisher);
        Row& row = from.topics[std::string(topic)];
        ++from.sequence;
        ++row.sequence;
        return {{from.handle, from.incarnation, from.sequence},
                row.sequence,
                std::exchange(row.lost, 0U)};
    }
    /// Counts `count` messages as published and never delivered.
    void lose(std::string_view publisher, std::string_view topic, std::uint32_t count) {
        Sender& from = sender(publisher);
        Row& row = from.topics[std::string(topic)];
        from.sequence += count;
        row.sequence += count;
        row.lost += count;
    }
    void restart(std::string_view publisher) {
        Sender& from = sender(publisher);
        ++from.incarnation;
        from.sequence = 0;
        from.topics.clear();
    }

private:
    struct Row {
        std::uint64_t sequence = 0;
        std::uint32_t lost = 0;
    };
    struct Sender {
        std::uint32_t handle = 0;
        std::uint32_t incarnation = 1;
        std::uint64_t sequence = 0;
        std::map<std::string, Row> topics;
    };

    Sender& sender(std::string_view name) {
        Sender& found = senders_[std::string(name)];
        if (found.handle == 0) {
            found.handle = next_handle_++;
        }
        return found;
    }

    std::uint32_t next_handle_;
    std::map<std::string, Sender> senders_;
};

/// A message in memory of its own, which ends with this object: an agent that keeps a pointer into
/// it is caught by the address sanitizer.
class BorrowedMessage {
public:
    /// `extra_stride` bytes of noise follow each record, for agents that take a record's size for
    /// the stride. `topic` and `publisher` are copied.
    BorrowedMessage(const Payload& payload,
                    std::string_view topic,
                    std::string_view publisher,
                    std::uint32_t extra_stride)
        : topic_(topic), publisher_(publisher) {
        const bool is_json = payload.encoding == DROVER_ENCODING_JSON;
        const std::size_t record = payload.count == 0 ? 0 : payload.bytes.size() / payload.count;
        const std::size_t stride = record + (is_json ? 0 : extra_stride);
        const std::size_t size = stride * payload.count;
        data_.reset(new char[size]);
        std::memset(data_.get(), noise, size);
        for (std::uint32_t index = 0; index < payload.count; ++index) {
            std::memcpy(
                data_.get() + index * stride, payload.bytes.data() + index * record, record);
        }
        raw_.size = sizeof(drover_message);
        raw_.count = payload.count;
        raw_.stride = static_cast<std::uint32_t>(stride);
        raw_.data = data_.get();
        raw_.bytes = size;
        raw_.topic = {topic_.data(), topic_.size()};
        raw_.publisher = {publisher_.data(), publisher_.size()};
    }

    [[nodiscard]] drover_message& raw() { return raw_; }

private:
    static constexpr int noise = 0xA5;

    std::string topic_;
    std::string publisher_;
    std::unique_ptr<char[]> data_;
    drover_message raw_{};
};

}  // namespace drover::testing
