/// One node a unit.
#include "supervisor/unit_graph.hpp"

#include <algorithm>
#include <utility>

namespace drover {

Result<DependencyGraph> graph_of(const std::vector<UnitPlan>& plans) {
    const auto router = std::ranges::find_if(plans, &UnitPlan::is_router);
    std::vector<GraphNode> nodes;
    for (const UnitPlan& plan : plans) {
        GraphNode node{plan.name, plan.dependencies};
        if (router != plans.end() && !plan.is_router) {
            Dependency& implicit = node.dependencies.emplace_back();
            implicit.agent = router->name;
        }
        nodes.push_back(std::move(node));
    }
    return DependencyGraph::build(nodes);
}

}  // namespace drover
