// REQUEST and REPLY, byte for byte, and frames that are none.
#include "wire/request_frame.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/host/wire/text_of.hpp"

namespace drover {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

template <typename Sound>
std::optional<Sound> decode(std::span<const std::byte> frame) {
    const auto control = ControlFrame::decode(frame);
    return control ? Sound::decode(*control) : std::nullopt;
}

RequestHead request_head() {
    return {7, 100, 3, 5000, 4000, 11, 12, 2, 0, 0, 0};
}

ReplyHead reply_head(std::int32_t status) {
    return {7, 100, 3, 101, 4, 4000, status, 0};
}

TEST(RequestFrame, comes_back_as_it_was) {
    const auto frame = encode_request(request_head(), "broker", "broker.positions", bytes_of("{}"));
    const auto read = decode<RequestFrame>(frame);
    ASSERT_TRUE(read);
    RequestHead expected = request_head();
    expected.target_size = 6;
    expected.topic_size = 16;
    EXPECT_EQ(read->head, expected);
    EXPECT_EQ(read->target, "broker");
    EXPECT_EQ(read->topic, "broker.positions");
    EXPECT_EQ(text_of(read->body), "{}");
    // 8 head, 48 fixed, 22 of text padded to 24: the body is aligned.
    EXPECT_EQ(frame.size(), 8U + 48U + 24U + 2U);
}

TEST(RequestFrame, lies_on_the_wire_as_the_page_says) {
    const auto frame = encode_request(request_head(), "", "a", bytes_of("1"));
    EXPECT_EQ(text_of(frame).substr(0, 8), std::string("\0\x09\x02\0\x39\0\0\0", 8));
    EXPECT_EQ(text_of(frame).substr(8, 16),
              std::string("\x07\0\0\0\0\0\0\0\x64\0\0\0\x03\0\0\0", 16));
    EXPECT_EQ(text_of(frame).substr(40, 16),
              std::string("\x0b\0\0\0\x0c\0\0\0\x02\0\0\0\x01\0\0\0", 16));
    EXPECT_EQ(text_of(frame).substr(56), std::string("a\0\0\0\0\0\0\0", 8) + "1");
}

TEST(RequestFrame, takes_the_router_s_time_and_port) {
    auto frame = encode_request(request_head(), "", "a", bytes_of("1"));
    stamp_request(frame, 77, 5);
    EXPECT_EQ(decode<RequestFrame>(frame)->head.time, 77);
    EXPECT_EQ(decode<RequestFrame>(frame)->head.port, 5);
}

TEST(RequestFrame, is_refused_when_it_is_not_in_order) {
    auto head = request_head();
    head.number = 0;
    EXPECT_FALSE(decode<RequestFrame>(encode_request(head, "", "a", {})));
    EXPECT_FALSE(decode<RequestFrame>(encode_request(request_head(), "", "", {})));
    EXPECT_FALSE(
        decode<RequestFrame>(encode_request(request_head(), "", std::string(201, 'a'), {})));
    EXPECT_FALSE(
        decode<RequestFrame>(encode_request(request_head(), std::string(201, 'a'), "a", {})));
    const std::string big(largest_request_body + 1, ' ');
    EXPECT_FALSE(decode<RequestFrame>(encode_request(request_head(), "", "a", bytes_of(big))));
    EXPECT_FALSE(decode<ReplyFrame>(encode_request(request_head(), "", "a", {})));
}

TEST(ReplyFrame, comes_back_as_it_was) {
    const auto sent = encode_reply(reply_head(0), "not sent", bytes_of("[1]"));
    const auto good = decode<ReplyFrame>(sent);
    ASSERT_TRUE(good);
    EXPECT_EQ(good->head, reply_head(0));
    EXPECT_EQ(good->error, "");
    EXPECT_EQ(text_of(good->body), "[1]");
    auto frame = encode_reply(reply_head(-8), "It is gone.", {});
    stamp_reply(frame, 99);
    const auto bad = decode<ReplyFrame>(frame);
    ASSERT_TRUE(bad);
    EXPECT_EQ(bad->head.status, -8);
    EXPECT_EQ(bad->head.time, 99);
    EXPECT_EQ(bad->error, "It is gone.");
    EXPECT_TRUE(bad->body.empty());
}

TEST(ReplyFrame, cuts_a_sentence_that_is_too_long) {
    const auto frame = encode_reply(reply_head(-1), std::string(9999, 'x'), {});
    const auto reply = decode<ReplyFrame>(frame);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->error.size(), longest_reply_error);
}

TEST(ReplyFrame, is_refused_when_it_is_not_in_order) {
    ReplyHead head = reply_head(0);
    head.number = 0;
    EXPECT_FALSE(decode<ReplyFrame>(encode_reply(head, "", {})));
    auto frame = encode_reply(reply_head(-1), "1234", {});
    frame[control_head_size + offsetof(ReplyHead, error_size)] = std::byte{200};
    EXPECT_FALSE(decode<ReplyFrame>(frame));
}

TEST(RequestAndReplyFrames, never_read_beyond_the_bytes) {
    std::mt19937 random(1);  // NOLINT: the same each time.
    const std::string body = "{\"a\": 1}";
    const auto whole = encode_request(request_head(), "broker", "a.b", bytes_of(body));
    const auto reply = encode_reply(reply_head(-1), "A sentence.", {});
    for (int round = 0; round < 20'000; ++round) {
        for (const auto& sound : {whole, reply}) {
            auto frame = sound;
            frame.resize(8 + random() % (frame.size() - 7));
            for (int change = 0; change < 3; ++change) {
                frame[8 + random() % std::max<std::size_t>(frame.size() - 8, 1) *
                              (frame.size() > 8)] = std::byte(random());
            }
            encode_control_head(std::span(frame).first<control_head_size>(),
                                random() % 2 == 0 ? ControlKind::request : ControlKind::reply,
                                frame.size() - control_head_size);
            if (const auto read = decode<RequestFrame>(frame)) {
                EXPECT_LE(read->target.size() + read->topic.size() + read->body.size(),
                          frame.size());
            }
            if (const auto read = decode<ReplyFrame>(frame)) {
                EXPECT_LE(read->error.size() + read->body.size(), frame.size());
            }
        }
    }
}

}  // namespace
}  // namespace drover
