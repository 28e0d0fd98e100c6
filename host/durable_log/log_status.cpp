#include "durable_log/log_status.hpp"

#include <algorithm>
#include <utility>

#include "base/json_value.hpp"

namespace drover {

LogStatus status_of(const RecoveredLog& log, const std::filesystem::path& folder) {
    LogStatus status{log.log, folder, log.first(), log.head, log.segments.size(), 0, log.state};
    for (const SegmentFile& segment : log.segments) {
        status.size += segment.size;
    }
    return status;
}

Json to_json(const LogStatus& status) {
    Json receivers = Json::array();
    for (const auto& [name, cursor] : status.state.receivers) {
        receivers.push_back({{"name", name},
                             {"handled", cursor.handled},
                             {"effective", cursor.effective},
                             {"behind", status.head - std::min(status.head, cursor.effective)},
                             {"skips", cursor.skips}});
    }
    Json publishers = Json::array();
    for (const auto& [handle, sequence] : status.state.sequences) {
        publishers.push_back({{"handle", handle}, {"sequence", sequence}});
    }
    return {{"log", to_text(status.log)},
            {"folder", status.folder.string()},
            {"first", status.first},
            {"head", status.head},
            {"segments", status.segments},
            {"size", status.size},
            {"receivers", std::move(receivers)},
            {"publishers", std::move(publishers)}};
}

}  // namespace drover
