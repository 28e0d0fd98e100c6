/// The rehearsal before an upgrade: a process of the new plugin starts beside the working one, with
/// a copy of its state and linked to nothing, and is ended once it is known whether it gets ready.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "daemon/agent_log.hpp"
#include "daemon/process_life.hpp"
#include "daemon/unit_processes.hpp"
#include "fleet/plugin_exchange.hpp"

namespace drover {

/// One at a time, which the working process knows nothing of but that a copy of its state is
/// wanted. Never blocks but in `end`. One thread. All that it is given is lent and must live
/// longer.
class PluginRehearsal {
public:
    /// How it went. It is told once no process of the rehearsal is left.
    struct Outcome {
        std::string
            fault;  ///< Why the plugin must not take over, without a full stop; empty: it may.
        std::string summary;           ///< Of one that may, for people.
        std::vector<Json> last_lines;  ///< The end of its log: records, oldest first.
    };

    PluginRehearsal(Workplace place, UnitProcesses& processes)
        : place_(std::move(place)), processes_(processes) {}
    PluginRehearsal(const PluginRehearsal&) = delete;
    PluginRehearsal& operator=(const PluginRehearsal&) = delete;
    ~PluginRehearsal() { end(); }

    /// `entry` is the agent with its new plugin. Everything that goes wrong is an outcome.
    void begin(FleetEntry entry, Monotonic now);
    /// Does what is due; call it after every turn of the loop.
    void tick(Monotonic now);
    [[nodiscard]] std::optional<Monotonic> next_deadline() const { return next_look_; }
    /// Hands out how it went, once.
    [[nodiscard]] std::optional<Outcome> take_outcome();
    /// Ends it at once, waiting a moment for its processes; nothing where there is none.
    void end();

    /// Removes the copies of states that a supervisor that was lost has left.
    void remove_copies() const;

private:
    enum class Stage {
        none,
        copying,   ///< The working process writes the copy, or there is none that could.
        starting,  ///< Until it is ready.
        ready,     ///< Until it says that all is over.
        ending     ///< Until its last process is gone.
    };

    /// What nothing tells of, a tree that becomes empty or the working process that can be asked at
    /// last, is looked at this often.
    static constexpr auto pause_of_looks = std::chrono::milliseconds(20);

    [[nodiscard]] const std::string& agent() const { return entry_.config.name; }
    [[nodiscard]] std::string unit() const { return UnitProcesses::rehearsal_of(agent()); }
    [[nodiscard]] Nanoseconds grace() const { return entry_.config.supervision.heartbeat.grace; }
    void look_for_copy(Monotonic now);
    void start(bool is_copied, Monotonic now);
    [[nodiscard]] Result<void> launch_it(bool is_copied);
    void watch();
    void serve(std::uint32_t events);
    void hear(const Json& message);
    void process_ended();
    void judge(Monotonic now);
    [[nodiscard]] std::optional<std::string> memory_fault(Monotonic now);
    [[nodiscard]] std::string where() const;
    void conclude(std::string fault);
    void kill_all();
    [[nodiscard]] bool is_empty() const;
    /// Nothing of it is left: takes down what it wrote and forgets the rest.
    void clear_away();
    [[nodiscard]] Result<void> remove_copy(const std::string& agent) const;

    Workplace place_;
    UnitProcesses& processes_;
    Stage stage_ = Stage::none;
    FleetEntry entry_;
    std::optional<AgentLog> log_;        ///< Outlives the life, which writes to it.
    std::unique_ptr<ProcessLife> life_;  ///< Null while there is no process.
    std::optional<pid_t> asked_;         ///< Who was asked for a copy.
    bool is_copied_ = false;             ///< By the process that works.
    bool is_begun_again_ = false;        ///< It found the state in other hands.
    Monotonic copy_deadline_{};
    Monotonic deadline_{};
    Monotonic began_{};
    Monotonic ready_{};
    Monotonic next_memory_look_{};
    std::optional<Monotonic> next_look_;
    std::string fault_;
    std::string summary_;
    std::optional<Outcome> outcome_;
};

}  // namespace drover
