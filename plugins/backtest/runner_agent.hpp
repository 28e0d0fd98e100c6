/// The runner agent: runs backtests on request, beside the running fleet.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include <drover/agent.hpp>
#include <drover/extension/simulation.h>

#include "backtest/run_request.hpp"
#include "backtest/runner_messages.hpp"

namespace drover {

/// Takes each run in the order of the requests, `parallel` at a time, and answers a request when
/// its run has ended. Whoever asked may have stopped waiting: the result is published too. Runs
/// that wait or run when the agent ends are lost, and their senders are told.
class RunnerAgent : public Agent {
public:
    static constexpr const char* config_schema = R"json({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "parallel": {"type": "integer", "minimum": 1, "maximum": 16, "default": 1,
                         "description": "How many runs go on at once."},
            "queue": {"type": "integer", "minimum": 0, "maximum": 10000, "default": 100,
                      "description": "How many further runs may wait; more are refused."}
        }
    })json";
    static constexpr About about{"runner",
                                 "0.2.0",
                                 "drover",
                                 "Runs backtests on request, in processes of their own",
                                 DROVER_AGENT_ORCHESTRATES,
                                 config_schema,
                                 R"({"parallel": 1})",
                                 1};
    static constexpr RequestServer<RunMessage, RunResultMessage> run{
        0, "run", "backtest.run", "Runs a simulation; the answer comes when it has ended"};
    static constexpr RequestServer<CancelMessage, CancelledMessage> cancel{
        1, "cancel", "backtest.cancel", "Ends a run"};
    static constexpr Out<RunProgressMessage> progress{
        2, "progress", "backtest.progress.*", "How far each run has come"};
    static constexpr Out<RunResultMessage> results{
        3, "results", "backtest.result.*", "What each run came to"};
    static constexpr auto ports = drover::ports(run, cancel, progress, results);
    static constexpr bool keeps_state = true;

    void configure(const Config& config) override;
    bool start() override;
    void stop(std::int32_t reason) override;
    void on_request(const Request& request) override;
    /// The token of a simulation is the number of its run.
    void on_post(std::uint64_t token) override;
    void save_state(std::string& bytes) const override;
    void load_state(std::string_view bytes, std::uint32_t version) override;

private:
    struct Run {
        std::uint64_t number = 0;
        std::uint64_t request = 0;
        RunRequest asked;
    };

    void accept(const Request& request);
    void cancel_run(const Request& request);
    /// Starts what may run now.
    void start_waiting();
    void end(const Run& ended, drover_status status, const std::string& text);
    void publish_progress(const Run& one, const char* state, const std::string& how_far = "{}");
    void show_health() const;

    std::size_t parallel_ = 1;
    std::size_t most_waiting_ = 100;
    const drover_simulation_v1* simulations_ = nullptr;
    std::deque<Run> waiting_;
    std::map<std::uint64_t, Run> running_;
    std::uint64_t last_run_ = 0;  ///< Of all lives: a number is never given twice.
    std::uint64_t ended_ = 0;     ///< Of this life.
    std::uint64_t failed_ = 0;    ///< Of those that ended.
};

}  // namespace drover
