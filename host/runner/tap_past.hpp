/// The durable messages of a tap that begins in the past. They come from the files of the log, the
/// new ones too: so each comes once, in the log's order, and none is lost when the tap is slow.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.hpp"
#include "durable_log/log_scan.hpp"
#include "runner/tap_printer.hpp"
#include "runner/tap_request.hpp"

namespace drover {

/// One thread.
class TapPast {
public:
    explicit TapPast(const TapRequest::Past& past)
        : scan_(past.folder, past.position), time_(past.time) {}

    /// Prints what the log has, at most a few thousand messages at a time, and says on the log
    /// what is missing. False: that is all at this moment. Fails with a sentence where the log is
    /// damaged.
    [[nodiscard]] Result<bool> print_more(TapPrinter& printer);

    /// Whether a message of the log was where the tap begins, or behind it.
    [[nodiscard]] bool has_begun() const { return has_begun_; }

    /// The tap has shown that this position is in the log.
    void hear_of(std::uint64_t position) { heard_ = position; }
    /// Whether it was heard of and is still to be read.
    [[nodiscard]] bool is_behind() const { return heard_ >= scan_.wanted(); }

private:
    void take(const LogRecord& record, TapPrinter& printer);
    void tell_gaps(TapPrinter& printer);

    LogScan scan_;
    std::optional<std::int64_t> time_;  ///< Until a message of then or later has come.
    std::uint64_t heard_ = 0;
    bool is_end_checked_ = false;
    bool has_begun_ = false;
};

}  // namespace drover
