/// What came last of the durable log, in memory.
#include "router/durable_tail.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

TEST(DurableTail, keeps_a_copy_of_a_frame_and_not_the_buffer_that_it_came_in) {
    const test::ScratchFolder scratch;
    LogDisk disk;
    auto log = SegmentLog::open({.folder = scratch.path() / "log", .segment_size = 65536}, disk);
    ASSERT_TRUE(log) << log.error().message;
    RoutingTable routes({});
    DurableTail tail(*log.value(), routes);
    const std::vector<std::byte> text(200, std::byte{7});
    const Frame received{std::span<const std::byte>(text)};
    const DurableRecord& kept = tail.add({1, received, 1, 1, std::nullopt, 0});
    EXPECT_TRUE(std::ranges::equal(kept.frame.bytes(), text));
    EXPECT_NE(kept.frame.bytes().data(), received.bytes().data());
    EXPECT_EQ(tail.at(1, 0).value(), &kept);
}

}  // namespace
}  // namespace drover
