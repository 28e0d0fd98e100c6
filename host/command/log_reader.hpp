/// Reads one log under STATE/logs: its end as far as it is asked for, and what comes after.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"

namespace drover {

/// One record of a log.
struct LogEntry {
    std::string time;  ///< As it stands in the record; times of one log grow, but for a little. Of
                       ///< a line without one: that of the line before it.
    std::string life;  ///< Tells lives of a unit apart; of droverd: its runs.
    std::string raw;   ///< The record as it stands in the file.
};

/// Which records of the past are wanted.
struct LogSelection {
    std::size_t lines = SIZE_MAX;                      ///< At most so many.
    std::optional<std::int64_t> since = std::nullopt;  ///< Wall ns.
    bool previous = false;                             ///< Only the life before the last one.
};

/// Needs no droverd, and follows the files when they are turned over. One thread.
class LogFileReader {
public:
    /// `file` is the one that is written: NAME.log. Older ones are NAME.1.log and so on.
    explicit LogFileReader(std::filesystem::path file) : file_(std::move(file)) {}

    /// What is there, oldest first. Call it once, before `read_new`.
    [[nodiscard]] std::vector<LogEntry> read_past(const LogSelection& selection);
    /// What was written since the last call, each line once.
    [[nodiscard]] std::vector<LogEntry> read_new();

private:
    struct OpenedFile {
        FileDescriptor file;
        std::uint64_t inode = 0;
        std::uint64_t read = 0;  ///< Bytes of whole lines that were read.
    };

    [[nodiscard]] std::filesystem::path path_of(int number) const;
    [[nodiscard]] OpenedFile open(int number) const;
    static void drain(OpenedFile& opened, std::vector<LogEntry>& entries);

    std::filesystem::path file_;
    OpenedFile current_;
};

/// What stands in a line of a log.
[[nodiscard]] LogEntry log_entry_of(std::string raw);

}  // namespace drover
