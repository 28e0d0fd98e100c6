/// droverd's own log: a line on the standard error output and one in STATE/logs/droverd.log.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/logging.hpp"
#include "base/result.hpp"
#include "daemon/rotating_log.hpp"

namespace drover {

/// One thread.
class DaemonLog {
public:
    [[nodiscard]] static Result<DaemonLog> open(const std::filesystem::path& file);

    void write(LogLevel level, std::string_view message);
    void info(std::string_view message) { write(LogLevel::info, message); }
    void warning(std::string_view message) { write(LogLevel::warning, message); }
    void error(std::string_view message) { write(LogLevel::error, message); }

private:
    explicit DaemonLog(RotatingLog file) : file_(std::move(file)) {}

    RotatingLog file_;
};

}  // namespace drover
