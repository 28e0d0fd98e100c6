/// What stands in a durable log, for people: `drover log stat`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "base/json.hpp"
#include "base/log_id.hpp"
#include "durable_log/log_recovery.hpp"
#include "durable_log/log_state.hpp"

namespace drover {

struct LogStatus {
    LogId log{};
    std::filesystem::path folder;
    std::uint64_t first = 0;  ///< Position.
    std::uint64_t head = 0;   ///< The last position on disk.
    std::size_t segments = 0;
    std::uint64_t size = 0;  ///< Bytes.
    LogState state;
};

/// Of a log that nobody has open.
[[nodiscard]] LogStatus status_of(const RecoveredLog& log, const std::filesystem::path& folder);

/// Keys: docs/control_channel.md.
[[nodiscard]] Json to_json(const LogStatus& status);

}  // namespace drover
