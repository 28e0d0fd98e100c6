/// Instances that share durable topics by key leave a fleet that runs in two steps: others get what
/// is new, and they go when they are through with what they were given.
#include <algorithm>
#include <set>
#include <utility>

#include "daemon/fleet_application.hpp"
#include "fleet/instances.hpp"

namespace drover {
namespace {

bool has_durable_topics(const FleetConfig& config) {
    return std::ranges::any_of(
        config.topics, [](const TopicRule& rule) { return rule.delivery == Delivery::durable; });
}

/// Names of the instances that share by key, in the file's order, by their agent.
std::map<std::string, std::vector<std::string>> shares_by_key(const FleetConfig& config) {
    std::map<std::string, std::vector<std::string>> names;
    for (const AgentConfig& agent : config.agents) {
        if (!agent.instance_of.empty() && agent.distribution.mode == Distribution::Mode::by_key) {
            names[agent.instance_of].push_back(agent.name);
        }
    }
    return names;
}

}  // namespace

/// Puts those back into the wanted fleet that have to settle something first.
FleetApplication::Retirements FleetApplication::hold_back(PreparedFleet& wanted) const {
    Retirements held;
    if (!has_durable_topics(place_.fleet.config)) {
        return held;
    }
    const auto now = shares_by_key(place_.fleet.config);
    for (const auto& [agent, stay] : shares_by_key(wanted.config)) {
        const auto known = now.find(agent);
        if (known == now.end() || known->second.size() <= stay.size()) {
            continue;
        }
        auto whole = scale_instances(wanted, agent, static_cast<int>(known->second.size()));
        if (!whole) {
            continue;  // Unreachable: the agent has instances.
        }
        wanted = std::move(whole.value());
        Retirement& retirement = held[agent];
        retirement.count = static_cast<int>(stay.size());
        const auto& remaining = stay;  // clang 14 captures no structured binding.
        std::ranges::copy_if(known->second,
                             std::back_inserter(retirement.leaving),
                             [&remaining](const std::string& name) {
                                 return std::ranges::find(remaining, name) == remaining.end();
                             });
    }
    return held;
}

Result<void> FleetApplication::take_settled(PreparedFleet wanted, const FleetPlan& plan) {
    Retirements held = hold_back(wanted);
    const FleetPlan first = held.empty() ? plan : plan_for(wanted);
    auto taken = take(std::move(wanted), first);
    if (taken) {
        retire(std::move(held));
    }
    return taken;
}

void FleetApplication::retire(Retirements retirements) {
    std::set<std::string> leaving;
    for (const auto& [agent, retirement] : retirements) {
        leaving.insert(retirement.leaving.begin(), retirement.leaving.end());
    }
    retirements_ = std::move(retirements);
    settled_.clear();
    if (leaving != place_.messages.retiring()) {
        place_.messages.set_retiring(std::move(leaving));
        // One that does not run is told when it is configured.
        static_cast<void>(processes_.tell_router(place_.messages.retire()));
    }
}

void FleetApplication::tick() {
    if (supervisor_.is_shutting_down()) {
        return;
    }
    const std::vector<std::string> settled = std::exchange(settled_, {});
    for (const auto& [agent, retirement] : Retirements(retirements_)) {
        const bool is_through =
            std::ranges::all_of(retirement.leaving, [&settled](const std::string& name) {
                return std::ranges::find(settled, name) != settled.end();
            });
        if (is_through) {
            finish(agent, retirement.count);
        }
    }
}

void FleetApplication::finish(const std::string& agent, int count) {
    auto scaled = scale_instances(place_.fleet, agent, count);
    Retirements rest = retirements_;
    rest.erase(agent);
    auto taken = scaled ? Result<void>(success()) : Result<void>(scaled.error());
    if (scaled) {
        const FleetPlan plan = plan_for(scaled.value());
        taken = take(std::move(scaled.value()), plan);
    }
    if (taken) {
        place_.log.info("Agent '" + agent + "' has " + std::to_string(count) +
                        " instances now: the others had handled what they were given.");
    } else {
        place_.log.error("The instances of '" + agent +
                         "' that were to leave stay: " + taken.error().message);
    }
    retire(std::move(rest));
}

}  // namespace drover
