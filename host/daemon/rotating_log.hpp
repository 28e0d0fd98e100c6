/// A log file that is cut into pieces of bounded size. The only file of the room that sees spdlog.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "config/fleet_config.hpp"

namespace drover {

/// NAME.log, NAME.1.log, … up to LogConfig::max_files of max_size bytes each. One thread. Never
/// fails once it is open: lines that the disk does not take are counted.
class RotatingLog {
public:
    /// Opens for appending, making the file if there is none.
    [[nodiscard]] static Result<RotatingLog> open(const std::filesystem::path& file,
                                                  const LogConfig& config = {});

    RotatingLog(RotatingLog&& other) noexcept;
    RotatingLog& operator=(RotatingLog&& other) noexcept;
    ~RotatingLog();

    /// Adds one line; a newline is added.
    void write(std::string_view line);
    /// Hands what was written to the system, so that readers see it.
    void flush();
    /// Times that the disk did not take what was written.
    [[nodiscard]] std::uint64_t lost_lines() const { return lost_lines_; }

private:
    struct Sink;
    explicit RotatingLog(std::unique_ptr<Sink> sink);

    std::unique_ptr<Sink> sink_;
    std::uint64_t lost_lines_ = 0;
};

}  // namespace drover
