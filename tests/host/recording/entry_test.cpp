/// Entries of a recording: what is written is read again, and nothing that is broken is taken.
#include "recording/entry.hpp"

#include <list>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "recording/recorded_inputs.hpp"
#include "recording/recorded_message.hpp"
#include "recording/recorded_outputs.hpp"

namespace drover {
namespace {

/// The bytes live as long as the program: what is read out of them refers to them.
template <typename Body>
const std::vector<std::byte>& written(EntryKind kind, const Body& body) {
    static std::list<std::vector<std::byte>> all;
    std::vector<std::byte>& bytes = all.emplace_back();
    {
        EntryWriter writer(bytes, kind, gate_engaged_flag, 77);
        body.write(writer);
    }
    return bytes;
}

template <typename Body>
std::optional<Body> read(const std::vector<std::byte>& bytes) {
    std::span<const std::byte> rest(bytes);
    const auto entry = Entry::take(rest);
    return entry && rest.empty() ? Body::decode(entry->body) : std::nullopt;
}

RecordedMessage sample_message(std::span<const std::byte> payload) {
    RecordedMessage message;
    message.topic = "market.bar.SPX.1d";
    message.payload = payload;
    message.header.type = 3;
    message.header.encoding = 1;
    message.header.id = {4, 5, 6};
    message.header.cause = {7, 8, 9};
    message.header.topic_sequence = 10;
    message.header.event_time = -11;
    message.header.publish_time = 12;
    message.header.count = 2;
    message.header.record_size = 8;
    message.header.port = 1;
    message.header.flags = 1;
    message.header.lost = 13;
    return message;
}

TEST(RecordingEntry, gives_back_its_head) {
    const auto bytes = written(EntryKind::timer, RecordedTimer{1, 2, 3});
    std::span<const std::byte> rest(bytes);
    const auto entry = Entry::take(rest);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->kind, EntryKind::timer);
    EXPECT_EQ(entry->flags, gate_engaged_flag);
    EXPECT_EQ(entry->now, 77);
    EXPECT_TRUE(rest.empty());
}

TEST(RecordingEntry, gives_back_a_message) {
    const std::vector<std::byte> payload(16, std::byte{0xEE});
    const auto bytes = written(EntryKind::message, sample_message(payload));
    const auto message = read<RecordedMessage>(bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->topic, "market.bar.SPX.1d");
    EXPECT_EQ(message->header.id, (RecordedId{4, 5, 6}));
    EXPECT_EQ(message->header.cause, (RecordedId{7, 8, 9}));
    EXPECT_EQ(message->header.event_time, -11);
    EXPECT_EQ(message->header.lost, 13U);
    EXPECT_EQ(std::vector<std::byte>(message->payload.begin(), message->payload.end()), payload);
}

TEST(RecordingEntry, gives_back_what_agents_are_given) {
    const auto request = read<RecordedRequest>(
        written(EntryKind::request, RecordedRequest{1, 2, 3, 4, 5, 6, "drover", "{}"}));
    ASSERT_TRUE(request);
    EXPECT_EQ(request->number, 3U);
    EXPECT_EQ(request->sender, "drover");
    EXPECT_EQ(request->body, "{}");
    const auto reply =
        read<RecordedReply>(written(EntryKind::reply, RecordedReply{1, 2, -3, "lost", ""}));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, -3);
    EXPECT_EQ(reply->error, "lost");
    const auto refusal = read<RecordedRefusal>(
        written(EntryKind::refused, RecordedRefusal{9, -2, "order.submit.a", "gated"}));
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->topic, "order.submit.a");
    const auto link = read<RecordedLink>(
        written(EntryKind::link, RecordedLink{3, true, "risk", "risk is failed"}));
    ASSERT_TRUE(link);
    EXPECT_EQ(link->port, 3U);
    EXPECT_TRUE(link->is_lost);
    EXPECT_EQ(link->publisher, "risk");
    EXPECT_EQ(link->reason, "risk is failed");
    const auto state =
        read<RecordedState>(written(EntryKind::state, RecordedState{2, "saved bytes"}));
    ASSERT_TRUE(state);
    EXPECT_EQ(state->bytes, "saved bytes");
}

