#include "daemon/fleet_messages.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <set>
#include <string>

#include <sys/random.h>

#include <drover/description.h>

#include "base/json_value.hpp"
#include "daemon/kept_names.hpp"
#include "fleet/instances.hpp"

namespace drover {
namespace {

constexpr std::uint32_t window_frames = 256;
constexpr std::uint32_t window_bytes = 1U << 20U;
constexpr std::uint32_t queue_length = 1024;

Json window() {
    return {{"frames", window_frames}, {"bytes", window_bytes}};
}

/// Calls `visit` with each message type that an agent of the fleet names.
template <typename Visit>
void for_each_type(const PreparedFleet& fleet, const Visit& visit) {
    for (const PreparedAgent& agent : fleet.agents) {
        if (agent.description == nullptr) {
            continue;
        }
        for (const PortDescription& port : agent.description->ports) {
            for (const auto& type : {port.type, port.reply_type}) {
                if (type) {
                    visit(*type);
                }
            }
        }
    }
}

/// The topic patterns of the ports that have `flag`.
Json topics_of(const PreparedAgent& agent, std::uint32_t flag) {
    Json topics = Json::array();
    if (agent.description != nullptr) {
        for (const PortDescription& port : agent.description->ports) {
            if ((port.flags & flag) != 0) {
                topics.push_back(port.topic);
            }
        }
    }
    return topics;
}

/// The topic patterns on which agents of the fleet may publish, each once; null where the plugin of
/// one is not known.
Json published_topics(const PreparedFleet& fleet) {
    std::set<std::string> patterns;
    for (const PreparedAgent& agent : fleet.agents) {
        if (agent.description == nullptr) {
            return nullptr;
        }
        for (const Json& pattern : topics_of(agent, DROVER_PORT_OUT)) {
            patterns.insert(pattern.get<std::string>());
        }
    }
    return patterns;
}

}  // namespace

FleetMessages::FleetMessages(const PreparedFleet& fleet,
                             HandleStore& handles,
                             const StateDirectory& state,
                             const RunDirectory& run)
    : fleet_(&fleet), handles_(&handles), state_(&state), run_(&run) {}

Result<FleetMessages> FleetMessages::create(const PreparedFleet& fleet,
                                            HandleStore& handles,
                                            const StateDirectory& state,
                                            const RunDirectory& run) {
    FleetMessages messages(fleet, handles, state, run);
    if (const auto given = messages.fleet_changed(); !given) {
        return given.error();
    }
    return messages;
}

Result<void> FleetMessages::fleet_changed() {
    give_handles();
    auto saved = handles_->save();
    if (!saved || durable_log().is_null()) {
        return saved;
    }
    return keep_names(state_->message_names(), message_names());
}

void FleetMessages::give_handles() {
    for (const AgentConfig& agent : fleet_->config.agents) {
        handles_->publisher(agent.name);
    }
    for_each_type(*fleet_, [this](const MessageType& type) {
        handles_->type(type.name, type.version, layout_hash(type));
    });
}

Json FleetMessages::publishers() const {
    Json publishers = Json::object();
    for (const AgentConfig& agent : fleet_->config.agents) {
        publishers[agent.name] = handles_->publisher(agent.name);
    }
    return publishers;
}

Json FleetMessages::rules() const {
    Json rules = Json::array();
    for (const TopicRule& rule : fleet_->config.topics) {
        Json entry = {{"pattern", rule.pattern},
                      {"delivery", text_of(rule.delivery)},
                      {"gated", rule.gated},
                      {"publishers", nullptr},
                      {"receivers", nullptr},
                      {"subscribers", nullptr}};
        if (rule.publishers) {
            entry["publishers"] = *rule.publishers;
        }
        if (rule.receivers) {
            entry["receivers"] = *rule.receivers;
        }
        if (rule.subscribers) {
            entry["subscribers"] = *rule.subscribers;
        }
        rules.push_back(std::move(entry));
    }
    return rules;
}

void FleetMessages::order_state(const std::string& agent,
                                const char* what,
                                const std::string& mark) {
    state_orders_[agent] = {{what, mark}};
}

Json FleetMessages::quotas() const {
    Json quotas = Json::object();
    for (const AgentConfig& agent : fleet_->config.agents) {
        if (const Quota& quota = agent.supervision.quota; !quota.is_unlimited()) {
            quotas[agent.name] = to_json(quota);
        }
    }
    return quotas;
}

Json FleetMessages::configure_agent(std::size_t agent,
                                    const UnitLink& link,
                                    const std::string& config) const {
    const FleetConfig& fleet = fleet_->config;
    const AgentConfig& own = fleet.agents[agent];
    Json types = Json::array();
    for (const StoredType& type : handles_->types()) {
        types.push_back({{"name", type.name},
                         {"version", type.version},
                         {"layout_hash", std::to_string(type.layout_hash)},
                         {"handle", type.handle}});
    }
    const auto order = state_orders_.find(own.name);
    return {{"do", "configure"},
            {"name", own.name},
            {"fleet", fleet.name},
            {"state", order == state_orders_.end() ? Json(nullptr) : order->second},
            {"handle", handles_->publisher(own.name)},
            {"incarnation", link.incarnation},
            {"plugin", own.plugin_file.string()},
            {"agent", own.agent},
            {"config", config},
            {"mode", fleet.replay_clock ? "replay" : "live"},
            {"owns_clock", fleet.replay_clock == own.name},
            {"endpoint", link.endpoint},
            {"token", link.token},
            {"state_file", state_->state_of(own.name).string()},
            {"kill_switch", state_->kill_switch().string()},
            {"fleet_file", fleet.file.string()},
            {"fleet_copy", (state_->applied() / "running.json").string()},
            {"grants", fleet_->agents[agent].grants},
            {"types", std::move(types)},
            {"publishers", publishers()},
            {"rules", rules()},
            {"quotas", quotas()},
            {"window", window()},
            {"record", record_order(own.name)}};
}

Json FleetMessages::request_ports(const PreparedAgent& agent, std::uint32_t flag) const {
    Json ports = Json::array();
    if (agent.description == nullptr) {
        return ports;
    }
    const auto handle_of = [this](const std::shared_ptr<const MessageType>& type) {
        return type ? handles_->type(type->name, type->version, layout_hash(*type)) : 0U;
    };
    for (std::size_t index = 0; index < agent.description->ports.size(); ++index) {
        const PortDescription& port = agent.description->ports[index];
        if ((port.flags & flag) != 0) {
            ports.push_back({{"port", index},
                             {"name", port.name},
                             {"topic", port.topic},
                             {"type", handle_of(port.type)},
                             {"reply_type", handle_of(port.reply_type)}});
        }
    }
    return ports;
}

Json FleetMessages::router_agent(std::size_t agent) const {
    const AgentConfig& config = fleet_->config.agents[agent];
    const PreparedAgent& prepared = fleet_->agents[agent];
    Json entry = {{"name", config.name},
                  {"handle", handles_->publisher(config.name)},
                  {"consumes", topics_of(prepared, DROVER_PORT_IN)},
                  {"publishes", topics_of(prepared, DROVER_PORT_OUT)},
                  {"serves", request_ports(prepared, DROVER_PORT_REQUEST_SERVER)},
                  {"asks", request_ports(prepared, DROVER_PORT_REQUEST_CLIENT)},
                  {"observer", config.observer || !config.enabled}};
    if (!config.instance_of.empty()) {
        entry["instance_of"] = config.instance_of;
        entry["distribution"] = text_of(config.distribution.mode);
        entry["keys"] = keys_of(agent);
        entry["retiring"] = retiring_.contains(config.name);
    }
    return entry;
}

Json FleetMessages::keys_of(std::size_t agent) const {
    const Distribution& distribution = fleet_->config.agents[agent].distribution;
    const AgentDescription* const description = fleet_->agents[agent].description;
    Json keys = Json::array();
    if (distribution.mode != Distribution::Mode::by_key || description == nullptr) {
        return keys;
    }
    for (const PortDescription& port : description->ports) {
        const auto place = (port.flags & DROVER_PORT_IN) != 0 && port.type
                               ? key_place(*port.type, distribution.key)
                               : std::nullopt;
        if (place) {
            keys.push_back(
                {{"type",
                  handles_->type(port.type->name, port.type->version, layout_hash(*port.type))},
                 {"offset", place->offset},
                 {"size", place->size}});
        }
    }
    return keys;
}

Json FleetMessages::change(const std::vector<std::string>& join,
                           const std::vector<std::string>& leave) const {
    Json joining = Json::array();
    for (std::size_t i = 0; i < fleet_->config.agents.size(); ++i) {
        if (std::ranges::find(join, fleet_->config.agents[i].name) != join.end()) {
            joining.push_back(router_agent(i));
        }
    }
    return {{"do", "change"},
            {"join", std::move(joining)},
            {"leave", leave},
            {"rules", rules()},
            {"quotas", quotas()}};
}

Json FleetMessages::retire() const {
    return {{"do", "retire"}, {"agents", retiring_}};
}

/// Of a fleet that has durable topics, or had them: what its agents have not sent yet must find
/// the log.
Json FleetMessages::durable_log() const {
    const FleetConfig& config = fleet_->config;
    std::error_code error;
    const bool is_durable = std::ranges::any_of(
        config.topics, [](const TopicRule& rule) { return rule.delivery == Delivery::durable; });
    if (!is_durable && !std::filesystem::exists(state_->durable_log(), error)) {
        return nullptr;
    }
    return {{"folder", state_->durable_log().string()},
            {"segment_size", config.durable_log.segment_size},
            {"max_size", config.durable_log.max_size}};
}

/// As in a recording's block of names, but only what tells messages.
Json FleetMessages::message_names() const {
    const FleetConfig& config = fleet_->config;
    Json agents = Json::array();
    for (const AgentConfig& agent : config.agents) {
        agents.push_back({{"name", agent.name}, {"handle", handles_->publisher(agent.name)}});
    }
    return {{"fleet", config.name},
            {"file", config.file.string()},
            {"replay_clock", config.replay_clock ? Json(*config.replay_clock) : Json(nullptr)},
            {"rules", rules()},
            {"agents", std::move(agents)},
            {"types", types()}};
}

Json FleetMessages::configure_router(std::uint64_t epoch) const {
    const FleetConfig& config = fleet_->config;
    Json agents = Json::array();
    for (std::size_t i = 0; i < config.agents.size(); ++i) {
        agents.push_back(router_agent(i));
    }
    return {{"do", "configure"},
            {"epoch", epoch},
            {"fleet", config.name},
            {"clock", config.replay_clock ? "replay" : "wall"},
            {"tap", run_->tap_endpoint()},
            {"kill_switch", state_->kill_switch().string()},
            {"rules", rules()},
            {"quotas", quotas()},
            {"window", window()},
            {"queue", queue_length},
            {"agents", std::move(agents)},
            {"log", durable_log()}};
}

Json FleetMessages::fleet() const {
    return {
        {"do", "fleet"}, {"publishers", publishers()}, {"rules", rules()}, {"quotas", quotas()}};
}

Json FleetMessages::link(const std::string& agent, const UnitLink& link, pid_t process) {
    Json order = {{"do", "link"},
                  {"agent", agent},
                  {"incarnation", link.incarnation},
                  {"endpoint", link.endpoint},
                  {"token", link.token},
                  {"pid", process}};
    if (link.user) {
        order["user"] = *link.user;
    }
    return order;
}

Json FleetMessages::agent_state(const std::string& agent, std::string_view state) {
    return {{"do", "agent"}, {"name", agent}, {"state", state}};
}

Json FleetMessages::types() const {
    Json types = Json::array();
    for_each_type(*fleet_, [this, &types](const MessageType& type) {
        const std::uint32_t handle = handles_->type(type.name, type.version, layout_hash(type));
        for (const Json& known : types) {
            if (known.at("handle") == handle) {
                return;
            }
        }
        Json entry = to_json(type);
        entry["handle"] = handle;
        types.push_back(std::move(entry));
    });
    return types;
}

Json FleetMessages::tap() const {
    return {{"endpoint", run_->tap_endpoint()},
            {"types", types()},
            {"publishers", publishers()},
            {"topics", published_topics(*fleet_)}};
}

Result<std::string> random_token() {
    constexpr std::size_t bytes = 16;
    std::array<unsigned char, bytes> random{};
    if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
        return Error{
            ErrorKind::unavailable,
            std::string("The system gave no random numbers: ") + std::strerror(errno) + "."};
    }
    std::string token;
    for (const unsigned char byte : random) {
        std::array<char, 3> digits{};
        std::snprintf(digits.data(), digits.size(), "%02x", static_cast<unsigned>(byte));
        token += digits.data();
    }
    return token;
}

}  // namespace drover
