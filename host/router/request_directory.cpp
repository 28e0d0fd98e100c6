#include "router/request_directory.hpp"

#include <algorithm>

#include <drover/status.h>

#include "base/names.hpp"
#include "base/topic.hpp"

namespace drover {
namespace {

/// Whether a port of these types can be asked by one of those; 0 is any.
bool are_alike(std::uint32_t left, std::uint32_t right) {
    return left == right || left == 0 || right == 0;
}

const RequestPort* port_for(const RequestPorts& agent, std::string_view topic) {
    const auto port = std::ranges::find_if(
        agent.serves, [&](const RequestPort& each) { return pattern_covers(each.topic, topic); });
    return port == agent.serves.end() ? nullptr : &*port;
}

std::string quoted_list(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "'" : ", '") + name + "'";
    }
    return text;
}

RequestProblem not_found(std::string sentence) {
    return {DROVER_E_NOT_FOUND, std::move(sentence)};
}

}  // namespace

RequestRoute RequestDirectory::find(std::uint16_t client, const RequestWish& wish) const {
    const bool may_ask = std::ranges::any_of(agents_[client].asks, [&](const RequestPort& port) {
        return port.topic == wish.topic && port.type == wish.type &&
               port.reply_type == wish.reply_type;
    });
    if (!may_ask) {
        return RequestProblem{DROVER_E_DENIED,
                              "Agent '" + name_of(client) + "' may not ask on '" +
                                  std::string(wish.topic) +
                                  "': none of its REQUEST_CLIENT ports has this topic."};
    }
    return wish.target.empty() ? find_only(wish) : find_target(wish);
}

std::optional<std::uint16_t> RequestDirectory::find_handle(std::uint32_t handle) const {
    const auto agent = std::ranges::find(agents_, handle, &RequestPorts::handle);
    return agent == agents_.end()
               ? std::nullopt
               : std::optional(static_cast<std::uint16_t>(agent - agents_.begin()));
}

RequestRoute RequestDirectory::find_target(const RequestWish& wish) const {
    auto agent = std::ranges::find(agents_, wish.target, &RequestPorts::agent);
    if (agent == agents_.end()) {
        agent = std::ranges::find_if(agents_, [&](const RequestPorts& each) {
            return each.instance_of == wish.target && !each.serves.empty();
        });
    }
    if (agent == agents_.end()) {
        std::vector<std::string> names;
        for (const RequestPorts& each : agents_) {
            names.push_back(each.agent);
        }
        return not_found("There is no agent '" + std::string(wish.target) + "' to ask." +
                         did_you_mean(wish.target, names));
    }
    const RequestPort* const port = port_for(*agent, wish.topic);
    if (port == nullptr) {
        std::vector<std::string> topics;
        for (const RequestPort& each : agent->serves) {
            topics.push_back(each.topic);
        }
        return not_found("Agent '" + agent->agent + "' answers no requests on '" +
                         std::string(wish.topic) + "'" +
                         (topics.empty() ? "; it answers none at all."
                                         : "; it answers on " + quoted_list(topics) + "."));
    }
    return check_types(
        {static_cast<std::uint16_t>(agent - agents_.begin()), port->index}, *port, wish);
}

RequestRoute RequestDirectory::find_only(const RequestWish& wish) const {
    std::vector<std::string> names;
    std::uint16_t server = 0;
    const RequestPort* found = nullptr;
    for (std::uint16_t agent = 0; agent < agents_.size(); ++agent) {
        const RequestPort* const port = port_for(agents_[agent], wish.topic);
        const bool is_further_instance = found != nullptr && !agents_[agent].instance_of.empty() &&
                                         agents_[agent].instance_of == agents_[server].instance_of;
        if (port != nullptr && !is_further_instance) {
            names.push_back(agents_[agent].agent);
            server = agent;
            found = port;
        }
    }
    if (names.empty()) {
        return not_found("No agent answers requests on '" + std::string(wish.topic) + "'.");
    }
    if (names.size() > 1) {
        return not_found("Several agents answer requests on '" + std::string(wish.topic) +
                         "': " + quoted_list(names) + ". Name the one that is meant.");
    }
    return check_types({server, found->index}, *found, wish);
}

RequestRoute RequestDirectory::check_types(const RequestServerPlace& place,
                                           const RequestPort& port,
                                           const RequestWish& wish) const {
    if (are_alike(port.type, wish.type) && are_alike(port.reply_type, wish.reply_type)) {
        return place;
    }
    return RequestProblem{
        DROVER_E_TYPE,
        "Port '" + port.name + "' of '" + name_of(place.agent) +
            "' takes or answers another message type than the port that asks on '" +
            std::string(wish.topic) + "'."};
}

}  // namespace drover
