/// Requests to agents through droverd, for `drover request` and for every verb that asks agents
/// something (`drover positions`, …). Knows ports and JSON, not what they mean.
///
///     auto client = ControlClient::connect(state_directory);
///     auto answers = ask_servers(client.value(), {.port = "positions", .body = "{}"});
///     for (const AgentAnswer& answer : answers.value()) { … answer.reply … }
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "command/control_client.hpp"

namespace drover {

/// What is asked, and of whom.
struct AgentQuestion {
    std::string agent = {};   ///< Empty: every running agent that has the port (ask_servers only).
    std::string port;         ///< Name of a REQUEST_SERVER port that takes and answers JSON.
    std::string body = "{}";  ///< JSON text.
    std::chrono::milliseconds timeout = std::chrono::seconds(5);  ///< For each agent.
};

/// What one agent answered.
struct AgentAnswer {
    std::string agent;
    bool is_ok = false;
    std::string reply;   ///< JSON text, digit for digit as the agent wrote it; when ok.
    std::string status;  ///< When not ok: "timeout", "lost", or the word of what the agent failed
                         ///< with ("invalid", "not_found", …).
    std::string error;   ///< When not ok: a sentence.
};

/// Asks one agent. Fails as ControlClient::call does: `not_found` for an agent or port that does
/// not exist (with "did you mean" and the ports there are), `refused` for a port that is not JSON,
/// `unavailable` without droverd. What the agent, the router or the clock answers is no failure.
[[nodiscard]] Result<AgentAnswer> ask_agent(ControlClient& client, const AgentQuestion& question);

/// Asks `question.agent`, or every running agent with such a port, one after another in the file's
/// order, and gathers the answers. Fails with `not_found` where no agent of the fleet has the port,
/// and with a sentence where those that have it do not run.
[[nodiscard]] Result<std::vector<AgentAnswer>> ask_servers(ControlClient& client,
                                                           const AgentQuestion& question);

/// The exit code that fits an answer: ok, failed, or timed out.
[[nodiscard]] int exit_code_of(const AgentAnswer& answer);

}  // namespace drover
