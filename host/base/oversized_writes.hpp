/// What becomes of a write beyond the largest size that a file may have (`ulimit -f`).
#pragma once

#include <csignal>

namespace drover {

/// Such a write fails with EFBIG and is told like that of a full disk; by itself the kernel would
/// end the process with SIGXFSZ. Call it in main; children that are launched begin with the
/// default.
inline void fail_oversized_writes() {
    std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace drover
