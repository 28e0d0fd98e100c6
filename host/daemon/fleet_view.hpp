/// What droverd tells people about the fleet: the status document and one unit's description.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "daemon/file_comparison.hpp"
#include "daemon/kept_stops.hpp"
#include "daemon/machine_watch.hpp"
#include "daemon/unit_processes.hpp"
#include "daemon/upgraded_plugins.hpp"

namespace drover {

/// What stays the same while droverd runs.
struct DaemonFacts {
    pid_t guard_pid = -1;
    Monotonic started{};
    std::string version;
    std::vector<std::string> warnings;
    std::uint64_t run = 0;
    std::filesystem::path program{};
    std::string went_back{};  ///< Why an upgrade of droverd failed, when this is the one before.
};

/// Reads the fleet's state. All that it is given is lent and must live longer. One thread.
class FleetView {
public:
    FleetView(DaemonFacts facts,
              const PreparedFleet& fleet,
              const FleetSupervisor& supervisor,
              const UnitProcesses& processes,
              const StateDirectory& state,
              const RunDirectory& run)
        : facts_(std::move(facts)),
          fleet_(fleet),
          supervisor_(supervisor),
          processes_(processes),
          state_(state),
          run_(run) {}

    /// What `status` warns of from now on.
    void warn_of(std::vector<std::string> warnings) { facts_.warnings = std::move(warnings); }

    /// The names, each agent that has instances replaced by these.
    [[nodiscard]] std::vector<std::string> with_instances(
        const std::vector<std::string>& names) const;
    /// The document of `drover status -o json`, about the units named. Keys: issue's contract and
    /// docs/control_channel.md. CPU use counts since the last document, or since the start.
    [[nodiscard]] Json status(const std::vector<std::string>& names);
    /// One unit: what it is, its ports, its last transitions. `name` must be a unit's.
    [[nodiscard]] Json describe(const std::string& name);
    [[nodiscard]] Json ping() const;
    void note_failed_upgrade(std::string why) { facts_.went_back = std::move(why); }
    /// Where what troubles droverd itself is known. Lent.
    void report_trouble_of(const MachineWatch& machine) { machine_ = &machine; }
    /// Where it is known whether stops by people are kept. Lent.
    void report_stops_of(const KeptStops& stops) { stops_ = &stops; }
    /// Where it is known who runs with another plugin than the file says. Lent.
    void report_upgrades_of(const UpgradedPlugins& plugins) { upgrades_ = &plugins; }
    /// Where it is known whether agents.yaml says what the fleet runs with. Lent.
    void report_file_of(FileComparison& files) { files_ = &files; }
    /// How the fleet does, in one line.
    [[nodiscard]] std::string sentence() const;
    /// The document of `drover graph -o json`.
    [[nodiscard]] Json graph() const;

private:
    struct Sample {
        pid_t pid = -1;
        Monotonic time{};
        std::int64_t cpu_nanoseconds = 0;
        double percent = 0;
    };

    [[nodiscard]] Json supervisor_part() const;
    [[nodiscard]] Json unit_part(const std::string& name, Monotonic now);
    void add_standby_part(Json& unit, const AgentConfig* config) const;
    void add_process_part(Json& unit, const UnitStatus& status, Monotonic now);
    [[nodiscard]] double cpu_percent(const ProcessLife& life,
                                     const ProcessUsage& usage,
                                     Monotonic started,
                                     Monotonic now);
    void add_plugin_part(Json& unit, const AgentConfig& config) const;
    /// Agents that do not run with the plugin of the file, as sentences.
    [[nodiscard]] std::vector<std::string> upgrade_warnings() const;
    [[nodiscard]] Json last_exit(const std::string& name) const;
    [[nodiscard]] const AgentConfig* config_of(const std::string& name) const;

    DaemonFacts facts_;
    const PreparedFleet& fleet_;
    const FleetSupervisor& supervisor_;
    const UnitProcesses& processes_;
    const StateDirectory& state_;
    const RunDirectory& run_;
    std::map<std::string, Sample> samples_;
    const MachineWatch* machine_ = nullptr;
    const KeptStops* stops_ = nullptr;
    const UpgradedPlugins* upgrades_ = nullptr;
    FileComparison* files_ = nullptr;
};

}  // namespace drover
