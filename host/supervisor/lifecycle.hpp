/// The life of an agent as one table: state × event → next state and action. docs/lifecycle.md
/// shows the same rows; a test compares the two.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "supervisor/agent_state.hpp"

namespace drover {

/// What can happen to an agent. The `ended_…` events are one happening, "no process of its tree is
/// left", told apart by what was wished, by the schedule and by the restart policy.
enum class AgentEvent {
    start_requested,
    dependencies_met,
    dependency_failed,
    spawned,
    reported_ready,
    reported_failed,
    reported_completed,
    hung,
    limit_exceeded,
    start_overdue,
    stop_requested,
    process_exited,
    stop_overdue,
    terminate_overdue,
    ended_to_start,
    ended_to_restart,
    ended_to_cool_down,
    ended_failed,
    ended_completed,
    ended_stopped,
    restart_due,
    schedule_closed,
    ended_scheduled,
    hung_to_kill
};

/// What is to be done when a row is taken.
enum class LifecycleAction {
    none,
    spawn,
    ask_to_stop,
    await_exit,
    abort,
    terminate_tree,
    kill_tree,
    schedule_restart,
    cancel_restart,
    remember_start,
    forget_start
};

struct LifecycleRow {
    AgentState from;
    AgentEvent event;
    AgentState next;
    LifecycleAction action;
};

/// Every pair of state and event that has a meaning. A pair without a row is refused: nothing
/// changes and nothing is done.
inline constexpr auto lifecycle_table = [] {
    using enum AgentState;
    using enum AgentEvent;
    using Row = LifecycleRow;
    using Action = LifecycleAction;
    return std::array{
        Row{stopped, start_requested, waiting, Action::none},
        Row{completed, start_requested, waiting, Action::none},
        Row{failed, start_requested, waiting, Action::cancel_restart},
        Row{failed, restart_due, waiting, Action::none},
        Row{failed, stop_requested, stopped, Action::cancel_restart},
        Row{backing_off, start_requested, waiting, Action::cancel_restart},
        Row{backing_off, restart_due, waiting, Action::none},
        Row{backing_off, stop_requested, stopped, Action::cancel_restart},
        Row{waiting, dependencies_met, starting, Action::spawn},
        Row{waiting, dependency_failed, failed, Action::none},
        Row{waiting, stop_requested, stopped, Action::none},
        Row{starting, spawned, starting, Action::none},
        Row{starting, reported_ready, running, Action::none},
        Row{starting, reported_failed, stopping, Action::await_exit},
        Row{starting, reported_completed, stopping, Action::await_exit},
        Row{starting, hung, stopping, Action::abort},
        Row{starting, hung_to_kill, stopping, Action::kill_tree},
        Row{starting, limit_exceeded, stopping, Action::kill_tree},
        Row{starting, start_overdue, stopping, Action::abort},
        Row{starting, stop_requested, stopping, Action::ask_to_stop},
        Row{starting, process_exited, stopping, Action::kill_tree},
        Row{running, reported_failed, stopping, Action::await_exit},
        Row{running, reported_completed, stopping, Action::await_exit},
        Row{running, hung, stopping, Action::abort},
        Row{running, hung_to_kill, stopping, Action::kill_tree},
        Row{running, limit_exceeded, stopping, Action::kill_tree},
        Row{running, stop_requested, stopping, Action::ask_to_stop},
        Row{running, process_exited, stopping, Action::kill_tree},
        Row{stopping, start_requested, stopping, Action::remember_start},
        Row{stopping, stop_requested, stopping, Action::forget_start},
        Row{stopping, process_exited, stopping, Action::terminate_tree},
        Row{stopping, stop_overdue, stopping, Action::terminate_tree},
        Row{stopping, terminate_overdue, stopping, Action::kill_tree},
        Row{stopping, ended_to_start, waiting, Action::none},
        Row{stopping, ended_to_restart, backing_off, Action::schedule_restart},
        Row{stopping, ended_to_cool_down, failed, Action::schedule_restart},
        Row{stopping, ended_failed, failed, Action::none},
        Row{stopping, ended_completed, completed, Action::none},
        Row{stopping, ended_stopped, stopped, Action::none},
        Row{scheduled, start_requested, waiting, Action::none},
        Row{scheduled, stop_requested, stopped, Action::none},
        Row{stopped, schedule_closed, scheduled, Action::none},
        Row{waiting, schedule_closed, scheduled, Action::none},
        Row{backing_off, schedule_closed, scheduled, Action::cancel_restart},
        Row{failed, schedule_closed, scheduled, Action::cancel_restart},
        Row{stopping, schedule_closed, stopping, Action::forget_start},
        Row{stopping, ended_scheduled, scheduled, Action::none},
    };
}();

/// The row for `event` in `state`, or nothing when the event has no meaning there.
[[nodiscard]] constexpr std::optional<LifecycleRow> find_row(AgentState state, AgentEvent event) {
    for (const LifecycleRow& row : lifecycle_table) {
        if (row.from == state && row.event == event) {
            return row;
        }
    }
    return std::nullopt;
}

/// The words of docs/lifecycle.md: the enumerators' own names.
[[nodiscard]] std::string_view text_of(AgentEvent event);
[[nodiscard]] std::string_view text_of(LifecycleAction action);

}  // namespace drover
