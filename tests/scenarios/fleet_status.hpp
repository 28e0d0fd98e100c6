/// What `drover status -o json` said, as plain data.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <sys/types.h>

namespace drover::scenarios {

struct AgentStatus {
    std::string name;
    std::optional<std::string> plugin;
    std::string state;
    std::string health;
    std::string reason;
    std::optional<pid_t> pid;
    std::int64_t restarts = 0;
    std::string last_exit;  ///< Empty: null.
    std::uint64_t messages_in = 0;
    std::uint64_t messages_out = 0;
    std::uint64_t lost = 0;
    std::uint64_t refused = 0;

    [[nodiscard]] bool is_well() const { return state == "running" && health == "healthy"; }
};

struct FleetStatus {
    pid_t supervisor = -1;
    pid_t guard = -1;
    std::map<std::string, AgentStatus> agents;
    std::string text;  ///< The whole document.

    /// The agent, or an empty status where there is none of that name.
    [[nodiscard]] const AgentStatus& operator[](const std::string& name) const;
    /// Whether every agent, the router included, is running and healthy.
    [[nodiscard]] bool is_well() const;
};

/// Reads the document. Nothing when it is none.
[[nodiscard]] std::optional<FleetStatus> read_status(const std::string& document);

}  // namespace drover::scenarios
