#include "durable_log/segment_log.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/random.h>

namespace drover {
namespace {

/// So many bytes may wait for the disk.
constexpr std::uint64_t most_waiting = std::uint64_t{32} << 20U;
/// More than this a publisher that is away is not told when it is back; it is counted all the same.
constexpr std::size_t most_notices = 1024;

/// Random, of version 4 (RFC 9562).
Result<LogId> new_log_id() {
    LogId log{};
    if (::getrandom(log.data(), log.size(), 0) != static_cast<ssize_t>(log.size())) {
        return Error{
            ErrorKind::unavailable,
            std::string("The system gave no random numbers: ") + std::strerror(errno) + "."};
    }
    log[6] = static_cast<std::uint8_t>((log[6] & 0x0FU) | 0x40U);
    log[8] = static_cast<std::uint8_t>((log[8] & 0x3FU) | 0x80U);
    return log;
}

}  // namespace

Result<std::unique_ptr<SegmentLog>> SegmentLog::open(LogOptions options, LogDisk& disk) {
    auto recovered = recover_log(options.folder, true);
    if (!recovered) {
        return recovered.error();
    }
    if (!recovered.value()) {
        auto made = make(options, disk);
        if (!made) {
            return made.error();
        }
        return std::unique_ptr<SegmentLog>(
            new SegmentLog(std::move(options), std::move(made.value()), disk));
    }
    RecoveredLog& found = *recovered.value();
    // What lies behind the last sound record must not look sound once others are before it.
    if (auto cleared = disk.clear_from(found.last.number(), found.end); !cleared) {
        return Error{ErrorKind::unavailable,
                     "The durable log in '" + options.folder.string() +
                         "' cannot be opened: " + cleared.error().message + "."};
    }
    return std::unique_ptr<SegmentLog>(new SegmentLog(std::move(options), std::move(found), disk));
}

/// Without its name on the disk the folder could be gone after a power loss, with all that a sync
/// has confirmed in it.
Result<RecoveredLog> SegmentLog::make(const LogOptions& options, LogDisk& disk) {
    if (auto made = disk.make_folder(options.folder); !made) {
        return Error{ErrorKind::unavailable,
                     "The folder '" + options.folder.string() +
                         "' of the durable log cannot be made: " + made.error().message + "."};
    }
    auto id = new_log_id();
    if (!id) {
        return id.error();
    }
    RecoveredLog log;
    log.log = id.value();
    return log;
}

SegmentLog::SegmentLog(LogOptions options, RecoveredLog recovered, LogDisk& disk)
    : options_(std::move(options)),
      id_(recovered.log),
      segments_(std::move(recovered.segments)),
      state_(std::move(recovered.state)),
      head_(recovered.head),
      end_(recovered.end),
      writer_(std::make_unique<LogWriter>(
          options_.folder,
          id_,
          LogTail{std::move(recovered.last), recovered.end, recovered.batch, recovered.head},
          disk,
          options_.retry)) {
    if (segments_.empty()) {
        begin_segment(0);
        commit();
    }
}

SegmentLog::~SegmentLog() {
    checkpoint();
    commit();
}

std::uint64_t SegmentLog::end_of_oldest_segment() const {
    return segments_.size() > 1 ? segments_[1].first_position : head_ + 1;
}

std::uint64_t SegmentLog::size() const {
    std::uint64_t size = 0;
    for (const SegmentFile& segment : segments_) {
        size += segment.size;
    }
    return size;
}

bool SegmentLog::has_room(std::size_t body, bool may_pass_max_size) const {
    if (writer_->waiting() + batch_.records.size() > most_waiting) {
        return false;
    }
    // The only segment can never be removed. A checkpoint begins a further one when it must: what
    // is behind it is no room for messages while all of it is more than the log may have.
    return may_pass_max_size || segments_.size() == 1 ||
           (end_ + record_size(body) <= segments_.back().size && size() <= options_.max_size) ||
           size() + options_.segment_size <= options_.max_size;
}

std::uint64_t SegmentLog::append(const NewRecord& record, std::span<const std::byte> body) {
    make_room_for(record_size(body.size()));
    RecordHead head;
    head.kind = static_cast<std::uint16_t>(record.kind);
    head.flags = record.gate_revision ? RecordHead::gated_flag : std::uint16_t{0};
    head.publisher = record.publisher;
    head.position = ++head_;
    head.sequence = record.sequence;
    head.incarnation = record.incarnation;
    head.gate_revision = record.gate_revision.value_or(0);
    append_record(batch_.records, head, body);
    end_ += record_size(body.size());
    state_.sequences[record.publisher] = record.sequence;
    return head_;
}

void SegmentLog::make_room_for(std::size_t record) {
    if (end_ + record > segments_.back().size) {
        begin_segment(record);
    }
}

std::vector<std::byte> SegmentLog::checkpoint_record() const {
    RecordHead head;
    head.kind = static_cast<std::uint16_t>(RecordKind::checkpoint);
    head.position = head_;
    std::vector<std::byte> record;
    append_record(record, head, encode_state(state_));
    return record;
}

void SegmentLog::begin_segment(std::size_t record) {
    auto checkpoint = checkpoint_record();
    const std::uint64_t begin = sizeof(SegmentHeader) + checkpoint.size();
    const std::uint64_t size = std::max<std::uint64_t>(options_.segment_size, begin + record);
    if (!segments_.empty() && segments_.back().first_position == head_ + 1) {
        segments_.pop_back();  // No message is in it: the new file takes its name and its place.
    }
    const std::uint64_t former = segments_.empty() ? 0 : segments_.back().first_position;
    segments_.push_back({head_ + 1, size});
    end_ = begin;
    batch_.rolls.push_back({batch_.records.size(), head_ + 1, former, size, std::move(checkpoint)});
    has_changed_ = false;
}

void SegmentLog::commit() {
    if (batch_.is_empty()) {
        return;
    }
    batch_.last_position = head_;
    writer_->hand_over(std::exchange(batch_, {}));
}

void SegmentLog::set_cursor(const std::string& receiver, ReceiverCursor cursor) {
    const auto [found, is_new] = state_.receivers.try_emplace(receiver, cursor);
    has_changed_ = has_changed_ || is_new || found->second != cursor;
    found->second = cursor;
}

void SegmentLog::forget(const std::string& receiver) {
    has_changed_ = state_.receivers.erase(receiver) > 0 || has_changed_;
}

void SegmentLog::set_shared(const std::string& agent, PartitionHistory history) {
    const auto found = state_.shared.find(agent);
    if (found == state_.shared.end() ? history.empty() : found->second == history) {
        return;
    }
    has_changed_ = true;
    if (history.empty()) {
        state_.shared.erase(found);
    } else {
        state_.shared[agent] = std::move(history);
    }
}

bool SegmentLog::add_notice(std::uint32_t publisher, VoidNotice notice) {
    std::vector<VoidNotice>& notices = state_.notices[publisher];
    const bool is_known =
        std::ranges::find(notices, notice.position, &VoidNotice::position) != notices.end();
    if (is_known || notices.size() >= most_notices) {
        return false;
    }
    notices.push_back(std::move(notice));
    has_changed_ = true;
    return true;
}

std::vector<VoidNotice> SegmentLog::take_notices(std::uint32_t publisher) {
    const auto found = state_.notices.find(publisher);
    if (found == state_.notices.end()) {
        return {};
    }
    std::vector<VoidNotice> notices = std::move(found->second);
    state_.notices.erase(found);
    has_changed_ = true;
    return notices;
}

void SegmentLog::checkpoint() {
    if (!has_changed_) {
        return;
    }
    const auto record = checkpoint_record();
    if (end_ + record.size() > segments_.back().size) {
        begin_segment(0);  // Begins with a checkpoint.
        return;
    }
    batch_.records.insert(batch_.records.end(), record.begin(), record.end());
    end_ += record.size();
    has_changed_ = false;
}

void SegmentLog::trim(std::uint64_t position) {
    const auto is_oldest_removable = [this, position] {
        return segments_.size() > 1 && segments_[1].first_position <= position + 1;
    };
    if (!is_oldest_removable()) {
        return;
    }
    // What is removed must be behind the cursors that are on disk. The checkpoint may need another
    // segment: then the last one may be removed as well.
    has_changed_ = true;
    checkpoint();
    while (is_oldest_removable()) {
        batch_.removals.push_back(segments_.front().first_position);
        segments_.erase(segments_.begin());
    }
    commit();
}

}  // namespace drover
