#include "durable_log/log_recovery.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "durable_log/record_stream.hpp"

namespace drover {
namespace {

Error damaged(const std::filesystem::path& file, const std::string& what) {
    return {ErrorKind::invalid,
            "The durable log is damaged: " + what + " in '" + file.string() +
                "'. Restore its folder from a copy, or begin anew with `drover up --fresh`."};
}

/// All headers are sound, of one log and in order.
Result<void> check_headers(const std::filesystem::path& folder, const RecoveredLog& log) {
    for (const SegmentFile& segment : log.segments) {
        const auto path = segment_path(folder, segment.first_position);
        const auto opened = open_segment(path, false);
        if (!opened) {
            return opened.error();
        }
        if (opened.value().header.log != log.log) {
            return damaged(path, "a part of another log");
        }
        if (opened.value().header.first_position != segment.first_position) {
            return damaged(path, "another position than its name says");
        }
    }
    return success();
}

void take(RecoveredLog& log, const LogRecord& record, LogState state) {
    log.batch = record.head.batch;
    if (record.head.is(RecordKind::checkpoint)) {
        log.state = std::move(state);
    } else {
        log.head = record.head.position;
        log.state.sequences[record.head.publisher] = record.head.sequence;
    }
}

/// Whether a sound record that a later sync wrote lies at `bytes` or behind.
bool holds_later_batch(std::span<const std::byte> bytes, std::uint64_t last_batch) {
    for (; bytes.size() >= sizeof(RecordHead); bytes = bytes.subspan(8)) {
        if (body_length(bytes)) {
            const auto record = read_record(bytes);
            // The batch behind the last sound one may have been torn in any manner.
            if (record && record->head.batch > last_batch + 1) {
                return true;
            }
        }
    }
    return false;
}

/// Reads what the file holds behind `end`; holes are passed over.
Result<bool> goes_on_behind(int file, std::uint64_t end, std::uint64_t last_batch) {
    const off_t data = ::lseek(file, static_cast<off_t>(end), SEEK_DATA);
    if (data < 0) {
        return false;  // Nothing but a hole.
    }
    const off_t size = ::lseek(file, 0, SEEK_END);
    std::vector<std::byte> bytes(static_cast<std::size_t>(size - static_cast<off_t>(end)));
    std::size_t have = 0;
    while (have < bytes.size()) {
        const ssize_t got =
            ::pread(file, bytes.data() + have, bytes.size() - have, static_cast<off_t>(end + have));
        if (got < 0 && errno != EINTR) {
            return Error{
                ErrorKind::unavailable,
                std::string("The durable log cannot be read: ") + std::strerror(errno) + "."};
        }
        if (got == 0) {
            break;
        }
        have += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    return holds_later_batch(std::span(bytes).first(have), last_batch);
}

/// Reads the records of the last segment.
Result<void> read_last(const std::filesystem::path& file,
                       RecordStream& records,
                       RecoveredLog& log) {
    log.head = log.segments.back().first_position - 1;
    for (bool is_first = true;; is_first = false) {
        const auto record = records.next();
        if (!record) {
            return record.error();
        }
        if (!record.value()) {
            return is_first ? Result<void>(damaged(file, "no checkpoint")) : success();
        }
        const LogRecord& found = *record.value();
        const bool is_checkpoint = found.head.is(RecordKind::checkpoint);
        if (is_first && !is_checkpoint) {
            return damaged(file, "no checkpoint at the beginning");
        }
        if (found.head.position != log.head + (is_checkpoint ? 0 : 1)) {
            return damaged(file,
                           "position " + std::to_string(found.head.position) + " behind " +
                               std::to_string(log.head));
        }
        LogState state;
        if (is_checkpoint) {
            auto decoded = decode_state(found.body);
            if (!decoded) {
                return decoded.error().within(file.string());
            }
            state = std::move(decoded.value());
        }
        take(log, found, std::move(state));
        log.end = records.offset();
    }
}

}  // namespace

Result<std::optional<RecoveredLog>> recover_log(const std::filesystem::path& folder,
                                                bool for_writing) {
    auto segments = list_segments(folder);
    if (!segments) {
        return segments.error();
    }
    if (segments.value().empty()) {
        return std::optional<RecoveredLog>();
    }
    RecoveredLog log;
    log.segments = std::move(segments.value());
    const auto path = segment_path(folder, log.segments.back().first_position);
    auto last = open_segment(path, for_writing);
    if (!last) {
        return last.error();
    }
    log.log = last.value().header.log;
    if (auto checked = check_headers(folder, log); !checked) {
        return checked.error();
    }
    RecordStream records(std::move(last.value().file));
    if (auto read = read_last(path, records, log); !read) {
        return read.error();
    }
    const auto goes_on = goes_on_behind(records.file(), log.end, log.batch);
    if (!goes_on) {
        return goes_on.error();
    }
    if (goes_on.value()) {
        return damaged(path,
                       "the record behind position " + std::to_string(log.head) +
                           ", and later ones are sound,");
    }
    log.last = records.release();
    return std::optional(std::move(log));
}

}  // namespace drover
