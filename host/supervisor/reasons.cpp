/// The sentences of `drover status`.
#include "supervisor/reasons.hpp"

#include <algorithm>
#include <string_view>

#include "base/message_type.hpp"

namespace drover {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

std::string count_and_unit(std::int64_t count, const char* unit) {
    return std::to_string(count) + " " + unit;
}

/// "2026-11-30 14:15 UTC"
std::string minute_text(std::int64_t wall) {
    constexpr std::size_t to_the_minute = std::string_view("2026-11-30T14:15").size();
    std::string text = iso_time(wall).substr(0, to_the_minute);
    std::ranges::replace(text, 'T', ' ');
    return text + " UTC";
}

std::string list_of(std::span<const Obstacle> obstacles) {
    std::string text;
    for (const Obstacle& obstacle : obstacles) {
        text += (text.empty() ? "" : ", ") + obstacle.name;
    }
    return text;
}

std::string until(const std::optional<Monotonic>& deadline, Monotonic now) {
    const Nanoseconds left = deadline ? *deadline - now : Nanoseconds::zero();
    return left <= Nanoseconds::zero() ? "now" : "in " + duration_text(left);
}

std::string backing_off_text(const Unit& unit, Monotonic now) {
    return "restarting " + until(unit.deadline, now) + " (restart " +
           std::to_string(unit.decision.exits) + " of " +
           std::to_string(unit.plan.supervision.restart_limit.max_restarts) + "): " + unit.reason;
}

std::string failed_text(const Unit& unit, Monotonic now) {
    return unit.deadline ? joined(unit.reason, "next try " + until(unit.deadline, now))
                         : unit.reason;
}

std::string stopping_text(const Unit& unit, Monotonic now) {
    std::string text = joined(unit.reason, unit.end_note);
    if (unit.life.exited && unit.stop_step == StopStep::killed) {
        // Nobody has looked yet whether there is anything left.
        return joined(text, "its process has ended; what is left of its tree gets SIGKILL");
    }
    if (unit.life.exited) {
        text = joined(text, "its process has ended, others of its tree have not");
    }
    switch (unit.stop_step) {
        case StopStep::asked:
            return joined(text, "SIGTERM " + until(unit.deadline, now));
        case StopStep::terminated:
            return joined(text, "SIGKILL " + until(unit.deadline, now));
        case StopStep::killed:
            return joined(text, "SIGKILL was sent to its tree");
    }
    return text;
}

std::string scheduled_text(const Unit& unit) {
    const std::string what = unit.plan.schedule && unit.plan.schedule->is_job
                                 ? "waits for its next run"
                                 : "outside its schedule";
    return unit.plan.schedule && unit.plan.schedule->next_start
               ? what + "; starts " + minute_text(*unit.plan.schedule->next_start)
               : what + ", which names no later start";
}

/// What follows for one that is down for another reason than its schedule.
std::string next_start_text(const Unit& unit) {
    const bool is_over = unit.stop_cause == StopCause::shutdown || unit.is_leaving ||
                         unit.plan.cannot_run || !unit.plan.enabled;
    if (unit.is_kept_stopped && unit.plan.schedule && !is_over) {
        return "its schedule does not start it until a person does";
    }
    return is_over || !unit.plan.schedule || !unit.plan.schedule->next_start
               ? ""
               : "its schedule starts it " + minute_text(*unit.plan.schedule->next_start);
}

std::string health_text(const Unit& unit) {
    if (!unit.health_message.empty()) {
        return unit.health_message;
    }
    if (unit.health == AgentHealth::healthy) {
        return "running";
    }
    return "reports " + std::string(text_of(unit.health)) +
           (unit.health_code.empty() ? "" : " (" + unit.health_code + ")");
}

std::string running_text(const Unit& unit, std::span<const Obstacle> blocking) {
    std::string text = health_text(unit);
    if (!unit.life.origin.empty()) {
        text = text == "running" ? unit.life.origin : joined(text, unit.life.origin);
    }
    if (unit.stop_pending && !blocking.empty()) {
        text = cause_text(unit) + " once " + list_of(blocking) + " has ended";
    }
    return text;
}

}  // namespace

std::string joined(const std::string& left, const std::string& right) {
    if (left.empty() || right.empty()) {
        return left + right;
    }
    const bool is_sentence = left.ends_with('.') && !left.ends_with("..");
    return (is_sentence ? left.substr(0, left.size() - 1) : left) + "; " + right;
}

