/// Starting droverd for `drover up`.
#pragma once

#include <filesystem>
#include <string>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"
#include "process/launcher.hpp"

namespace drover {

/// A droverd that was started and listens on its control socket.
struct DroverdProcess {
    Child child;
    FileDescriptor lifeline;  ///< Foreground: closing it shuts the fleet down. Else empty.
};

/// Starts droverd in a session of its own and waits until it listens. `foreground`: it shuts the
/// fleet down when this process ends. Fails with droverd's own sentences.
[[nodiscard]] Result<DroverdProcess> start_droverd(const std::filesystem::path& file,
                                                   const std::filesystem::path& state_directory,
                                                   bool fresh,
                                                   bool foreground);

}  // namespace drover
