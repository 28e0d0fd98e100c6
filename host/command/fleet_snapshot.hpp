/// What droverd says of its fleet, as plain data for the verbs that wait for something.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/json.hpp"
#include "base/result.hpp"
#include "command/control_client.hpp"

namespace drover {

/// One agent or the router. Words are those of docs/lifecycle.md.
struct AgentSnapshot {
    std::string name;
    std::string state;
    std::string health;
    std::string reason;
    std::optional<pid_t> pid;
    int restarts = 0;
    bool is_agent = true;                 ///< And not the router.
    std::string group;                    ///< Its `restart_group`, or empty.
    std::vector<std::string> depends_on;  ///< Names of agents.
    std::string instance_of{};            ///< The agent that it is an instance of, or empty.
    bool waits_for_schedule = false;      ///< Of one of them, or of one that they need.

    [[nodiscard]] bool is_well() const;        ///< Running and healthy.
    [[nodiscard]] bool does_its_work() const;  ///< Running, and healthy or degraded.
    [[nodiscard]] bool is_troubled() const;    ///< Failed, unhealthy or hung: exit code 3.
    /// Whether it is to run now and has not completed.
    [[nodiscard]] bool is_expected_to_run() const;
    /// Whether something of it is left that must end before the fleet is down. Its own process may
    /// have ended before what it started.
    [[nodiscard]] bool keeps_fleet_up() const;
    /// "risk (backing_off: restarting in 0.2 s …)"
    [[nodiscard]] std::string text() const;
};

struct FleetSnapshot {
    std::vector<AgentSnapshot> agents;
    /// While the fleet shuts down: until what is left is killed.
    std::optional<double> shutdown_seconds_left;
    std::vector<std::string> warnings{};  ///< droverd's: first those of the file, as `up` has them.

    [[nodiscard]] const AgentSnapshot* find(const std::string& name) const;
    /// Those for whom a shutdown waits.
    [[nodiscard]] std::vector<AgentSnapshot> who_blocks() const;
};

/// Reads the document of `status`. Agents without a name are left out.
[[nodiscard]] FleetSnapshot read_fleet_snapshot(const Json& document);

/// Asks droverd for it.
[[nodiscard]] Result<FleetSnapshot> look_at_fleet(ControlClient& client);

/// Says on standard error what droverd warns of, but for the first `told`, which are known.
void tell_warnings_of(const FleetSnapshot& fleet, std::size_t told);

/// "risk (failed: …), broker (starting: …)"
[[nodiscard]] std::string list_of(const std::vector<AgentSnapshot>& agents);

}  // namespace drover
