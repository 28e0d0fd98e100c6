/// A fleet on a virtual clock: many agents, one process, one thread, the same plugins as live.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "process/kill_switch_page.hpp"
#include "process/status_page.hpp"
#include "router/replay_queue.hpp"
#include "router/router_config.hpp"
#include "runner/agent_runner.hpp"
#include "simulation/event_log.hpp"
#include "simulation/message_pool.hpp"
#include "simulation/request_exchange.hpp"
#include "simulation/simulation_watch.hpp"
#include "simulation/step_profile.hpp"

namespace drover {

/// One agent to simulate; agents stand in the file's order.
struct SimulatedAgent {
    AgentSetup setup;
    bool may_engage =
        false;  ///< It has the grant drover.control/1: of the simulation's own switch.
    /// The layout hash of each port's type, in the ports' order: for the event log.
    std::vector<std::uint64_t> layout_hashes;
    std::string instance_of{};         ///< The agent that it is an instance of; or empty.
    Sharing sharing = Sharing::all;    ///< The same for all instances of an agent.
    std::vector<RecordKey> keys = {};  ///< Of by_key.
};

/// What came out.
struct SimulationResult {
    std::optional<std::string> summary_json;  ///< The last performance.summary, as published.
    std::uint64_t events = 0;                 ///< Messages published.
    std::uint64_t deliveries = 0;
    std::optional<std::string> event_log_hash;  ///< None where it was not asked for.
    double seconds = 0;                    ///< Wall time from the first create to the last stop.
    std::optional<ProfileResult> profile;  ///< Where it was asked for.
    std::vector<std::string> warnings;
};

/// What a run does besides running.
struct SimulationOptions {
    bool hash = true;      ///< Make the fingerprint of the event log.
    bool profile = false;  ///< Find out where the time goes.
    /// Where others see which callback of whom runs, and by `progress` that it goes on; lent. Null:
    /// nobody looks.
    StatusPageLayout* page = nullptr;
};

/// Runs agents until the replay clock stands still. Not restartable.
class Simulation {
public:
    /// `watch` is told while it runs.
    explicit Simulation(std::vector<SimulatedAgent> agents,
                        const SimulationOptions& options = {},
                        SimulationWatch watch = {});
    Simulation(const Simulation&) = delete;
    Simulation& operator=(const Simulation&) = delete;
    ~Simulation();

    /// Prepares and starts all agents in order, runs, stops them in reverse order. Fails when an
    /// agent cannot start, gives up, or an instant has no end; the sentence names the agent.
    [[nodiscard]] Result<SimulationResult> run();

    /// Other rules for topics, between two callbacks of others. A publisher that had found its
    /// topic before keeps it, and nobody refuses what it publishes there.
    void take_rules(const std::vector<TopicRights>& rules);
    /// The kill switch of the simulated fleet; released at first.
    [[nodiscard]] KillSwitchPage& kill_switch() { return kill_switch_; }

private:
    class Member;
    [[nodiscard]] Result<void> start_all();
    [[nodiscard]] Result<void> run_steps();
    /// Takes the next step and times its parts. False where there is none.
    [[nodiscard]] Result<bool> take_timed_step();
    [[nodiscard]] Result<void> take_step(const ReplayQueue<std::uint32_t>::Step& step);
    /// The kill switch was engaged while a message waited: its sender is told.
    [[nodiscard]] Result<void> pass_over(const ReplayQueue<std::uint32_t>::Step& step);
    [[nodiscard]] Result<void> check_wishes(std::uint16_t agent);
    void stop_all();
    void tell_progress();
    void publish(std::uint16_t agent, const PublishedMessage& message);
    void publish_timed(std::uint16_t agent, const PublishedMessage& message);
    void log(const Route& route, const PublishedMessage& message);
    void send_on(const Route& route, const PublishedMessage& message, std::string_view publisher);
    void send_shares(const Route& route,
                     const PublishedMessage& message,
                     std::string_view publisher);
    [[nodiscard]] ProfileResult profile_result() const;
    /// Finds the receivers of a route, and their numbers for its topic.
    void direct(Route& route);

    ReplayQueue<std::uint32_t> queue_;
    RequestExchange requests_;
    MessagePool pool_;
    std::optional<EventLog> log_;
    std::optional<StepProfile> profile_;
    KillSwitchPage kill_switch_ = KillSwitchPage::local();
    StatusPage own_page_ = StatusPage::local();
    StatusPageLayout& page_;
    SimulationResult result_;
    SimulationWatch watch_;
    Monotonic began_{};
    Monotonic progress_due_{};
    std::uint64_t instants_ = 0;
    std::uint64_t steps_ = 0;
    std::int64_t first_time_ = 0;
    /// The last member: an agent may still speak while it is destroyed, and then reaches the rest.
    std::vector<std::unique_ptr<Member>> members_;
};

}  // namespace drover
