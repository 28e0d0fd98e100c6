#include "daemon/person_requests.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <drover/description.h>

#include "base/json_value.hpp"
#include "base/names.hpp"
#include "base/reply_wait.hpp"
#include "base/status_word.hpp"
#include "supervisor/reasons.hpp"

namespace drover {
namespace {

RpcAnswer result(Json json) {
    return std::make_unique<Json>(std::move(json));
}

RpcAnswer invalid(std::string sentence) {
    return RpcError{RpcError::invalid_parameters, std::move(sentence)};
}

RpcAnswer failed(std::int32_t status, const std::string& sentence) {
    return result({{"ok", false}, {"status", status_word(status)}, {"error", sentence}});
}

bool is_server(const PortDescription& port) {
    return (port.flags & DROVER_PORT_REQUEST_SERVER) != 0;
}

bool is_json(const std::shared_ptr<const MessageType>& type) {
    return !type || type->encoding == DROVER_ENCODING_JSON;
}

std::string name_of(const std::shared_ptr<const MessageType>& type) {
    return type ? type->name + "/" + std::to_string(type->version) : std::string("any type");
}

std::vector<std::string> servers_of(const PreparedAgent& agent) {
    std::vector<std::string> names;
    if (agent.description != nullptr) {
        for (const PortDescription& port : agent.description->ports) {
            if (is_server(port)) {
                names.push_back(port.name);
            }
        }
    }
    return names;
}

std::string list_of(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

}  // namespace

Error PersonRequests::no_agent(const std::string& name) const {
    std::vector<std::string> names;
    for (const AgentConfig& each : fleet_.config.agents) {
        names.push_back(each.name);
    }
    return {ErrorKind::not_found,
            "The fleet has no agent named '" + name + "'." + did_you_mean(name, names)};
}

Result<PersonRequests::Place> PersonRequests::find(const std::string& agent,
                                                   const std::string& port) const {
    const auto& configs = fleet_.config.agents;
    const auto config = std::ranges::find(configs, agent, &AgentConfig::name);
    if (config == configs.end()) {
        return no_agent(agent);
    }
    const auto index = static_cast<std::size_t>(config - configs.begin());
    const std::vector<std::string> known = servers_of(fleet_.agents[index]);
    if (std::ranges::find(known, port) == known.end()) {
        return Error{ErrorKind::not_found,
                     "Agent '" + agent + "' answers no requests on a port '" + port + "'." +
                         did_you_mean(port, known) +
                         (known.empty() ? " It answers none at all."
                                        : " It answers on: " + list_of(known) + ".")};
    }
    const auto& ports = fleet_.agents[index].description->ports;
    std::size_t place = 0;
    while (ports[place].name != port || !is_server(ports[place])) {
        ++place;
    }
    if (!is_json(ports[place].type) || !is_json(ports[place].reply_type)) {
        return Error{ErrorKind::refused,
                     "Only ports that take and answer JSON can be asked from outside the fleet; '" +
                         port + "' of '" + agent + "' takes " + name_of(ports[place].type) +
                         " and answers " + name_of(ports[place].reply_type) + "."};
    }
    return Place{index, place};
}

std::string PersonRequests::why_gone(const std::string& agent) const {
    const auto status = supervisor_.status(agent, monotonic_now());
    if (!status || status->state == AgentState::running || status->state == AgentState::starting) {
        return "";
    }
    return "Agent '" + agent + "' cannot answer: it is " + std::string(text_of(status->state)) +
           " (" + status->reason + ").";
}

RpcAnswer PersonRequests::ask(const Json& params, Monotonic now) {
    const auto agent = value_or<std::string>(params, "agent", "");
    const auto port = value_or<std::string>(params, "port", "");
    const auto timeout = value_or<std::int64_t>(params, "timeout_ms", 0);
    const auto body = params.find("body");
    if (agent.empty() || port.empty() || body == params.end() || !body->is_string()) {
        return invalid("Give 'agent', 'port', 'body' (JSON as text) and 'timeout_ms'.");
    }
    if (timeout < shortest_reply_wait.count() || timeout > longest_reply_wait.count()) {
        return invalid("'timeout_ms' must be " + std::to_string(shortest_reply_wait.count()) +
                       " to " + std::to_string(longest_reply_wait.count()) + ".");
    }
    const auto& text = body->get_ref<const std::string&>();
    if (const auto parsed = parse_json(text); !parsed) {
        return invalid("'body' is no JSON: " + parsed.error().message);
    }
    const auto place = find(agent, port);
    if (!place) {
        return place.error().kind == ErrorKind::refused
                   ? RpcAnswer(RpcError{RpcError::refused, place.error().message})
                   : invalid(place.error().message);
    }
    if (const std::string gone = why_gone(agent); !gone.empty()) {
        return failed(DROVER_E_LOST, gone);
    }
    const std::uint64_t id = ++last_id_;
    const bool was_sent = send_(Json{{"do", "request"},
                                     {"id", id},
                                     {"agent", agent},
                                     {"port", place.value().port},
                                     {"body", text},
                                     {"timeout", timeout * 1'000'000}});
    if (!was_sent) {
        return failed(DROVER_E_LOST, "drover-router is not running, so nobody can be asked now.");
    }
    const std::chrono::milliseconds patience(timeout);
    open_.emplace(id, Open{agent, now + patience, patience});
    return RpcPromise{id};
}

RpcAnswer PersonRequests::servers(const Json& params) const {
    const auto port = value_or<std::string>(params, "port", "");
    if (port.empty()) {
        return invalid("'port' must name a port.");
    }
    Json agents = Json::array();
    for (std::size_t index = 0; index < fleet_.config.agents.size(); ++index) {
        const std::vector<std::string> known = servers_of(fleet_.agents[index]);
        if (std::ranges::find(known, port) == known.end()) {
            continue;
        }
        const std::string& name = fleet_.config.agents[index].name;
        const auto status = supervisor_.status(name, monotonic_now());
        agents.push_back(
            {{"name", name}, {"state", status ? Json(text_of(status->state)) : Json(nullptr)}});
    }
    return result({{"agents", std::move(agents)}});
}

void PersonRequests::heard(const Json& reply) {
    const auto id = value_or<std::uint64_t>(reply, "id", 0);
    const auto status = value_or<std::int32_t>(reply, "status", DROVER_E_INTERNAL);
    if (!open_.contains(id)) {
        return;  // It timed out, or the router was asked by an earlier life of this number.
    }
    finish(id,
           status < 0
               ? failed(status, value_or<std::string>(reply, "error", ""))
               : result({{"ok", true}, {"reply", value_or<std::string>(reply, "body", "null")}}));
}

void PersonRequests::router_ended() {
    while (!open_.empty()) {
        const auto& [id, request] = *open_.begin();
        finish(id,
               request.is_of_log
                   ? RpcAnswer(no_log("drover-router ended before it had told of its log"))
                   : failed(DROVER_E_LOST,
                            "drover-router ended before '" + request.agent + "' had answered."));
    }
}

void PersonRequests::tick(Monotonic now) {
    std::vector<std::uint64_t> late;
    for (const auto& [id, request] : open_) {
        if (request.deadline <= now) {
            late.push_back(id);
        }
    }
    for (const std::uint64_t id : late) {
        const Open& request = open_.at(id);
        const std::string within = " within " + duration_text(request.timeout);
        finish(id,
               request.is_of_log
                   ? RpcAnswer(no_log("drover-router did not tell of its log" + within))
                   : failed(DROVER_E_TIMEOUT,
                            "Agent '" + request.agent + "' did not answer" + within + "."));
    }
}

std::optional<Monotonic> PersonRequests::next_deadline() const {
    std::optional<Monotonic> next;
    for (const auto& [id, request] : open_) {
        next = std::min(next.value_or(request.deadline), request.deadline);
    }
    return next;
}

void PersonRequests::finish(std::uint64_t id, RpcAnswer answer) {
    open_.erase(id);
    fulfil_(RpcPromise{id}, std::move(answer));
}

}  // namespace drover
