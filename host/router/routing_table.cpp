#include "router/routing_table.hpp"

#include <algorithm>
#include <utility>

#include "base/topic.hpp"

namespace drover {
namespace {

/// More topics than this are forgotten and worked out again, so that an agent that makes up topics
/// cannot fill the memory.
constexpr std::size_t most_known_topics = 65'536;

bool any_matches(const std::vector<std::string>& patterns, std::string_view topic) {
    return std::ranges::any_of(
        patterns, [&](const std::string& pattern) { return topic_matches(pattern, topic); });
}

bool is_covered(const std::vector<std::string>& patterns, const std::string& inner) {
    return is_topic_pattern(inner) && std::ranges::any_of(patterns, [&](const auto& pattern) {
               return pattern_covers(pattern, inner);
           });
}

/// Without a list everybody is.
bool is_named(const std::optional<std::vector<std::string>>& names, const std::string& agent) {
    return !names || std::ranges::find(*names, agent) != names->end();
}

}  // namespace

RoutingTable::RoutingTable(const RouterConfig& config)
    : rules_(config.rules), agents_(config.agents) {
    begin_shares();
}

void RoutingTable::change(const RouterConfig& config) {
    rules_ = config.rules;
    agents_ = config.agents;
    begin_shares();
    routes_.clear();
}

/// An instance that has not been there yet has its share all the same: its keys are nobody else's.
void RoutingTable::begin_shares() {
    required_sets_ = {std::vector<bool>(agents_.size(), false)};
    for (std::size_t agent = subscriptions_.size(); agent < agents_.size(); ++agent) {
        const bool shares = shares_topics(static_cast<std::uint16_t>(agent));
        subscriptions_.push_back(shares ? agents_[agent].consumes : std::vector<std::string>());
    }
}

bool RoutingTable::shares_topics(std::uint16_t agent) const {
    return !agents_[agent].instance_of.empty() && agents_[agent].sharing != Sharing::all;
}

const Route* RoutingTable::find(std::string_view topic) {
    if (const auto known = routes_.find(topic); known != routes_.end()) {
        return &known->second;
    }
    if (!is_topic(topic)) {
        return nullptr;
    }
    if (routes_.size() >= most_known_topics) {
        routes_.clear();
    }
    return &routes_.emplace(std::string(topic), make_route(topic)).first->second;
}

std::vector<std::string> RoutingTable::subscribe(std::uint16_t agent,
                                                 std::vector<std::string> patterns) {
    const auto is_allowed = [&](const std::string& pattern) {
        return is_covered(agents_[agent].consumes, pattern);
    };
    const auto refused = std::stable_partition(patterns.begin(), patterns.end(), is_allowed);
    std::vector<std::string> left_out(refused, patterns.end());
    patterns.erase(refused, patterns.end());
    subscriptions_[agent] = std::move(patterns);
    routes_.clear();
    return left_out;
}

void RoutingTable::unsubscribe(std::uint16_t agent) {
    if (!subscriptions_[agent].empty() && !shares_topics(agent)) {
        subscriptions_[agent].clear();
        routes_.clear();
    }
}

std::string RoutingTable::why_denied(std::uint16_t agent, std::string_view topic) const {
    const std::string who =
        "Agent '" + agents_[agent].name + "' may not publish on '" + std::string(topic) + "': ";
    if (!has_port(agent, topic)) {
        return who + "none of its OUT ports matches this topic.";
    }
    const RouterRule* const rule = rule_of(topic);
    return who + "the rule '" + (rule != nullptr ? rule->pattern : std::string()) +
           "' under `topics:` names other publishers.";
}

const RouterRule* RoutingTable::rule_of(std::string_view topic) const {
    const auto rule = std::ranges::find_if(
        rules_, [&](const RouterRule& each) { return topic_matches(each.pattern, topic); });
    return rule == rules_.end() ? nullptr : &*rule;
}

bool RoutingTable::has_port(std::uint16_t agent, std::string_view topic) const {
    return any_matches(agents_[agent].publishes, topic);
}

bool RoutingTable::rule_allows(const RouterRule* rule, std::uint16_t agent) const {
    return rule == nullptr || is_named(rule->publishers, agents_[agent].name);
}

bool RoutingTable::may_receive(const RouterRule* rule, std::uint16_t agent) const {
    return rule == nullptr || is_named(rule->subscribers, agents_[agent].name);
}

bool RoutingTable::is_subscribed(std::uint16_t agent, std::string_view topic) {
    if (shares_topics(agent)) {
        return any_matches(subscriptions_[agent], topic);
    }
    const Route* const route = find(topic);
    return route != nullptr && std::ranges::binary_search(route->receivers, agent);
}

/// Of the agents that have a port.
bool RoutingTable::is_receiver(const RouterRule& rule, std::uint16_t agent) const {
    const RouterAgent& own = agents_[agent];
    if (!rule.durable || own.has_left || !may_receive(&rule, agent)) {
        return false;
    }
    if (!rule.receivers) {
        return !own.is_observer;
    }
    return std::ranges::any_of(*rule.receivers, [&](const std::string& name) {
        return name == own.name || name == own.instance_of;
    });
}

bool RoutingTable::may_be_required(std::uint16_t agent) const {
    return std::ranges::any_of(rules_, [&](const RouterRule& rule) {
        return is_receiver(rule, agent) &&
               std::ranges::any_of(agents_[agent].consumes, [&](const std::string& pattern) {
                   return patterns_overlap(pattern, rule.pattern);
               });
    });
}

std::uint32_t RoutingTable::required_set(const RouterRule& rule, std::string_view topic) {
    std::vector<bool> required;
    for (std::uint16_t agent = 0; agent < agents_.size(); ++agent) {
        required.push_back(is_receiver(rule, agent) && any_matches(agents_[agent].consumes, topic));
    }
    const auto known = std::ranges::find(required_sets_, required);
    if (known != required_sets_.end()) {
        return static_cast<std::uint32_t>(known - required_sets_.begin());
    }
    required_sets_.push_back(std::move(required));
    return static_cast<std::uint32_t>(required_sets_.size() - 1);
}

Route RoutingTable::make_route(std::string_view topic) {
    const RouterRule* const rule = rule_of(topic);
    Route route;
    route.gated = rule != nullptr && rule->gated;
    route.durable = rule != nullptr && rule->durable;
    if (route.durable) {
        route.required = required_set(*rule, topic);
    }
    route.latest = rule != nullptr && rule->latest;
    for (std::uint16_t agent = 0; agent < agents_.size(); ++agent) {
        route.may_publish.push_back(has_port(agent, topic) && rule_allows(rule, agent));
        if (!any_matches(subscriptions_[agent], topic) || !may_receive(rule, agent)) {
            continue;
        }
        if (!shares_topics(agent)) {
            route.receivers.push_back(agent);
        } else if (!agents_[agent].has_left && !agents_[agent].is_retiring) {
            add_member(route, agent);
        }
    }
    return route;
}

void RoutingTable::add_member(Route& route, std::uint16_t agent) const {
    const RouterAgent& member = agents_[agent];
    auto share = std::ranges::find(route.shares, member.instance_of, &TopicShare::agent);
    if (share == route.shares.end()) {
        route.shares.push_back(
            {member.instance_of, member.sharing, {}, {}, member.keys, route.latest});
        share = std::prev(route.shares.end());
    }
    share->members.push_back(agent);
    share->weights.push_back(weight_of(member.name));
}

}  // namespace drover
