/// Starting droverd, and hearing from it how the start went.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"
#include "process/launcher.hpp"

namespace drover {

struct DroverdRequest {
    std::filesystem::path file;
    std::filesystem::path state_directory;
    bool fresh = false;
    bool in_background = false;
};

/// A droverd that has answered "ok".
struct StartedDroverd {
    Child guard;
    FileDescriptor lifeline;  ///< Its end makes droverd shut down; empty in the background.
    pid_t pid = -1;           ///< The supervisor's.
};

/// Starts droverd in a session of its own and waits until its control socket listens. Fails with
/// one of droverd's own faults a line, or a sentence that says how it ended. It holds none of this
/// program's descriptors but, in the foreground, the other end of the lifeline.
[[nodiscard]] Result<StartedDroverd> start_droverd(const DroverdRequest& request);

}  // namespace drover
