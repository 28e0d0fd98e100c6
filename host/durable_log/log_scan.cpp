#include "durable_log/log_scan.hpp"

#include <algorithm>
#include <string>
#include <system_error>

#include "durable_log/log_recovery.hpp"

namespace drover {

Result<std::optional<LogRecord>> LogScan::next() {
    while (true) {
        auto record = read_here();
        if (!record || record.value()) {
            return record;
        }
        const auto segments = list_segments(folder_);
        if (!segments) {
            return segments.error();
        }
        if (segments.value().empty()) {
            return std::optional<LogRecord>();
        }
        // The owner may have ended this segment and begun another between the two looks.
        if (segments.value().back().first_position > segment_) {
            record = read_here();
            if (!record || record.value()) {
                return record;
            }
        }
        const auto moved = move_on(segments.value());
        if (!moved) {
            return moved.error();
        }
        if (!moved.value()) {
            return std::optional<LogRecord>();
        }
    }
}

Result<void> LogScan::check_end() {
    if (!records_) {
        return success();
    }
    auto ends = check_tail(
        segment_path(folder_, segment_), records_->file(), {records_->offset(), batch_, position_});
    if (ends) {
        return ends;
    }
    // The owner may have written what was missing between the two looks.
    LogScan again(folder_, position_ + 1);
    const auto record = again.next();
    return record && record.value() ? Result<void>(success()) : ends;
}

Result<std::optional<LogRecord>> LogScan::read_here() {
    while (records_) {
        auto record = records_->next_written();
        if (!record || !record.value()) {
            return record;
        }
        const RecordHead& head = record.value()->head;
        batch_ = head.batch;
        position_ = head.position;
        if (head.is(RecordKind::checkpoint) || head.position < next_) {
            continue;
        }
        if (head.position != next_) {
            return damaged();
        }
        ++next_;
        return record;
    }
    return std::optional<LogRecord>();
}

Result<bool> LogScan::move_on(const std::vector<SegmentFile>& segments) {
    const auto behind = std::ranges::upper_bound(segments, next_, {}, &SegmentFile::first_position);
    const std::uint64_t first =
        (behind == segments.begin() ? segments.front() : *std::prev(behind)).first_position;
    const auto path = segment_path(folder_, first);
    auto opened = open_segment(path, false);
    if (!opened) {
        std::error_code error;
        // The owner removed it after it was listed: there is another oldest one now.
        return std::filesystem::exists(path, error) ? Result<bool>(opened.error()) : true;
    }
    const SegmentHeader& header = opened.value().header;
    if (header.first_position != first) {
        return Error{ErrorKind::invalid,
                     "The durable log is damaged: '" + path.string() + "' says that it begins at " +
                         std::to_string(header.first_position) + "."};
    }
    if (log_ && header.log != *log_) {
        return begin_anew(segments.front().first_position, path);
    }
    if (records_ && first == segment_) {
        return behind == segments.end() ? Result<bool>(false) : damaged();
    }
    if (records_ && first < next_) {
        return Error{ErrorKind::invalid,
                     "The durable log is damaged: position " + std::to_string(first) + " is in '" +
                         segment_path(folder_, segment_).string() + "' and in '" + path.string() +
                         "'."};
    }
    if (first > next_) {
        missed_ += next_ == 0 ? 0 : first - next_;
        next_ = first;
    }
    log_ = header.log;
    segment_ = first;
    records_.emplace(std::move(opened.value().file));
    return true;
}

Result<bool> LogScan::begin_anew(std::uint64_t first, const std::filesystem::path& foreign) {
    const auto opened = open_segment(segment_path(folder_, first), false);
    if (!opened) {
        return opened.error();
    }
    if (opened.value().header.log == *log_) {
        return Error{
            ErrorKind::invalid,
            "The durable log is damaged: '" + foreign.string() + "' is a part of another log."};
    }
    log_ = opened.value().header.log;
    is_anew_ = true;
    records_.reset();
    next_ = first;
    return true;
}

Error LogScan::damaged() const {
    return {ErrorKind::invalid,
            "The durable log is damaged: position " + std::to_string(next_) +
                " cannot be read from '" + segment_path(folder_, segment_).string() + "'."};
}

}  // namespace drover
