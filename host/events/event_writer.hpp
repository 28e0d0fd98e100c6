/// Writes the records of a fleet to files of bounded size.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"
#include "events/fleet_event.hpp"

namespace drover {

/// How much is kept.
struct EventLimits {
    std::uint64_t largest_file = std::uint64_t{4} << 20U;
    int older_files = 4;
};

/// FOLDER/events.jsonl, and events.1.jsonl (the newest) to events.4.jsonl: 20 MiB in all. Each
/// record is handed to the system with one write, so that a kill of this process loses none; a
/// power loss may lose the last ones. One thread.
class EventWriter {
public:
    /// Opens for appending, making folder and file if there are none. A last line that is torn is
    /// ended and stays unreadable. Sequences go on where the last readable record stopped.
    [[nodiscard]] static Result<EventWriter> open(const std::filesystem::path& folder,
                                                  std::uint64_t run,
                                                  EventLimits limits = {});

    /// Gives the record its run, its sequence and, where it has none, the time now, and writes it.
    /// Never fails: what the disk does not take is counted, and said once it takes records again.
    void write(FleetEvent event);
    [[nodiscard]] std::uint64_t run() const { return run_; }
    [[nodiscard]] std::uint64_t lost() const { return lost_; }

private:
    EventWriter(std::filesystem::path folder, std::uint64_t run, EventLimits limits);
    [[nodiscard]] Result<void> open_file();
    [[nodiscard]] bool put(FleetEvent& event);
    void rotate();

    std::filesystem::path folder_;
    std::uint64_t run_;
    EventLimits limits_;
    FileDescriptor file_;
    std::uint64_t size_ = 0;
    std::uint64_t sequence_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t untold_losses_ = 0;
    bool is_torn_ = false;  ///< The last write ended within a line.
};

/// FOLDER/events.jsonl, or with a number above 0 an older file.
[[nodiscard]] std::filesystem::path event_file(const std::filesystem::path& folder, int number);

}  // namespace drover
