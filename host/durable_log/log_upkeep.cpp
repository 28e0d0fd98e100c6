#include "durable_log/log_upkeep.hpp"

#include <algorithm>
#include <utility>

#include "durable_log/segment_log.hpp"

namespace drover {
namespace {

Result<void> skip(SegmentLog& log, const std::string& name, std::uint64_t position) {
    const auto found = log.state().receivers.find(name);
    if (found == log.state().receivers.end()) {
        return Error{ErrorKind::not_found, "The durable log knows no receiver '" + name + "'."};
    }
    ReceiverCursor cursor = found->second;
    if (position == 0) {
        return Error{ErrorKind::invalid,
                     "While the fleet does not run, `drover log skip` needs --position; `drover "
                     "log stat` shows how far '" +
                         name + "' is."};
    }
    if (position <= cursor.effective || position > log.head()) {
        return Error{ErrorKind::invalid,
                     "Position " + std::to_string(position) + " does not wait for '" + name +
                         "', which is through with everything up to " +
                         std::to_string(cursor.effective) + "; the log ends at " +
                         std::to_string(log.head()) + "."};
    }
    const auto place = std::ranges::lower_bound(cursor.skips, position);
    if (place == cursor.skips.end() || *place != position) {
        cursor.skips.insert(place, position);
    }
    log.set_cursor(name, std::move(cursor));
    return success();
}

void trim(SegmentLog& log) {
    std::uint64_t needed = log.head();
    for (const auto& [name, cursor] : log.state().receivers) {
        needed = std::min(needed, cursor.effective);
    }
    log.trim(needed);
}

}  // namespace

Result<void> keep_up(const std::filesystem::path& folder, const LogUpkeep& wish) {
    const auto found = recover_log(folder, false);
    if (!found) {
        return found.error();
    }
    if (!found.value()) {
        return Error{ErrorKind::not_found, "There is no durable log in '" + folder.string() + "'."};
    }
    LogDisk disk;
    auto opened = SegmentLog::open({.folder = folder}, disk);
    if (!opened) {
        return opened.error();
    }
    SegmentLog& log = *opened.value();
    if (wish.what == LogUpkeep::What::skip) {
        if (auto skipped = skip(log, wish.name, wish.position); !skipped) {
            return skipped;
        }
    } else if (wish.what == LogUpkeep::What::forget) {
        if (!log.state().receivers.contains(wish.name)) {
            return Error{ErrorKind::not_found,
                         "The durable log knows no receiver '" + wish.name + "'."};
        }
        log.forget(wish.name);
    }
    trim(log);
    opened.value().reset();  // Waits for the disk.
    return success();
}

}  // namespace drover
