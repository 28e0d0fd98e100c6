/// The thread that writes the durable log: one write and one sync for all that wait.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/log_id.hpp"
#include "base/result.hpp"
#include "durable_log/log_disk.hpp"

namespace drover {

/// What is to be written together.
struct LogBatch {
    /// Behind the first `at` bytes a new segment begins.
    struct Roll {
        std::size_t at = 0;
        std::uint64_t first_position = 0;
        std::uint64_t former_position = 0;  ///< Of the segment before; 0: there is none.
        std::uint64_t size = 0;             ///< Of the file.
        std::vector<std::byte> checkpoint;  ///< A record: the first one of the file.
    };

    std::vector<std::byte> records;
    std::vector<Roll> rolls;
    std::vector<std::uint64_t> removals;  ///< Segments that go once all this is on disk.
    std::uint64_t last_position = 0;      ///< Of the log, with this batch.
    std::uint64_t weight = 0;             ///< Bytes of records, and 1 for each hand-over.

    [[nodiscard]] bool is_empty() const {
        return records.empty() && rolls.empty() && removals.empty();
    }
};

/// Where the writer goes on.
struct LogTail {
    FileDescriptor file;  ///< The last segment; none yet when the log is new.
    std::uint64_t end = 0;
    std::uint64_t batch = 0;
    std::uint64_t head = 0;
};

/// What fails is tried again until it succeeds or the writer is destroyed; meanwhile nothing else
/// is written. The public functions belong to the owner's thread.
class LogWriter {
public:
    /// `disk` must outlive the writer.
    LogWriter(std::filesystem::path folder,
              LogId log,
              LogTail tail,
              LogDisk& disk,
              std::chrono::nanoseconds retry);
    /// Tries once more to write what waits.
    ~LogWriter();
    LogWriter(const LogWriter&) = delete;
    LogWriter& operator=(const LogWriter&) = delete;

    void hand_over(LogBatch batch);

    /// The last position that is on disk.
    [[nodiscard]] std::uint64_t synced() const { return synced_.load(std::memory_order_acquire); }
    /// Bytes of records that were handed over and are not on disk; above 0 as long as anything is
    /// to be done.
    [[nodiscard]] std::uint64_t waiting() const { return waiting_.load(std::memory_order_relaxed); }
    /// Why nothing can be written now, a sentence; empty: it can.
    [[nodiscard]] std::string trouble();
    /// Readable when `synced` or `trouble` has changed; `take_news` makes it unreadable.
    [[nodiscard]] int descriptor() const { return news_.number(); }
    void take_news();

private:
    void run();
    [[nodiscard]] Result<void> write_batch();
    [[nodiscard]] Result<void> write_piece(std::size_t end);
    [[nodiscard]] Result<void> begin_segment(const LogBatch::Roll& roll);
    void note(const Result<void>& outcome);
    void tell();

    std::filesystem::path folder_;
    LogId log_;
    LogDisk& disk_;
    std::chrono::nanoseconds retry_;
    FileDescriptor news_;
    std::atomic<std::uint64_t> synced_;
    std::atomic<std::uint64_t> waiting_{0};

    std::mutex mutex_;
    std::condition_variable wake_;
    LogBatch pending_;      ///< Guarded by mutex_.
    std::string trouble_;   ///< Guarded by mutex_.
    bool is_over_ = false;  ///< Guarded by mutex_.

    // Of the writer's own thread.
    FileDescriptor file_;
    std::uint64_t end_;
    std::uint64_t batch_number_;
    LogBatch batch_;
    std::size_t written_ = 0;  ///< Of batch_.records: on disk.
    std::size_t rolled_ = 0;   ///< Of batch_.rolls: done.

    std::thread thread_;  ///< Last: it begins when all else is there.
};

}  // namespace drover
