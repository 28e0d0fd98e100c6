/// droverd's own log: a line on the standard error output and one in STATE/logs/droverd.log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <utility>

#include "base/logging.hpp"
#include "base/result.hpp"
#include "daemon/rotating_log.hpp"

namespace drover {

/// One thread.
class DaemonLog {
public:
    [[nodiscard]] static Result<DaemonLog> open(const std::filesystem::path& file);

    /// The run that this is, and how much is kept, once they are known.
    void begin_run(std::uint64_t run) { run_ = run; }
    [[nodiscard]] Result<void> keep(const LogConfig& config);

    void write(LogLevel level, std::string_view message);
    void info(std::string_view message) { write(LogLevel::info, message); }
    void warning(std::string_view message) { write(LogLevel::warning, message); }
    void error(std::string_view message) { write(LogLevel::error, message); }

private:
    DaemonLog(std::filesystem::path path, RotatingLog file)
        : path_(std::move(path)), file_(std::move(file)) {}

    std::filesystem::path path_;
    RotatingLog file_;
    std::uint64_t run_ = 0;
};

}  // namespace drover
