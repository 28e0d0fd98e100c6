/// Building the graph, finding cycles, walking chains.
#include "supervisor/dependency_graph.hpp"

#include <algorithm>
#include <utility>

#include "base/names.hpp"

namespace drover {

namespace {

enum class Mark { untouched, on_path, done };

std::string path_text(const std::vector<std::string>& path, const std::string& last) {
    std::string text;
    const auto first = std::ranges::find(path, last);
    for (auto name = first; name != path.end(); ++name) {
        text += *name + " -> ";
    }
    return text + last;
}

}  // namespace

Result<DependencyGraph> DependencyGraph::build(const std::vector<GraphNode>& nodes) {
    DependencyGraph graph;
    std::vector<std::string> names;
    for (const GraphNode& node : nodes) {
        if (!graph.numbers_.emplace(node.name, names.size()).second) {
            return Error{ErrorKind::invalid, "Two units are named '" + node.name + "'."};
        }
        names.push_back(node.name);
    }
    graph.dependencies_.resize(nodes.size());
    graph.dependents_.resize(nodes.size());
    for (std::size_t unit = 0; unit < nodes.size(); ++unit) {
        for (const Dependency& dependency : nodes[unit].dependencies) {
            const std::size_t target = graph.find(dependency.agent);
            if (target == nodes.size()) {
                return Error{ErrorKind::invalid,
                             "'" + nodes[unit].name + "' depends on '" + dependency.agent +
                                 "', which is not defined." +
                                 did_you_mean(dependency.agent, names)};
            }
            graph.dependencies_[unit].push_back({target,
                                                 dependency.condition,
                                                 dependency.restart,
                                                 dependency.on_down,
                                                 dependency.pattern});
            graph.dependents_[target].push_back(unit);
        }
    }
    if (const auto sorted = graph.sort(names); !sorted) {
        return sorted.error();
    }
    return graph;
}

std::size_t DependencyGraph::find(const std::string& name) const {
    const auto found = numbers_.find(name);
    return found == numbers_.end() ? dependencies_.size() : found->second;
}

const std::vector<DependencyGraph::Edge>& DependencyGraph::dependencies_of(std::size_t unit) const {
    return dependencies_[unit];
}

const std::vector<std::size_t>& DependencyGraph::dependents_of(std::size_t unit) const {
    return dependents_[unit];
}

std::vector<std::size_t> DependencyGraph::with_dependencies(
    const std::vector<std::size_t>& units) const {
    std::vector<bool> chosen(size(), false);
    for (const std::size_t unit : units) {
        chosen[unit] = true;
    }
    // Dependents come after their dependencies in the order, so one walk backwards reaches all.
    for (auto unit = order_.rbegin(); unit != order_.rend(); ++unit) {
        if (chosen[*unit]) {
            for (const Edge& edge : dependencies_[*unit]) {
                chosen[edge.unit] = true;
            }
        }
    }
    std::vector<std::size_t> result;
    std::ranges::copy_if(
        order_, std::back_inserter(result), [&](std::size_t unit) { return chosen[unit]; });
    return result;
}

std::vector<std::size_t> DependencyGraph::all_dependents_of(std::size_t unit) const {
    std::vector<bool> reached(size(), false);
    reached[unit] = true;
    std::vector<std::size_t> result;
    for (const std::size_t other : order_) {
        const bool depends = std::ranges::any_of(
            dependencies_[other], [&](const Edge& edge) { return reached[edge.unit]; });
        if (depends) {
            reached[other] = true;
            result.push_back(other);
        }
    }
    return result;
}

Result<void> DependencyGraph::sort(const std::vector<std::string>& names) {
    std::vector<Mark> marks(size(), Mark::untouched);
    for (std::size_t unit = 0; unit < size(); ++unit) {
        std::vector<std::string> path;
        std::vector<std::pair<std::size_t, std::size_t>> stack;  // unit, next edge
        const auto enter = [&](std::size_t entered) {
            marks[entered] = Mark::on_path;
            path.push_back(names[entered]);
            stack.emplace_back(entered, 0);
        };
        if (marks[unit] == Mark::untouched) {
            enter(unit);
        }
        while (!stack.empty()) {
            auto& [current, next_edge] = stack.back();
            if (next_edge == dependencies_[current].size()) {
                marks[current] = Mark::done;
                order_.push_back(current);
                path.pop_back();
                stack.pop_back();
                continue;
            }
            const std::size_t target = dependencies_[current][next_edge++].unit;
            if (marks[target] == Mark::on_path) {
                return Error{ErrorKind::invalid,
                             "The dependencies form a cycle: " + path_text(path, names[target]) +
                                 ". Remove one of them."};
            }
            if (marks[target] == Mark::untouched) {
                enter(target);
            }
        }
    }
    return success();
}

}  // namespace drover
