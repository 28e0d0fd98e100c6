/// Memory that a process is about to touch, made present in a few calls: page by page each first
/// touch is a trap, which costs up to twenty times as much on a virtual machine.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace drover {

/// Part of a process's address space, whole pages.
struct MemoryRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    bool is_written = false;  ///< Its pages become this process's own, as by a write.

    friend bool operator==(const MemoryRange&, const MemoryRange&) = default;
};

/// Of a text as /proc/PID/maps has it: the code of program and libraries, what they and the heap
/// write to, and the stack. What is large is left out, since little of it may ever be touched.
[[nodiscard]] std::vector<MemoryRange> ranges_ahead(std::string_view maps);

/// The same of this process; empty where /proc cannot be read.
[[nodiscard]] std::vector<MemoryRange> ranges_ahead();

/// Makes the ranges present; one that is gone, or a kernel that cannot (before 5.14), changes
/// nothing. Async-signal-safe.
void touch(const std::vector<MemoryRange>& ranges);

}  // namespace drover
