/// Decides what every unit of the fleet does next. Pure: no processes, no clock, no input or
/// output; all of it comes in as events and goes out through an AgentLauncher.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "config/fleet_config.hpp"
#include "supervisor/agent_launcher.hpp"
#include "supervisor/agent_state.hpp"
#include "supervisor/lifecycle.hpp"

namespace drover {

class Fleet;
struct FleetUpdate;
struct Unit;

inline constexpr const char* router_unit_name = "drover-router";

/// What a unit's schedule says at a moment. Times are wall ns.
struct ScheduleStanding {
    std::string text;            ///< The schedule in a few words; another text is another schedule.
    bool is_open = false;        ///< Whether the unit is to run now. Never of a job.
    bool is_job = false;         ///< It is started at moments and ends by itself.
    bool runs_on_start = false;  ///< Of a job: it is started with the fleet, too.
    std::optional<std::int64_t> next_start;
    std::optional<std::int64_t> next_stop;
};

/// A schedule's moment has come: to start the unit, to stop it, or only to know its next times.
struct ScheduleEdge {
    enum class Kind { start, stop, none };
    std::string name;
    Kind kind = Kind::none;
    ScheduleStanding standing;
};

/// The router's own way of being restarted: at once, with a generous limit.
[[nodiscard]] SupervisionConfig router_supervision();

/// One unit to supervise: an agent, or the router. Every agent implicitly depends, for its start
/// only, on the unit with `is_router` being healthy.
struct UnitPlan {
    std::string name;
    std::vector<Dependency> dependencies;
    SupervisionConfig supervision;
    bool enabled = true;
    bool is_router = false;
    std::optional<std::string> cannot_run;  ///< A sentence; the unit is `failed` from the start.
    /// Who begins anew with it under `then: restart_group`; empty: all that depend on it.
    std::string restart_group{};
    bool is_kept_stopped = false;  ///< A person stopped it while an earlier droverd ran.
    std::optional<ScheduleStanding> schedule{};  ///< Nothing: it runs as long as the fleet.
};

/// How a unit's process ended, as the kernel told it.
struct UnitExit {
    std::string text;      ///< "exit code 1", "killed by SIGKILL"
    bool success = false;  ///< Exit code 0, or one of the unit's success_exit_codes.
    std::optional<int> code = std::nullopt;
    std::optional<int> signal = std::nullopt;
    int pid = -1;           ///< -1 when it could not be started.
    bool is_final = false;  ///< It cannot be started as agents.yaml wants it: trying again is vain.
    /// By a SIGKILL that neither droverd sent nor the kernel for want of memory.
    bool was_killed_from_outside = false;
    /// Of the durable message that it was handling, in the router's log; 0: none.
    std::uint64_t position = 0;
    std::string topic{};      ///< Of that message; empty: not known.
    std::string publisher{};  ///< The same.
};

/// A durable message over which a unit has ended badly, again and again.
struct Poison {
    /// So often it is tried.
    static constexpr int most_crashes = 3;

    std::uint64_t position = 0;  ///< In the router's log; 0: none.
    int crashes = 0;
    std::string topic{};      ///< Empty: not known.
    std::string publisher{};  ///< The same.
};

/// "the durable message at position 17 (order.submit.SPX of risk)"
[[nodiscard]] std::string message_text(const Poison& poison);

/// What a unit says of itself over the control channel.
struct HealthReport {
    AgentHealth level = AgentHealth::healthy;
    std::string code;
    std::string message;
};

/// Who or what is behind a change. The words of docs/events.md.
enum class ChangeCause {
    person,          ///< Name: who, and with which command, as far as known.
    fleet_start,     ///< droverd started.
    shutdown,        ///< The fleet is stopped. Name: by whom or why.
    dependency,      ///< Name: what it depends on.
    dependent,       ///< Name: the agent that was started and needs it.
    restart_policy,  ///< Name: the policy, or restart_group for who begins anew with another.
    agent,           ///< The agent's own word.
    process,         ///< Its process ended.
    deadline,        ///< Name: the key of agents.yaml whose time is over.
    limit,           ///< Name: the key of agents.yaml that says how much it may use.
    schedule,        ///< Its own.
    configuration    ///< agents.yaml, or a plugin that cannot be loaded.
};

[[nodiscard]] std::string_view text_of(ChangeCause cause);

/// A cause and the name that belongs to it, or "".
struct NamedCause {
    ChangeCause cause = ChangeCause::fleet_start;
    std::string name;
};

/// One line of a unit's history.
struct UnitChange {
    std::string name;
    AgentState from = AgentState::stopped;
    AgentState state = AgentState::stopped;
    AgentHealth health = AgentHealth::unknown;
    std::string reason;  ///< As it stood at `time`.
    Monotonic time{};
    AgentHealth health_from = AgentHealth::unknown;
    std::string health_code;          ///< The agent's own code for its health, or empty.
    std::optional<AgentEvent> event;  ///< The row's event; nothing for a change of health alone.
    NamedCause cause;
    std::optional<UnitExit> exit;  ///< When the change tells of the end of its process.
};

/// The last exit of a unit's process.
struct LastExit {
    std::string text;  ///< "killed by SIGKILL after 4.1 s"
    bool success = false;
    Monotonic time{};
};

/// What a person may know of a unit.
struct UnitStatus {
    std::string name;
    AgentState state = AgentState::stopped;
    AgentHealth health = AgentHealth::unknown;
    std::string health_code;  ///< The agent's own code for its health, or empty.
    std::string reason;       ///< A sentence, never empty.
    Monotonic changed{};      ///< When state or health changed last.
    int restarts = 0;         ///< Restarts by supervision since droverd started.
    std::optional<LastExit> last_exit;
    std::string end;  ///< Why the last process ended, in words; empty while it runs.
    std::optional<Monotonic> started;   ///< When the process that runs now was spawned.
    std::optional<Monotonic> next_try;  ///< In backing_off, and in failed during a cooldown.
    std::optional<ScheduleStanding> schedule;
    /// The durable message over which its last process ended badly, until another one is started.
    std::optional<Poison> poison;
};

/// The supervisor's brain. One thread. Events may come in from inside an AgentLauncher's function;
/// they are then handled right after the current one. Names given to events must be unit names;
/// others are ignored.
class FleetSupervisor {
public:
    /// All units `stopped`, `disabled` or (cannot_run) `failed`. `launcher` is lent and must live
    /// longer. Fails with `invalid` when the dependencies have a cycle or an unknown name.
    [[nodiscard]] static Result<std::unique_ptr<FleetSupervisor>> create(
        std::vector<UnitPlan> units,
        AgentLauncher& launcher,
        std::uint64_t jitter_seed,
        Monotonic now);

