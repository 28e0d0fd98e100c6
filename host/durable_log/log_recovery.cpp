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

constexpr const char* how_to_restore =
    ". Restore its folder from a copy, or begin anew with `drover up --fresh`.";

Error damaged(const std::filesystem::path& file, const std::string& what) {
    return {ErrorKind::invalid,
            "The durable log is damaged: " + what + " in '" + file.string() + "'" + how_to_restore};
}

/// A segment that is not there although the next one was begun behind it.
struct MissingSegment {
    std::uint64_t first_position = 0;
    std::uint64_t next = 0;  ///< First position of the next one.
};

/// All headers are sound, of one log and in order. Returns where one is missing between them.
Result<std::vector<MissingSegment>> check_headers(const std::filesystem::path& folder,
                                                  const RecoveredLog& log) {
    std::vector<MissingSegment> missing;
    std::uint64_t before = 0;
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
        const std::uint64_t former = opened.value().header.former_position;
        if (before != 0 && former > before) {
            missing.push_back({former, segment.first_position});
        }
        before = segment.first_position;
    }
    return missing;
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

/// Fills `bytes` with what lies at `offset`. Returns how many there were: fewer at the file's end.
Result<std::size_t> read_at(int file, std::span<std::byte> bytes, std::uint64_t offset) {
    std::size_t have = 0;
    while (have < bytes.size()) {
        const ssize_t got = ::pread(
            file, bytes.data() + have, bytes.size() - have, static_cast<off_t>(offset + have));
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
    return have;
}

bool is_all_zero(std::span<const std::byte> bytes) {
    return bytes.empty() || (bytes.front() == std::byte{0} &&
                             std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

/// The piece of the file, from `at` on, in which something else than zeros stands; the file's end
/// where none does. A new segment is 64 MiB of zeros: too many to have them in memory at once.
Result<std::uint64_t> pass_over_zeros(int file, std::uint64_t at) {
    constexpr std::size_t bytes_at_once = std::size_t{256} << 10U;
    std::vector<std::byte> piece(bytes_at_once);
    while (true) {
        const auto have = read_at(file, piece, at);
        if (!have) {
            return have.error();
        }
        if (have.value() == 0 || !is_all_zero(std::span(piece).first(have.value()))) {
            return at;
        }
        at += have.value();
    }
}

/// Reads what the file holds behind `end`; holes are passed over.
Result<bool> goes_on_behind(int file, std::uint64_t end, std::uint64_t last_batch) {
    if (::lseek(file, static_cast<off_t>(end), SEEK_DATA) < 0) {
        return false;  // Nothing but a hole.
    }
    const auto begin = pass_over_zeros(file, end);
    if (!begin) {
        return begin.error();
    }
    const auto size = static_cast<std::uint64_t>(::lseek(file, 0, SEEK_END));
    std::vector<std::byte> bytes(size - std::min(size, begin.value()));
    const auto have = read_at(file, bytes, begin.value());
    if (!have) {
        return have.error();
    }
    return holds_later_batch(std::span(bytes).first(have.value()), last_batch);
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

/// A segment is removed when every receiver has handled what is in it, and not before a checkpoint
/// says so. Where the last one that is left does not, it was cut off with all that stood behind it.
Result<void> check_end(const std::filesystem::path& file, const RecoveredLog& log) {
    for (const auto& [name, cursor] : log.state.receivers) {
        if (cursor.effective + 1 < log.first()) {
            return damaged(file,
                           "its end was cut off behind position " + std::to_string(log.head) +
                               " (what is left has '" + name + "' wait for position " +
                               std::to_string(cursor.effective + 1) + ", and the log begins at " +
                               std::to_string(log.first()) + ")");
        }
    }
    return success();
}

/// Segments are removed from the first one on; after a loss of power the file system may have
/// brought one back and not the next. So a hole is damage only where a receiver has still to pass
/// it.
Result<void> check_missing(const std::filesystem::path& folder,
                           const std::vector<MissingSegment>& missing,
                           const RecoveredLog& log) {
    for (const MissingSegment& hole : missing) {
        for (const auto& [name, cursor] : log.state.receivers) {
            if (cursor.effective + 1 < hole.next) {
                return Error{ErrorKind::invalid,
                             "The durable log is damaged: '" +
                                 segment_path(folder, hole.first_position).string() +
                                 "' is missing, and '" + name + "' waits for position " +
                                 std::to_string(cursor.effective + 1) + how_to_restore};
            }
        }
    }
    return success();
}

}  // namespace

Result<void> check_tail(const std::filesystem::path& path, int file, const SoundEnd& end) {
    const auto goes_on = goes_on_behind(file, end.offset, end.batch);
    if (!goes_on) {
        return goes_on.error();
    }
    if (goes_on.value()) {
        return damaged(path,
                       "the record behind position " + std::to_string(end.position) +
                           ", and later ones are sound,");
    }
    return success();
}

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
    const auto missing = check_headers(folder, log);
    if (!missing) {
        return missing.error();
    }
    RecordStream records(std::move(last.value().file));
    if (auto read = read_last(path, records, log); !read) {
        return read.error();
    }
    if (auto ends = check_tail(path, records.file(), {log.end, log.batch, log.head}); !ends) {
        return ends.error();
    }
    if (auto checked = check_end(path, log); !checked) {
        return checked.error();
    }
    if (auto checked = check_missing(folder, missing.value(), log); !checked) {
        return checked.error();
    }
    log.last = records.release();
    return std::optional(std::move(log));
}

}  // namespace drover
