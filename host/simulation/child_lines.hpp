/// One line in, lines out: how a child is asked over a socket that it inherited.
#pragma once

#include <optional>
#include <string>

#include "base/line_channel.hpp"

namespace drover {

/// Waits for one line; nothing when the other side ends first.
[[nodiscard]] std::optional<std::string> wait_for_line(LineChannel& channel);

/// Sends a line whole, unless the other side ends first.
void send_line(LineChannel& channel, const std::string& line);

}  // namespace drover
