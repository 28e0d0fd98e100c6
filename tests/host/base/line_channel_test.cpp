// Lines over a socket.
#include "base/line_channel.hpp"

#include <array>

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace drover {
namespace {

struct LineChannelTest : testing::Test {
    LineChannelTest() : LineChannelTest(pair()) {}
    explicit LineChannelTest(std::array<int, 2> ends)
        : near(FileDescriptor(ends[0])), far(FileDescriptor(ends[1])) {}
    static std::array<int, 2> pair() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
        return ends;
    }
    LineChannel near;
    LineChannel far;
};

TEST_F(LineChannelTest, gives_whole_lines_only) {
    near.write_line("one");
    near.write_line("two");
    ASSERT_EQ(::send(near.descriptor(), "thr", 3, 0), 3);
    EXPECT_EQ(far.read_lines(), (std::vector<std::string>{"one", "two"}));
    ASSERT_EQ(::send(near.descriptor(), "ee\n", 3, 0), 3);
    EXPECT_EQ(far.read_lines(), std::vector<std::string>{"three"});
}

TEST_F(LineChannelTest, keeps_what_the_peer_does_not_take_yet) {
    const std::string long_line(1 << 20, 'x');
    near.write_line(long_line);
    EXPECT_TRUE(near.has_unsent());
    std::vector<std::string> lines;
    while (lines.empty()) {
        lines = far.read_lines();
        near.flush();
    }
    EXPECT_EQ(lines.front(), long_line);
    EXPECT_FALSE(near.has_unsent());
}

TEST_F(LineChannelTest, notices_the_end_of_the_peer_after_its_last_line) {
    near.write_line("last");
    { const LineChannel gone = std::move(near); }
    EXPECT_EQ(far.read_lines(), std::vector<std::string>{"last"});
    EXPECT_TRUE(far.is_ended());
}

TEST_F(LineChannelTest, gives_the_last_line_of_a_peer_that_takes_nothing_any_more) {
    near.write_line("last");
    { const LineChannel gone = std::move(near); }
    far.write_line("too late");
    EXPECT_FALSE(far.has_unsent());
    EXPECT_EQ(far.read_lines(), std::vector<std::string>{"last"});
    EXPECT_TRUE(far.is_ended());
}

TEST_F(LineChannelTest, still_writes_to_a_peer_that_sends_no_more) {
    ASSERT_EQ(::shutdown(near.descriptor(), SHUT_WR), 0);
    EXPECT_TRUE(far.read_lines().empty());
    EXPECT_TRUE(far.is_ended());
    far.write_line("an answer");
    EXPECT_EQ(near.read_lines(), std::vector<std::string>{"an answer"});
}

TEST_F(LineChannelTest, ends_instead_of_swallowing_a_line_without_end) {
    const std::string block(1 << 16, 'x');
    for (int count = 0; count < 400 && !far.is_ended(); ++count) {
        (void)::send(near.descriptor(), block.data(), block.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        EXPECT_TRUE(far.read_lines().empty());
    }
    EXPECT_TRUE(far.is_ended());
}

}  // namespace
}  // namespace drover
