/// Control frames: their bytes, and that no malformed one is taken.
#include "wire/control_frame.hpp"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace drover {
namespace {

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
    std::vector<std::byte> bytes;
    for (const int value : values) {
        bytes.push_back(static_cast<std::byte>(value));
    }
    return bytes;
}

constexpr LogId some_log = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

template <typename Frame>
std::vector<std::byte> as_vector(const Frame& frame) {
    return {frame.begin(), frame.end()};
}

TEST(ControlFrame, lies_on_the_wire_as_documented) {
    EXPECT_EQ(as_vector(encode_control(CreditBody{64, 0, 0x0102})),
              bytes_of({0, 4, 2, 0, 16, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(as_vector(encode_control(AdvancedBody{-1, 5})),
              bytes_of({0,   12,  2,   0,   16, 0, 0, 0, 255, 255, 255, 255,
                        255, 255, 255, 255, 5,  0, 0, 0, 0,   0,   0,   0}));
    EXPECT_EQ(encode_control(WelcomeBody{})[1], std::byte{1});
    EXPECT_EQ(encode_control(ReadyBody{})[1], std::byte{3});
    EXPECT_EQ(encode_control(DoneBody{})[1], std::byte{5});
    EXPECT_EQ(encode_control(TimerBody{})[1], std::byte{6});
    EXPECT_EQ(encode_control(AdvanceBody{})[1], std::byte{11});
    EXPECT_EQ(as_vector(encode_control(LoggedBody{0x0102})),
              bytes_of({0, 14, 2, 0, 8, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(as_vector(encode_control(HandledBody{3})),
              bytes_of({0, 15, 2, 0, 8, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(as_vector(encode_control(VoidedBody{4})),
              bytes_of({0, 17, 2, 0, 8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(encode_declined({""})[1], std::byte{16});
    EXPECT_EQ(as_vector(encode_control(ReadyBody{1, 2, some_log, 5, 6})),
              bytes_of({0,  3,  2, 0, 48, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,  0,  2,  0,  0,
                        0,  0,  0, 0, 0,  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
                        15, 16, 5, 0, 0,  0, 0, 0, 0, 0, 6, 0, 0, 0, 0,  0,  0,  0}));
}

TEST(ControlFrame, gives_back_bodies_of_fixed_size) {
    const auto bytes = encode_control(DoneBody{7, 2, 99, 1000, 900});
    ASSERT_TRUE(is_control_frame(bytes));
    const auto frame = ControlFrame::decode(bytes);
    ASSERT_TRUE(frame);
    const auto done = decode_control<DoneBody>(*frame);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->publisher, 7U);
    EXPECT_EQ(done->incarnation, 2U);
    EXPECT_EQ(done->sequence, 99U);
    EXPECT_EQ(done->next_timer, 1000);
    EXPECT_EQ(done->fleet_time, 900);
    EXPECT_FALSE(decode_control<TimerBody>(*frame));
}

TEST(ControlFrame, gives_back_bodies_of_json) {
    const auto hello_bytes = encode_hello(
        {"risk", 4, "secret", UINT64_MAX, -5, {"a.*", "b.>"}, some_log, UINT64_MAX - 1, 17});
    const auto hello = decode_hello(*ControlFrame::decode(hello_bytes));
    ASSERT_TRUE(hello);
    EXPECT_EQ(hello.value().agent, "risk");
    EXPECT_EQ(hello.value().incarnation, 4U);
    EXPECT_EQ(hello.value().token, "secret");
    EXPECT_EQ(hello.value().epoch, UINT64_MAX);
    EXPECT_EQ(hello.value().fleet_time, -5);
    EXPECT_EQ(hello.value().subscriptions, (std::vector<std::string>{"a.*", "b.>"}));
    EXPECT_EQ(hello.value().log, some_log);
    EXPECT_EQ(hello.value().cursor, UINT64_MAX - 1);
    EXPECT_EQ(hello.value().durable_sequence, 17U);

    const auto heartbeat_bytes = encode_heartbeat({3, 2, {{"x.y", 17}}});
    const auto heartbeat = decode_heartbeat(*ControlFrame::decode(heartbeat_bytes));
    ASSERT_TRUE(heartbeat);
    EXPECT_EQ(heartbeat.value().publisher, 3U);
    ASSERT_EQ(heartbeat.value().topics.size(), 1U);
    EXPECT_EQ(heartbeat.value().topics[0].second, 17U);

    const auto refused_bytes = encode_refused({"x.y", 8, -14, "No."});
    const auto refused = decode_refused(*ControlFrame::decode(refused_bytes));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused.value().topic, "x.y");
    EXPECT_EQ(refused.value().sequence, 8U);
    EXPECT_EQ(refused.value().status, -14);
    EXPECT_EQ(refused.value().reason, "No.");

    const auto declined_bytes = encode_declined({"Another log."});
    const auto declined = decode_declined(*ControlFrame::decode(declined_bytes));
    ASSERT_TRUE(declined);
    EXPECT_EQ(declined.value().reason, "Another log.");
}

TEST(ControlFrame, refuses_a_frame_cut_or_lengthened) {
    auto bytes = as_vector(encode_control(ReadyBody{1, 2}));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const std::vector<std::byte> cut(bytes.begin(),
                                         bytes.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_FALSE(ControlFrame::decode(cut)) << length;
    }
    bytes.push_back(std::byte{0});
    EXPECT_FALSE(ControlFrame::decode(bytes));
}

TEST(ControlFrame, refuses_unknown_kinds_and_versions) {
    EXPECT_FALSE(ControlFrame::decode(bytes_of({0, 0, 2, 0, 0, 0, 0, 0})));
    EXPECT_FALSE(ControlFrame::decode(bytes_of({0, 19, 2, 0, 0, 0, 0, 0})));
    EXPECT_FALSE(ControlFrame::decode(bytes_of({0, 1, 1, 0, 0, 0, 0, 0})))
        << "whose bundles held smaller messages";
    EXPECT_FALSE(ControlFrame::decode(bytes_of({0, 1, 3, 0, 0, 0, 0, 0})));
    EXPECT_FALSE(ControlFrame::decode(bytes_of({1, 1, 2, 0, 0, 0, 0, 0})));
    EXPECT_TRUE(ControlFrame::decode(bytes_of({0, 1, 2, 0, 0, 0, 0, 0})));
}

TEST(ControlFrame, names_the_message_that_a_receiver_did_not_handle) {
    const auto bytes = encode_unhandled({"order.submit.x", 4, 2, 9});
    const auto frame = ControlFrame::decode(bytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->kind, ControlKind::unhandled);
    const auto body = decode_unhandled(*frame);
    ASSERT_TRUE(body);
    EXPECT_EQ(body.value().topic, "order.submit.x");
    EXPECT_EQ(body.value().publisher, 4U);
    EXPECT_EQ(body.value().incarnation, 2U);
    EXPECT_EQ(body.value().sequence, 9U);
}

TEST(ControlFrame, says_what_is_wrong_with_json) {
    const auto with_body = [](std::string_view text) {
        std::vector<std::byte> bytes(control_head_size + text.size());
        encode_control_head(
            std::span(bytes).first<control_head_size>(), ControlKind::hello, text.size());
        std::memcpy(bytes.data() + control_head_size, text.data(), text.size());
        return bytes;
    };
    for (const std::string_view text : {"", "{", "[]", "7", "{\"agent\":1}", "{\"agent\":\"a\"}"}) {
        const auto bytes = with_body(text);
        const auto hello = decode_hello(*ControlFrame::decode(bytes));
        ASSERT_FALSE(hello) << text;
        EXPECT_NE(hello.error().message.find("HELLO"), std::string::npos);
    }
    const auto no_uuid =
        with_body(R"({"agent":"a","incarnation":1,"token":"","epoch":1,"fleet_time":0,)"
                  R"("subscriptions":[],"log":"x","cursor":0,"durable_sequence":0})");
    const auto hello = decode_hello(*ControlFrame::decode(no_uuid));
    ASSERT_FALSE(hello);
    EXPECT_EQ(hello.error().message, "HELLO: 'log' is no UUID.");
}

}  // namespace
}  // namespace drover
