/// Publications on their way out: merged into messages, held until the state is committed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <drover/value.h>

#include "runner/transport.hpp"

namespace drover {

/// One topic that the agent may publish on.
struct OutTopic {
    std::string name;
    std::uint32_t type = 0;
    std::uint16_t encoding = 0;
    std::uint32_t record_size = 0;
    bool gated = false;
    bool durable = false;
    std::string denied{};  ///< Why, by rules that came after the agent had found it; else empty.
    std::uint64_t topic_sequence = 0;  ///< Of the last message.
};

/// What a publication belongs to besides its topic.
struct PublicationOrigin {
    drover_message_id cause{};
    std::int64_t event_time = 0;
    std::int64_t publish_time = 0;
    std::uint64_t callback = 0;  ///< Publications of different callbacks never merge.
};

/// Forms messages: consecutive publications of one callback on one topic with one event time are
/// one message of at most 64 records. Not thread-safe; the runner holds a lock.
class Outbox {
public:
    static constexpr std::uint32_t most_records = 64;

    Outbox(std::uint32_t publisher, std::uint32_t incarnation)
        : publisher_(publisher), incarnation_(incarnation) {}

    /// Adds `count` records (JSON: one value) and returns the sequence of the message that holds
    /// the last of them.
    std::uint64_t add(std::uint32_t topic,
                      OutTopic& out,
                      const PublicationOrigin& origin,
                      const std::byte* data,
                      std::uint32_t count,
                      std::size_t bytes);

    /// Whether a message of a durable topic waits.
    [[nodiscard]] bool has_durable() const { return durable_ > 0; }
    /// Gives the waiting messages of durable topics their durable sequences, which go on behind
    /// `sequence`, and returns the last one. Their frames go to `frames`, laid out like the body of
    /// a BUNDLE. Doing it again gives the same.
    std::uint64_t number_durable(const std::vector<OutTopic>& topics,
                                 std::uint64_t sequence,
                                 std::vector<std::byte>& frames);
    /// How many messages `add` would begin for `count` records: what joins a message that is there
    /// begins none.
    [[nodiscard]] std::uint32_t messages_for(std::uint32_t topic,
                                             const OutTopic& out,
                                             const PublicationOrigin& origin,
                                             std::uint32_t count) const;

    /// Sends the messages from place `first` to before `end`, oldest first.
    void send(Transport& transport,
              const std::vector<OutTopic>& topics,
              std::size_t first,
              std::size_t end) const;

    /// Forgets all messages unsent.
    void discard();

    [[nodiscard]] bool is_empty() const { return messages_.empty(); }
    [[nodiscard]] std::size_t size() const { return messages_.size(); }
    /// Of the payloads of all messages.
    [[nodiscard]] std::size_t bytes() const { return payloads_.size(); }
    [[nodiscard]] std::uint64_t last_sequence() const { return sequence_; }

private:
    struct Waiting {
        std::uint32_t topic;
        std::uint32_t count;
        std::uint64_t sequence;
        std::uint64_t topic_sequence;
        PublicationOrigin origin;
        std::size_t start;
        std::size_t size;
        std::uint64_t delivery;  ///< The durable sequence, once it has one.
        bool is_durable;
    };
    [[nodiscard]] PublishedMessage published(const Waiting& message,
                                             const std::vector<OutTopic>& topics) const;
    [[nodiscard]] bool can_join(std::uint32_t topic,
                                const OutTopic& out,
                                const PublicationOrigin& origin) const;
    void begin(std::uint32_t topic, OutTopic& out, const PublicationOrigin& origin);
    void append(const std::byte* data, std::uint32_t count, std::size_t bytes);

    std::uint32_t publisher_;
    std::uint32_t incarnation_;
    std::uint64_t sequence_ = 0;
    std::vector<Waiting> messages_;
    std::size_t durable_ = 0;  ///< How many of them are of durable topics.
    std::vector<std::byte> payloads_;
};

}  // namespace drover
