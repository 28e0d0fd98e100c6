#include "daemon/file_comparison.hpp"

#include <sys/stat.h>

#include "base/message_type.hpp"
#include "config/fleet_sources.hpp"
#include "config/overlay.hpp"

namespace drover {
namespace {

/// Changes whenever somebody writes the file or puts another one in its place.
std::string identity_of(const std::filesystem::path& file) {
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0) {
        return file.string() + " -";
    }
    return file.string() + " " + std::to_string(about.st_dev) + " " + std::to_string(about.st_ino) +
           " " + std::to_string(about.st_size) + " " + std::to_string(about.st_mtim.tv_sec) + " " +
           std::to_string(about.st_mtim.tv_nsec);
}

}  // namespace

std::string_view text_of(FileStanding standing) {
    switch (standing) {
        case FileStanding::applied:
            return "applied";
        case FileStanding::differs:
            return "differs";
        case FileStanding::missing:
            return "missing";
    }
    return "unknown";
}

std::optional<AppliedFile> FileComparison::in_use() const {
    return applied_.files().empty() ? std::nullopt : std::optional(applied_.files().back());
}

std::optional<FileStanding> FileComparison::standing() {
    const auto used = in_use();
    if (!used) {
        return std::nullopt;
    }
    std::string now = std::to_string(used->number) + " " + identity_of(used->file);
    if (!used->environment.empty()) {
        now += " " + identity_of(overlay_file(used->file, used->environment));
    }
    if (now != looked_at_) {
        const auto saved = read_fleet_sources(used->file);
        const auto* const sources = std::get_if<FleetSources>(&saved);
        const auto kept = applied_.sources_of(*used);
        known_ = sources == nullptr                 ? FileStanding::missing
                 : kept && kept.value() == *sources ? FileStanding::applied
                                                    : FileStanding::differs;
        looked_at_ = std::move(now);
    }
    return known_;
}

std::optional<std::string> FileComparison::sentence() {
    const auto now = standing();
    const auto used = in_use();
    if (!now || *now == FileStanding::applied) {
        return std::nullopt;
    }
    const std::string file = used->file.string();
    const std::string when = iso_time(used->time);
    if (*now == FileStanding::missing) {
        return file + " cannot be read; the fleet runs with the copy of it that was applied " +
               when + ".";
    }
    if (used->is_rollback) {
        return "The fleet has returned to an earlier copy of " + file + " (" + when + ", " +
               used->by +
               "), and the file says something else: 'drover apply' and the next 'drover up' would "
               "take that.";
    }
    return file + " was changed after it was applied (" + when +
           "): 'drover apply --dry-run' shows what would follow.";
}

}  // namespace drover
