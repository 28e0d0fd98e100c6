#include "schedule/agent_schedule.hpp"

#include <chrono>
#include <utility>

namespace drover {

namespace {

constexpr std::int64_t nanoseconds_of_second = 1'000'000'000;

UnixSeconds floor_to_second(std::int64_t wall) {
    return wall / nanoseconds_of_second - (wall % nanoseconds_of_second < 0 ? 1 : 0);
}

std::optional<std::int64_t> wall_of(std::optional<UnixSeconds> moment) {
    return moment ? std::optional(*moment * nanoseconds_of_second) : std::nullopt;
}

UnixSeconds whole_seconds(Nanoseconds duration) {
    return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

std::string lead_text(UnixSeconds seconds, const char* where) {
    return seconds == 0 ? "" : ", " + std::to_string(seconds) + " s " + where;
}

}  // namespace

std::variant<AgentSchedule, ScheduleFault> AgentSchedule::compile(const ScheduleConfig& config) {
    return config.calendar.empty() ? compile_cron(config) : compile_sessions(config);
}

std::variant<AgentSchedule, ScheduleFault> AgentSchedule::compile_sessions(
    const ScheduleConfig& config) {
    auto calendar = MarketCalendar::find(config.calendar);
    if (!calendar) {
        return ScheduleFault{"calendar", calendar.error().message};
    }
    AgentSchedule schedule;
    const UnixSeconds lead_in = whole_seconds(config.lead_in);
    const UnixSeconds lead_out = whole_seconds(config.lead_out);
    schedule.kind_ = SessionSchedule{std::move(calendar.value()), lead_in, lead_out};
    schedule.text_ = config.calendar + ", regular session" + lead_text(lead_in, "before") +
                     lead_text(lead_out, "after");
    return schedule;
}

std::variant<AgentSchedule, ScheduleFault> AgentSchedule::compile_cron(
    const ScheduleConfig& config) {
    AgentSchedule schedule;
    auto zone = TimeZone::find(config.timezone);
    if (!zone) {
        return ScheduleFault{"timezone", zone.error().message};
    }
    schedule.zone_ = std::move(zone.value());
    const bool is_job = !config.cron.empty();
    auto start = CronExpression::parse(is_job ? config.cron : config.start);
    if (!start) {
        return ScheduleFault{is_job ? "cron" : "start", start.error().message};
    }
    if (is_job) {
        schedule.text_ = "at " + start.value().text() + " " + schedule.zone_.name();
        schedule.kind_ = JobSchedule{std::move(start.value())};
        return schedule;
    }
    auto stop = CronExpression::parse(config.stop);
    if (!stop) {
        return ScheduleFault{"stop", stop.error().message};
    }
    if (start.value().is_within(stop.value())) {
        return ScheduleFault{"stop",
                             "'" + stop.value().text() +
                                 "' comes whenever 'start' comes, and a "
                                 "moment that is both stops the agent: it would never run."};
    }
    schedule.text_ =
        "from " + start.value().text() + " to " + stop.value().text() + " " + schedule.zone_.name();
    schedule.kind_ = HourSchedule{std::move(start.value()), std::move(stop.value())};
    return schedule;
}

ScheduleTimes AgentSchedule::at(std::int64_t wall) const {
    const UnixSeconds now = floor_to_second(wall);
    return std::visit([&](const auto& kind) { return times_of(kind, now); }, kind_);
}

ScheduleTimes AgentSchedule::times_of(const SessionSchedule& sessions, UnixSeconds now) const {
    // No exchange has been closed for so long since 1914.
    constexpr LocalDay longest_closure = 60;
    ScheduleTimes times;
    // The leads are shorter than half a day, so that what begins yesterday may still last.
    const LocalDay first = sessions.calendar.day_at(now) - 1;
    for (LocalDay day = first; day < first + longest_closure && !times.next_start; ++day) {
        const auto session = sessions.calendar.session_of(day);
        if (!session) {
            continue;
        }
        const UnixSeconds start = session->open - sessions.lead_in;
        const UnixSeconds stop = session->close + sessions.lead_out;
        if (start > now) {
            times.next_start = wall_of(start);
        }
        if (stop > now && !times.next_stop) {
            times.is_open = start <= now;
            times.next_stop = wall_of(stop);
        }
    }
    return times;
}

ScheduleTimes AgentSchedule::times_of(const HourSchedule& hours, UnixSeconds now) const {
    ScheduleTimes times;
    const auto started = hours.start.last_until(now, zone_);
    const auto stopped = hours.stop.last_until(now, zone_);
    times.is_open = started && (!stopped || *stopped < *started);
    times.next_stop = wall_of(hours.stop.next_after(now, zone_));
    // At a moment that is both, the agent stops or stays stopped.
    times.next_start = wall_of(hours.start.next_after_without(now, hours.stop, zone_));
    return times;
}

ScheduleTimes AgentSchedule::times_of(const JobSchedule& jobs, UnixSeconds now) const {
    return {false, wall_of(jobs.cron.next_after(now, zone_)), std::nullopt};
}

}  // namespace drover
