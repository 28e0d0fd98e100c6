/// Plugin descriptions, read by children so that a plugin's code never runs in this process.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "config/fleet_config.hpp"
#include "plugin/library_description.hpp"

namespace drover {

/// How long a plugin may take to be loaded and described, not counting what it waits for a
/// processor: `up` waits so long for one that hangs.
inline constexpr std::chrono::nanoseconds longest_description = std::chrono::seconds(2);

/// What becomes of the answer that a plugin cannot be described.
enum class Failures {
    forget,
    keep,  ///< Kept beside the cache, for the next one who takes it.
    take   ///< Taken, once, where it is at most a minute old; else the plugin is tried.
};

/// Who describes plugins, and how.
struct DescribeOptions {
    std::filesystem::path agent_program;  ///< drover-agent.
    /// A folder that keeps descriptions, made when it is missing. A library is described again when
    /// its build id, size or time changed, or the ABI of this drover. Nothing: no cache.
    std::optional<std::filesystem::path> cache;
    /// `up` keeps what failed and the droverd that it starts takes it, so that a plugin that hangs
    /// is waited for once.
    Failures failures = Failures::forget;
    std::chrono::nanoseconds longest = longest_description;
    /// Looks at the whole file for what neither its reader nor a plugin knows. May be empty.
    std::function<void(const FleetConfig& fleet, std::vector<Fault>& faults)> check_further{};
};

using DescribedLibrary = Result<std::shared_ptr<const LibraryDescription>>;

/// Runs `drover-agent --describe FILE`. Fails with `not_found` or `invalid` and the plugin's own
/// sentence, `unavailable` when it crashed or drover-agent cannot be started, `timed_out` when it
/// did not finish; the child and all that it started are killed then. The thread must live as long
/// as the program (see launch).
[[nodiscard]] DescribedLibrary describe_in_child(const std::filesystem::path& file,
                                                 const DescribeOptions& options);

/// The same for several files, a few at a time. The answers stand in the order of the files.
[[nodiscard]] std::vector<DescribedLibrary> describe_in_children(
    const std::vector<std::filesystem::path>& files, const DescribeOptions& options);

}  // namespace drover
