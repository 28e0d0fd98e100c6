/// What waits to be sent: in which frames, in which order, and what may be dropped.
#include "runner/unsent_frames.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/runner/published_json.hpp"
#include "wire/control_frame.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

using test::published_json;
using ::testing::ElementsAre;

const std::vector<std::byte> fits_a_bundle(8);
const std::vector<std::byte> fits_no_bundle(smallest_unbundled);

/// "t.x#3", or "control" for what is no message of its own.
std::string in_words_of(const Frame& frame) {
    const auto message = MessageFrame::decode(frame.bytes());
    return message ? "t.x#" + std::to_string(message->header.sequence) : "control";
}

std::vector<std::string> all_of(UnsentFrames& unsent) {
    std::vector<std::string> words;
    for (unsent.close_bundle(); !unsent.is_empty(); unsent.pop_front()) {
        words.push_back(in_words_of(unsent.front()));
    }
    return words;
}

TEST(UnsentFrames, leave_in_the_order_in_which_they_came) {
    UnsentFrames unsent;
    unsent.add(published_json(fits_no_bundle, 1));
    unsent.add(published_json(fits_a_bundle, 2));
    unsent.add(encode_control(CreditBody{1, 0, 8}));
    unsent.add(published_json(fits_no_bundle, 3));
    EXPECT_THAT(all_of(unsent), ElementsAre("t.x#1", "t.x#2", "control", "t.x#3"));
}

TEST(UnsentFrames, collect_small_messages_until_they_are_closed) {
    UnsentFrames unsent;
    unsent.add(published_json(fits_a_bundle, 1));
    unsent.add(published_json(fits_a_bundle, 2));
    EXPECT_TRUE(unsent.is_empty()) << "one that is being filled does not count";
    EXPECT_THAT(all_of(unsent), ElementsAre("control")) << "a bundle of both";
}

TEST(UnsentFrames, never_mix_what_may_be_dropped_with_what_may_not) {
    UnsentFrames unsent;
    unsent.add(published_json(fits_a_bundle, 1));
    unsent.add(published_json(fits_a_bundle, 2, 1));
    unsent.add(published_json(fits_a_bundle, 3));
    EXPECT_THAT(all_of(unsent), ElementsAre("t.x#1", "t.x#2", "t.x#3"));
}

TEST(UnsentFrames, drop_the_oldest_stream_messages_and_keep_all_else) {
    UnsentFrames unsent;
    unsent.add(published_json(fits_no_bundle, 1, 1));
    unsent.add(encode_control(CreditBody{1, 0, 8}));
    for (std::uint64_t sequence = 2; sequence < 2 + UnsentFrames::most_messages; ++sequence) {
        unsent.add(published_json(fits_a_bundle, sequence));
    }
    unsent.close_bundle();
    EXPECT_EQ(unsent.drop_excess(), 0U) << "just as many as may wait";
    unsent.add(published_json(fits_no_bundle, 900'000));
    const std::size_t dropped = unsent.drop_excess();
    EXPECT_GE(dropped, 1U);
    EXPECT_LT(dropped, 1000U) << "a bundle";
    const auto left = all_of(unsent);
    EXPECT_EQ(left.at(0), "t.x#1");
    EXPECT_EQ(left.at(1), "control");
    EXPECT_EQ(left.back(), "t.x#900000");
}

TEST(UnsentFrames, count_the_stream_messages_that_are_forgotten) {
    UnsentFrames unsent;
    unsent.add(published_json(fits_a_bundle, 1));
    unsent.add(published_json(fits_a_bundle, 2));
    unsent.add(published_json(fits_a_bundle, 3, 1));
    unsent.add(published_json(fits_no_bundle, 4));
    EXPECT_EQ(unsent.discard_all(), 3U);
    EXPECT_TRUE(unsent.is_empty());
    EXPECT_EQ(unsent.discard_all(), 0U);
}

TEST(UnsentFrames, send_what_is_durable_again_before_all_else) {
    UnsentFrames unsent;
    unsent.add(published_json(fits_a_bundle, 7));
    unsent.add(published_json(fits_a_bundle, 8, 3));
    unsent.discard_durable();
    for (const std::uint64_t sequence : {5U, 6U}) {
        std::vector<std::byte> frame(message_frame_size(3, fits_no_bundle.size()));
        MessageHeader header;
        header.type = 1;
        header.encoding = 2;
        header.publisher = 1;
        header.incarnation = 1;
        header.sequence = sequence;
        header.topic_sequence = sequence;
        header.count = 1;
        header.record_size = static_cast<std::uint32_t>(fits_no_bundle.size());
        encode_message(frame, "t.x", header, fits_no_bundle);
        unsent.resend(frame);
    }
    unsent.put_first();
    EXPECT_THAT(all_of(unsent), ElementsAre("t.x#5", "t.x#6", "t.x#7"));
}

}  // namespace
}  // namespace drover
