#include "simulation/member.hpp"

#include <algorithm>
#include <utility>

#include "base/logging.hpp"
#include "base/topic.hpp"

namespace drover {
namespace {

/// Whose last message is the report of a backtest.
constexpr std::string_view summary_topic = "performance.summary";

AgentSetup with_switch(AgentSetup setup, KillSwitchPage* engageable) {
    setup.engageable_switch = engageable;
    return setup;
}

}  // namespace

Simulation::Member::Member(Simulation& simulation, std::uint16_t index, SimulatedAgent agent)
    : simulation_(simulation),
      index_(index),
      layout_hashes_(std::move(agent.layout_hashes)),
      instance_of_(std::move(agent.instance_of)),
      sharing_(agent.sharing),
      keys_(std::move(agent.keys)),
      runner_(with_switch(std::move(agent.setup),
                          agent.may_engage ? &simulation.kill_switch_ : nullptr),
              *this,
              *this,
              simulation.kill_switch_,
              simulation.page_,
              std::nullopt) {}

void Simulation::Member::on_log(std::int32_t level, std::string_view text) {
    // A backtest's output is its report; only what went wrong is worth a line beside it.
    if (level >= DROVER_LOG_WARNING) {
        log_line(agent_log_level(level), name(), text);
    }
}

void Simulation::Member::on_health(std::int32_t level,
                                   std::string_view /*code*/,
                                   std::string_view text) {
    if (level != DROVER_HEALTH_HEALTHY) {
        const std::string warning = name() + ": " + std::string(text);
        auto& warnings = simulation_.result_.warnings;
        if (warnings.size() < most_warnings &&
            std::ranges::find(warnings, warning) == warnings.end()) {
            warnings.push_back(warning);
        }
    }
}

std::uint64_t Simulation::Member::layout_hash_of(std::uint32_t type) const {
    const auto& ports = runner_.setup().ports;
    for (std::size_t port = 0; port < ports.size(); ++port) {
        if (ports[port].type == type) {
            return layout_hashes_[port];
        }
    }
    return 0;
}

bool Simulation::Member::takes(std::string_view topic, std::uint32_t type) const {
    if (!runner_.may_receive(topic)) {
        return false;
    }
    const auto patterns = runner_.subscriptions();
    return std::ranges::any_of(runner_.setup().ports, [&](const PortSetup& port) {
        const bool fits = (port.flags & DROVER_PORT_IN) != 0 &&
                          (port.type == 0 || port.type == type) && topic_matches(port.topic, topic);
        return fits && std::ranges::any_of(patterns, [&](const std::string& pattern) {
                   return topic_matches(pattern, topic);
               });
    });
}

void Simulation::Member::join(Route& route, std::uint16_t index) const {
    if (instance_of_.empty() || sharing_ == Sharing::all) {
        route.receivers.push_back(index);
        return;
    }
    auto share = std::ranges::find(route.shares, instance_of_, &TopicShare::agent);
    if (share == route.shares.end()) {
        route.shares.push_back({instance_of_, sharing_, {}, {}, keys_});
        share = std::prev(route.shares.end());
    }
    share->members.push_back(index);
    share->weights.push_back(weight_of(name()));
}

const Route& Simulation::Member::make_route(const PublishedMessage& message) {
    if (routes_.size() <= message.topic_number) {
        routes_.resize(message.topic_number + 1);
    }
    routes_[message.topic_number] = std::make_unique<Route>();
    Route& route = *routes_[message.topic_number];
    route.topic = message.topic;
    route.type = message.type;
    route.is_summary = message.topic == summary_topic;
    route.gated = runner_.is_gated(message.topic);
    route.origin = EventLog::origin(layout_hash_of(message.type), name(), message.topic);
    simulation_.direct(route);
    return route;
}

void Simulation::Member::redirect() {
    for (const auto& route : routes_) {
        if (route != nullptr) {
            route->gated = runner_.is_gated(route->topic);
            simulation_.direct(*route);
        }
    }
}

}  // namespace drover
