/// The UUID of a durable log: how an agent's file and the router's log know that they belong
/// together.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drover {

/// All zero: no log.
using LogId = std::array<std::uint8_t, 16>;

/// 36 characters in lower case, 8-4-4-4-12; empty for no log.
[[nodiscard]] std::string to_text(const LogId& log);
/// Nothing for a text that to_text does not write.
[[nodiscard]] std::optional<LogId> log_id_from_text(std::string_view text);

}  // namespace drover