std::string duration_text(Nanoseconds duration) {
    constexpr auto in_milliseconds_below = milliseconds(100);
    if (duration < in_milliseconds_below) {
        return count_and_unit(duration / milliseconds(1), "ms");
    }
    if (duration < minutes(1)) {
        // Rounded, but never up to the next unit.
        constexpr std::int64_t most_tenths = 599;
        const auto tenths =
            std::min((duration + milliseconds(50)) / milliseconds(100), most_tenths);
        const auto rest = tenths % 10;
        return std::to_string(tenths / 10) + (rest == 0 ? "" : "." + std::to_string(rest)) + " s";
    }
    if (duration < hours(1)) {
        const auto rest = duration % minutes(1) / seconds(1);
        return count_and_unit(duration / minutes(1), "min") +
               (rest == 0 ? "" : " " + count_and_unit(rest, "s"));
    }
    const auto rest = duration % hours(1) / minutes(1);
    return count_and_unit(duration / hours(1), "h") +
           (rest == 0 ? "" : " " + count_and_unit(rest, "min"));
}

std::string need_text(DependencyCondition condition) {
    switch (condition) {
        case DependencyCondition::started:
            return "to be started";
        case DependencyCondition::healthy:
            return "to be healthy";
        case DependencyCondition::completed:
            return "to have completed";
        case DependencyCondition::completed_successfully:
            return "to have completed successfully";
        case DependencyCondition::log_ready:
            return "to write a line that matches its pattern";
    }
    return "";
}

std::string waiting_text(std::span<const Obstacle> missing) {
    std::string text;
    for (const Obstacle& obstacle : missing) {
        text += (text.empty() ? "waiting for " : ", for ") + obstacle.name + " " + obstacle.need +
                " (it is " + std::string(text_of(obstacle.state)) + ")";
    }
    return text.empty() ? "about to start" : text;
}

std::string end_text(const UnitLife& life) {
    std::string exit = life.exit.text;
    if (life.started) {
        exit += " after " + duration_text(life.exit_time - *life.started);
    }
    if (life.complaint) {
        return joined(*life.complaint, exit);
    }
    return life.was_ready || !life.started ? exit : exit + ", before it was ready";
}

std::string cause_text(const Unit& unit) {
    switch (unit.stop_cause) {
        case StopCause::person:
            return "a person stops it";
        case StopCause::person_restarts:
            return "a person restarts it";
        case StopCause::dependency_restarted:
            return "it restarts because " + unit.stop_cause_name + " came back";
        case StopCause::dependency_down:
            return "it stops until " + unit.stop_cause_name + " is back (on_down: stop)";
        case StopCause::group_restarted:
            return "it restarts with " + unit.stop_cause_name + ", which passed its restart_limit";
        case StopCause::applied:
            return "it restarts because " + unit.stop_cause_name + " changed";
        case StopCause::removed:
            return unit.is_leaving ? "it was removed from agents.yaml"
                                   : "it was disabled in agents.yaml";
        case StopCause::schedule:
            return "it stops because its schedule has ended";
        case StopCause::shutdown:
            return "the fleet shuts down";
    }
    return "it stops";
}

std::string stopped_text(const Unit& unit) {
    std::string text = "stopped by a person";
    if (unit.stop_cause == StopCause::shutdown) {
        text = "stopped because the fleet shuts down";
    } else if (unit.stop_cause == StopCause::schedule) {
        text = "stopped because its schedule has ended";
    } else if (unit.stop_cause == StopCause::removed) {
        text = "stopped because " + cause_text(unit);
    }
    return joined(text, unit.end_note);
}

std::string reason_of(const Unit& unit,
                      std::span<const Obstacle> missing,
                      std::span<const Obstacle> blocking,
                      Monotonic now) {
    switch (unit.state) {
        case AgentState::disabled:
            return "disabled in agents.yaml (enabled: false)";
        case AgentState::scheduled:
            return joined(scheduled_text(unit), unit.end_note);
        case AgentState::waiting:
            return joined(waiting_text(missing), unit.next_origin);
        case AgentState::starting:
            return joined(unit.life.held
                              ? "starting, not ready yet; its process is " + *unit.life.held
                              : "starting, not ready yet",
                          unit.life.origin);
        case AgentState::running:
            return running_text(unit, blocking);
        case AgentState::stopping:
            return stopping_text(unit, now);
        case AgentState::backing_off:
            return backing_off_text(unit, now);
        case AgentState::failed:
            return joined(failed_text(unit, now), next_start_text(unit));
        case AgentState::stopped:
        case AgentState::completed:
            return joined(unit.reason, next_start_text(unit));
    }
    return unit.reason;
}

}  // namespace drover
