/// One line of a log file under STATE/logs: what an agent wrote, as JSON.
#pragma once

#include <string>
#include <string_view>

#include <sys/types.h>

namespace drover {

/// Who wrote a line, and where.
struct LogSource {
    std::string agent;
    pid_t pid = -1;
    std::string stream;  ///< "stdout", "stderr" or "log".
};

/// {"time","agent","pid","stream","level","message"} with the time now.
[[nodiscard]] std::string log_record(const LogSource& source,
                                     std::string_view level,
                                     std::string_view message);

/// The record of a line that a child wrote. A line that is a JSON object with "level" and
/// "message" (the runner's own log) keeps these and its "time"; any other is a message, of level
/// info from stdout and warning from stderr.
[[nodiscard]] std::string record_of_output(const LogSource& source, std::string_view line);

}  // namespace drover
