#include "base/freed_memory.hpp"

#include <malloc.h>

namespace drover {

void keep_freed_memory() {
    constexpr int kept = 64 << 20;
    constexpr int largest_from_the_heap = 8 << 20;  // The largest message is half of it.
    ::mallopt(M_TRIM_THRESHOLD, kept);
    ::mallopt(M_MMAP_THRESHOLD, largest_from_the_heap);
}

}  // namespace drover
