#include "durable_log/log_status.hpp"

#include <algorithm>
#include <utility>

#include "base/json_value.hpp"

namespace drover {
namespace {

/// "0-3, 7": numbers that follow each other together.
std::string ranges_text(const std::vector<std::size_t>& numbers) {
    std::string text;
    for (std::size_t at = 0; at < numbers.size();) {
        std::size_t last = at;
        while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) {
            ++last;
        }
        text += (text.empty() ? "" : ", ") + std::to_string(numbers[at]);
        text += last == at ? "" : "-" + std::to_string(numbers[last]);
        at = last + 1;
    }
    return text;
}

/// What earlier owners are not through with.
Json settling_in(const PartitionHistory& history, const ReceiverProgress& progress) {
    Json settling = Json::array();
    for (std::size_t next = 1; next < history.size(); ++next) {
        for (const std::string& member : history[next - 1].members) {
            const auto reached = progress(member);
            const std::uint64_t until = history[next].from - 1;
            if (reached && *reached < until) {
                settling.push_back({{"name", member}, {"effective", *reached}, {"until", until}});
            }
        }
    }
    return settling;
}

Json shares_of(const LogState& state) {
    const ReceiverProgress progress = progress_in(state);
    Json all = Json::array();
    for (const auto& [agent, history] : state.shared) {
        const PartitionEpoch& now = history.back();
        if (now.keys.empty() || now.members.empty()) {
            continue;
        }
        const auto owners = now.owners();
        std::vector<std::vector<std::size_t>> owned(now.members.size());
        Json cursors = Json::array();
        for (std::size_t partition = 0; partition < partition_count; ++partition) {
            owned[owners[partition]].push_back(partition);
            cursors.push_back(partition_cursor(history, partition, progress));
        }
        Json members = Json::array();
        for (std::size_t member = 0; member < owned.size(); ++member) {
            members.push_back({{"name", now.members[member]},
                               {"partitions", owned[member]},
                               {"ranges", ranges_text(owned[member])}});
        }
        all.push_back({{"agent", agent},
                       {"since", now.from},
                       {"owners", std::move(members)},
                       {"cursors", std::move(cursors)},
                       {"settling", settling_in(history, progress)}});
    }
    return all;
}

}  // namespace

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
            {"shared", shares_of(status.state)},
            {"publishers", std::move(publishers)}};
}

}  // namespace drover
