/// A verb that stumbles over a path which cannot be followed ends with a sentence.
#pragma once

#include <functional>

namespace drover {

/// Runs `run` and returns its exit code; 1 with a sentence on standard error where it threw because
/// the working directory was removed, or a folder above a path is closed to this user.
[[nodiscard]] int run_guarded(const std::function<int()>& run);

}  // namespace drover
