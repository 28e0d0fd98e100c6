#include "wire/bundle.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/host/wire/text_of.hpp"
#include "wire/control_frame.hpp"

namespace drover {
namespace {

void add(BundleWriter& writer, std::string_view text) {
    const auto room = writer.add(text.size());
    std::ranges::transform(text, room.begin(), [](char letter) { return std::byte(letter); });
}

TEST(Bundle, messages_come_out_as_they_went_in) {
    BundleWriter writer;
    add(writer, "first");
    add(writer, "the second one");
    add(writer, "3");
    EXPECT_EQ(writer.count(), 3U);
    const auto frame = ControlFrame::decode(writer.frame());
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->kind, ControlKind::bundle);
    BundleReader reader(frame->body);
    EXPECT_EQ(text_of(reader.next().value()), "first");
    EXPECT_EQ(text_of(reader.next().value()), "the second one");
    EXPECT_FALSE(reader.is_at_end());
    EXPECT_EQ(text_of(reader.next().value()), "3");
    EXPECT_TRUE(reader.is_at_end());
}

TEST(Bundle, one_message_travels_as_itself) {
    BundleWriter writer;
    add(writer, "alone");
    EXPECT_EQ(text_of(writer.frame()), "alone");
}

TEST(Bundle, every_message_begins_at_a_multiple_of_8) {
    BundleWriter writer;
    add(writer, "odd");
    add(writer, "odder");
    const auto whole = writer.frame();
    BundleReader reader(whole.subspan(control_head_size));
    EXPECT_EQ((reader.next().value().data() - whole.data()) % 8, 0);
    EXPECT_EQ((reader.next().value().data() - whole.data()) % 8, 0);
}

TEST(Bundle, there_is_room_up_to_the_largest_size_and_always_for_a_first_small_one) {
    BundleWriter writer;
    EXPECT_TRUE(writer.has_room_for(smallest_unbundled - 1));
    EXPECT_FALSE(writer.has_room_for(smallest_unbundled));
    while (writer.has_room_for(100)) {
        add(writer, std::string(100, 'x'));
    }
    EXPECT_LE(writer.frame().size(), largest_bundle);
    EXPECT_GT(writer.frame().size(), largest_bundle - 200);
    writer.clear();
    EXPECT_TRUE(writer.is_empty());
    EXPECT_TRUE(writer.has_room_for(100));
}

TEST(Bundle, a_torn_bundle_gives_what_is_sound_and_then_nothing) {
    BundleWriter writer;
    add(writer, "sound");
    add(writer, "torn");
    const auto whole = writer.frame();
    BundleReader reader(whole.subspan(control_head_size, whole.size() - control_head_size - 8));
    EXPECT_TRUE(reader.next().has_value());
    EXPECT_FALSE(reader.next().has_value());
    EXPECT_TRUE(reader.is_at_end());
}

TEST(Bundle, a_message_larger_than_this_writer_bundles_is_read) {
    constexpr std::uint32_t size = 2 * largest_bundle;
    std::vector<std::byte> body(bundle_entry_head + size);
    std::memcpy(body.data(), &size, sizeof(size));
    BundleReader reader(body);
    const auto message = reader.next();
    ASSERT_TRUE(message) << "another build may bundle more";
    EXPECT_EQ(message->size(), size);
    EXPECT_TRUE(reader.is_at_end());
}

TEST(Bundle, a_size_beyond_the_end_or_of_0_is_malformed) {
    for (const std::uint32_t size : {0U, 9U, 1024U, 0x7FFFFFFFU, 0xFFFFFFFFU, 0xFFFFFFF9U}) {
        std::array<std::byte, 16> body{};
        std::memcpy(body.data(), &size, sizeof(size));
        BundleReader reader(body);
        EXPECT_FALSE(reader.next().has_value()) << size;
        EXPECT_TRUE(reader.is_at_end());
    }
}

}  // namespace
}  // namespace drover
