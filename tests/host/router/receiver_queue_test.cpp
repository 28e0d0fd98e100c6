/// The queue of one receiver: bound, order and credit.
#include "router/receiver_queue.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "wire/bundle.hpp"

namespace drover {
namespace {

QueueEntry entry(std::string_view text, bool takes_credit = true) {
    return {Frame(std::as_bytes(std::span(text))), {}, takes_credit, {}};
}

std::string pop_text(ReceiverQueue& queue) {
    const auto bytes = queue.front().frame.bytes();
    std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    queue.pop();
    return text;
}

TEST(ReceiverQueue, keeps_the_order_over_the_end_of_the_ring) {
    ReceiverQueue queue(3, {});
    for (const char* const text : {"1", "2", "3"}) {
        EXPECT_FALSE(queue.push(entry(text)).has_value());
    }
    EXPECT_EQ(pop_text(queue), "1");
    EXPECT_FALSE(queue.push(entry("4")).has_value());
    EXPECT_EQ(pop_text(queue), "2");
    EXPECT_EQ(pop_text(queue), "3");
    EXPECT_EQ(pop_text(queue), "4");
    EXPECT_TRUE(queue.is_empty());
}

TEST(ReceiverQueue, drops_the_oldest_when_it_is_full) {
    ReceiverQueue queue(2, {});
    EXPECT_FALSE(queue.push(entry("1")).has_value());
    EXPECT_FALSE(queue.push(entry("2")).has_value());
    EXPECT_TRUE(queue.push(entry("3")).has_value());
    EXPECT_EQ(pop_text(queue), "2");
    EXPECT_EQ(pop_text(queue), "3");
}

TEST(ReceiverQueue, counts_a_dropped_heartbeat_as_no_message) {
    ReceiverQueue queue(1, {});
    EXPECT_FALSE(queue.push(entry("beat", false)).has_value());
    EXPECT_FALSE(queue.push(entry("1")).has_value());
    EXPECT_TRUE(queue.push(entry("2")).has_value());
    EXPECT_EQ(queue.reset(), 1U);
}

TEST(ReceiverQueue, stops_at_the_window_of_frames) {
    ReceiverQueue queue(2, {2, 1000});
    queue.charge(1);
    EXPECT_TRUE(queue.has_credit(1));
    queue.charge(1);
    EXPECT_FALSE(queue.has_credit(1));
    queue.credit(1, 1);
    EXPECT_TRUE(queue.has_credit(1));
}

TEST(ReceiverQueue, stops_at_the_window_of_bytes_but_lets_one_frame_pass) {
    ReceiverQueue queue(2, {10, 100});
    EXPECT_TRUE(queue.has_credit(5000));
    queue.charge(60);
    EXPECT_TRUE(queue.has_credit(40));
    EXPECT_FALSE(queue.has_credit(41));
}

TEST(ReceiverQueue, lets_a_frame_beyond_the_window_pass_while_credit_for_little_is_out) {
    ReceiverQueue queue(2, {16, 100});
    queue.charge(3, 20);  // The receiver may have handled those: it returns them with the fourth.
    EXPECT_TRUE(queue.has_credit(5000));
    queue.charge(5000);
    EXPECT_FALSE(queue.has_credit(5000)) << "one after the other";
    queue.credit(4, 5020);
    queue.charge(4, 20);
    EXPECT_FALSE(queue.has_credit(5000)) << "credit for four will come";
}

TEST(ReceiverQueue, has_no_more_in_flight_than_its_receiver_asked_for) {
    ReceiverQueue queue(2, {16, 1000});
    queue.charge(10, 10);
    queue.credit(4, 4, 8);
    EXPECT_TRUE(queue.has_credit(1)) << "six of eight";
    queue.charge(2, 2);
    EXPECT_FALSE(queue.has_credit(1));
    queue.credit(8, 8, 100);
    queue.charge(63, 63);
    EXPECT_TRUE(queue.has_credit(3900)) << "four times the frames, and the bytes with them";
    queue.charge(1, 1);
    EXPECT_FALSE(queue.has_credit(1)) << "nobody gets more than that";
    queue.credit(64, 64, 1);
    queue.charge(1);
    EXPECT_FALSE(queue.has_credit(1));
    queue.reset();
    queue.charge(15, 15);
    EXPECT_TRUE(queue.has_credit(1)) << "another link begins with all of it";
}

TEST(ReceiverQueue, gives_no_more_than_the_window_for_credit_that_was_never_taken) {
    ReceiverQueue queue(2, {1, 100});
    queue.credit(1000, 1'000'000);
    queue.charge(1);
    EXPECT_FALSE(queue.has_credit(1));
}

/// A bundle of messages "1", "22", "333", … and heads as BundleWriter makes them.
QueueEntry run_of(std::uint32_t messages) {
    BundleWriter bundle;
    QueueEntry entry;
    for (std::uint32_t number = 1; number <= messages; ++number) {
        std::ranges::fill(bundle.add(number), std::byte{'0'} | std::byte(number));
        entry.run.bytes += number;
    }
    entry.frame = Frame(bundle.frame());
    entry.run.begin = control_head_size;
    entry.run.end = static_cast<std::uint32_t>(entry.frame.size());
    entry.run.messages = messages;
    return entry;
}

TEST(ReceiverQueue, counts_the_messages_of_a_run_one_by_one) {
    ReceiverQueue queue(4, {});
    EXPECT_FALSE(queue.push(run_of(3)).has_value());
    EXPECT_EQ(queue.size(), 3U);
    EXPECT_TRUE(queue.has_room_for(1));
    EXPECT_FALSE(queue.has_room_for(2));
    EXPECT_FALSE(queue.push(entry("4")).has_value());
    EXPECT_TRUE(queue.is_full());
    EXPECT_EQ(queue.drop_oldest()->size(), 1U);
    EXPECT_EQ(queue.drop_oldest()->size(), 2U);
    EXPECT_EQ(queue.drop_oldest()->size(), 3U);
    EXPECT_EQ(pop_text(queue), "4");
    EXPECT_TRUE(queue.is_empty());
}

TEST(ReceiverQueue, sends_off_a_part_of_a_run) {
    ReceiverQueue queue(4, {3, 100});
    EXPECT_FALSE(queue.push(run_of(4)).has_value());
    EXPECT_FALSE(queue.has_credit_for(queue.front()));
    EXPECT_EQ(queue.send_off(3), 6U);
    EXPECT_FALSE(queue.has_credit(1)) << "three of three are in flight";
    EXPECT_EQ(queue.size(), 1U);
    EXPECT_EQ(queue.front().size(), 4U);
    EXPECT_EQ(queue.reset(), 1U);
    EXPECT_TRUE(queue.is_empty());
}

TEST(ReceiverQueue, begins_anew_when_it_is_reset) {
    ReceiverQueue queue(2, {1, 100});
    queue.charge(1);
    EXPECT_FALSE(queue.push(entry("1")).has_value());
    EXPECT_EQ(queue.reset(), 1U);
    EXPECT_TRUE(queue.is_empty());
    EXPECT_TRUE(queue.has_credit(1));
}

}  // namespace
}  // namespace drover
