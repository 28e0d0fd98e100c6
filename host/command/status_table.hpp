/// The document of `drover status` as a table for people.
#pragma once

#include <cstddef>
#include <string>

#include "base/json.hpp"

namespace drover {

/// A headline, a table of the agents fitted to `width` (0: no limit), then the fleet's warnings and
/// whom a paused replay waits for.
[[nodiscard]] std::string status_text(const Json& document, std::size_t width);

/// "45 s", "3 min 12 s", "2 h 5 min", "3 d 4 h"
[[nodiscard]] std::string uptime_text(double seconds);

/// "312 B", "4.2 kB", "12.3 MB"; powers of 1000.
[[nodiscard]] std::string bytes_text(double bytes);

}  // namespace drover
