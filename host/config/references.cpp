#include <algorithm>
#include <map>

#include "base/names.hpp"
#include "base/topic.hpp"
#include "config/sections.hpp"

namespace drover {
namespace {

std::vector<std::string> names_of(const FleetConfig& fleet) {
    std::vector<std::string> names;
    for (const AgentConfig& agent : fleet.agents) {
        names.push_back(agent.name);
    }
    return names;
}

/// Finds the cycles of dependencies by a depth-first walk; each is told once, as the whole path.
class CycleFinder {
public:
    CycleFinder(const FleetConfig& fleet, std::vector<Fault>& faults)
        : fleet_(&fleet), faults_(&faults) {}

    void run() {
        for (const AgentConfig& agent : fleet_->agents) {
            visit(agent);
        }
    }

private:
    enum class Mark { unseen, on_path, done };

    void visit(const AgentConfig& agent) {
        if (marks_[agent.name] != Mark::unseen) {
            return;
        }
        marks_[agent.name] = Mark::on_path;
        path_.push_back(&agent);
        for (const Dependency& dependency : agent.depends_on) {
            const AgentConfig* const next = fleet_->find(dependency.agent);
            if (next == nullptr || next == &agent) {
                continue;
            }
            if (marks_[next->name] == Mark::on_path) {
                report(*next, dependency);
            } else {
                visit(*next);
            }
        }
        path_.pop_back();
        marks_[agent.name] = Mark::done;
    }
    void report(const AgentConfig& first, const Dependency& closing) {
        std::string path;
        for (auto it = std::find(path_.begin(), path_.end(), &first); it != path_.end(); ++it) {
            path += (*it)->name + " → ";
        }
        faults_->push_back({closing.place,
                            "agent '" + path_.back()->name +
                                "': the dependencies go round in a circle: " + path + first.name +
                                "; none of them could start first."});
    }

    const FleetConfig* fleet_;
    std::vector<Fault>* faults_;
    std::map<std::string, Mark> marks_;
    std::vector<const AgentConfig*> path_;
};

void check_names(const TopicRule& rule,
                 const std::string& key,
                 const std::optional<std::vector<std::string>>& names,
                 const FleetConfig& fleet,
                 std::vector<Fault>& faults) {
    if (!names) {
        return;
    }
    const std::vector<std::string> known = names_of(fleet);
    for (std::size_t index = 0; index < names->size(); ++index) {
        const std::string& name = names->at(index);
        if (fleet.find(name) == nullptr) {
            const auto place = rule.name_places.find(key + "/" + name);
            faults.push_back({place == rule.name_places.end() ? rule.place : place->second,
                              "topic '" + rule.pattern + "': '" + key + "' names '" + name +
                                  "', which is not defined under agents." +
                                  did_you_mean(name, known)});
        }
    }
}

/// What is waited for and never waited for at once.
void check_observers(const TopicRule& rule, const FleetConfig& fleet, std::vector<Fault>& faults) {
    for (const std::string& name : rule.receivers.value_or(std::vector<std::string>())) {
        const AgentConfig* const agent = fleet.find(name);
        if (agent != nullptr && agent->observer) {
            faults.push_back(
                {rule.name_places.at("receivers/" + name),
                 "topic '" + rule.pattern + "': 'receivers' names '" + name +
                     "', which is an observer, so that nothing may wait for it: remove "
                     "it here, or 'observer' there."});
        }
    }
}

void check_dependencies(const AgentConfig& agent,
                        const FleetConfig& fleet,
                        std::vector<Fault>& faults) {
    for (const Dependency& dependency : agent.depends_on) {
        if (dependency.agent == agent.name) {
            faults.push_back({dependency.place, "agent '" + agent.name + "' depends on itself."});
        } else if (fleet.find(dependency.agent) == nullptr) {
            faults.push_back({dependency.place,
                              "agent '" + agent.name + "' depends on '" + dependency.agent +
                                  "', which is not defined." +
                                  did_you_mean(dependency.agent, names_of(fleet))});
        }
    }
}

void warn_of_hidden_rules(const FleetConfig& fleet, std::vector<Fault>& warnings) {
    for (auto rule = fleet.topics.begin(); rule != fleet.topics.end(); ++rule) {
        const auto hiding = std::find_if(fleet.topics.begin(), rule, [&](const TopicRule& before) {
            return pattern_covers(before.pattern, rule->pattern);
        });
        if (hiding != rule) {
            warnings.push_back({rule->place,
                                "topic '" + rule->pattern +
                                    "': this rule is never reached, because '" + hiding->pattern +
                                    "' above it matches first."});
        }
    }
}

bool asks_for_group(const AgentConfig& agent) {
    return agent.supervision.restart_limit.then == AfterLimit::restart_group;
}

/// A group that nobody restarts, or that is no more than one agent, says nothing.
void warn_of_idle_groups(const FleetConfig& fleet, std::vector<Fault>& warnings) {
    for (const AgentConfig& agent : fleet.agents) {
        const std::string& group = agent.restart_group;
        const auto is_member = [&](const AgentConfig& other) {
            return other.restart_group == group;
        };
        if (group.empty()) {
            continue;
        }
        if (std::ranges::count_if(fleet.agents, is_member) == 1) {
            std::vector<std::string> groups;
            for (const AgentConfig& other : fleet.agents) {
                if (!other.restart_group.empty() && !is_member(other)) {
                    groups.push_back(other.restart_group);
                }
            }
            warnings.push_back({agent.restart_group_place,
                                "agent '" + agent.name + "': restart_group '" + group +
                                    "' has no other member." + did_you_mean(group, groups)});
        } else if (std::ranges::none_of(fleet.agents, [&](const AgentConfig& other) {
                       return is_member(other) && asks_for_group(other);
                   })) {
            warnings.push_back(
                {agent.restart_group_place,
                 "agent '" + agent.name + "': restart_group '" + group +
                     "' is never restarted by itself, because no member has restart_limit: "
                     "{then: restart_group}."});
        }
    }
}

}  // namespace

void check_references(const FleetConfig& fleet,
                      const SourcePlace& clock_place,
                      std::vector<Fault>& faults) {
    if (fleet.replay_clock && fleet.find(*fleet.replay_clock) == nullptr) {
        faults.push_back({clock_place,
                          "clock: 'replay' names '" + *fleet.replay_clock +
                              "', which is not defined under agents." +
                              did_you_mean(*fleet.replay_clock, names_of(fleet))});
    }
    for (const TopicRule& rule : fleet.topics) {
        check_names(rule, "publishers", rule.publishers, fleet, faults);
        check_names(rule, "subscribers", rule.subscribers, fleet, faults);
        check_names(rule, "receivers", rule.receivers, fleet, faults);
        check_observers(rule, fleet, faults);
    }
    for (const AgentConfig& agent : fleet.agents) {
        check_dependencies(agent, fleet, faults);
    }
    check_replicas(fleet, faults);
    CycleFinder(fleet, faults).run();
    check_conditions(fleet, faults);
}

std::vector<Fault> find_warnings(const FleetConfig& fleet) {
    std::vector<Fault> warnings;
    warn_of_hidden_rules(fleet, warnings);
    warn_of_idle_groups(fleet, warnings);
    return warnings;
}

}  // namespace drover
