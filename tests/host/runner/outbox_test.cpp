// How publications become messages.
#include "runner/outbox.hpp"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <drover/message_type.h>

namespace drover {
namespace {

struct Sent {
    std::string topic;
    std::uint64_t sequence;
    std::uint64_t topic_sequence;
    std::uint32_t count;
    std::vector<std::byte> payload;
};

class CollectingTransport final : public Transport {
public:
    void send(const PublishedMessage& message) override {
        sent.push_back({std::string(message.topic),
                        message.id.sequence,
                        message.topic_sequence,
                        message.count,
                        {message.payload.begin(), message.payload.end()}});
    }
    void send_request(const OutgoingRequest&) override {}
    void send_reply(const OutgoingReply&) override {}
    void ask_advance(std::int64_t, std::int64_t, std::uint64_t) override {}
    void wake() override {}
    std::vector<Sent> sent;
};

struct OutboxTest : ::testing::Test {
    std::uint64_t add(std::uint32_t topic,
                      std::uint32_t count,
                      std::uint64_t callback,
                      std::int64_t event_time = 0) {
        const std::vector<std::uint64_t> records(count, topic + 1);
        PublicationOrigin origin;
        origin.callback = callback;
        origin.event_time = event_time;
        return outbox.add(topic,
                          topics[topic],
                          origin,
                          reinterpret_cast<const std::byte*>(records.data()),
                          count,
                          records.size() * sizeof(std::uint64_t));
    }
    void send() {
        outbox.send(transport, topics, 0, outbox.size());
        outbox.discard();
    }

    Outbox outbox{3, 1};
    std::vector<OutTopic> topics{{"a", 1, DROVER_ENCODING_RECORDS, 8, false, 0},
                                 {"b", 1, DROVER_ENCODING_RECORDS, 8, false, 0}};
    CollectingTransport transport;
};

TEST_F(OutboxTest, joins_consecutive_publications_of_one_callback_on_one_topic) {
    EXPECT_EQ(add(0, 1, 1), 1U);
    EXPECT_EQ(add(0, 2, 1), 1U);
    send();
    ASSERT_EQ(transport.sent.size(), 1U);
    EXPECT_EQ(transport.sent[0].count, 3U);
    EXPECT_EQ(transport.sent[0].payload.size(), 24U);
}

TEST_F(OutboxTest, ends_a_message_at_another_topic_another_callback_and_another_event_time) {
    add(0, 1, 1);
    add(1, 1, 1);
    add(0, 1, 1);
    add(0, 1, 2);
    add(0, 1, 2, 99);
    send();
    ASSERT_EQ(transport.sent.size(), 5U);
    EXPECT_EQ(transport.sent[2].topic, "a");
    EXPECT_EQ(transport.sent[2].sequence, 3U);
    EXPECT_EQ(transport.sent[2].topic_sequence, 2U);
}

TEST_F(OutboxTest, ends_a_message_at_64_records) {
    EXPECT_EQ(add(0, 130, 1), 3U);
    send();
    ASSERT_EQ(transport.sent.size(), 3U);
    EXPECT_EQ(transport.sent[0].count, 64U);
    EXPECT_EQ(transport.sent[2].count, 2U);
    EXPECT_EQ(transport.sent[2].topic_sequence, 3U);
}

TEST_F(OutboxTest, numbers_messages_without_gaps_over_several_sendings) {
    add(0, 1, 1);
    send();
    add(0, 1, 2);
    send();
    EXPECT_EQ(transport.sent[1].sequence, 2U);
    EXPECT_TRUE(outbox.is_empty());
}

}  // namespace
}  // namespace drover
