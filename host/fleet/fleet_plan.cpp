/// Comparing two renderings, and what each key means for what runs.
#include "fleet/fleet_plan.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "base/json_value.hpp"
#include "config/written.hpp"
#include "fleet/fleet_rendering.hpp"

namespace drover {
namespace {

constexpr const char* router_name = "drover-router";

/// Keys of an agent that only the supervisor reads, or nobody while the fleet runs. Every other
/// key restarts the agent, one that is new here as well.
constexpr std::array live_keys{"/restart",
                               "/backoff",
                               "/restart_limit",
                               "/heartbeat",
                               "/on_hang",
                               "/shutdown",
                               "/log",
                               "/depends_on",
                               "/success_exit_codes",
                               "/restart_group",
                               "/standby",
                               "/quota",
                               "/schedule",
                               "/distribution",
                               "/observer",
                               "/simulate"};

/// Keys of the fleet, and of an agent, that the router gets when it starts.
constexpr std::array keys_of_router{"/log"};
constexpr const char* observer_key = "/observer";

/// Keys of the fleet that router and agents get when they start.
constexpr std::array keys_of_all{"/name", "/clock"};

/// Keys of the fleet that droverd takes at once, without touching a process.
constexpr std::array keys_of_droverd{"/watch", "/shutdown", "/defaults/log"};

template <std::size_t Count>
bool is_below(const std::array<const char*, Count>& heads, std::string_view key) {
    return std::ranges::any_of(heads, [key](std::string_view head) {
        return key == head || (key.starts_with(head) && key[head.size()] == '/');
    });
}

std::vector<std::string> below(const std::string& above, const std::vector<std::string>& keys) {
    std::vector<std::string> whole;
    for (const std::string& key : keys) {
        whole.push_back(above + key);
    }
    return whole;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

class Planner {
public:
    Planner(const PreparedFleet& running,
            const PreparedFleet& wanted,
            const std::set<std::string>& resting)
        : old_(rendering_of(running)),
          new_(rendering_of(wanted)),
          resting_(resting),
          is_replay_(!new_.fleet.at("/clock").empty()) {}

    FleetPlan plan() {
        compare_fleets();
        for (const std::string& name : new_.order) {
            compare(name);
        }
        for (const std::string& name : old_.order) {
            if (!new_.agents.contains(name)) {
                plan_.remove.push_back({name, {old_.places.at(name)}});
            }
        }
        compare_order();
        if (router_keys_.empty()) {
            plan_.untouched.insert(plan_.untouched.begin(), router_name);
        } else {
            plan_.restart.insert(plan_.restart.begin(), {router_name, std::move(router_keys_)});
        }
        return std::move(plan_);
    }

private:
    void compare_fleets() {
        for (const std::string& key : differing(old_.fleet, new_.fleet)) {
            if (is_below(keys_of_all, key)) {
                keys_of_everyone_.push_back(key);
            } else if (is_below(keys_of_router, key)) {
                router_keys_.push_back(key);
            } else {
                (is_below(keys_of_droverd, key) ? plan_.at_once : plan_.at_next_up).push_back(key);
            }
        }
        append(router_keys_, keys_of_everyone_);
        append(router_keys_, differing(old_.topics, new_.topics));
    }

    void compare(const std::string& name) {
        const auto before = old_.agents.find(name);
        if (before == old_.agents.end()) {
            if (is_replay_) {
                router_keys_.push_back(new_.places.at(name));  // Its order is that of the file.
            }
            plan_.add.push_back({name, {new_.places.at(name)}});
            return;
        }
        const auto keys = differing(before->second, new_.agents.at(name));
        if (old_.ports.at(name) != new_.ports.at(name)) {
            append(router_keys_, below(whole_place_of(name), keys));
        } else if (std::ranges::find(keys, observer_key) != keys.end()) {
            router_keys_.push_back(whole_place_of(name) + observer_key);
        }
        if (std::ranges::find(keys, "/enabled") != keys.end()) {
            const bool is_enabled = new_.agents.at(name).at("/enabled") == "true";
            (is_enabled ? plan_.add : plan_.remove)
                .push_back({name, {whole_place_of(name) + "/enabled"}});
            return;
        }
        sort_in(name, keys);
    }

    /// An agent of both files that is enabled in both or in none.
    void sort_in(const std::string& name, const std::vector<std::string>& keys) {
        std::vector<std::string> all = keys_of_everyone_;
        append(all, below(whole_place_of(name), keys));
        if (all.empty()) {
            plan_.untouched.push_back(name);
            return;
        }
        const bool is_live =
            keys_of_everyone_.empty() && std::ranges::all_of(keys, [](const std::string& key) {
                return is_below(live_keys, key);
            });
        const bool rests =
            resting_.contains(name) || new_.agents.at(name).at("/enabled") == "false";
        (is_live || rests ? plan_.live_update : plan_.restart).push_back({name, std::move(all)});
    }

    /// Where the agent stands in the file, also when it is an instance.
    [[nodiscard]] std::string whole_place_of(const std::string& name) const {
        constexpr std::string_view count = "/replicas";
        std::string place = new_.places.at(name);
        // An agent may be called "replicas", but then its pointer has no third step.
        if (place.ends_with(count) && std::ranges::count(place, '/') > 2) {
            place.resize(place.size() - count.size());
        }
        return place;
    }

    /// In a replay, the file's order is the order of delivery.
    void compare_order() {
        const auto in_both = [this](const std::vector<std::string>& order) {
            std::vector<std::string> names;
            std::ranges::copy_if(order, std::back_inserter(names), [this](const std::string& name) {
                return old_.agents.contains(name) && new_.agents.contains(name);
            });
            return names;
        };
        if (is_replay_ && in_both(old_.order) != in_both(new_.order)) {
            router_keys_.emplace_back("/agents");
        }
    }

    FleetRendering old_;
    FleetRendering new_;
    const std::set<std::string>& resting_;
    bool is_replay_;
    std::vector<std::string> keys_of_everyone_;
    std::vector<std::string> router_keys_;
    FleetPlan plan_;
};

Json json_of(const std::vector<PlannedChange>& changes) {
    Json list = Json::array();
    for (const PlannedChange& change : changes) {
        list.push_back({{"name", change.name}, {"keys", change.keys}});
    }
    return list;
}

std::string named(const std::vector<PlannedChange>& changes) {
    std::string text;
    for (const PlannedChange& change : changes) {
        text += (text.empty() ? "" : ", ") + change.name + ": " + change.keys.front() +
                (change.keys.size() > 1 ? " and " + std::to_string(change.keys.size() - 1) + " more"
                                        : "");
    }
    return text;
}

}  // namespace

FleetPlan plan_changes(const PreparedFleet& running,
                       const PreparedFleet& wanted,
                       const std::set<std::string>& resting) {
    return Planner(running, wanted, resting).plan();
}

Json to_json(const FleetPlan& plan) {
    return {{"add", json_of(plan.add)},
            {"restart", json_of(plan.restart)},
            {"untouched", plan.untouched},
            {"live_update", json_of(plan.live_update)},
            {"remove", json_of(plan.remove)},
            {"at_once", plan.at_once},
            {"at_next_up", plan.at_next_up}};
}

std::string summary_of(const FleetPlan& plan) {
    std::string text;
    const auto add = [&text](const char* verb, const std::vector<PlannedChange>& changes) {
        if (!changes.empty()) {
            text += std::string(text.empty() ? "" : "; ") + verb + " " +
                    std::to_string(changes.size()) + " (" + named(changes) + ")";
        }
    };
    add("adds", plan.add);
    add("restarts", plan.restart);
    add("changes while they run", plan.live_update);
    add("removes", plan.remove);
    if (!plan.at_once.empty()) {
        text +=
            std::string(text.empty() ? "" : "; ") + "changes " + plan.at_once.front() +
            (plan.at_once.size() > 1 ? " and " + std::to_string(plan.at_once.size() - 1) + " more"
                                     : "") +
            " of droverd";
    }
    return text.empty() ? "changes nothing" : text;
}

}  // namespace drover
