/// The host's own log: one JSON object a line on the standard error output.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/clock.hpp"

namespace drover {

enum class LogLevel { debug, info, warning, error };

/// The level of a DROVER_LOG_ number; info for one that is none.
[[nodiscard]] LogLevel agent_log_level(std::int32_t number);

/// Sets who speaks ("droverd", an agent's name) and the lowest level written. Call it once, before
/// any thread is started.
void open_log(std::string_view speaker, LogLevel lowest);
/// A command in somebody's terminal: lines are sentences, "warning: market-data: …", instead of
/// JSON.
void open_log_for_people();
/// Set for the children of such a command, which share its terminal.
inline constexpr const char* log_for_people_variable = "DROVER_LOG_FOR_PEOPLE";
/// `open_log`, or the one for people where that variable is set.
void open_log_of_child(std::string_view speaker, LogLevel lowest);

/// Writes {"time","level","speaker","message"} as one line. Any thread.
void log_line(LogLevel level, std::string_view message);
void log_line(LogLevel level, std::string_view speaker, std::string_view message);

/// From now on no line waits for who reads the standard error output, but the first one that finds
/// it full, for `patience`: see LogOutput. What is kept then leaves with the next line, or by
/// `flush_log`. Call it once, before any thread is started.
void keep_log_from_blocking(std::chrono::milliseconds patience);
/// Whether lines are kept: the loop of the process should wait for the standard error output to
/// become writable, and call `flush_log`. Any thread, as are the next two.
[[nodiscard]] bool has_kept_log();
void flush_log();
/// Waits for the reader of what is kept until `deadline`, at the end of the process.
void finish_log(Monotonic deadline);

inline void log_debug(std::string_view message) {
    log_line(LogLevel::debug, message);
}
inline void log_info(std::string_view message) {
    log_line(LogLevel::info, message);
}
inline void log_warning(std::string_view message) {
    log_line(LogLevel::warning, message);
}
inline void log_error(std::string_view message) {
    log_line(LogLevel::error, message);
}

}  // namespace drover
