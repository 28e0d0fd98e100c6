#include "process/memory_kills.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

std::optional<std::uint64_t> counted_in(const std::string& text) {
    const test::ScratchFolder scratch;
    std::ofstream(scratch.path() / "vmstat") << text;
    return count_memory_kills(scratch.path() / "vmstat");
}

TEST(MemoryKills, are_read_where_the_kernel_counts_them) {
    EXPECT_EQ(counted_in("nr_free_pages 12\noom_kill 3\nnuma_hit 5\n"), 3U);
    EXPECT_EQ(counted_in("nr_free_pages 12\noom_kill 0\n"), 0U);
    EXPECT_EQ(counted_in("nr_free_pages 12\noom_kill 18446744073709551615"), 18446744073709551615U);
}

TEST(MemoryKills, are_not_known_where_the_kernel_does_not_tell) {
    EXPECT_EQ(counted_in("nr_free_pages 12\n"), std::nullopt);
    EXPECT_EQ(counted_in("nr_free_pages 12\nthp_oom_kill 4\n"), std::nullopt)
        << "that is another count";
    EXPECT_EQ(counted_in("nr_free_pages 12\noom_kill \n"), std::nullopt);
    EXPECT_EQ(counted_in(""), std::nullopt);
    EXPECT_EQ(count_memory_kills("/proc/no-such-file"), std::nullopt);
}

TEST(MemoryKills, of_this_machine_are_told) {
    EXPECT_TRUE(count_memory_kills()) << "Linux counts them since 4.13";
}

}  // namespace
}  // namespace drover
