/// The units of a fleet and what each event does to them. Internal to the supervisor room;
/// FleetSupervisor is its face and makes sure that one event is handled at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/dependency_graph.hpp"
#include "supervisor/reasons.hpp"
#include "supervisor/unit.hpp"

namespace drover {

struct FleetUpdate;

/// After each event, `settle` must be called: it spreads wishes along the graph.
class Fleet {
public:
    Fleet(std::vector<Unit> units, DependencyGraph graph, AgentLauncher& launcher);

    [[nodiscard]] std::vector<Unit>& units() { return units_; }
    [[nodiscard]] const DependencyGraph& graph() const { return graph_; }
    [[nodiscard]] bool is_shutting_down() const { return shutting_down_; }
    /// How often a wish has changed what is kept stopped.
    [[nodiscard]] std::uint64_t wishes() const { return wishes_; }
    /// Why it shuts itself down; nothing when it does not.
    [[nodiscard]] const std::optional<std::string>& why_given_up() const { return given_up_; }
    void limit_shutdown(Nanoseconds longest) { longest_shutdown_ = longest; }
    /// When what is left is killed; nothing while no shutdown is under way, or once that is done.
    [[nodiscard]] std::optional<Monotonic> shutdown_deadline() const { return shutdown_deadline_; }

    /// The first states: stopped, disabled, or failed for what cannot run.
    void begin(Monotonic now);

    /// Takes the units of a new agents.yaml, whose dependencies must form a graph. Units that are
    /// not among them stop and stay until nothing of them is left. `seed`: of jitter.
    void adopt(FleetUpdate update, std::uint64_t seed, Monotonic now);
    /// The unit is what `memory_of` said of it in another supervisor. Throws what JSON throws.
    void go_on(Unit& unit, const Json& memory);
    /// After `settle`: forgets the units that were removed and have ended. Whether there were any.
    bool let_go(Monotonic now);
    /// In the order of the units.
    [[nodiscard]] const std::vector<std::string>& names() const { return numbered_; }

    /// @name Wishes.
    /// @{
    /// Wants the units and what they depend on.
    void want(const std::vector<std::size_t>& chosen, const NamedCause& cause, Monotonic now);
    /// Wants those of the units that are not kept stopped, and those whose policy is `always`:
    /// droverd starts.
    void begin_to_want(const std::vector<std::size_t>& chosen, Monotonic now);
    /// Wants only what the units depend on.
    void want_dependencies(const std::vector<std::size_t>& chosen, Monotonic now);
    void unwant(Unit& unit, const NamedStop& why, Monotonic now);
    /// A person starts all: those that are outside their schedules wait for them.
    void want_within_schedules(const std::vector<std::size_t>& chosen,
                               const NamedCause& cause,
                               Monotonic now);
    void follow_schedules(std::vector<ScheduleEdge> edges, Monotonic now);
    void restart(Unit& unit, const NamedStop& why, Monotonic now);
    /// What has not ended after `longest_shutdown` is killed.
    void shut_down(const std::string& by, Monotonic now);
    void kill_everything(const std::string& by, Monotonic now);
    /// @}

    /// @name What happened to one unit.
    /// @{
    void spawned(Unit& unit, Monotonic now);
    void spawn_failed(Unit& unit, const std::string& message, Monotonic now, bool is_final = false);
    void ready(Unit& unit, Monotonic now);
    void complained(Unit& unit, AgentEvent event, const std::string& complaint, Monotonic now);
    void completed(Unit& unit, const std::string& message, Monotonic now);
    void reported_health(Unit& unit, const HealthReport& report, Monotonic now);
    /// Its process is stopped from outside, and by what; nothing: it goes on.
    void held(Unit& unit, const std::optional<std::string>& by, Monotonic now);
    void hung(Unit& unit, Nanoseconds busy, Monotonic now);
    void came_back(Unit& unit, Monotonic now);
    void exited(Unit& unit, const UnitExit& exit, Monotonic now);
    void tree_empty(Unit& unit, Monotonic now);
    /// @}

