#include "durable_log/log_writer.hpp"

#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

#include "durable_log/record_format.hpp"
#include "durable_log/segment_file.hpp"

namespace drover {

LogWriter::LogWriter(std::filesystem::path folder,
                     LogId log,
                     LogTail tail,
                     LogDisk& disk,
                     std::chrono::nanoseconds retry)
    : folder_(std::move(folder)),
      log_(log),
      disk_(disk),
      retry_(retry),
      news_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      synced_(tail.head),
      file_(std::move(tail.file)),
      end_(tail.end),
      batch_number_(tail.batch),
      thread_([this] { run(); }) {}

LogWriter::~LogWriter() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void LogWriter::hand_over(LogBatch batch) {
    batch.weight = batch.records.size() + 1;
    waiting_.fetch_add(batch.weight, std::memory_order_relaxed);
    {
        const std::lock_guard lock(mutex_);
        if (pending_.is_empty()) {
            pending_ = std::move(batch);
        } else {
            const std::size_t before = pending_.records.size();
            pending_.records.insert(
                pending_.records.end(), batch.records.begin(), batch.records.end());
            for (LogBatch::Roll& roll : batch.rolls) {
                roll.at += before;
                pending_.rolls.push_back(std::move(roll));
            }
            pending_.removals.insert(
                pending_.removals.end(), batch.removals.begin(), batch.removals.end());
            pending_.last_position = batch.last_position;
            pending_.weight += batch.weight;
        }
    }
    wake_.notify_one();
}

std::string LogWriter::trouble() {
    const std::lock_guard lock(mutex_);
    return trouble_;
}

void LogWriter::take_news() {
    std::uint64_t times = 0;
    static_cast<void>(::read(news_.number(), &times, sizeof(times)));
}

void LogWriter::tell() {
    const std::uint64_t one = 1;
    static_cast<void>(::write(news_.number(), &one, sizeof(one)));
}

void LogWriter::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return is_over_ || !pending_.is_empty(); });
        if (pending_.is_empty()) {
            return;
        }
        batch_ = std::exchange(pending_, {});
        written_ = 0;
        rolled_ = 0;
        ++batch_number_;
        lock.unlock();
        seal(batch_.records, batch_number_);
        for (LogBatch::Roll& roll : batch_.rolls) {
            seal(roll.checkpoint, batch_number_);
        }
        auto outcome = write_batch();
        note(outcome);
        lock.lock();
        while (!outcome) {
            // Everything of the batch that a sync has not confirmed is written again: after a
            // failed sync the system may have forgotten it.
            wake_.wait_for(lock, retry_, [this] { return is_over_; });
            const bool is_last_try = is_over_;
            lock.unlock();
            outcome = write_batch();
            note(outcome);
            lock.lock();
            if (is_last_try && !outcome) {
                return;
            }
        }
    }
}

void LogWriter::note(const Result<void>& outcome) {
    {
        const std::lock_guard lock(mutex_);
        trouble_ = outcome ? std::string()
                           : "The durable log in '" + folder_.string() +
                                 "' cannot be written: " + outcome.error().message +
                                 ". What agents publish on durable topics waits; it is tried "
                                 "again every second.";
    }
    if (outcome) {
        synced_.store(batch_.last_position, std::memory_order_release);
        waiting_.fetch_sub(batch_.weight, std::memory_order_relaxed);
    }
    tell();
}

Result<void> LogWriter::write_batch() {
    for (; rolled_ < batch_.rolls.size(); ++rolled_) {
        const LogBatch::Roll& roll = batch_.rolls[rolled_];
        if (auto written = write_piece(roll.at); !written) {
            return written;
        }
        if (auto begun = begin_segment(roll); !begun) {
            return begun;
        }
    }
    if (auto written = write_piece(batch_.records.size()); !written) {
        return written;
    }
    // The oldest first: whenever this ends, what is left has no gap.
    for (; !batch_.removals.empty(); batch_.removals.erase(batch_.removals.begin())) {
        const auto path = segment_path(folder_, batch_.removals.front());
        if (auto removed = disk_.remove(path); !removed) {
            return removed;
        }
    }
    return success();
}

Result<void> LogWriter::write_piece(std::size_t end) {
    if (written_ == end) {
        return success();
    }
    const auto piece = std::span(batch_.records).subspan(written_, end - written_);
    if (auto written = disk_.write(file_.number(), piece, end_); !written) {
        return written;
    }
    if (auto synced = disk_.sync(file_.number()); !synced) {
        return synced;
    }
    written_ = end;
    end_ += piece.size();
    return success();
}

/// The file gets its name when its header and its first checkpoint are on disk.
Result<void> LogWriter::begin_segment(const LogBatch::Roll& roll) {
    const auto unfinished = unfinished_path(folder_);
    auto file = disk_.create(unfinished, roll.size);
    if (!file) {
        return file.error();
    }
    auto bytes = encode_header({.log = log_,
                                .first_position = roll.first_position,
                                .file_size = roll.size,
                                .former_position = roll.former_position});
    bytes.insert(bytes.end(), roll.checkpoint.begin(), roll.checkpoint.end());
    const int number = file.value().number();
    if (auto written = disk_.write(number, bytes, 0); !written) {
        return written;
    }
    if (auto synced = disk_.sync(number); !synced) {
        return synced;
    }
    if (auto renamed = disk_.rename(unfinished, segment_path(folder_, roll.first_position));
        !renamed) {
        return renamed;
    }
    file_ = std::move(file.value());
    end_ = bytes.size();
    return success();
}

}  // namespace drover
