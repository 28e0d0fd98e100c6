/// A pipe for a child's output whose reader never blocks.
#pragma once

#include <cstddef>
#include <string>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"

namespace drover {

/// Both ends are close-on-exec; the reading end is non-blocking.
struct NonblockingPipe {
    FileDescriptor reading;
    FileDescriptor writing;
};
[[nodiscard]] Result<NonblockingPipe> make_nonblocking_pipe();

/// Appends to `text` what can be read now, in blocks until `most` bytes or more have come; a writer
/// that never stops keeps nobody here. Closes `reading` at the end of the stream, since a pipe at
/// its end would stay readable.
void read_available(FileDescriptor& reading, std::string& text, std::size_t most);

}  // namespace drover
