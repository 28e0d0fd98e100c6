/// Who depends on whom, in both directions, and whole chains of it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/fleet_config.hpp"

namespace drover {

/// One unit's name and what it depends on.
struct GraphNode {
    std::string name;
    std::vector<Dependency> dependencies;
};

/// A graph without cycles. Units are numbered in the order in which they were given.
class DependencyGraph {
public:
    /// An edge seen from the unit that depends.
    struct Edge {
        std::size_t unit = 0;  ///< The dependency.
        DependencyCondition condition = DependencyCondition::healthy;
        bool restart = false;
        OnDown on_down = OnDown::ignore;
        std::string pattern;  ///< Of log_ready.
    };

    /// Fails with `invalid` for a name twice, an unknown dependency and a cycle, naming its path.
    [[nodiscard]] static Result<DependencyGraph> build(const std::vector<GraphNode>& nodes);

    [[nodiscard]] std::size_t size() const { return dependencies_.size(); }
    /// The unit's number; size() for an unknown name.
    [[nodiscard]] std::size_t find(const std::string& name) const;

    [[nodiscard]] const std::vector<Edge>& dependencies_of(std::size_t unit) const;
    /// The units that depend on `unit` directly.
    [[nodiscard]] const std::vector<std::size_t>& dependents_of(std::size_t unit) const;

    /// `units` and all that they depend on, dependencies first.
    [[nodiscard]] std::vector<std::size_t> with_dependencies(
        const std::vector<std::size_t>& units) const;
    /// All that depend on `unit`, directly or through others, without itself; dependencies first.
    [[nodiscard]] std::vector<std::size_t> all_dependents_of(std::size_t unit) const;
    /// All units, dependencies first, otherwise in the order given.
    [[nodiscard]] const std::vector<std::size_t>& start_order() const { return order_; }

private:
    [[nodiscard]] Result<void> sort(const std::vector<std::string>& names);

    std::map<std::string, std::size_t> numbers_;
    std::vector<std::vector<Edge>> dependencies_;
    std::vector<std::vector<std::size_t>> dependents_;
    std::vector<std::size_t> order_;
};

}  // namespace drover
