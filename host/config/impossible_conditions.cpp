// Conditions of depends_on that can never come true, each told with its path through the graph.
#include <algorithm>
#include <utility>

#include "config/sections.hpp"

namespace drover {
namespace {

using Path = std::vector<const AgentConfig*>;

std::string text_of(const Path& path) {
    std::string text;
    for (const AgentConfig* const agent : path) {
        text += (text.empty() ? "" : " → ") + agent->name;
    }
    return text;
}

/// The first enabled agent that depends on `agent`; nullptr when none does.
const AgentConfig* dependent_of(const AgentConfig& agent, const FleetConfig& fleet) {
    const auto found = std::ranges::find_if(fleet.agents, [&](const AgentConfig& other) {
        return other.enabled &&
               std::ranges::find(other.depends_on, agent.name, &Dependency::agent) !=
                   other.depends_on.end();
    });
    return found == fleet.agents.end() ? nullptr : &*found;
}

/// agent → other, and before it who waits for the agent and so waits in vain as well. It ends at
/// the first agent that it has already: circles are told elsewhere.
Path path_to(const AgentConfig& agent, const AgentConfig& other, const FleetConfig& fleet) {
    Path path{&agent, &other};
    const AgentConfig* before = dependent_of(agent, fleet);
    while (before != nullptr && std::ranges::find(path, before) == path.end()) {
        path.insert(path.begin(), before);
        before = dependent_of(*before, fleet);
    }
    return path;
}

/// Why `condition` of `other` can never hold, and what to do; empty when it can.
std::string why_never(const AgentConfig& agent,
                      const AgentConfig& other,
                      DependencyCondition condition) {
    if (!other.enabled) {
        return "'" + other.name + "' is disabled (enabled: false): enable it, disable '" +
               agent.name + "' as well, or remove the dependency.";
    }
    const SupervisionConfig& supervision = other.supervision;
    const bool is_restarted = supervision.restart == RestartMode::always ||
                              supervision.restart == RestartMode::unless_stopped;
    const bool may_fail = condition == DependencyCondition::completed &&
                          supervision.restart_limit.then == AfterLimit::fail;
    if (is_of_running(condition) || !is_restarted || may_fail) {
        return {};
    }
    return "'" + other.name + "' is started again whenever it ends (restart: " +
           (supervision.restart == RestartMode::always ? "always" : "unless_stopped") +
           "), so that it never completes: give it restart: on_failure or no.";
}

/// Finds agents that must have completed for an agent to start and must run for it as well, because
/// another that it waits for does not work without them (on_down).
class ContradictionFinder {
public:
    ContradictionFinder(const AgentConfig& agent,
                        const FleetConfig& fleet,
                        std::vector<Fault>& faults)
        : fleet_(&fleet), faults_(&faults), path_{&agent} {}

    void run() {
        for (const Dependency& dependency : path_.front()->depends_on) {
            if (is_of_running(dependency.condition)) {
                follow(dependency);
            }
        }
    }

private:
    /// `dependency` must hold for the first of the path; what must run for that?
    void follow(const Dependency& dependency) {
        const AgentConfig* const other = fleet_->find(dependency.agent);
        if (other == nullptr || std::ranges::find(path_, other) != path_.end()) {
            return;
        }
        path_.push_back(other);
        report_if_completed(*other);
        for (const Dependency& next : other->depends_on) {
            const bool runs_only_with = next.on_down == OnDown::stop;
            const bool works_only_with = next.on_down == OnDown::pause &&
                                         dependency.condition == DependencyCondition::healthy;
            if (runs_only_with || works_only_with) {
                follow(next);
            }
        }
        path_.pop_back();
    }

    void report_if_completed(const AgentConfig& other) {
        for (const Dependency& dependency : path_.front()->depends_on) {
            if (dependency.agent == other.name && !is_of_running(dependency.condition)) {
                faults_->push_back(
                    {dependency.place,
                     "agent '" + path_.front()->name + "' could never start: '" + other.name +
                         "' must have completed for it, and must run for it as well, because of "
                         "on_down along " +
                         text_of(path_) + "."});
            }
        }
    }

    const FleetConfig* fleet_;
    std::vector<Fault>* faults_;
    Path path_;
};

}  // namespace

void check_conditions(const FleetConfig& fleet, std::vector<Fault>& faults) {
    for (const AgentConfig& agent : fleet.agents) {
        for (const Dependency& dependency : agent.depends_on) {
            const AgentConfig* const other = fleet.find(dependency.agent);
            if (!agent.enabled || other == nullptr || other == &agent) {
                continue;
            }
            const std::string why = why_never(agent, *other, dependency.condition);
            if (!why.empty()) {
                faults.push_back({dependency.place,
                                  "agent '" + agent.name + "' could never start: " +
                                      text_of(path_to(agent, *other, fleet)) + ", and " + why});
            }
        }
        if (agent.enabled) {
            ContradictionFinder(agent, fleet, faults).run();
        }
    }
}

}  // namespace drover
