/// A fleet on a virtual clock: many agents, one process, one thread, the same plugins as live.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "process/kill_switch_page.hpp"
#include "process/status_page.hpp"
#include "router/replay_queue.hpp"
#include "runner/agent_runner.hpp"
#include "simulation/event_log.hpp"
#include "simulation/message_pool.hpp"
#include "simulation/request_exchange.hpp"
#include "simulation/simulation_watch.hpp"

namespace drover {

/// One agent to simulate; agents stand in the file's order.
struct SimulatedAgent {
    AgentSetup setup;
    /// The layout hash of each port's type, in the ports' order: for the event log.
    std::vector<std::uint64_t> layout_hashes;
};

/// What came out.
struct SimulationResult {
    std::optional<std::string> summary_json;  ///< The last performance.summary, as published.
    std::uint64_t events = 0;                 ///< Messages in the event log.
    std::uint64_t deliveries = 0;
    std::string event_log_hash;
    double seconds = 0;  ///< Wall time from the first start to the last stop.
    std::vector<std::string> warnings;
};

/// Runs agents until the replay clock stands still. Not restartable.
class Simulation {
public:
    explicit Simulation(std::vector<SimulatedAgent> agents, SimulationWatch watch = {});
    Simulation(const Simulation&) = delete;
    Simulation& operator=(const Simulation&) = delete;
    ~Simulation();

    /// Prepares and starts all agents in order, runs, stops them in reverse order. Fails when an
    /// agent cannot start, gives up, or an instant has no end; the sentence names the agent.
    [[nodiscard]] Result<SimulationResult> run();

private:
    class Member;
    struct Route {
        std::vector<std::uint16_t> receivers;
        std::uint32_t type = 0;
        bool is_summary = false;
    };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    [[nodiscard]] Result<void> start_all();
    [[nodiscard]] Result<void> run_steps();
    [[nodiscard]] Result<void> take_step(const ReplayQueue<std::uint32_t>::Step& step);
    [[nodiscard]] Result<void> check_wishes(std::uint16_t agent);
    void stop_all();
    void tell_progress();
    void publish(std::uint16_t agent, const PublishedMessage& message);
    [[nodiscard]] std::vector<std::uint16_t> receivers_of(std::string_view topic,
                                                          std::uint32_t type) const;
    const std::pair<const std::string, Route>& route_of(std::string_view topic, std::uint32_t type);

    std::vector<std::unique_ptr<Member>> members_;
    ReplayQueue<std::uint32_t> queue_;
    RequestExchange requests_;
    MessagePool pool_;
    EventLog log_;
    KillSwitchPage kill_switch_ = KillSwitchPage::local();
    StatusPage page_ = StatusPage::local();
    std::unordered_map<std::string, Route, TextHash, std::equal_to<>> routes_;
    SimulationResult result_;
    SimulationWatch watch_;
    Monotonic began_{};
    Monotonic progress_due_{};
    std::uint64_t instants_ = 0;
    std::int64_t first_time_ = 0;
};

}  // namespace drover
