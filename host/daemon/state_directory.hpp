/// The layout of a state directory: what lies where, and which version of it this is.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.hpp"
#include "process/state_version.hpp"

namespace drover {

/// STATE: `version`, `lock`, `handles.json`, `stopped.json`, `upgraded.json`, `kill_switch`,
/// `agents/`, `logs/`, `events/`, `crashes/`, `applied/`, `cache/`, `router/`.
class StateDirectory {
public:
    /// The layout that this program writes.
    static constexpr int version = state_version;

    /// Makes what is missing, and migrates what an older drover wrote, step by step: a version is
    /// written when its step is done, so that one that was interrupted is done again, and an older
    /// drover refuses the directory from then on. Fails with `refused` when a newer drover wrote
    /// it. The caller holds its lock. A kill switch is made (released) only in a directory without
    /// a version, at the first start.
    [[nodiscard]] static Result<StateDirectory> open(const std::filesystem::path& directory);

    /// A directory that another process uses: nothing is made or migrated. Fails with `refused`
    /// when its version is not exactly this program's.
    [[nodiscard]] static Result<StateDirectory> look_at(const std::filesystem::path& directory);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path handles() const { return path_ / "handles.json"; }
    /// Who was stopped by a person, see keep_stops.
    [[nodiscard]] std::filesystem::path kept_stops() const { return path_ / "stopped.json"; }
    /// What `drover upgrade` gave to agents, see UpgradedPlugins.
    [[nodiscard]] std::filesystem::path upgraded() const { return path_ / "upgraded.json"; }
    [[nodiscard]] std::filesystem::path kill_switch() const { return path_ / "kill_switch"; }
    [[nodiscard]] std::filesystem::path descriptions() const {
        return path_ / "cache" / "descriptions";
    }
    /// The folder of the router's durable log.
    [[nodiscard]] std::filesystem::path durable_log() const { return path_ / "router" / "log"; }
    /// What its numbers stand for, see keep_names.
    [[nodiscard]] std::filesystem::path message_names() const {
        return path_ / "router" / "names.json";
    }
    /// The folder of what happened, see EventWriter; `run.json` in it is the RunRecord.
    [[nodiscard]] std::filesystem::path events() const { return path_ / "events"; }
    [[nodiscard]] std::filesystem::path run_record() const { return events() / "run.json"; }
    /// The folder of AppliedFiles.
    [[nodiscard]] std::filesystem::path applied() const { return path_ / "applied"; }
    /// Crash reports, a folder an agent; see CrashReports.
    [[nodiscard]] std::filesystem::path crashes() const { return path_ / "crashes"; }
    [[nodiscard]] std::filesystem::path log_of(std::string_view agent) const;
    /// What an agent remembers: a file in a folder of its own, so that a sandbox can grant that.
    [[nodiscard]] std::filesystem::path state_of(std::string_view agent) const;
    /// Makes the folder of `state_of`, for its owner alone.
    [[nodiscard]] Result<void> make_state_folder(std::string_view agent) const;

    /// Fails with `invalid` where the durable log is there and `handles.json` is not: with numbers
    /// begun anew an agent would take the place of another one in the log.
    [[nodiscard]] Result<void> check_handles() const;

    /// Removes the state of all agents, the durable log and who of them was stopped, so that the
    /// fleet begins anew. Handles, the kill switch and the logs stay.
    [[nodiscard]] Result<void> forget_agents() const;

private:
    explicit StateDirectory(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_;
};

/// Writes a file so that it is there with all of `text` or as it was before, also after a power
/// loss.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& file, std::string_view text);

}  // namespace drover
