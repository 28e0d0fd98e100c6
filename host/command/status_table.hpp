/// The table of `drover status`, from the document of the control socket.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace drover {

/// "3.2 s", "4 min", "2 h", "5 d"
[[nodiscard]] std::string duration_text(double seconds);
/// "12 KiB", "4.1 MiB"
[[nodiscard]] std::string size_text(double bytes);

/// The table, its lines at most `width` wide: the reason, the last column, is cut. `agents` are
/// those of the document that are to be shown.
[[nodiscard]] std::string status_table(const std::vector<Json>& agents, std::size_t width);

/// What stands above the table: the fleet, warnings, a paused replay, an engaged kill switch.
[[nodiscard]] std::string status_head(const Json& supervisor);

}  // namespace drover
