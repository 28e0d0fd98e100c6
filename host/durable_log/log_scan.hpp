/// Reads the messages of a durable log from outside: while a router writes it, or while nobody has
/// it open. It changes nothing and takes no lock, so the owner never waits for it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "base/log_id.hpp"
#include "base/result.hpp"
#include "durable_log/record_stream.hpp"
#include "durable_log/segment_file.hpp"

namespace drover {

/// Goes from the oldest record to the newest and on with what is written later. A log that does
/// not exist yet has no records. One thread.
class LogScan {
public:
    /// Begins with the first record at `position` or behind; 0: with the oldest that is kept.
    LogScan(std::filesystem::path folder, std::uint64_t position)
        : folder_(std::move(folder)), next_(position) {}

    /// The next message or refusal, valid until the next call; nothing: there is none yet. What
    /// the last sync has not confirmed may be among them. Fails with a sentence where the log is
    /// damaged.
    [[nodiscard]] Result<std::optional<LogRecord>> next();

    /// Whether the log ends where `next` has found no more. Fails with a sentence where it is
    /// damaged there instead. It looks at the rest of the file: once, not at each end.
    [[nodiscard]] Result<void> check_end();

    /// The position that `next` looks for; 0: the oldest.
    [[nodiscard]] std::uint64_t wanted() const { return next_; }
    /// How many positions were removed before they could be read, since this was asked last.
    [[nodiscard]] std::uint64_t take_missed() { return std::exchange(missed_, 0); }
    /// Whether the folder holds another log than before, whose records come from its beginning;
    /// since this was asked last.
    [[nodiscard]] bool take_is_anew() { return std::exchange(is_anew_, false); }

private:
    [[nodiscard]] Result<std::optional<LogRecord>> read_here();
    /// Opens the file in which the next record lies. False: it is open already.
    [[nodiscard]] Result<bool> move_on(const std::vector<SegmentFile>& segments);
    /// Goes to the log that begins at `first`: `foreign` is not of the one that was read. Fails
    /// where only some files are of another log.
    [[nodiscard]] Result<bool> begin_anew(std::uint64_t first,
                                          const std::filesystem::path& foreign);
    [[nodiscard]] Error damaged() const;

    std::filesystem::path folder_;
    std::optional<RecordStream> records_;  ///< Of the open segment.
    std::uint64_t segment_ = 0;            ///< Its first position.
    std::uint64_t batch_ = 0;              ///< Of the last record that was read, and its position.
    std::uint64_t position_ = 0;
    std::optional<LogId> log_;
    std::uint64_t next_;
    std::uint64_t missed_ = 0;
    bool is_anew_ = false;
};

}  // namespace drover
