/// Reading groups and dependencies off the status.
#include "command/wish_targets.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "base/names.hpp"

namespace drover {

namespace {

bool is_among(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

Result<void> add_group(const std::string& group,
                       const FleetSnapshot& fleet,
                       std::vector<std::string>& names) {
    std::set<std::string> known;
    bool is_found = false;
    for (const AgentSnapshot& agent : fleet.agents) {
        if (!group.empty() && agent.group == group) {
            names.push_back(agent.name);
            is_found = true;
        }
        if (!agent.group.empty()) {
            known.insert(agent.group);
        }
    }
    if (is_found) {
        return success();
    }
    std::string list;
    for (const std::string& name : known) {
        list += (list.empty() ? " The groups are: " : ", ") + name;
    }
    const std::vector<std::string> all(known.begin(), known.end());
    return Error{ErrorKind::not_found,
                 "No agent has the restart_group '" + group + "'." + did_you_mean(group, all) +
                     (list.empty() ? " No agent of this fleet has one." : list + ".")};
}

/// An agent with instances stands for all of them.
std::vector<std::string> with_instances(const std::vector<std::string>& names,
                                        const FleetSnapshot& fleet) {
    std::vector<std::string> all;
    for (const std::string& name : names) {
        const std::size_t before = all.size();
        for (const AgentSnapshot& agent : fleet.agents) {
            if (!name.empty() && agent.instance_of == name) {
                all.push_back(agent.name);
            }
        }
        if (all.size() == before) {
            all.push_back(name);
        }
    }
    return all;
}

/// Those that depend on `names`, and those that depend on them.
void add_dependents(const FleetSnapshot& fleet, std::vector<std::string>& names) {
    for (std::size_t before = 0; before != names.size();) {
        before = names.size();
        for (const AgentSnapshot& agent : fleet.agents) {
            const bool depends = std::ranges::any_of(
                agent.depends_on, [&](const std::string& name) { return is_among(names, name); });
            if (depends && !is_among(names, agent.name)) {
                names.push_back(agent.name);
            }
        }
    }
}

/// Each once; who is depended on comes first.
std::vector<std::string> in_starting_order(const std::vector<std::string>& names,
                                           const FleetSnapshot& fleet) {
    std::vector<std::string> ordered;
    std::set<std::string> seen;
    const std::function<void(const std::string&)> visit = [&](const std::string& name) {
        if (!seen.insert(name).second) {
            return;
        }
        if (const AgentSnapshot* agent = fleet.find(name)) {
            std::ranges::for_each(agent->depends_on, visit);
        }
        if (is_among(names, name)) {
            ordered.push_back(name);
        }
    };
    std::ranges::for_each(names, visit);
    return ordered;
}

}  // namespace

Result<std::vector<std::string>> names_of(const WishTargets& targets, const FleetSnapshot& fleet) {
    std::vector<std::string> names = with_instances(targets.names, fleet);
    for (const std::string& group : targets.groups) {
        if (auto added = add_group(group, fleet, names); !added) {
            return added.error();
        }
    }
    if (targets.with_dependents) {
        add_dependents(fleet, names);
    }
    return in_starting_order(names, fleet);
}

std::vector<std::string> names_of_all(const FleetSnapshot& fleet) {
    std::vector<std::string> names;
    for (const AgentSnapshot& agent : fleet.agents) {
        if (agent.is_agent && agent.is_expected_to_run()) {
            names.push_back(agent.name);
        }
    }
    return in_starting_order(names, fleet);
}

}  // namespace drover
