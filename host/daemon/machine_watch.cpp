#include "daemon/machine_watch.hpp"

#include <algorithm>
#include <cstdlib>

#include <sys/statvfs.h>

#include "base/message_type.hpp"
#include "supervisor/reasons.hpp"

namespace drover {

namespace {

constexpr std::uint64_t megabyte = 1'000'000;

std::string megabytes(std::uint64_t bytes) {
    return std::to_string(bytes / megabyte) + " MB";
}

}  // namespace

std::optional<std::chrono::nanoseconds> ClockWatch::look(Monotonic now, std::int64_t wall) {
    const std::int64_t difference = wall - std::chrono::nanoseconds(now.time_since_epoch()).count();
    const std::int64_t before = difference_.value_or(difference);
    difference_ = difference;
    const std::chrono::nanoseconds jump(difference - before);
    return std::chrono::abs(jump) < least_jump ? std::nullopt : std::optional(jump);
}

DiskWatch::Change DiskWatch::look(const DiskRoom& room) {
    constexpr std::uint64_t little = 500 * megabyte;
    constexpr std::uint64_t tenth = 10;
    constexpr std::uint64_t fifth = 5;
    const std::uint64_t low = std::min(little, room.whole / tenth);
    const std::uint64_t well = low + low / fifth;
    if (!is_low_ && room.free < low) {
        is_low_ = true;
        return Change::became_low;
    }
    if (is_low_ && room.free >= well) {
        is_low_ = false;
        return Change::became_well;
    }
    return Change::none;
}

std::optional<DiskRoom> disk_room(const std::filesystem::path& folder) {
    struct statvfs about {};
    if (::statvfs(folder.c_str(), &about) != 0) {
        return std::nullopt;
    }
    return DiskRoom{about.f_bavail * about.f_frsize, about.f_blocks * about.f_frsize};
}

void MachineWatch::look(Monotonic now, std::int64_t wall) {
    constexpr auto pause = std::chrono::seconds(5);
    if (const auto jump = clock_.look(now, wall)) {
        const bool is_back = *jump < std::chrono::nanoseconds::zero();
        tell_(
            "clock_jumped",
            "the clock of this machine went " + std::string(is_back ? "back" : "forward") + " by " +
                duration_text(std::chrono::abs(*jump)) + ", to " + iso_time(wall) +
                ": it was set, or the machine slept; schedules follow it, deadlines and delays do "
                "not");
    }
    if (now >= next_look_at_disk_) {
        next_look_at_disk_ = now + pause;
        look_at_disk();
    }
}

void MachineWatch::look_at_disk() {
    const auto room = disk_room(folder_);
    if (!room) {
        return;
    }
    const DiskWatch::Change change = disk_.look(*room);
    if (disk_.is_low()) {
        trouble_ = "only " + megabytes(room->free) + " are free on the disk of " +
                   folder_.string() + ": make room before state and logs cannot be written";
    } else {
        trouble_.reset();
    }
    if (change == DiskWatch::Change::became_low) {
        tell_("disk_low", *trouble_);
    } else if (change == DiskWatch::Change::became_well) {
        tell_("disk_well",
              megabytes(room->free) + " are free on the disk of " + folder_.string() + " again");
    }
}

}  // namespace drover
