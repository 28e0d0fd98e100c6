/// What the supervisor tells the router on its control channel, as plain data. Keys:
/// docs/control_channel.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/quota.hpp"
#include "base/result.hpp"
#include "durable_log/partitions.hpp"
#include "durable_log/segment_log.hpp"
#include "router/request_desk.hpp"
#include "router/request_directory.hpp"
#include "wire/credit_window.hpp"

namespace drover {

/// A rule for topics; the first one whose pattern matches decides.
struct RouterRule {
    std::string pattern;
    bool gated = false;
    std::optional<std::vector<std::string>> publishers;  ///< Nothing: any agent with a port.
    bool latest = false;
    std::optional<std::vector<std::string>> subscribers = {};  ///< The same.
    bool durable = false;
    /// Who must get durable messages. Nothing: every agent with a port, but observers.
    std::optional<std::vector<std::string>> receivers = {};
};

/// How messages are shared among the instances of an agent.
enum class Sharing { all, round_robin, by_key };

/// An agent as the router sees it; its index in the file's order is its number here.
struct RouterAgent {
    std::string name;
    std::uint32_t handle = 0;
    std::vector<std::string> consumes;     ///< Topic patterns of its IN ports.
    std::vector<std::string> publishes;    ///< Topic patterns of its OUT ports.
    std::vector<RequestPort> serves = {};  ///< Its REQUEST_SERVER ports.
    std::vector<RequestPort> asks = {};    ///< Its REQUEST_CLIENT ports.
    std::string instance_of = {};          ///< The agent that it is an instance of; or empty.
    Sharing sharing = Sharing::all;        ///< The same for all instances of an agent.
    std::vector<RecordKey> keys = {};      ///< Of by_key; other types go to all instances.
    Quota quota = {};
    bool has_left = false;     ///< It was removed, and its share goes to the others.
    bool is_observer = false;  ///< It gets copies of durable messages, as a stream.
    /// It is about to leave: others have its share, and it settles what it was given.
    bool is_retiring = false;
};

struct RouterConfig {
    std::uint64_t epoch = 0;
    std::string fleet;
    bool has_replay_clock = false;
    std::string tap;          ///< Endpoint; empty: no tap.
    std::string kill_switch;  ///< Path.
    std::vector<RouterRule> rules;
    CreditWindow window;
    std::size_t queue = 1024;  ///< Messages that may wait for one receiver.
    std::vector<RouterAgent> agents;
    std::optional<LogOptions> log;  ///< Of a fleet with durable topics.

    /// The request ports of all agents.
    [[nodiscard]] RequestDirectory requests() const;
    /// The number of an agent; nothing for an unknown name.
    [[nodiscard]] std::optional<std::uint16_t> find(const std::string& name) const;
};

/// A new life of an agent, to be given a link.
struct LinkOrder {
    std::string agent;
    std::uint32_t incarnation = 0;
    std::string endpoint;
    std::string token;
    std::optional<std::uint32_t> user{};  ///< Who may connect; nothing: the router's own user.
    std::optional<pid_t> peer{};          ///< Its process, the only one; nothing: any of the user.
};

/// Agents that join a fleet or leave it, and the rules from now on.
struct FleetChange {
    std::vector<RouterAgent> join;
    std::vector<std::string> leave;
    std::vector<RouterRule> rules;
    std::map<std::string, Quota> quotas = {};  ///< By agent; without one: unlimited.
};

/// Fail with `invalid` and a sentence naming the key.
[[nodiscard]] Result<RouterConfig> router_config_from_json(const Json& json);
[[nodiscard]] Result<FleetChange> fleet_change_from_json(const Json& json);
[[nodiscard]] Result<LinkOrder> link_order_from_json(const Json& json);
/// The order `request`: a person asks. Fails with `not_found` for an unknown agent.
[[nodiscard]] Result<PersonRequest> person_request_from_json(const Json& json,
                                                             const RouterConfig& config);

}  // namespace drover
