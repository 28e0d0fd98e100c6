/// A durable log in a folder of its own, and disks that misbehave.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>

#include "base/clock.hpp"
#include "durable_log/segment_log.hpp"

namespace drover {

/// Ends with the object.
class LogFolder {
public:
    LogFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "drover-log-XXXXXX").string();
        options.folder = std::filesystem::path(::mkdtemp(pattern.data())) / "log";
        options.segment_size = std::uint64_t{64} << 10U;
        options.max_size = std::uint64_t{1} << 20U;
        options.retry = std::chrono::milliseconds(5);
    }
    ~LogFolder() { std::filesystem::remove_all(options.folder.parent_path()); }
    LogFolder(const LogFolder&) = delete;
    LogFolder& operator=(const LogFolder&) = delete;

    [[nodiscard]] std::unique_ptr<SegmentLog> open() {
        auto log = SegmentLog::open(options, disk);
        EXPECT_TRUE(log) << (log ? "" : log.error().message);
        return log ? std::move(log.value()) : nullptr;
    }
    /// The sentence of an open that fails.
    [[nodiscard]] std::string failure() {
        const auto log = SegmentLog::open(options, disk);
        return log ? "it opened" : log.error().message;
    }
    [[nodiscard]] std::filesystem::path segment(std::uint64_t first_position) const {
        return segment_path(options.folder, first_position);
    }
    /// Overwrites bytes of a file.
    static void poke(const std::filesystem::path& file,
                     std::uint64_t offset,
                     std::string_view bytes) {
        std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(static_cast<std::streamoff>(offset));
        stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }

    LogOptions options;
    LogDisk disk;
};

inline std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

inline std::string text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Appends a message of publisher 7.
inline std::uint64_t append_text(SegmentLog& log, std::uint64_t sequence, std::string_view text) {
    return log.append({RecordKind::message, 7, 1, sequence, std::nullopt}, bytes_of(text));
}

/// Waits until `holds` is true after some news of the log.
template <typename Condition>
::testing::AssertionResult wait_until(SegmentLog& log, const Condition& holds) {
    // By the clock: a disk that is tried again every few milliseconds has news as often.
    const Monotonic deadline = monotonic_now() + std::chrono::seconds(30);
    while (monotonic_now() < deadline) {
        if (holds()) {
            return ::testing::AssertionSuccess();
        }
        pollfd item{log.descriptor(), POLLIN, 0};
        ::poll(&item, 1, 100);
        log.take_news();
    }
    return holds() ? ::testing::AssertionSuccess()
                   : ::testing::AssertionFailure() << "it did not come to pass";
}

inline ::testing::AssertionResult wait_for_sync(SegmentLog& log) {
    log.commit();
    return wait_until(log, [&] { return log.is_quiet() && log.trouble().empty(); });
}

inline std::string text_at(LogReader& reader, std::uint64_t position) {
    const auto record = reader.read(position);
    return record ? text_of(record.value().body) : record.error().message;
}

}  // namespace drover
