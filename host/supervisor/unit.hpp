/// One supervised unit: its plan, its place in the lifecycle and everything remembered about it.
/// Internal to the supervisor room.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/fleet_supervisor.hpp"
#include "supervisor/lifecycle.hpp"
#include "supervisor/restart_policy.hpp"

namespace drover {

/// Why a unit was asked to stop.
enum class StopCause {
    person,
    person_restarts,
    dependency_restarted,
    dependency_down,
    group_restarted,
    applied,  ///< A new agents.yaml restarts it.
    removed,  ///< Or removes or disables it.
    schedule,
    shutdown
};

/// The same with a name: the person, the dependency, whose group is restarted, or the key of
/// agents.yaml.
struct NamedStop {
    StopCause cause = StopCause::person;
    std::string name;
};

/// What a unit was before a change, and which row changed it.
struct Before {
    AgentState state = AgentState::stopped;
    AgentHealth health = AgentHealth::unknown;
    std::optional<AgentEvent> event;
    std::optional<UnitExit> exit;  ///< When that event tells of the end of its process.
};

/// How far the end of a unit's processes has been forced.
enum class StopStep { asked, terminated, killed };

/// What is known of the process that runs now, or ran last.
struct UnitLife {
    std::optional<Monotonic> started;
    bool is_executed = false;  ///< The program was executed: `condition: started` holds.
    bool exited = false;
    UnitExit exit;
    Monotonic exit_time{};
    bool was_ready = false;
    bool has_completed = false;
    std::string completion;                  ///< What it said when it completed.
    std::optional<std::string> complaint;    ///< Why it had to end: hung, never ready, gave up.
    std::optional<HealthReport> report;      ///< The last one, also from before it was ready.
    std::vector<std::string> patterns_seen;  ///< Of log_ready: which a line of it has matched.
    std::string paused_for;                  ///< The dependency for which it is paused, or empty.
    std::optional<std::string> held;         ///< By what its process is stopped from outside.
    std::optional<std::string> overdue;      ///< A callback hangs and on_hang only reports it.
    Nanoseconds grace_left{};                ///< Of heartbeat.grace, while it is held.
    std::string origin;                      ///< "restarted after: killed by SIGKILL after 4.1 s"
};

struct Unit {
    Unit(UnitPlan with_plan, std::uint64_t seed);

    UnitPlan plan;
    RestartPolicy policy;

    AgentState state = AgentState::stopped;
    AgentHealth health = AgentHealth::unknown;
    std::string health_code;
    std::string health_message;
    std::string reason;  ///< The part of the reason that stands; reason_of() completes it.
    Monotonic changed{};

    bool wanted = false;             ///< The wish: whether it is to run.
    bool is_kept_stopped;            ///< A person stopped it, and nobody has started it since.
    bool stop_pending = false;       ///< Is to be asked to stop once its dependents are gone.
    bool start_again = false;        ///< Is to start once it has stopped.
    bool is_leaving = false;         ///< agents.yaml has it no more; it is forgotten once it ended.
    bool dependency_failed = false;  ///< `failed` only because a dependency failed.
    StopCause stop_cause = StopCause::person;
    std::string stop_cause_name;  ///< As in NamedStop.
    NamedCause start_cause;       ///< Of the last start, or of the one to come.
    std::string lost_dependency;  ///< Which one, while `dependency_failed`.
    StopStep stop_step = StopStep::asked;
    std::string end_note;  ///< How far the end had to be forced.

    std::optional<Monotonic> deadline;  ///< Of what the state waits for.
    RestartDecision decision;           ///< The last one; says what `deadline` is for.
    bool next_start_is_restart = false;
    std::string next_origin;                ///< `origin` of the next life.
    std::vector<std::string> ends_awaited;  ///< Who must have ended before the next start.
    Poison poison;

    UnitLife life;
    std::uint64_t lives = 0;
    std::vector<std::uint64_t> lives_of_dependencies;  ///< As they were at the last spawn.
    int restarts = 0;
    std::optional<LastExit> last_exit;
    std::deque<UnitChange> history;
    std::optional<Before> unrecorded;  ///< Entered `waiting` in the event at hand.
};

/// Whether the unit runs and does its work, with or without limits.
[[nodiscard]] bool does_its_work(const Unit& unit);

/// What it says of itself, unless something from outside keeps it from working.
[[nodiscard]] HealthReport shown_health(const Unit& unit);
/// "paused until data is back (on_down: pause)"
[[nodiscard]] std::string paused_text(const Unit& unit);

/// Whether it has ended, well or not, and is not restarted.
[[nodiscard]] bool has_completed(const Unit& unit);

/// Who or what is behind a wish to stop.
[[nodiscard]] NamedCause cause_of(const NamedStop& stop);

/// Who or what is behind the change that `event` made; nothing: behind a change of health alone.
[[nodiscard]] NamedCause cause_of(const Unit& unit, std::optional<AgentEvent> event);

/// Whether its schedule keeps the unit from running now.
[[nodiscard]] bool is_outside_schedule(const Unit& unit);

/// Whether the unit will not run until a person does something.
[[nodiscard]] bool is_lost(const Unit& unit);

}  // namespace drover
