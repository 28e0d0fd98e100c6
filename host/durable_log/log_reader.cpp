#include "durable_log/log_reader.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace drover {

Result<LogRecord> LogReader::read(std::uint64_t position) {
    const bool is_here = records_ && position >= next_ && position < end_of_segment();
    if (!is_here) {
        if (auto gone = go_to_segment_of(position); !gone) {
            return gone.error();
        }
    }
    while (true) {
        const auto record = records_->next_written();
        if (!record) {
            return record.error();
        }
        if (!record.value()) {
            break;
        }
        const RecordHead& head = record.value()->head;
        if (head.is(RecordKind::checkpoint)) {
            continue;
        }
        if (head.position != next_++) {
            break;
        }
        if (head.position == position) {
            return *record.value();
        }
    }
    records_.reset();
    return Error{ErrorKind::invalid,
                 "The durable log is damaged: position " + std::to_string(position) +
                     " cannot be read from '" + segment_path(folder_, segment_).string() +
                     "'. Restore its folder from a copy, or begin anew with `drover up --fresh`."};
}

std::uint64_t LogReader::end_of_segment() const {
    const auto next =
        std::ranges::upper_bound(segments_, segment_, {}, &SegmentFile::first_position);
    return next == segments_.end() ? std::numeric_limits<std::uint64_t>::max()
                                   : next->first_position;
}

Result<void> LogReader::go_to_segment_of(std::uint64_t position) {
    const auto next =
        std::ranges::upper_bound(segments_, position, {}, &SegmentFile::first_position);
    if (next == segments_.begin()) {
        return Error{ErrorKind::not_found,
                     "Position " + std::to_string(position) +
                         " is not in the durable log any more: what is kept in '" +
                         folder_.string() + "' begins at position " +
                         std::to_string(segments_.empty() ? 0 : segments_.front().first_position) +
                         ". Restore the folder from a copy, or begin anew with `drover up "
                         "--fresh`."};
    }
    segment_ = std::prev(next)->first_position;
    auto opened = open_segment(segment_path(folder_, segment_), false);
    if (!opened) {
        return opened.error();
    }
    records_.emplace(std::move(opened.value().file));
    next_ = segment_;
    return success();
}

}  // namespace drover
