/// Appending, turning files over, and finding the last record of an earlier run.
#include "events/event_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.hpp"

namespace drover {

namespace {

/// Lines are at most 32 KiB long, so that the end of a file this long holds a whole one.
constexpr off_t tail_size = 64 << 10;

std::string tail_of(const std::filesystem::path& file) {
    const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat about {};
    if (!opened.is_open() || ::fstat(opened.number(), &about) != 0) {
        return "";
    }
    const off_t from = std::max<off_t>(about.st_size - tail_size, 0);
    std::string tail(static_cast<std::size_t>(about.st_size - from), '\0');
    const ssize_t got = ::pread(opened.number(), tail.data(), tail.size(), from);
    tail.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return tail;
}

/// The sequence of the last record that can be read; 0 when there is none.
std::uint64_t last_sequence_in(std::string_view tail) {
    while (!tail.empty()) {
        const std::size_t end = tail.rfind('\n');
        const std::string_view line = end == std::string_view::npos ? tail : tail.substr(end + 1);
        if (const auto event = line.empty() ? std::nullopt : event_from_line(line)) {
            return event->sequence;
        }
        tail = end == std::string_view::npos ? std::string_view{} : tail.substr(0, end);
    }
    return 0;
}

}  // namespace

std::filesystem::path event_file(const std::filesystem::path& folder, int number) {
    return folder / (number == 0 ? "events.jsonl" : "events." + std::to_string(number) + ".jsonl");
}

EventWriter::EventWriter(std::filesystem::path folder, std::uint64_t run, EventLimits limits)
    : folder_(std::move(folder)), run_(run), limits_(limits) {}

Result<EventWriter> EventWriter::open(const std::filesystem::path& folder,
                                      std::uint64_t run,
                                      EventLimits limits) {
    std::error_code fault;
    std::filesystem::create_directories(folder, fault);
    if (fault) {
        return Error{ErrorKind::unavailable,
                     "The folder of events " + folder.string() +
                         " cannot be made: " + fault.message() + "."};
    }
    EventWriter writer(folder, run, limits);
    for (int number = 0; number <= limits.older_files && writer.sequence_ == 0; ++number) {
        const std::string tail = tail_of(event_file(folder, number));
        writer.is_torn_ = writer.is_torn_ || (number == 0 && !tail.empty() && tail.back() != '\n');
        writer.sequence_ = last_sequence_in(tail);
    }
    if (auto opened = writer.open_file(); !opened) {
        return opened.error();
    }
    return writer;
}

Result<void> EventWriter::open_file() {
    const auto path = event_file(folder_, 0);
    FileDescriptor opened(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    struct stat about {};
    if (!opened.is_open() || ::fstat(opened.number(), &about) != 0) {
        return Error{
            ErrorKind::unavailable,
            "The events " + path.string() + " cannot be opened: " + std::strerror(errno) + "."};
    }
    file_ = std::move(opened);
    size_ = static_cast<std::uint64_t>(about.st_size);
    return success();
}

void EventWriter::rotate() {
    // Where the newest could not be made the last time, the older ones must not move on.
    const bool has_newest = ::access(event_file(folder_, 0).c_str(), F_OK) == 0;
    for (int number = limits_.older_files; has_newest && number > 0; --number) {
        ::rename(event_file(folder_, number - 1).c_str(), event_file(folder_, number).c_str());
    }
    if (auto opened = open_file(); opened) {
        is_torn_ = false;
    }
}

bool EventWriter::put(FleetEvent& event) {
    event.run = run_;
    event.sequence = sequence_ + 1;
    if (event.time == 0) {
        event.time = wall_now();
    }
    std::string line = (is_torn_ ? "\n" : "") + to_line(event) + "\n";
    if (size_ > 0 && size_ + line.size() > limits_.largest_file) {
        rotate();
    }
    const ssize_t wrote = ::write(file_.number(), line.data(), line.size());
    size_ += wrote > 0 ? static_cast<std::uint64_t>(wrote) : 0;
    const bool is_whole = wrote == static_cast<ssize_t>(line.size());
    is_torn_ = !is_whole && (is_torn_ || wrote > 0);
    sequence_ += is_whole ? 1 : 0;
    return is_whole;
}

void EventWriter::write(FleetEvent event) {
    if (untold_losses_ > 0) {
        FleetEvent told;
        told.kind = EventKind::supervisor;
        told.event = "events_lost";
        told.count = untold_losses_;
        told.reason = "the disk did not take " + std::to_string(untold_losses_) + " events";
        untold_losses_ = put(told) ? 0 : untold_losses_;
    }
    if (!put(event)) {
        ++lost_;
        ++untold_losses_;
    }
}

}  // namespace drover
