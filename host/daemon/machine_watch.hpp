/// What the machine does to a fleet: clocks that jump, disks that fill up.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace drover {

/// Notices that the wall clock was set. Deadlines and delays are timed by the monotonic clock, so a
/// jump changes nothing but the times that are written down, and what schedules say
/// (ScheduleWatch).
class ClockWatch {
public:
    /// What is less than this is the clock being slewed, or this process waiting for a processor.
    static constexpr std::chrono::milliseconds least_jump{500};

    /// Takes both clocks as they stand now. Returns by how much the wall clock has gone further
    /// than the monotonic one since the last call, where that is a jump: below zero, it went back.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> look(Monotonic now, std::int64_t wall);

private:
    std::optional<std::int64_t> difference_;  ///< Wall minus monotonic, ns, as it was.
};

struct DiskRoom {
    std::uint64_t free = 0;   ///< Bytes that this user may still write.
    std::uint64_t whole = 0;  ///< Bytes of the whole disk.
};

/// Decides when a disk has little room: below 500 MB, or a tenth of a disk that is smaller than
/// 5 GB. It is well again a fifth above that, so that it does not tell the same twice a minute.
class DiskWatch {
public:
    enum class Change { none, became_low, became_well };

    [[nodiscard]] Change look(const DiskRoom& room);
    [[nodiscard]] bool is_low() const { return is_low_; }

private:
    bool is_low_ = false;
};

/// Says what the two found. One thread.
class MachineWatch {
public:
    /// "clock_jumped", "disk_low" or "disk_well", and a sentence.
    using Tell = std::function<void(const char* event, const std::string& sentence)>;

    /// Watches the disk of `folder`.
    MachineWatch(std::filesystem::path folder, Tell tell)
        : folder_(std::move(folder)), tell_(std::move(tell)) {}

    /// Call it several times a second.
    void look(Monotonic now, std::int64_t wall);
    /// Why droverd is degraded; nothing while it is well.
    [[nodiscard]] const std::optional<std::string>& trouble() const { return trouble_; }

private:
    void look_at_disk();

    std::filesystem::path folder_;
    Tell tell_;
    ClockWatch clock_;
    DiskWatch disk_;
    Monotonic next_look_at_disk_{};
    std::optional<std::string> trouble_;
};

/// The room on the disk that holds the folder; nothing where it cannot be told.
[[nodiscard]] std::optional<DiskRoom> disk_room(const std::filesystem::path& folder);

}  // namespace drover