    /// Does what is due, then lets wishes, stops and starts spread until nothing changes.
    void settle(Monotonic now);

    [[nodiscard]] std::string reason(const Unit& unit, Monotonic now) const;
    [[nodiscard]] std::vector<UnitChange> take_changes();

private:
    /// Takes the row of the table, if there is one; `reason` replaces the unit's unless empty.
    bool take(Unit& unit, AgentEvent event, const std::string& reason, Monotonic now);
    void perform(Unit& unit, LifecycleAction action, Monotonic now);
    void enter(Unit& unit, AgentState next, Monotonic now);
    void record(Unit& unit, const Before& before, Monotonic now);
    void spawn(Unit& unit, Monotonic now);
    void start_one(Unit& unit, const NamedCause& cause, Monotonic now);
    /// Starts it, or leaves that to its schedule.
    void start_in_time(Unit& unit, const NamedCause& cause, Monotonic now);
    void start_by_schedule(Unit& unit, Monotonic now);
    void rest_until_schedule(Unit& unit, Monotonic now);
    /// Whether the units' schedules changed with a new agents.yaml, and what follows.
    void take_new_schedule(Unit& unit, const std::string& before, Monotonic now);
    void keep_stopped(Unit& unit, bool keep);
    void note_health(Unit& unit, Monotonic now);
    void show_health(Unit& unit, Monotonic now);
    void decide_after_exit(Unit& unit, Monotonic now);
    void give_up(Unit& unit, const std::string& end, Monotonic now);
    void restart_group_of(Unit& unit, Monotonic now);
    [[nodiscard]] std::vector<std::size_t> group_of(const Unit& unit) const;
    void begin(Unit& unit, Monotonic now);

    /// The new plans as units, those that exist with all that is remembered of them, and after them
    /// those that go.
    [[nodiscard]] std::vector<Unit> merged(std::vector<UnitPlan> plans, std::uint64_t seed);
    /// Replaces all units and their graph.
    void rearrange(std::vector<Unit> units);
    void note_names();

    void end_overdue_shutdown(Monotonic now);
    bool do_what_is_due(Unit& unit, Monotonic now);
    bool stop_when_free(Unit& unit, Monotonic now);
    bool start_when_met(Unit& unit, Monotonic now);
    bool follow_dependency(Unit& unit, Monotonic now);
    bool stop_without_dependency(Unit& unit, Monotonic now);
    bool pause_or_resume(Unit& unit, Monotonic now);

    [[nodiscard]] std::size_t number_of(const Unit& unit) const;
    [[nodiscard]] static bool is_met(const DependencyGraph::Edge& edge, const Unit& dependency);
    [[nodiscard]] std::vector<Obstacle> missing_for(const Unit& unit) const;
    [[nodiscard]] std::vector<Obstacle> blocking_end_of(const Unit& unit) const;
    [[nodiscard]] const Unit* lost_dependency_of(const Unit& unit) const;
    /// Whether `chosen`, or what they depend on, need the unit as one that runs.
    [[nodiscard]] bool must_run(std::size_t number, const std::vector<std::size_t>& chosen) const;
    /// The first of `chosen` that depends on the unit.
    [[nodiscard]] std::string who_needs(std::size_t number,
                                        const std::vector<std::size_t>& chosen) const;

    std::vector<Unit> units_;
    std::vector<std::string>
        numbered_;  ///< The names of units_ in its order, also while it is rebuilt.
    DependencyGraph graph_;
    AgentLauncher& launcher_;
    std::vector<UnitChange> changes_;
    bool shutting_down_ = false;
    std::uint64_t wishes_ = 0;
    std::optional<std::string> given_up_;
    std::string shutdown_by_;
    Nanoseconds longest_shutdown_ = std::chrono::seconds(60);
    std::optional<Monotonic> shutdown_deadline_;
};

}  // namespace drover