TEST(RecordingEntry, gives_back_what_an_agent_was_told_within_a_callback) {
    const auto stored = read<RecordedStored>(
        written(EntryKind::stored, RecordedStored{true, "key", std::string_view("a\0b", 3)}));
    ASSERT_TRUE(stored);
    EXPECT_TRUE(stored->is_there);
    EXPECT_EQ(stored->key, "key");
    EXPECT_EQ(stored->value, std::string_view("a\0b", 3));
    const auto verdict = read<RecordedVerdict>(
        written(EntryKind::judged, RecordedVerdict{3, -4, "beyond the quota"}));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->call, 3U);
    EXPECT_EQ(verdict->status, -4);
    EXPECT_EQ(verdict->sentence, "beyond the quota");
    const auto rules = read<RecordedRules>(written(EntryKind::rules, RecordedRules{"[]"}));
    ASSERT_TRUE(rules);
    EXPECT_EQ(rules->json, "[]");
    for (const EntryKind kind : {EntryKind::simulated, EntryKind::stored, EntryKind::judged}) {
        EXPECT_TRUE(is_within_callback(kind));
        EXPECT_FALSE(is_callback(kind));
    }
    EXPECT_FALSE(is_within_callback(EntryKind::rules) || is_callback(EntryKind::rules));
    EXPECT_FALSE(is_callback(EntryKind::life) || is_callback(EntryKind::published));
    EXPECT_TRUE(is_callback(EntryKind::state) && is_callback(EntryKind::refused));
}

TEST(RecordingEntry, gives_back_what_agents_give) {
    const auto question = read<RecordedQuestion>(
        written(EntryKind::requested, RecordedQuestion{1, 2, 3, 4, "topic", "broker", "{}"}));
    ASSERT_TRUE(question);
    EXPECT_EQ(question->target, "broker");
    const auto answer =
        read<RecordedAnswer>(written(EntryKind::replied, RecordedAnswer{1, 2, 3, 0, "", "[1]"}));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "[1]");
    const auto advance =
        read<RecordedAdvance>(written(EntryKind::advance, RecordedAdvance{5, 6, 7}));
    ASSERT_TRUE(advance);
    EXPECT_EQ(advance->token, 7U);
}

TEST(RecordingEntry, gives_back_a_life) {
    RecordedLife life;
    life.agent = "risk";
    life.incarnation = 3;
    life.is_whole = true;
    life.config = R"({"limit":1.50})";
    life.secrets = {{"key", "/etc/key"}};
    life.secret_places = {{"/api/key", "key"}};
    life.last_settled = INT64_MIN;
    life.random = {1, UINT64_MAX, 3, 4};
    life.patterns = {"order.>"};
    const auto back = read<RecordedLife>(written(EntryKind::life, life));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->agent, "risk");
    EXPECT_TRUE(back->is_whole);
    EXPECT_EQ(back->config, R"({"limit":1.50})");
    ASSERT_EQ(back->secrets.size(), 1U);
    EXPECT_EQ(back->secrets.front().file, "/etc/key");
    EXPECT_EQ(back->last_settled, INT64_MIN);
    EXPECT_EQ(back->random, life.random);
    EXPECT_EQ(back->patterns, std::vector<std::string>{"order.>"});
}

TEST(RecordingEntry, is_not_taken_before_it_is_whole) {
    const auto bytes = written(EntryKind::timer, RecordedTimer{1, 2, 3});
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        std::span<const std::byte> part(bytes.data(), size);
        EXPECT_FALSE(Entry::take(part));
        EXPECT_EQ(part.size(), size) << "what is not whole stays";
        EXPECT_FALSE(Entry::is_broken(part));
    }
}

TEST(RecordingEntry, of_an_impossible_size_is_broken) {
    auto bytes = written(EntryKind::timer, RecordedTimer{1, 2, 3});
    for (const std::uint32_t size : {0U, 15U, largest_entry + 1}) {
        std::memcpy(bytes.data(), &size, sizeof size);
        std::span<const std::byte> rest(bytes);
        EXPECT_TRUE(Entry::is_broken(rest)) << size;
        EXPECT_FALSE(Entry::take(rest)) << size;
    }
}

TEST(RecordingEntry, with_a_body_of_another_shape_is_not_decoded) {
    const std::vector<std::byte> payload(16, std::byte{0xEE});
    const auto message = written(EntryKind::message, sample_message(payload));
    const std::span<const std::byte> body =
        std::span<const std::byte>(message).subspan(sizeof(EntryHead));
    for (std::size_t size = 0; size < body.size(); ++size) {
        EXPECT_FALSE(RecordedMessage::decode(body.first(size))) << size;
    }
    EXPECT_FALSE(RecordedTimer::decode(body));
    EXPECT_FALSE(RecordedRequest::decode(body));
    EXPECT_FALSE(RecordedLife::decode(body));
}

}  // namespace
}  // namespace drover
