/// The durable log: messages by position on disk, cursors of their receivers, and what may be
/// removed. Promises and layout: docs/delivery.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/log_id.hpp"
#include "base/result.hpp"
#include "durable_log/log_disk.hpp"
#include "durable_log/log_reader.hpp"
#include "durable_log/log_recovery.hpp"
#include "durable_log/log_state.hpp"
#include "durable_log/log_writer.hpp"
#include "durable_log/record_format.hpp"

namespace drover {

struct LogOptions {
    std::filesystem::path folder;
    std::uint64_t segment_size = std::uint64_t{64} << 20U;
    std::uint64_t max_size = std::uint64_t{4} << 30U;          ///< Of all segments.
    std::chrono::nanoseconds retry = std::chrono::seconds(1);  ///< Of what the disk refused.
};

/// What may be appended.
struct NewRecord {
    RecordKind kind = RecordKind::message;
    std::uint32_t publisher = 0;
    std::uint32_t incarnation = 0;
    std::uint64_t sequence = 0;                  ///< The publisher's durable one.
    std::optional<std::uint32_t> gate_revision;  ///< Of a gated message.
};

/// A log has one owner at a time; its state directory's lock holds others off. One thread, besides
/// the one that writes.
class SegmentLog {
public:
    /// Opens the log in the folder, or makes a new one. Fails with a sentence. `disk` must outlive
    /// the log.
    [[nodiscard]] static Result<std::unique_ptr<SegmentLog>> open(LogOptions options,
                                                                  LogDisk& disk);
    /// Writes a last checkpoint and what waits, if the disk takes it.
    ~SegmentLog();
    SegmentLog(const SegmentLog&) = delete;
    SegmentLog& operator=(const SegmentLog&) = delete;

    [[nodiscard]] const LogId& id() const { return id_; }
    /// The last position that was given.
    [[nodiscard]] std::uint64_t head() const { return head_; }
    /// The last position that is on disk.
    [[nodiscard]] std::uint64_t synced() const { return writer_->synced(); }
    /// The first position that is kept.
    [[nodiscard]] std::uint64_t first() const { return segments_.front().first_position; }
    /// Positions below this one lie in the oldest segment, which stands in the way of new ones.
    [[nodiscard]] std::uint64_t end_of_oldest_segment() const;
    /// Bytes of all segments on disk.
    [[nodiscard]] std::uint64_t size() const;
    [[nodiscard]] std::size_t segments() const { return segments_.size(); }
    [[nodiscard]] const LogOptions& options() const { return options_; }
    [[nodiscard]] const LogState& state() const { return state_; }

    /// Whether a record with a body of so many bytes may be appended: the disk keeps up, and
    /// max_size is not reached. `may_pass_max_size`: the second does not count.
    [[nodiscard]] bool has_room(std::size_t body, bool may_pass_max_size) const;
    /// Appends a message or a refusal; returns its position. It is written after `commit`.
    std::uint64_t append(const NewRecord& record, std::span<const std::byte> body);
    /// Whether everything that was appended is on disk, checkpoints included.
    [[nodiscard]] bool is_quiet() const {
        return batch_.is_empty() && writer_->waiting() == 0 && synced() == head_;
    }
    /// Hands what was appended to the thread that writes.
    void commit();

    /// How far a receiver is; it is registered by this.
    void set_cursor(const std::string& receiver, ReceiverCursor cursor);
    void forget(const std::string& receiver);
    /// Who shares the messages of `agent`; empty: nobody does.
    void set_shared(const std::string& agent, PartitionHistory history);
    /// The publisher is to be told that its message is void; false: that is known, or too much is.
    bool add_notice(std::uint32_t publisher, VoidNotice notice);
    /// What the publisher is to be told, oldest first; it is forgotten by this.
    [[nodiscard]] std::vector<VoidNotice> take_notices(std::uint32_t publisher);
    /// Appends a checkpoint when something has changed since the last one.
    void checkpoint();
    /// Removes the segments that hold nothing above `position`.
    void trim(std::uint64_t position);

    /// See LogWriter.
    [[nodiscard]] int descriptor() const { return writer_->descriptor(); }
    void take_news() { writer_->take_news(); }
    [[nodiscard]] std::string trouble() { return writer_->trouble(); }

    /// Must not outlive the log.
    [[nodiscard]] LogReader reader() const { return {options_.folder, segments_}; }

private:
    SegmentLog(LogOptions options, RecoveredLog recovered, LogDisk& disk);

    [[nodiscard]] static Result<RecoveredLog> make(const LogOptions& options, LogDisk& disk);
    void make_room_for(std::size_t record);
    void begin_segment(std::size_t record);
    [[nodiscard]] std::vector<std::byte> checkpoint_record() const;

    LogOptions options_;
    LogId id_;
    std::vector<SegmentFile> segments_;  ///< Those that are not written yet included.
    LogState state_;
    std::uint64_t head_;
    std::uint64_t end_;  ///< Of the last segment, with what is not written yet.
    LogBatch batch_;     ///< What was appended since the last commit.
    bool has_changed_ = false;
    std::unique_ptr<LogWriter> writer_;
};

}  // namespace drover
