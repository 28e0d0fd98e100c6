/// What one unit writes, on its way to its file: secrets masked, floods capped and counted, the
/// last lines remembered.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "daemon/log_record.hpp"
#include "daemon/rotating_log.hpp"

namespace drover {

/// The log of one unit over all its lives. One thread.
class AgentLog {
public:
    [[nodiscard]] static Result<AgentLog> open(const std::filesystem::path& file,
                                               const LogConfig& config);

    /// Changes how much is kept, from now on. Fails when the file cannot be opened anew; then all
    /// stays as it was.
    [[nodiscard]] Result<void> keep(const LogConfig& config);
    /// The values to hide from now on, in the file and in the last lines.
    void hide(const std::vector<std::string>& secrets) { mask_ = SecretMask(secrets); }
    [[nodiscard]] const SecretMask& mask() const { return mask_; }

    /// Forgets the last lines: a new life begins.
    void begin_life() { last_lines_.clear(); }
    /// A line that the unit wrote.
    void add(const LogSource& source, std::string_view line, Monotonic now);
    /// A word of droverd itself between them. It does not count for the cap.
    void note(LogSource source, std::string_view level, std::string_view message);
    /// Says how many lines were suppressed, once the second in which they were is over, and what
    /// the disk did not take. Call it now and then.
    void tell_missing(Monotonic now);
    /// The same at once: a life is over.
    void tell_missing() { tell_missing(Monotonic::max()); }
    /// Hands what was written to the system, so that readers see it.
    void flush() { file_.flush(); }

    /// The records of the last lines of this life, at most `most`, oldest first; suppressed ones
    /// too, for they are what a flood ended with.
    [[nodiscard]] std::vector<std::string> last_lines() const;
    static constexpr std::size_t most = 50;

private:
    struct Line {
        LogSource source;
        std::string text;
        std::int64_t time = 0;  ///< Wall ns.
    };

    AgentLog(std::filesystem::path path, RotatingLog file, const LogConfig& config);
    void remember(const LogSource& source, std::string_view line, std::int64_t time);
    /// Whether the cap lets one more line through.
    [[nodiscard]] bool may_write(Monotonic now);

    std::filesystem::path path_;
    RotatingLog file_;
    LogConfig config_;
    SecretMask mask_;
    std::deque<Line> last_lines_;
    LogSource last_source_;  ///< Of the last line: who is told to have been suppressed.
    Monotonic second_began_{};
    int written_in_second_ = 0;
    std::uint64_t suppressed_ = 0;
    std::uint64_t told_lost_ = 0;
};

}  // namespace drover
