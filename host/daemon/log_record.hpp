/// One line of a log file under STATE/logs: what an agent wrote, as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "daemon/secret_mask.hpp"

namespace drover {

/// Who wrote a line, and where.
struct LogSource {
    std::string agent;
    pid_t pid = -1;
    std::string stream;      ///< "stdout", "stderr", "log", or "droverd" where it says it itself.
    std::uint64_t run = 0;   ///< Of droverd, as in its events; 0: not known, and left out.
    std::uint64_t life = 0;  ///< Of the agent, or the router's epoch; 0: droverd's own, left out.
};

/// {"time","agent","pid","run","life","stream","level","message"} with the time now.
[[nodiscard]] std::string log_record(const LogSource& source,
                                     std::string_view level,
                                     std::string_view message);

/// The record of a line that a child wrote at `time` (wall ns), secrets masked. A line that is a
/// JSON object with "level" and "message" (the runner's own log) keeps these and its "time"; any
/// other is a message, of level info from stdout and warning from stderr.
[[nodiscard]] std::string record_of_output(const LogSource& source,
                                           std::string_view line,
                                           std::int64_t time,
                                           const SecretMask& mask);

}  // namespace drover
