/// The graph of a fleet's units: what they declare, and the router that all need.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "supervisor/dependency_graph.hpp"
#include "supervisor/fleet_supervisor.hpp"

namespace drover {

/// Fails as DependencyGraph::build does. Every unit but the router depends on it.
[[nodiscard]] Result<DependencyGraph> graph_of(const std::vector<UnitPlan>& plans);

}  // namespace drover
