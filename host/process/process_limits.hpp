/// What a child may use: limits, processors and rank that it is given between fork and exec.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drover {

/// One setrlimit, soft and hard.
struct ResourceLimit {
    int resource = 0;         ///< RLIMIT_NOFILE, …
    std::uint64_t value = 0;  ///< ~0: unlimited.
    const char* key = "";     ///< Of agents.yaml, for messages: "open_files". Lives for ever.
};

struct ProcessLimits {
    std::vector<ResourceLimit> resources;
    std::optional<int> nice;
    std::vector<int> cpus;  ///< The only processors it may run on; empty: all.
    int cgroup = -1;        ///< An open cgroup.procs: the group that it joins; -1: none.

    [[nodiscard]] bool is_empty() const {
        return resources.empty() && !nice && cpus.empty() && cgroup < 0;
    }
};

/// Which step of `apply_limits` failed. Plain, so that a child can write it into a pipe.
struct LimitFailure {
    enum class Step { cgroup, nice, cpus, resource };

    Step step = Step::cgroup;
    int index = 0;  ///< Of the resource, or of the processor.
    int error = 0;  ///< errno.
};

/// Applies the limits to this process, in a child between fork and exec: only async-signal-safe
/// calls. Stops at the first that fails.
[[nodiscard]] std::optional<LimitFailure> apply_limits(const ProcessLimits& limits) noexcept;

/// "limits.open_files 4000000 cannot be set: Operation not permitted (the hard limit is 1048576)."
[[nodiscard]] std::string sentence_of(const LimitFailure& failure, const ProcessLimits& limits);

}  // namespace drover
