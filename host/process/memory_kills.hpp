/// What the kernel tells of processes that it has killed for want of memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace drover {

/// How many processes the kernel has killed for want of memory since the machine came up, whether
/// the machine ran short or one of its control groups (`oom_kill` of proc(5)'s /proc/vmstat). It
/// counts before it kills, so an end of that kind is never seen before it is counted. Nothing where
/// the kernel does not tell. From any thread.
[[nodiscard]] std::optional<std::uint64_t> count_memory_kills(
    const std::filesystem::path& statistics = "/proc/vmstat");

}  // namespace drover
