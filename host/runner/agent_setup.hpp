/// Everything a runner must know of its agent before it can start it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <drover/agent.h>

#include "base/quota.hpp"
#include "process/kill_switch_page.hpp"
#include "runner/live_clock.hpp"
#include "runner/simulation_service.hpp"

namespace drover {

/// One port of the agent, with what the fleet says of its type.
struct PortSetup {
    std::uint32_t flags = 0;  ///< DROVER_PORT_...
    std::string name;
    std::string topic;           ///< The pattern.
    std::uint32_t type = 0;      ///< Handle of the message type; 0 = any.
    std::uint16_t encoding = 0;  ///< DROVER_ENCODING_...
    std::uint32_t record_size = 0;
    // Request ports only: the same of the type that answers have.
    std::uint32_t reply_type = 0;
    std::uint16_t reply_encoding = 0;
    std::uint32_t reply_record_size = 0;
};

/// What the fleet rules about topics; the first pattern that matches decides.
struct TopicRights {
    std::string pattern;
    bool gated = false;
    bool latest = false;  ///< Only the newest message counts: what it replaced is no loss.
    std::optional<std::vector<std::string>> publishers = {};
    std::optional<std::vector<std::string>> subscribers = {};
    bool durable = false;
};

/// A state as a plugin saved it.
struct InitialState {
    std::uint32_t version = 0;  ///< state_version of that plugin.
    std::string bytes;
};

struct AgentSetup {
    std::string name;
    std::string fleet;
    std::uint32_t handle = 0;
    std::uint32_t incarnation = 1;
    const drover_agent_description* description = nullptr;
    std::vector<PortSetup> ports;
    std::vector<TopicRights> rules;
    Quota quota;  ///< Held only in live mode: a replay and a simulation pace themselves.
    std::string config_json = "{}";
    std::uint32_t mode = DROVER_MODE_LIVE;
    bool owns_clock = false;
    std::int64_t start_time = 0;
    /// What the agent's clock follows; nothing: whoever runs the agent moves its time.
    std::optional<MachineClocks> clocks = {};
    /// In a simulation only the agent thread may publish or post.
    bool foreign_threads = true;
    /// Where drover.simulation/1 of this agent ends; null: it is not lent. Must outlive the runner.
    SimulationService* simulations = nullptr;
    /// The kill switch that drover.control/1 engages; null: it is not lent. Must outlive the
    /// runner.
    KillSwitchPage* engageable_switch = nullptr;
    /// A state that was saved elsewhere, loaded where no store holds one.
    std::optional<InitialState> state;
    /// The same of drover.store/1, and of where the random numbers go on.
    std::map<std::string, std::string, std::less<>> store = {};
    std::optional<std::array<std::uint64_t, 4>> random = {};
    /// Whether the status page tells when a callback began and how long the longest took. In a
    /// simulation nobody watches for hangs, and reading the clock twice a callback costs a tenth.
    bool is_watched = true;
};

}  // namespace drover
