/// Who may publish on a topic and who receives it: rules, ports and subscriptions, worked out once
/// per topic.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "router/router_config.hpp"
#include "router/shared_topics.hpp"

namespace drover {

/// What holds for one topic.
struct Route {
    bool gated = false;
    bool latest = false;
    std::vector<bool> may_publish;         ///< By agent.
    std::vector<std::uint16_t> receivers;  ///< In the file's order; the publisher may be one.
    std::vector<TopicShare> shares;        ///< Instances that get a part each.
    bool durable = false;
    /// Of a durable topic: which set of agents must get its messages; see is_required.
    std::uint32_t required = 0;
};

/// Agents are numbered in the file's order. One thread.
class RoutingTable {
public:
    /// Copies what it needs of the configuration.
    explicit RoutingTable(const RouterConfig& config);

    /// The route of a topic; null when the topic is not valid. Lives until the next change.
    [[nodiscard]] const Route* find(std::string_view topic);

    /// Replaces an agent's subscriptions. Returns the patterns that no consuming port covers or
    /// that are no patterns; they are left out.
    std::vector<std::string> subscribe(std::uint16_t agent, std::vector<std::string> patterns);
    /// It gets nothing more; what one of several instances had subscribed stays its share.
    void unsubscribe(std::uint16_t agent);
    /// Takes rules and agents anew: agents have joined behind the others, or left.
    void change(const RouterConfig& config);

    /// Whether the agent belongs to a set of required receivers. Sets keep their numbers until the
    /// next change of the agents or rules.
    [[nodiscard]] bool is_required(std::uint32_t set, std::uint16_t agent) const {
        return required_sets_[set][agent];
    }
    /// Whether a subscription of the agent matches the topic.
    [[nodiscard]] bool is_subscribed(std::uint16_t agent, std::string_view topic);
    /// Whether the agent must get the messages of any durable topic.
    [[nodiscard]] bool may_be_required(std::uint16_t agent) const;

    /// A sentence that says why `agent` may not publish on `topic`.
    [[nodiscard]] std::string why_denied(std::uint16_t agent, std::string_view topic) const;

private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    [[nodiscard]] const RouterRule* rule_of(std::string_view topic) const;
    [[nodiscard]] bool has_port(std::uint16_t agent, std::string_view topic) const;
    [[nodiscard]] bool rule_allows(const RouterRule* rule, std::uint16_t agent) const;
    [[nodiscard]] bool may_receive(const RouterRule* rule, std::uint16_t agent) const;
    [[nodiscard]] bool shares_topics(std::uint16_t agent) const;
    void add_member(Route& route, std::uint16_t agent) const;
    void begin_shares();
    [[nodiscard]] bool is_receiver(const RouterRule& rule, std::uint16_t agent) const;
    [[nodiscard]] std::uint32_t required_set(const RouterRule& rule, std::string_view topic);
    [[nodiscard]] Route make_route(std::string_view topic);

    std::vector<RouterRule> rules_;
    std::vector<RouterAgent> agents_;
    std::vector<std::vector<std::string>> subscriptions_;
    std::unordered_map<std::string, Route, TextHash, std::equal_to<>> routes_;
    std::vector<std::vector<bool>> required_sets_;  ///< By agent each; the first one is empty.
};

}  // namespace drover
