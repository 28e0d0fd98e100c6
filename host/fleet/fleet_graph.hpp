/// The two graphs of a fleet as plain data: who starts after whom, and who publishes what to whom.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "fleet/fleet.hpp"

namespace drover {

struct GraphDependency {
    std::string agent;
    std::string condition;  ///< The words of agents.yaml.
    bool restart = false;
    std::string on_down = "ignore";
    std::string pattern{};  ///< Of log_ready.
};

struct GraphAgent {
    std::string name;
    std::string plugin;
    std::string agent;  ///< In the plugin; empty where it has only one.
    bool enabled = true;
    std::string cannot_run;  ///< Why, or empty.
    std::size_t level = 1;   ///< 1 starts first, each other one above all that it depends on.
    std::vector<GraphDependency> depends_on;
};

/// Messages that go from one agent to another.
struct GraphFlow {
    std::string publisher;
    std::string receiver;
    std::string topics;                  ///< A pattern: what both ports have in common.
    bool gated = false;                  ///< All of them.
    bool durable = false;                ///< As the file wants them.
    bool on_demand = false;              ///< The receiver subscribes to what it needs of them.
    std::vector<std::uint32_t> ports{};  ///< Of the receiver, that take them; not in the JSON.
};

struct FleetGraph {
    std::string fleet;
    std::string replay_clock;        ///< The agent that moves the time, or empty.
    std::vector<GraphAgent> agents;  ///< In the file's order.
    std::vector<GraphFlow> flows;    ///< In the order of publishers, their ports, and receivers.
};

/// Ports of plugins that cannot be loaded are not known and have no flows. The fleet must have no
/// fault.
[[nodiscard]] FleetGraph graph_of(const PreparedFleet& fleet);

[[nodiscard]] Json to_json(const FleetGraph& graph);
/// Fails with `invalid` when a key is missing.
[[nodiscard]] Result<FleetGraph> graph_from_json(const Json& json);

/// The pattern of the topics that both patterns match; empty when there are none.
[[nodiscard]] std::string common_pattern(std::string_view left, std::string_view right);

}  // namespace drover
