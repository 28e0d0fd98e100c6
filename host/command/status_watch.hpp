/// `drover status --watch`: the table again and again.
#pragma once

#include <chrono>

#include "command/status_verb.hpp"

namespace drover {

/// On a terminal the table is drawn anew in place until Ctrl-C, which restores what stood there;
/// elsewhere the tables follow each other. A droverd that goes away is waited for. Returns the exit
/// code of what was seen last.
[[nodiscard]] int watch_status(const StatusOptions& options, std::chrono::milliseconds interval);

}  // namespace drover