    FleetSupervisor(const FleetSupervisor&) = delete;
    FleetSupervisor& operator=(const FleetSupervisor&) = delete;
    ~FleetSupervisor();

    /// @name Wishes of a person. They return the names of the units whose wish changed or was
    /// repeated, or fail with `not_found` (unknown name, "did you mean"), `refused` (disabled,
    /// cannot run, the router must not be stopped alone) or `unavailable` (the fleet shuts down);
    /// after a failure nothing has been taken. `by` says who wishes, for the record; empty where
    /// that is not known, and for start_all the start of droverd itself, which leaves alone what
    /// is kept stopped, unless its policy is `always`.
    /// @{
    /// Starts the named agents and what they depend on. Clears windows, delays and cooldowns.
    [[nodiscard]] Result<std::vector<std::string>> start(const std::vector<std::string>& names,
                                                         Monotonic now,
                                                         const std::string& by = {});
    /// Stops the named agents, dependents first; they stay stopped until a person starts them.
    [[nodiscard]] Result<std::vector<std::string>> stop(const std::vector<std::string>& names,
                                                        Monotonic now,
                                                        const std::string& by = {});
    /// Stops (when needed) and starts the named units, once, however often it is repeated.
    [[nodiscard]] Result<std::vector<std::string>> restart(const std::vector<std::string>& names,
                                                           Monotonic now,
                                                           const std::string& by = {});
    /// The same for every enabled agent that can run, but those outside their schedules start when
    /// these say so; start_all starts the router too.
    std::vector<std::string> start_all(Monotonic now, const std::string& by = {});
    std::vector<std::string> stop_all(Monotonic now, const std::string& by = {});
    std::vector<std::string> restart_all(Monotonic now, const std::string& by = {});
    /// @}

    /// Takes a new agents.yaml: starts what is new, stops what is gone (dependents first; it is
    /// forgotten once it has ended), restarts those named and changes the others while they run.
    /// Who was stopped by a person stays so. Fails with `invalid` when the dependencies have a
    /// cycle or an unknown name and with `unavailable` while the fleet shuts down; nothing has
    /// changed then.
    [[nodiscard]] Result<void> apply(FleetUpdate update, Monotonic now);

    /// What the schedules say now: starts and stops the units named, dependents first. A unit that
    /// is to start and runs is left alone, and so is one that a person keeps stopped. Units that
    /// have no schedule are ignored.
    void follow_schedules(std::vector<ScheduleEdge> edges, Monotonic now);

    /// Stops everything, dependents first and the router last. Nothing starts afterwards.
    void shutdown(Monotonic now, const std::string& by = {});
    /// Kills every tree at once.
    void shutdown_now(Monotonic now, const std::string& by = {});
    /// The units that a person has stopped and nobody has started since, in the order of their
    /// plans: they stay stopped, also when another droverd takes over; when another one starts the
    /// fleet, those whose policy is `always` come back. The number counts the wishes that may have
    /// changed them.
    [[nodiscard]] std::vector<std::string> kept_stopped() const;
    [[nodiscard]] std::uint64_t wishes() const;
    [[nodiscard]] bool is_shutting_down() const;
    /// Why the fleet shuts itself down: a unit passed its restart_limit with `then: shutdown`.
    [[nodiscard]] const std::optional<std::string>& why_given_up() const;
    /// How long a shutdown may take before what is left of the fleet is killed.
    void limit_shutdown(Nanoseconds longest);
    /// When that is, while a shutdown is under way.
    [[nodiscard]] std::optional<Monotonic> shutdown_deadline() const;
    /// Whether no process of any unit is left.
    [[nodiscard]] bool is_down() const;
    /// The units that still have a process, in the order of their plans.
    [[nodiscard]] std::vector<std::string> units_with_process() const;

