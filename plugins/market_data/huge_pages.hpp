/// Memory for large arrays that are filled once: few page faults where the system has huge pages.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

#include <sys/mman.h>

namespace drover {

/// An allocator for a vector of millions. Filling fresh memory costs a page fault every 4 KiB,
/// which took as long as reading the numbers; huge pages need one every 2 MiB. Where the system
/// gives none it is ordinary memory.
template <typename Value>
struct HugePages {
    using value_type = Value;
    static constexpr std::size_t page = std::size_t{2} << 20U;

    HugePages() = default;
    template <typename Other>
    HugePages(const HugePages<Other>& /*other*/) noexcept {}  // NOLINT: allocators convert.

    [[nodiscard]] Value* allocate(std::size_t count) {
        const std::size_t bytes = count * sizeof(Value);
        const bool is_large = bytes >= page;
        void* memory = is_large ? std::aligned_alloc(page, (bytes + page - 1) / page * page)
                                : std::malloc(bytes);
        if (memory == nullptr) {
            throw std::bad_alloc();
        }
        if (is_large) {
            ::madvise(memory, bytes, MADV_HUGEPAGE);
        }
        return static_cast<Value*>(memory);
    }
    void deallocate(Value* memory, std::size_t /*count*/) noexcept { std::free(memory); }

    friend bool operator==(const HugePages& /*left*/, const HugePages& /*right*/) { return true; }
};

}  // namespace drover
