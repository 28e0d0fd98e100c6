/// Backwards through blocks, forwards through files that are renamed meanwhile.
#include "command/log_reader.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "base/message_type.hpp"

namespace drover {

namespace {

constexpr std::size_t block_size = std::size_t{64} << 10U;
/// More than agents.yaml allows, so that a limit that shrank hides nothing.
constexpr int most_older_files = 100;
/// A child tells the time of its own lines, droverd that of the others: they cross by this much.
constexpr std::int64_t disorder = std::chrono::nanoseconds(std::chrono::seconds(10)).count();

std::uint64_t size_of(int file) {
    struct stat about {};
    return ::fstat(file, &about) == 0 ? static_cast<std::uint64_t>(about.st_size) : 0;
}

/// Hands over the whole lines of the first `size` bytes, the last one first, until `take` returns
/// false. Returns whether it never did. `end` becomes where the last whole line ends.
bool read_backwards(int file,
                    std::uint64_t size,
                    std::uint64_t& end,
                    const std::function<bool(std::string)>& take) {
    std::string block(block_size, '\0');
    std::string later;  // What was read and has no beginning yet.
    bool has_end = false;
    for (std::uint64_t at = size; at > 0;) {
        const std::uint64_t part = std::min<std::uint64_t>(at, block_size);
        at -= part;
        const ssize_t got = ::pread(file, block.data(), part, static_cast<off_t>(at));
        if (got != static_cast<ssize_t>(part)) {
            return true;  // It was cut short meanwhile.
        }
        later.insert(0, block, 0, part);
        if (!has_end) {
            const std::size_t last = later.rfind('\n');
            if (last == std::string::npos) {
                continue;
            }
            has_end = true;
            end = at + last + 1;
            later.resize(last);
        }
        for (std::size_t begin = later.rfind('\n'); begin != std::string::npos;
             begin = later.rfind('\n')) {
            if (!take(later.substr(begin + 1))) {
                return false;
            }
            later.resize(begin);
        }
    }
    return !has_end || take(std::move(later));
}

/// A line without a time belongs to the one before it; at the beginning, to the one behind it.
void give_times(std::vector<LogEntry>& entries) {
    const auto timed =
        std::ranges::find_if(entries, [](const LogEntry& entry) { return !entry.time.empty(); });
    std::string time = timed == entries.end() ? "" : timed->time;
    for (LogEntry& entry : entries) {
        if (entry.time.empty()) {
            entry.time = time;
        }
        time = entry.time;
    }
}

/// Decides from the newest record to the oldest which ones are wanted.
class Selector {
public:
    explicit Selector(const LogSelection& selection) : selection_(selection) {
        if (selection.since) {
            since_ = iso_time(*selection.since);
            hopeless_ = iso_time(*selection.since - disorder);
        }
    }

    /// Returns whether an older one may be wanted.
    bool take(std::string raw) {
        if (entries_.size() >= selection_.lines) {
            return false;
        }
        LogEntry entry = log_entry_of(std::move(raw));
        // A line without a time is judged as the one behind it, which it came before.
        const std::string time = entry.time.empty() ? newer_ : entry.time;
        if (!hopeless_.empty() && !time.empty() && time < hopeless_) {
            return false;
        }
        newer_ = time;
        if (selection_.previous && !entry.life.empty() && is_of_another_life(entry)) {
            return lives_seen_ < 3;
        }
        const bool is_between_lives = selection_.previous && lives_seen_ != 2;
        if (!is_between_lives && (time.empty() || time >= since_)) {
            entries_.push_back(std::move(entry));
        }
        return true;
    }

    std::vector<LogEntry> take_entries() {
        std::ranges::reverse(entries_);
        give_times(entries_);
        return std::move(entries_);
    }

private:
    bool is_of_another_life(const LogEntry& entry) {
        if (lives_seen_ == 0 || entry.life != life_) {
            life_ = entry.life;
            ++lives_seen_;
        }
        return lives_seen_ != 2;
    }