    /// @name What happened.
    /// @{
    void spawned(const std::string& name, Monotonic now);
    void spawn_failed(const std::string& name, const std::string& message, Monotonic now);
    /// It cannot be started as agents.yaml wants it: it is `failed` until a person does something.
    void spawn_refused(const std::string& name, const std::string& message, Monotonic now);
    void ready(const std::string& name, Monotonic now);
    void failed(const std::string& name,
                const std::string& code,
                const std::string& message,
                Monotonic now);
    void completed(const std::string& name, const std::string& message, Monotonic now);
    void health(const std::string& name, const HealthReport& report, Monotonic now);
    /// The unit's process wrote a line that matches `pattern`, one of its dependents' log_ready.
    void line_seen(const std::string& name, const std::string& pattern, Monotonic now);
    /// The unit's process is stopped from outside, `by` says by what: "stopped by a signal". It is
    /// unhealthy and neither hung nor overdue until it is released.
    void held(const std::string& name, const std::string& by, Monotonic now);
    void released(const std::string& name, Monotonic now);
    /// The unit's process was reaped. `now` is when it ended. Call `tree_empty` once nothing of
    /// its tree is left (at once, when it had no children).
    void exited(const std::string& name, const UnitExit& exit, Monotonic now);
    void tree_empty(const std::string& name, Monotonic now);
    /// A callback has been running for `busy`, longer than heartbeat.timeout.
    void hung(const std::string& name, Nanoseconds busy, Monotonic now);
    /// It has ended, of an agent that was left running because of `on_hang: report`.
    void came_back(const std::string& name, Monotonic now);
    /// It uses, or was ended by the kernel for using, more than `limits` allows. `what` is a
    /// sentence without its dot.
    void limit_exceeded(const std::string& name, const std::string& what, Monotonic now);
    /// Time passed; does what is due. Calling it early or often does no harm.
    void tick(Monotonic now);
    /// @}

    /// @name Going on with a fleet that another supervisor left.
    /// @{
    /// All that must be known to go on with the unit, but its plan; see `resume`. `{}` for an
    /// unknown name.
    [[nodiscard]] Json memory_of(const std::string& name) const;
    /// The units whose memory may have changed since the last call.
    [[nodiscard]] std::vector<std::string> take_touched();
    /// Right after `create`, in the place of start_all: each unit is what its memory says. A unit
    /// without one is new and starts, unless it is kept stopped. What the memories of units with a
    /// process say must be true of these processes; what happened to them since comes as events.
    /// Fails with `invalid` when a memory cannot be understood.
    [[nodiscard]] Result<void> resume(const std::map<std::string, Json>& memories, Monotonic now);
    /// @}

    /// When `tick` must be called at the latest; nothing when nothing is due.
    [[nodiscard]] std::optional<Monotonic> next_deadline() const;

    /// Unit names in the order of their plans.
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    /// Nothing for an unknown name.
    [[nodiscard]] std::optional<UnitStatus> status(const std::string& name, Monotonic now) const;
    /// Whether a person stopped the unit, so that nothing but a person starts it.
    [[nodiscard]] bool is_resting(const std::string& name) const;
    /// The last 20 changes of a unit, oldest first.
    [[nodiscard]] std::vector<UnitChange> history(const std::string& name) const;
    /// Every change of state or health since the last call, oldest first.
    [[nodiscard]] std::vector<UnitChange> take_changes();

private:
    FleetSupervisor(std::unique_ptr<Fleet> fleet, std::uint64_t jitter_seed);
    /// Handles a wish for any unit.
    void handle(Monotonic now, std::function<void()> wish);
    /// Handles one event, or keeps it until the one at hand is done.
    void take_in(Monotonic now, std::function<void()> event);
    void handle_of(const std::string& name, Monotonic now, std::function<void(Unit&)> event);
    [[nodiscard]] Result<std::vector<std::size_t>> known(
        const std::vector<std::string>& names) const;
    [[nodiscard]] Result<std::vector<std::size_t>> startable(
        const std::vector<std::string>& names) const;
    [[nodiscard]] std::vector<std::string> agents_that_can_run() const;

    std::unique_ptr<Fleet> fleet_;
    std::vector<std::string> names_;
    std::uint64_t jitter_seed_;
    std::deque<std::pair<Monotonic, std::function<void()>>> events_;
    bool is_busy_ = false;
    std::set<std::string> touched_;
    bool are_all_touched_ = false;
};

}  // namespace drover
