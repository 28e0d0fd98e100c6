/// The words of the lifecycle's events and actions.
#include "supervisor/lifecycle.hpp"

namespace drover {

std::string_view text_of(AgentEvent event) {
    switch (event) {
        case AgentEvent::start_requested:
            return "start_requested";
        case AgentEvent::dependencies_met:
            return "dependencies_met";
        case AgentEvent::dependency_failed:
            return "dependency_failed";
        case AgentEvent::spawned:
            return "spawned";
        case AgentEvent::reported_ready:
            return "reported_ready";
        case AgentEvent::reported_failed:
            return "reported_failed";
        case AgentEvent::reported_completed:
            return "reported_completed";
        case AgentEvent::hung:
            return "hung";
        case AgentEvent::limit_exceeded:
            return "limit_exceeded";
        case AgentEvent::start_overdue:
            return "start_overdue";
        case AgentEvent::stop_requested:
            return "stop_requested";
        case AgentEvent::process_exited:
            return "process_exited";
        case AgentEvent::stop_overdue:
            return "stop_overdue";
        case AgentEvent::terminate_overdue:
            return "terminate_overdue";
        case AgentEvent::ended_to_start:
            return "ended_to_start";
        case AgentEvent::ended_to_restart:
            return "ended_to_restart";
        case AgentEvent::ended_to_cool_down:
            return "ended_to_cool_down";
        case AgentEvent::ended_failed:
            return "ended_failed";
        case AgentEvent::ended_completed:
            return "ended_completed";
        case AgentEvent::ended_stopped:
            return "ended_stopped";
        case AgentEvent::restart_due:
            return "restart_due";
        case AgentEvent::schedule_closed:
            return "schedule_closed";
        case AgentEvent::ended_scheduled:
            return "ended_scheduled";
        case AgentEvent::hung_to_kill:
            return "hung_to_kill";
    }
    return "unknown";
}

std::string_view text_of(LifecycleAction action) {
    switch (action) {
        case LifecycleAction::none:
            return "none";
        case LifecycleAction::spawn:
            return "spawn";
        case LifecycleAction::ask_to_stop:
            return "ask_to_stop";
        case LifecycleAction::await_exit:
            return "await_exit";
        case LifecycleAction::abort:
            return "abort";
        case LifecycleAction::terminate_tree:
            return "terminate_tree";
        case LifecycleAction::kill_tree:
            return "kill_tree";
        case LifecycleAction::schedule_restart:
            return "schedule_restart";
        case LifecycleAction::cancel_restart:
            return "cancel_restart";
        case LifecycleAction::remember_start:
            return "remember_start";
        case LifecycleAction::forget_start:
            return "forget_start";
    }
    return "unknown";
}

}  // namespace drover
