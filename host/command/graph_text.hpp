/// The graphs of a fleet as text, as Graphviz dot and as Mermaid. The same graph gives the same
/// text.
#pragma once

#include <string>

#include "fleet/fleet_graph.hpp"

namespace drover {

/// Levels in the order of the start with what each agent waits for, then who gets whose messages.
[[nodiscard]] std::string graph_as_text(const FleetGraph& graph);

/// A digraph: dashed from what is depended on to its dependent, solid for messages.
[[nodiscard]] std::string graph_as_dot(const FleetGraph& graph);

/// A flowchart with the same edges.
[[nodiscard]] std::string graph_as_mermaid(const FleetGraph& graph);

}  // namespace drover
