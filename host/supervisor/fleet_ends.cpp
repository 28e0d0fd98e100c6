/// What follows when nothing of a unit's process is left.
#include "supervisor/fleet.hpp"

namespace drover {

namespace {

std::string over_limit_text(const Unit& unit, const std::string& end) {
    const RestartLimit& limit = unit.plan.supervision.restart_limit;
    if (unit.decision.exits <= limit.max_restarts) {
        return "still fails after a cooldown; last: " + end;
    }
    return "too many restarts: it ended " + std::to_string(unit.decision.exits) +
           (unit.decision.exits == 1 ? " time" : " times") + " within " +
           duration_text(limit.window) + " and restart_limit allows " +
           std::to_string(limit.max_restarts) + "; last: " + end;
}

/// Counts the ends over one message; true: it is not to be tried again.
bool is_poisoned(Poison& poison, const UnitLife& life) {
    const bool is_its_own_doing = !life.exit.was_killed_from_outside || life.complaint;
    if (life.exit.position == 0 || !is_its_own_doing) {
        return false;  // That says nothing of the message.
    }
    if (poison.position != life.exit.position || poison.crashes >= Poison::most_crashes) {
        poison = {life.exit.position, 0};
    }
    poison.topic = life.exit.topic;
    poison.publisher = life.exit.publisher;
    return ++poison.crashes >= Poison::most_crashes;
}

}  // namespace

std::string message_text(const Poison& poison) {
    const std::string publisher = poison.publisher.empty() ? "" : " of " + poison.publisher;
    return "the durable message at position " + std::to_string(poison.position) +
           (poison.topic.empty() ? "" : " (" + poison.topic + publisher + ")");
}

void Fleet::decide_after_exit(Unit& unit, Monotonic now) {
    const UnitLife& life = unit.life;
    const bool success =
        !life.complaint && (life.has_completed || (life.was_ready && life.exit.success));
    const std::string end = end_text(life);
    if (life.exit.is_final) {
        unit.decision = {};
        take(unit,
             AgentEvent::ended_failed,
             joined(end, "'drover start " + unit.plan.name + "' tries again"),
             now);
        return;
    }
    if (!success && is_poisoned(unit.poison, life)) {
        unit.decision = {};
        take(unit,
             AgentEvent::ended_failed,
             "it ended " + std::to_string(unit.poison.crashes) + " times while it handled " +
                 message_text(unit.poison) + "; last: " + end + "; 'drover log skip " +
                 unit.plan.name + "' passes over that message, 'drover start " + unit.plan.name +
                 "' tries again",
             now);
        return;
    }
    unit.decision = unit.policy.decide(success, life.exit_time);
    unit.next_origin = "restarted after: " + end;
    unit.start_cause = cause_of(unit, AgentEvent::ended_to_restart);
    switch (unit.decision.kind) {
        case RestartDecision::Kind::restart:
            take(unit, AgentEvent::ended_to_restart, end, now);
            break;
        case RestartDecision::Kind::cool_down:
            take(unit, AgentEvent::ended_to_cool_down, over_limit_text(unit, end), now);
            break;
        case RestartDecision::Kind::restart_group:
            take(unit,
                 AgentEvent::ended_to_cool_down,
                 joined(over_limit_text(unit, end), "all of its group begin anew"),
                 now);
            break;
        case RestartDecision::Kind::shut_down:
            give_up(unit, end, now);
            break;
        case RestartDecision::Kind::fail:
            take(unit,
                 AgentEvent::ended_failed,
                 joined(unit.decision.over_limit ? over_limit_text(unit, end)
                                                 : joined(end, "its restart policy is 'no'"),
                        "'drover start " + unit.plan.name + "' tries again"),
                 now);
            break;
        case RestartDecision::Kind::complete:
            take(unit,
                 AgentEvent::ended_completed,
                 life.completion.empty() ? "completed: " + end : "completed: " + life.completion,
                 now);
            break;
    }
}

void Fleet::give_up(Unit& unit, const std::string& end, Monotonic now) {
    const std::string why = over_limit_text(unit, end);
    take(unit, AgentEvent::ended_failed, why + "; the fleet shuts down for it", now);
    given_up_ = unit.plan.name + " passed its restart_limit, which says 'then: shutdown': " + why;
    shut_down(unit.plan.name + " passed its restart_limit", now);
}

void Fleet::restart_group_of(Unit& unit, Monotonic now) {
    for (const std::size_t number : group_of(unit)) {
        Unit& member = units_[number];
        if (member.wanted &&
            (member.state == AgentState::starting || member.state == AgentState::running)) {
            restart(member, {StopCause::group_restarted, unit.plan.name}, now);
            unit.ends_awaited.push_back(member.plan.name);
        }
    }
}

std::vector<std::size_t> Fleet::group_of(const Unit& unit) const {
    if (unit.plan.restart_group.empty()) {
        return graph_.all_dependents_of(number_of(unit));
    }
    std::vector<std::size_t> members;
    for (const std::size_t number : graph_.start_order()) {
        const Unit& other = units_[number];
        if (&other != &unit && other.plan.restart_group == unit.plan.restart_group) {
            members.push_back(number);
        }
    }
    return members;
}

}  // namespace drover
