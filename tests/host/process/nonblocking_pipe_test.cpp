// Reading the output of a child that writes much, little, or never stops.
#include "process/nonblocking_pipe.hpp"

#include <array>

#include <gtest/gtest.h>
#include <unistd.h>

namespace drover {
namespace {

TEST(NonblockingPipe, gives_what_is_there_and_closes_at_the_end) {
    auto pipe = make_nonblocking_pipe();
    ASSERT_TRUE(pipe);
    std::string text;
    read_available(pipe.value().reading, text, 1000);
    EXPECT_EQ(text, "");
    EXPECT_TRUE(pipe.value().reading.is_open());
    ASSERT_EQ(::write(pipe.value().writing.number(), "some", 4), 4);
    read_available(pipe.value().reading, text, 1000);
    ASSERT_EQ(::write(pipe.value().writing.number(), " more", 5), 5);
    pipe.value().writing.close();
    read_available(pipe.value().reading, text, 1000);
    EXPECT_EQ(text, "some more");
    EXPECT_FALSE(pipe.value().reading.is_open());
}

TEST(NonblockingPipe, leaves_what_is_too_much_for_one_turn) {
    auto pipe = make_nonblocking_pipe();
    ASSERT_TRUE(pipe);
    const std::array<char, 50000> block{};
    ASSERT_EQ(::write(pipe.value().writing.number(), block.data(), block.size()),
              static_cast<ssize_t>(block.size()));
    std::string text;
    read_available(pipe.value().reading, text, 1);
    EXPECT_LT(text.size(), block.size());
    read_available(pipe.value().reading, text, block.size());
    EXPECT_EQ(text.size(), block.size());
}

}  // namespace
}  // namespace drover
