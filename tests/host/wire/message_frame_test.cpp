/// Message frames: their bytes, and that no malformed one is taken.
#include "wire/message_frame.hpp"

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace drover {
namespace {

MessageHeader sample_header() {
    MessageHeader header;
    header.type = 0x01020304;
    header.encoding = static_cast<std::uint16_t>(Encoding::records);
    header.publisher = 7;
    header.incarnation = 3;
    header.sequence = 0x1122334455667788;
    header.topic_sequence = 9;
    header.cause = {5, 6, 0x0A0B};
    header.event_time = -2;
    header.publish_time = 0x7000;
    header.count = 2;
    header.record_size = 8;
    return header;
}

std::vector<std::byte> encoded(const std::string& topic,
                               const MessageHeader& header,
                               const std::vector<std::byte>& payload) {
    std::vector<std::byte> frame(message_frame_size(topic.size(), payload.size()));
    encode_message(frame, topic, header, payload);
    return frame;
}

std::vector<std::byte> sample_frame(const std::string& topic = "market.bar") {
    return encoded(topic, sample_header(), std::vector<std::byte>(16, std::byte{0xEE}));
}

std::string hexadecimal(std::span<const std::byte> bytes) {
    std::string text;
    for (const std::byte byte : bytes) {
        constexpr std::string_view digits = "0123456789abcdef";
        text.push_back(digits[std::to_integer<unsigned>(byte) >> 4U]);
        text.push_back(digits[std::to_integer<unsigned>(byte) & 15U]);
    }
    return text;
}

TEST(MessageFrame, lies_on_the_wire_byte_for_byte_as_documented) {
    EXPECT_EQ(hexadecimal(sample_frame()),
              "6d61726b65742e626172000000000000"  // topic, NUL, padding
              "04030201"
              "0100"
              "0000"
              "07000000"
              "03000000"  // type to incarnation
              "8877665544332211"
              "0900000000000000"  // sequences
              "05000000"
              "06000000"
              "0b0a000000000000"  // cause
              "feffffffffffffff"
              "0070000000000000"  // times
              "0000000000000000"
              "02000000"
              "08000000"  // delivery, count, record size
              "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee");
}

TEST(MessageFrame, puts_at_least_one_nul_behind_every_topic) {
    EXPECT_EQ(header_offset(1), 8U);
    EXPECT_EQ(header_offset(7), 8U);
    EXPECT_EQ(header_offset(8), 16U);
    EXPECT_EQ(header_offset(200), 208U);
}

TEST(MessageFrame, reads_back_what_was_written) {
    for (std::size_t length = 1; length <= longest_topic_on_wire; ++length) {
        const std::string topic(length, 'a');
        const auto bytes = sample_frame(topic);
        const auto frame = MessageFrame::decode(bytes);
        ASSERT_TRUE(frame) << length;
        EXPECT_EQ(frame->topic, topic);
        EXPECT_EQ(frame->header, sample_header());
        EXPECT_EQ(frame->payload.size(), 16U);
        EXPECT_EQ(frame->payload.data(), bytes.data() + bytes.size() - 16);
    }
}

TEST(MessageFrame, refuses_a_frame_cut_at_any_length) {
    const auto bytes = sample_frame();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        // A copy of its own, so that a sanitizer sees every read behind the end.
        const std::vector<std::byte> cut(bytes.begin(),
                                         bytes.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_FALSE(MessageFrame::decode(cut)) << length;
    }
}

TEST(MessageFrame, refuses_bytes_behind_the_payload) {
    auto bytes = sample_frame();
    bytes.push_back(std::byte{0});
    EXPECT_FALSE(MessageFrame::decode(bytes));
}

TEST(MessageFrame, refuses_topics_that_are_none) {
    for (const std::string topic :
         {"market..bar", ".market", "market.", "market.*", "market.>", "market bar", "a\x01"}) {
        EXPECT_FALSE(MessageFrame::decode(sample_frame(topic))) << topic;
    }
    EXPECT_FALSE(MessageFrame::decode(sample_frame(std::string(201, 'a'))));
    EXPECT_FALSE(MessageFrame::decode(std::vector<std::byte>(200, std::byte{0})));
    EXPECT_FALSE(MessageFrame::decode(std::vector<std::byte>(200, std::byte{'a'})));
}

TEST(MessageFrame, refuses_padding_that_is_not_zero) {
    auto bytes = sample_frame();
    bytes[13] = std::byte{1};
    EXPECT_FALSE(MessageFrame::decode(bytes));
}

TEST(MessageFrame, refuses_headers_that_make_no_sense) {
    const auto accepts = [](auto change) {
        MessageHeader header = sample_header();
        change(header);
        return MessageFrame::decode(encoded("t", header, std::vector<std::byte>(16, std::byte{})))
            .has_value();
    };
    EXPECT_TRUE(accepts([](MessageHeader&) {}));
    EXPECT_FALSE(accepts([](MessageHeader& header) { header.encoding = 0; }));
    EXPECT_FALSE(accepts([](MessageHeader& header) { header.encoding = 3; }));
    EXPECT_FALSE(accepts([](MessageHeader& header) { header.flags = 1; }));
    EXPECT_TRUE(accepts([](MessageHeader& header) { header.flags = share_flag; }));
    EXPECT_TRUE(accepts([](MessageHeader& header) { header.flags = gate_flag | 0x0300; }));
    EXPECT_TRUE(accepts([](MessageHeader& header) { header.flags = gate_flag | share_flag; }));
    EXPECT_FALSE(accepts([](MessageHeader& header) { header.flags = 0x0300; }));
    EXPECT_FALSE(accepts([](MessageHeader& header) { header.flags = gate_flag | 8; }));
    EXPECT_FALSE(accepts([](MessageHeader& header) { header.sequence = 0; }));
    EXPECT_FALSE(accepts([](MessageHeader& header) { header.topic_sequence = 0; }));
    EXPECT_FALSE(accepts([](MessageHeader& header) { header.count = 3; }));
    EXPECT_FALSE(accepts([](MessageHeader& header) {
        header.count = 0x80000000;
        header.record_size = 0x80000000;
    }));
    EXPECT_FALSE(accepts([](MessageHeader& header) { header.encoding = 2; }));  // JSON has count 1.
}

TEST(MessageFrame, is_read_at_any_address) {
    const auto bytes = sample_frame();
    std::vector<std::byte> shifted(bytes.size() + 1);
    std::memcpy(shifted.data() + 1, bytes.data(), bytes.size());
    const auto frame = MessageFrame::decode(std::span(shifted).subspan(1));
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->header, sample_header());
}

TEST(MessageFrame, takes_a_new_publish_time_and_nothing_else_changes) {
    auto bytes = sample_frame();
    stamp_publish_time(bytes, std::string_view("market.bar").size(), 123456789);
    auto expected = sample_header();
    expected.publish_time = 123456789;
    const auto frame = MessageFrame::decode(bytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->header, expected);
    EXPECT_EQ(frame->topic, "market.bar");
}

TEST(MessageFrame, keeps_under_which_reading_of_the_kill_switch_it_was_taken) {
    auto bytes = sample_frame();
    stamp_gate(bytes, std::string_view("market.bar").size(), 6);
    const auto frame = MessageFrame::decode(bytes);
    ASSERT_TRUE(frame);
    EXPECT_NE(frame->header.flags & gate_flag, 0);
    EXPECT_FALSE(is_of_other_gate(frame->header.flags, 6));
    EXPECT_TRUE(is_of_other_gate(frame->header.flags, 8));
    EXPECT_TRUE(is_of_other_gate(frame->header.flags, 10)) << "engaged and released since";
    auto expected = sample_header();
    expected.flags = frame->header.flags;
    EXPECT_EQ(frame->header, expected);
}

TEST(MessageFrame, refuses_what_is_larger_than_a_link_carries) {
    MessageHeader header = sample_header();
    header.count = 1;
    header.record_size = static_cast<std::uint32_t>(largest_frame);
    EXPECT_FALSE(MessageFrame::decode(
        encoded("t", header, std::vector<std::byte>(largest_frame, std::byte{}))));
}

}  // namespace
}  // namespace drover
