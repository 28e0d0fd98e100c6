#include "command/watched_simulation.hpp"

#include <algorithm>
#include <chrono>

#include "fleet/simulation_part.hpp"
#include "supervisor/reasons.hpp"

namespace drover {
namespace {

constexpr std::chrono::seconds least_to_tell{2};

bool has_callback_port(CallbackKind kind) {
    return kind == CallbackKind::on_message || kind == CallbackKind::on_request;
}

bool is_before_work(CallbackKind kind) {
    return kind == CallbackKind::load || kind == CallbackKind::create ||
           kind == CallbackKind::configure || kind == CallbackKind::load_state ||
           kind == CallbackKind::start;
}

}  // namespace

WatchedSimulation::WatchedSimulation(const PreparedFleet& fleet, const StatusPageLayout& page)
    : watch_(page) {
    for (std::size_t index = 0; index < fleet.config.agents.size(); ++index) {
        const AgentConfig& config = fleet.config.agents[index];
        if (!why_not_simulated(config, fleet.agents[index])) {
            agents_.push_back({&config, fleet.agents[index].description});
        }
    }
}

const WatchedSimulation::Agent* WatchedSimulation::agent() const {
    const std::uint32_t handle = watch_.agent();
    return handle == 0 || handle > agents_.size() ? nullptr : &agents_[handle - 1];
}

std::string WatchedSimulation::place_of(const Agent& agent) const {
    std::string place(text_of(watch_.callback()));
    const std::uint32_t port = watch_.port();
    if (has_callback_port(watch_.callback()) && agent.description != nullptr &&
        port < agent.description->ports.size()) {
        place += ", port '" + agent.description->ports[port].name + "'";
    }
    return place;
}

std::string WatchedSimulation::last_place() const {
    const Agent* const last = agent();
    return last == nullptr ? ""
                           : " while agent '" + last->config->name + "' (plugin " +
                                 last->config->plugin_file.string() + ") was in " +
                                 place_of(*last) + watch_.fault_text();
}

std::optional<std::string> WatchedSimulation::look(Monotonic now, pid_t child) {
    const auto took = watch_.look(now, child);
    if (!took) {
        is_told_ = false;
        return std::nullopt;
    }
    const Agent* const busy = agent();
    if (is_told_ || busy == nullptr || watch_.is_extended(now)) {
        return std::nullopt;
    }
    const Heartbeat& heartbeat = busy->config->supervision.heartbeat;
    const bool is_starting = is_before_work(watch_.callback());
    const Nanoseconds allowed = is_starting ? heartbeat.grace : heartbeat.timeout;
    if (*took < std::max<Nanoseconds>(allowed, least_to_tell)) {
        return std::nullopt;
    }
    is_told_ = true;
    return "agent '" + busy->config->name + "' (plugin " + busy->config->plugin_file.string() +
           ") has been in " + place_of(*busy) + " for " + duration_text(*took) +
           ", and live it may be there for " + duration_text(allowed) + " (heartbeat." +
           (is_starting ? "grace" : "timeout") +
           "). The backtest waits for it; Ctrl-C ends the backtest.";
}

}  // namespace drover