    const LogSelection& selection_;
    std::string since_;
    std::string hopeless_;  ///< What is older than this is followed by nothing that is wanted.
    std::string newer_;     ///< The time of the line that was read before, behind this one.
    std::vector<LogEntry> entries_;
    std::string life_;
    int lives_seen_ = 0;
};

}  // namespace

LogEntry log_entry_of(std::string raw) {
    LogEntry entry;
    const auto parsed = parse_json(raw);
    if (parsed && parsed.value().is_object()) {
        const Json& record = parsed.value();
        entry.time = value_or<std::string>(record, "time", "");
        for (const char* key : {"life", "run", "pid"}) {
            if (const auto found = record.find(key); found != record.end()) {
                entry.life = key + found->dump();
                break;
            }
        }
    }
    entry.raw = std::move(raw);
    return entry;
}

std::filesystem::path LogFileReader::path_of(int number) const {
    return number == 0 ? file_
                       : file_.parent_path() /
                             (file_.stem().string() + "." + std::to_string(number) + ".log");
}

LogFileReader::OpenedFile LogFileReader::open(int number) const {
    OpenedFile opened;
    opened.file = FileDescriptor(::open(path_of(number).c_str(), O_RDONLY | O_CLOEXEC));
    struct stat about {};
    if (opened.file.is_open() && ::fstat(opened.file.number(), &about) == 0) {
        opened.inode = about.st_ino;
    }
    return opened;
}

std::vector<LogEntry> LogFileReader::read_past(const LogSelection& selection) {
    Selector selector(selection);
    const auto take = [&selector](std::string raw) { return selector.take(std::move(raw)); };
    bool is_more_wanted = true;
    std::uint64_t last_inode = 0;
    for (int number = 0; is_more_wanted && number <= most_older_files; ++number) {
        OpenedFile opened = open(number);
        if (!opened.file.is_open()) {
            break;
        }
        if (opened.inode != last_inode) {  // Otherwise they were turned over just now.
            last_inode = opened.inode;
            const int file = opened.file.number();
            is_more_wanted = read_backwards(file, size_of(file), opened.read, take);
        }
        if (number == 0) {
            current_ = std::move(opened);
        }
    }
    return selector.take_entries();
}

void LogFileReader::drain(OpenedFile& opened, std::vector<LogEntry>& entries) {
    if (!opened.file.is_open()) {
        return;
    }
    if (size_of(opened.file.number()) < opened.read) {
        opened.read = 0;  // Only one file is kept, and it was begun anew.
    }
    std::string block(block_size, '\0');
    std::string unfinished;
    std::uint64_t at = opened.read;
    while (true) {
        const ssize_t got =
            ::pread(opened.file.number(), block.data(), block.size(), static_cast<off_t>(at));
        if (got <= 0) {
            return;
        }
        at += static_cast<std::uint64_t>(got);
        unfinished.append(block, 0, static_cast<std::size_t>(got));
        std::size_t begin = 0;
        for (std::size_t end = unfinished.find('\n'); end != std::string::npos;
             end = unfinished.find('\n', begin)) {
            entries.push_back(log_entry_of(unfinished.substr(begin, end - begin)));
            begin = end + 1;
        }
        unfinished.erase(0, begin);
        opened.read += begin;
    }
}

std::vector<LogEntry> LogFileReader::read_new() {
    std::vector<LogEntry> entries;
    drain(current_, entries);
    OpenedFile newest = open(0);
    if (!newest.file.is_open() || newest.inode == current_.inode) {
        give_times(entries);
        return entries;
    }
    // Opened from the newest to the oldest: a turn meanwhile hides none.
    std::vector<OpenedFile> between;
    for (int number = 1; current_.file.is_open() && number <= most_older_files; ++number) {
        OpenedFile opened = open(number);
        if (!opened.file.is_open() || opened.inode == current_.inode) {
            break;
        }
        between.push_back(std::move(opened));
    }
    drain(current_, entries);
    for (auto opened = between.rbegin(); opened != between.rend(); ++opened) {
        drain(*opened, entries);
    }
    current_ = std::move(newest);
    drain(current_, entries);
    give_times(entries);
    return entries;
}

}  // namespace drover
