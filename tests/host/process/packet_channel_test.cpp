// Packets arrive whole, with what was open in another process.
#include "process/packet_channel.hpp"

#include <array>

#include <gtest/gtest.h>
#include <unistd.h>

#include "process/process_tree.hpp"

namespace drover {
namespace {

using Sending = PacketChannel::Sending;

struct Ends {
    Ends() {
        PacketPair pair = std::move(make_packet_pair().value());
        left = PacketChannel(std::move(pair.ours));
        right = PacketChannel(std::move(pair.theirs));
    }
    PacketChannel left{FileDescriptor()};
    PacketChannel right{FileDescriptor()};
};

TEST(PacketChannel, carries_texts_one_by_one) {
    Ends ends;
    EXPECT_FALSE(ends.right.receive());
    const std::string large(100'000, 'x');
    EXPECT_EQ(ends.left.send("one", {}), Sending::done);
    EXPECT_EQ(ends.left.send(large, {}), Sending::done);
    EXPECT_EQ(ends.right.receive()->text, "one");
    EXPECT_EQ(ends.right.await().value().text, large);
    EXPECT_FALSE(ends.right.receive());
    EXPECT_FALSE(ends.right.is_ended());
}

TEST(PacketChannel, carries_open_descriptors) {
    Ends ends;
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    ASSERT_EQ(ends.left.send("pipe", {pipe[0], pipe[1]}), Sending::done);
    const auto packet = ends.right.receive();
    ASSERT_TRUE(packet);
    ASSERT_EQ(packet->descriptors.size(), 2U);
    EXPECT_NE(packet->descriptors[0].number(), pipe[0]);
    EXPECT_EQ(open_file(packet->descriptors[0].number()), open_file(pipe[0]));
    ::close(pipe[0]);
    ::close(pipe[1]);
}

TEST(PacketChannel, never_waits_for_who_does_not_read) {
    Ends ends;
    const std::string text(10'000, 'x');
    Sending outcome = Sending::done;
    for (int sent = 0; sent < 10'000 && outcome == Sending::done; ++sent) {
        outcome = ends.left.send(text, {});
    }
    EXPECT_EQ(outcome, Sending::would_block);
    EXPECT_FALSE(ends.left.is_ended());
}

TEST(PacketChannel, still_gives_what_was_sent_before_the_sender_was_gone) {
    Ends ends;
    ASSERT_EQ(ends.left.send("last words", {}), Sending::done);
    ends.left = PacketChannel(FileDescriptor());
    EXPECT_EQ(ends.right.receive()->text, "last words");
    EXPECT_FALSE(ends.right.await());
    EXPECT_TRUE(ends.right.is_ended());
    EXPECT_EQ(ends.right.send("nobody hears", {}), Sending::ended);
}

}  // namespace
}  // namespace drover
