/// The runner agent: will run backtests on request.
#pragma once

#include <array>

#include <drover/agent.hpp>

namespace drover {

/// Requests reach an agent once the host routes them; until then this agent is idle and says so.
/// `drover backtest` runs a simulation without it. It is left out of simulations, which would
/// otherwise start simulations.
class RunnerAgent : public Agent {
public:
    static constexpr About about{
        "runner",
        "0.1.0",
        "drover",
        "Runs backtests on request; idle while the host routes no requests",
        DROVER_AGENT_ORCHESTRATES | DROVER_AGENT_STATELESS,
        R"({"type": "object", "additionalProperties": false})"};
    static constexpr std::array<drover_port, 0> ports{};
    static constexpr bool keeps_state = false;

    bool start() override {
        healthy("idle: this release routes no requests; use drover backtest");
        return true;
    }
};

}  // namespace drover
