/// Following files that are renamed while they are read.
#include "events/event_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "events/event_writer.hpp"

namespace drover {

namespace {

constexpr std::size_t block_size = std::size_t{64} << 10U;
/// More than any writer keeps, so that a limit that grows needs no new reader.
constexpr int most_older_files = 16;

}  // namespace

EventReader::OpenedFile EventReader::open(int number) const {
    OpenedFile opened;
    opened.file = FileDescriptor(::open(event_file(folder_, number).c_str(), O_RDONLY | O_CLOEXEC));
    struct stat about {};
    if (opened.file.is_open() && ::fstat(opened.file.number(), &about) == 0) {
        opened.inode = about.st_ino;
    }
    return opened;
}

void EventReader::hand_over(const std::string& line, const Take& take) {
    const auto event = event_from_line(line);
    // A file that was read before comes again after a turn; a folder that was emptied begins anew
    // with lower sequences and later times.
    if (!event || (event->sequence <= last_sequence_ && event->time <= last_time_)) {
        return;
    }
    last_sequence_ = event->sequence;
    last_time_ = std::max(last_time_, event->time);
    take(*event, line);
}

void EventReader::drain(OpenedFile& opened, const Take& take) {
    std::array<char, block_size> block;
    while (opened.file.is_open()) {
        const ssize_t got = ::read(opened.file.number(), block.data(), block.size());
        if (got <= 0) {
            return;
        }
        opened.unfinished.append(block.data(), static_cast<std::size_t>(got));
        std::size_t begin = 0;
        for (std::size_t end = opened.unfinished.find('\n'); end != std::string::npos;
             end = opened.unfinished.find('\n', begin)) {
            hand_over(opened.unfinished.substr(begin, end - begin), take);
            begin = end + 1;
        }
        opened.unfinished.erase(0, begin);
    }
}

void EventReader::read_new(const Take& take) {
    drain(current_, take);
    OpenedFile newest = open(0);
    if (!newest.file.is_open() || newest.inode == current_.inode) {
        return;
    }
    // Opened from the newest to the oldest: a turn meanwhile shows a file twice, and hides none.
    std::vector<OpenedFile> older;
    for (int number = 1; number <= most_older_files; ++number) {
        OpenedFile opened = open(number);
        if (!opened.file.is_open() || opened.inode == current_.inode) {
            break;
        }
        older.push_back(std::move(opened));
    }
    drain(current_, take);
    for (auto opened = older.rbegin(); opened != older.rend(); ++opened) {
        drain(*opened, take);
    }
    current_ = std::move(newest);
    drain(current_, take);
}

}  // namespace drover
