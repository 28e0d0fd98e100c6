#include "command/agent_request.hpp"

#include "base/json_value.hpp"
#include "command/exit_code.hpp"

namespace drover {
namespace {

struct Servers {
    std::vector<std::string> running;
    std::vector<std::string> others;  ///< "risk is stopped"
};

Result<Servers> servers_of(ControlClient& client, const std::string& port) {
    auto answer = client.call("servers", Json{{"port", port}}, answer_time);
    if (!answer) {
        return answer.error();
    }
    Servers servers;
    for (const Json& agent : answer.value().at("agents")) {
        const auto name = value_or<std::string>(agent, "name", "");
        const auto state = value_or<std::string>(agent, "state", "unknown");
        if (state == "running") {
            servers.running.push_back(name);
        } else {
            servers.others.push_back(name + " is " + state);
        }
    }
    return servers;
}

}  // namespace

Result<AgentAnswer> ask_agent(ControlClient& client, const AgentQuestion& question) {
    // droverd keeps the deadline; the rest is for a droverd that hangs.
    auto result = client.call("request",
                              Json{{"agent", question.agent},
                                   {"port", question.port},
                                   {"body", question.body},
                                   {"timeout_ms", question.timeout.count()}},
                              question.timeout + answer_time);
    if (!result) {
        return result.error();
    }
    const Json& json = result.value();
    AgentAnswer answer;
    answer.agent = question.agent;
    answer.is_ok = value_or(json, "ok", false);
    answer.reply = value_or<std::string>(json, "reply", "");
    answer.status = value_or<std::string>(json, "status", "");
    answer.error = value_or<std::string>(json, "error", "");
    return answer;
}

Result<std::vector<AgentAnswer>> ask_servers(ControlClient& client, const AgentQuestion& question) {
    std::vector<std::string> agents{question.agent};
    if (question.agent.empty()) {
        auto servers = servers_of(client, question.port);
        if (!servers) {
            return servers.error();
        }
        agents = servers.value().running;
        if (agents.empty() && servers.value().others.empty()) {
            return Error{
                ErrorKind::not_found,
                "No agent of this fleet answers requests on a port '" + question.port + "'."};
        }
        if (agents.empty()) {
            std::string text;
            for (const std::string& other : servers.value().others) {
                text += (text.empty() ? "" : ", ") + other;
            }
            return Error{ErrorKind::refused,
                         "No agent that answers requests on a port '" + question.port +
                             "' is running: " + text + "."};
        }
    }
    std::vector<AgentAnswer> answers;
    for (const std::string& agent : agents) {
        AgentQuestion one = question;
        one.agent = agent;
        auto answer = ask_agent(client, one);
        if (!answer) {
            return answer.error();
        }
        answers.push_back(std::move(answer.value()));
    }
    return answers;
}

int exit_code_of(const AgentAnswer& answer) {
    if (answer.is_ok) {
        return exit_ok;
    }
    return answer.status == "timeout" ? exit_timed_out : exit_failed;
}

}  // namespace drover
