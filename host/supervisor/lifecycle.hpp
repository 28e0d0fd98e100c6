/// The life of an agent as one table: state × event → next state and action. docs/lifecycle.md
/// shows the same rows; a test compares the two.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "supervisor/agent_state.hpp"

namespace drover {

/// What can happen to an agent. The `ended_…` events are one happening, "no process of its tree is
/// left", told apart by what was wished and by the restart policy.
enum class AgentEvent {
    start_requested,
    dependencies_met,
    dependency_failed,
    spawned,
    reported_ready,
    reported_failed,
    reported_completed,
    hung,
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
    restart_due
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
inline constexpr std::array lifecycle_table{
    LifecycleRow{AgentState::stopped,
                 AgentEvent::start_requested,
                 AgentState::waiting,
                 LifecycleAction::none},
    LifecycleRow{AgentState::completed,
                 AgentEvent::start_requested,
                 AgentState::waiting,
                 LifecycleAction::none},
    LifecycleRow{AgentState::failed,
                 AgentEvent::start_requested,
                 AgentState::waiting,
                 LifecycleAction::cancel_restart},
    LifecycleRow{
        AgentState::failed, AgentEvent::restart_due, AgentState::waiting, LifecycleAction::none},
    LifecycleRow{AgentState::failed,
                 AgentEvent::stop_requested,
                 AgentState::stopped,
                 LifecycleAction::cancel_restart},
    LifecycleRow{AgentState::backing_off,
                 AgentEvent::start_requested,
                 AgentState::waiting,
                 LifecycleAction::cancel_restart},
    LifecycleRow{AgentState::backing_off,
                 AgentEvent::restart_due,
                 AgentState::waiting,
                 LifecycleAction::none},
    LifecycleRow{AgentState::backing_off,
                 AgentEvent::stop_requested,
                 AgentState::stopped,
                 LifecycleAction::cancel_restart},
    LifecycleRow{AgentState::waiting,
                 AgentEvent::dependencies_met,
                 AgentState::starting,
                 LifecycleAction::spawn},
    LifecycleRow{AgentState::waiting,
                 AgentEvent::dependency_failed,
                 AgentState::failed,
                 LifecycleAction::none},
    LifecycleRow{AgentState::waiting,
                 AgentEvent::stop_requested,
                 AgentState::stopped,
                 LifecycleAction::none},
    LifecycleRow{
        AgentState::starting, AgentEvent::spawned, AgentState::starting, LifecycleAction::none},
    LifecycleRow{AgentState::starting,
                 AgentEvent::reported_ready,
                 AgentState::running,
                 LifecycleAction::none},
    LifecycleRow{AgentState::starting,
                 AgentEvent::reported_failed,
                 AgentState::stopping,
                 LifecycleAction::await_exit},
    LifecycleRow{AgentState::starting,
                 AgentEvent::reported_completed,
                 AgentState::stopping,
                 LifecycleAction::await_exit},
    LifecycleRow{
        AgentState::starting, AgentEvent::hung, AgentState::stopping, LifecycleAction::abort},
    LifecycleRow{AgentState::starting,
                 AgentEvent::start_overdue,
                 AgentState::stopping,
                 LifecycleAction::abort},
    LifecycleRow{AgentState::starting,
                 AgentEvent::stop_requested,
                 AgentState::stopping,
                 LifecycleAction::ask_to_stop},
    LifecycleRow{AgentState::starting,
                 AgentEvent::process_exited,
                 AgentState::stopping,
                 LifecycleAction::kill_tree},
    LifecycleRow{AgentState::running,
                 AgentEvent::reported_failed,
                 AgentState::stopping,
                 LifecycleAction::await_exit},
    LifecycleRow{AgentState::running,
                 AgentEvent::reported_completed,
                 AgentState::stopping,
                 LifecycleAction::await_exit},
    LifecycleRow{
        AgentState::running, AgentEvent::hung, AgentState::stopping, LifecycleAction::abort},
    LifecycleRow{AgentState::running,
                 AgentEvent::stop_requested,
                 AgentState::stopping,
                 LifecycleAction::ask_to_stop},
    LifecycleRow{AgentState::running,
                 AgentEvent::process_exited,
                 AgentState::stopping,
                 LifecycleAction::kill_tree},
    LifecycleRow{AgentState::stopping,
                 AgentEvent::start_requested,
                 AgentState::stopping,
                 LifecycleAction::remember_start},
    LifecycleRow{AgentState::stopping,
                 AgentEvent::stop_requested,
                 AgentState::stopping,
                 LifecycleAction::forget_start},
    LifecycleRow{AgentState::stopping,
                 AgentEvent::process_exited,
                 AgentState::stopping,
                 LifecycleAction::terminate_tree},
    LifecycleRow{AgentState::stopping,
                 AgentEvent::stop_overdue,
                 AgentState::stopping,
                 LifecycleAction::terminate_tree},
    LifecycleRow{AgentState::stopping,
                 AgentEvent::terminate_overdue,
                 AgentState::stopping,
                 LifecycleAction::kill_tree},
    LifecycleRow{AgentState::stopping,
                 AgentEvent::ended_to_start,
                 AgentState::waiting,
                 LifecycleAction::none},
    LifecycleRow{AgentState::stopping,
                 AgentEvent::ended_to_restart,
                 AgentState::backing_off,
                 LifecycleAction::schedule_restart},
    LifecycleRow{AgentState::stopping,
                 AgentEvent::ended_to_cool_down,
                 AgentState::failed,
                 LifecycleAction::schedule_restart},
    LifecycleRow{
        AgentState::stopping, AgentEvent::ended_failed, AgentState::failed, LifecycleAction::none},
    LifecycleRow{AgentState::stopping,
                 AgentEvent::ended_completed,
                 AgentState::completed,
                 LifecycleAction::none},
    LifecycleRow{AgentState::stopping,
                 AgentEvent::ended_stopped,
                 AgentState::stopped,
                 LifecycleAction::none},
};

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
