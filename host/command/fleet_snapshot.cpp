/// Reading the document of `status`.
#include "command/fleet_snapshot.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iterator>

#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "supervisor/agent_state.hpp"
#include "supervisor/fleet_supervisor.hpp"

namespace drover {

namespace {

bool is_one_of(const std::string& word, std::initializer_list<AgentState> states) {
    return std::ranges::any_of(states, [&](AgentState state) { return text_of(state) == word; });
}

bool is_one_of(const std::string& word, std::initializer_list<AgentHealth> healths) {
    return std::ranges::any_of(healths,
                               [&](AgentHealth health) { return text_of(health) == word; });
}

void mark_who_waits_for_schedules(FleetSnapshot& fleet) {
    const auto is_held_up = [&](const std::string& name) {
        const AgentSnapshot* const needed = fleet.find(name);
        return needed != nullptr &&
               (needed->waits_for_schedule || is_one_of(needed->state, {AgentState::scheduled}));
    };
    bool has_found = true;
    while (has_found) {
        has_found = false;
        for (AgentSnapshot& agent : fleet.agents) {
            if (!agent.waits_for_schedule && is_one_of(agent.state, {AgentState::waiting}) &&
                std::ranges::any_of(agent.depends_on, is_held_up)) {
                agent.waits_for_schedule = true;
                has_found = true;
            }
        }
    }
}

}  // namespace

bool AgentSnapshot::is_well() const {
    return is_one_of(state, {AgentState::running}) && is_one_of(health, {AgentHealth::healthy});
}

bool AgentSnapshot::does_its_work() const {
    return is_one_of(state, {AgentState::running}) &&
           is_one_of(health, {AgentHealth::healthy, AgentHealth::degraded});
}

bool AgentSnapshot::is_troubled() const {
    return is_one_of(state, {AgentState::failed}) ||
           is_one_of(health, {AgentHealth::unhealthy, AgentHealth::hung});
}

bool AgentSnapshot::is_expected_to_run() const {
    return !waits_for_schedule &&
           !is_one_of(state, {AgentState::disabled, AgentState::completed, AgentState::scheduled});
}

bool AgentSnapshot::keeps_fleet_up() const {
    return pid.has_value() ||
           is_one_of(state, {AgentState::starting, AgentState::running, AgentState::stopping});
}

std::string AgentSnapshot::text() const {
    const std::string& word = is_one_of(state, {AgentState::running}) ? health : state;
    const std::string why = printable(reason);
    // "hung: one callback …" says it itself.
    return name + " (" + (why.starts_with(word + ": ") ? why : word + ": " + why) + ")";
}

const AgentSnapshot* FleetSnapshot::find(const std::string& name) const {
    const auto found = std::ranges::find(agents, name, &AgentSnapshot::name);
    return found == agents.end() ? nullptr : &*found;
}

std::vector<AgentSnapshot> FleetSnapshot::who_blocks() const {
    const auto those = [this](const auto& holds) {
        std::vector<AgentSnapshot> chosen;
        std::ranges::copy_if(agents, std::back_inserter(chosen), holds);
        return chosen;
    };
    // What runs on is stopped once those that are stopping have ended: they are what is waited for.
    auto stopping = those(
        [](const AgentSnapshot& agent) { return is_one_of(agent.state, {AgentState::stopping}); });
    return stopping.empty() ? those(&AgentSnapshot::keeps_fleet_up) : stopping;
}

FleetSnapshot read_fleet_snapshot(const Json& document) {
    FleetSnapshot fleet;
    const Json supervisor = value_or<Json>(document, "supervisor", Json::object());
    if (const auto left = supervisor.find("shutdown_seconds_left");
        left != supervisor.end() && left->is_number()) {
        fleet.shutdown_seconds_left = left->get<double>();
    }
    fleet.warnings = value_or<std::vector<std::string>>(supervisor, "warnings", {});
    for (const Json& agent : value_or<Json>(document, "agents", Json::array())) {
        AgentSnapshot read;
        read.name = value_or<std::string>(agent, "name", "");
        read.state = value_or<std::string>(agent, "state", "");
        read.health = value_or<std::string>(agent, "health", "");
        read.reason = value_or<std::string>(agent, "reason", "");
        read.restarts = value_or<int>(agent, "restarts", 0);
        read.is_agent = read.name != router_unit_name;
        read.group = value_or<std::string>(agent, "restart_group", "");
        read.instance_of = value_or<std::string>(agent, "instance_of", "");
        read.depends_on = value_or<std::vector<std::string>>(agent, "depends_on", {});
        if (const auto pid = value_or<pid_t>(agent, "pid", -1); pid > 0) {
            read.pid = pid;
        }
        if (!read.name.empty()) {
            fleet.agents.push_back(std::move(read));
        }
    }
    mark_who_waits_for_schedules(fleet);
    return fleet;
}

Result<FleetSnapshot> look_at_fleet(ControlClient& client) {
    const auto document = client.call("status", Json::object(), answer_time);
    if (!document) {
        return document.error();
    }
    return read_fleet_snapshot(document.value());
}

void tell_warnings_of(const FleetSnapshot& fleet, std::size_t told) {
    for (std::size_t next = told; next < fleet.warnings.size(); ++next) {
        (void)std::fprintf(stderr, "warning: %s\n", printable(fleet.warnings[next]).c_str());
    }
}

std::string list_of(const std::vector<AgentSnapshot>& agents) {
    std::string text;
    for (const AgentSnapshot& agent : agents) {
        text += (text.empty() ? "" : ", ") + agent.text();
    }
    return text;
}

}  // namespace drover
