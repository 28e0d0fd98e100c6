#include "base/freed_memory.hpp"

#include <cstddef>
#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <malloc.h>

namespace drover {
namespace {

constexpr std::size_t burst = std::size_t{16} << 20U;
constexpr std::size_t page = 4096;

/// Takes a burst of messages and frees all of it; returns what malloc has kept at the end of its
/// heap.
std::size_t kept_after_a_burst() {
    {
        std::vector<std::unique_ptr<std::byte[]>> messages;
        messages.reserve(burst / page);
        while (messages.size() < burst / page) {
            messages.push_back(std::make_unique_for_overwrite<std::byte[]>(page));
        }
        while (!messages.empty()) {
            messages.pop_back();  // The last first: a block of the vector's lies below them.
        }
    }
    return ::mallinfo2().keepcost;
}

TEST(FreedMemory, is_kept_for_the_next_burst) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "A sanitizer brings a malloc of its own.";
#endif
    ASSERT_LT(kept_after_a_burst(), burst / 2) << "it was kept anyway";
    keep_freed_memory();
    EXPECT_GE(kept_after_a_burst(), burst / 2);
}

}  // namespace
}  // namespace drover
