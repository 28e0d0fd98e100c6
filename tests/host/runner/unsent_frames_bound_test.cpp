// What waits in an agent's process while its link takes nothing.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runner/unsent_frames.hpp"
#include "tests/host/runner/published_json.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

using test::published_json;

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

/// The sequences of the frames that wait, first in line first; each frame holds one message.
std::vector<std::uint64_t> sequences_of(UnsentFrames& unsent) {
    std::vector<std::uint64_t> sequences;
    for (; !unsent.is_empty(); unsent.pop_front()) {
        const auto frame = MessageFrame::decode(unsent.front().bytes());
        sequences.push_back(frame ? frame->header.sequence : 0);
    }
    return sequences;
}

TEST(UnsentFrames, are_bounded_in_bytes_and_the_newest_stay) {
    UnsentFrames unsent;
    const std::vector<std::byte> payload(mebibyte, std::byte{'7'});
    const std::uint64_t count = 2 * UnsentFrames::most_bytes / mebibyte;
    std::size_t dropped = 0;
    for (std::uint64_t number = 1; number <= count; ++number) {
        unsent.add(published_json(payload, number));
        dropped += unsent.drop_excess();
    }
    const auto left = sequences_of(unsent);
    ASSERT_FALSE(left.empty());
    EXPECT_EQ(left.size() + dropped, count) << "a message went without being counted";
    EXPECT_LE(left.size() * mebibyte, UnsentFrames::most_bytes);
    EXPECT_GE((left.size() + 2) * mebibyte, UnsentFrames::most_bytes) << "room was left unused";
    for (std::size_t place = 0; place < left.size(); ++place) {
        EXPECT_EQ(left[place], dropped + 1 + place);
    }
}

TEST(UnsentFrames, of_small_messages_are_bounded_by_their_number) {
    UnsentFrames unsent;
    const std::vector<std::byte> payload(8, std::byte{'7'});
    std::size_t dropped = 0;
    for (std::uint64_t number = 1; number <= UnsentFrames::most_messages + 1000; ++number) {
        unsent.add(published_json(payload, number));
        dropped += unsent.drop_excess();
    }
    EXPECT_GT(dropped, 0U);
    EXPECT_EQ(dropped + unsent.discard_all(), UnsentFrames::most_messages + 1000);
}

TEST(UnsentFrames, that_are_durable_stay_whatever_streams_bring) {
    UnsentFrames unsent;
    const std::vector<std::byte> payload(mebibyte, std::byte{'7'});
    unsent.add(published_json(payload, 1, 1));
    unsent.add(published_json(payload, 2, 2));
    for (std::uint64_t number = 3; number <= 2 * UnsentFrames::most_bytes / mebibyte; ++number) {
        unsent.add(published_json(payload, number));
        (void)unsent.drop_excess();
    }
    const auto left = sequences_of(unsent);
    ASSERT_GE(left.size(), 3U);
    EXPECT_EQ(left[0], 1U);
    EXPECT_EQ(left[1], 2U);
}

TEST(UnsentFrames, that_were_sent_make_room_again) {
    UnsentFrames unsent;
    const std::vector<std::byte> payload(mebibyte, std::byte{'7'});
    for (std::uint64_t number = 1; number <= 3 * UnsentFrames::most_bytes / mebibyte; ++number) {
        unsent.add(published_json(payload, number));
        Frame sent = std::move(unsent.front());  // As a socket does, which takes the bytes.
        unsent.pop_front();
        EXPECT_EQ(unsent.drop_excess(), 0U);
    }
    EXPECT_TRUE(unsent.is_empty());
    EXPECT_EQ(unsent.discard_all(), 0U);
}

}  // namespace
}  // namespace drover
