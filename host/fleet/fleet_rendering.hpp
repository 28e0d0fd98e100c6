/// What a fleet runs with, value by value: every key of agents.yaml with its defaults spelled out
/// and what the plugins say of themselves. Two fleets are told apart by comparing these.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fleet/fleet.hpp"

namespace drover {

/// Texts by JSON pointer. Equal texts mean the same; the texts are for comparing, not for people:
/// they may hold what must not be shown.
using Rendering = std::map<std::string, std::string>;

struct FleetRendering {
    Rendering fleet;   ///< Everything outside of `agents`, `defaults` and `topics`: "/name".
    Rendering topics;  ///< "/topics/market.>/gated", and "/topics", the order of the rules.
    std::map<std::string, Rendering> agents;   ///< By name: "/restart", "/config/limits/units".
    std::map<std::string, std::string> ports;  ///< By name: what the router must know of each.
    /// By name: its pointer, "/agents/risk"; of an instance "/agents/worker/replicas".
    std::map<std::string, std::string> places;
    std::vector<std::string> order;  ///< The agents in the file's order.
};

/// Renders a fleet that has no faults. A key that nobody here knows counts as it is written, with
/// the value under `defaults` where an agent has none: so none is forgotten.
[[nodiscard]] FleetRendering rendering_of(const PreparedFleet& fleet);

/// The pointers whose texts differ, and those that only one of the two has, sorted.
[[nodiscard]] std::vector<std::string> differing(const Rendering& left, const Rendering& right);

}  // namespace drover
