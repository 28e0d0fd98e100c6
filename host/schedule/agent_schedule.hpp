/// When an agent is to run: during the sessions of an exchange, between two cron expressions, or
/// once at each moment of one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/result.hpp"
#include "config/fleet_config.hpp"
#include "schedule/cron_expression.hpp"
#include "schedule/market_calendar.hpp"

namespace drover {

/// What a schedule says at a moment. Times are wall ns.
struct ScheduleTimes {
    bool is_open = false;  ///< Whether the agent is to run now. Never of one that starts jobs.
    std::optional<std::int64_t> next_start;  ///< After now; nothing where none is in sight.
    std::optional<std::int64_t> next_stop;
};

/// What is wrong with a schedule: at which of its keys, and a sentence.
struct ScheduleFault {
    std::string key;
    std::string message;
};

/// During the sessions of an exchange, and so long before and after.
struct SessionSchedule {
    MarketCalendar calendar;
    UnixSeconds lead_in = 0;
    UnixSeconds lead_out = 0;
};

/// From the moments of one expression until those of another.
struct HourSchedule {
    CronExpression start;
    CronExpression stop;
};

/// At moments, until the agent ends by itself.
struct JobSchedule {
    CronExpression cron;
};

/// A value, for one thread. It holds no clock: who asks says what time it is.
class AgentSchedule {
public:
    [[nodiscard]] static std::variant<AgentSchedule, ScheduleFault> compile(
        const ScheduleConfig& config);

    [[nodiscard]] ScheduleTimes at(std::int64_t wall) const;
    /// Whether it starts the agent at moments and leaves it to end by itself.
    [[nodiscard]] bool is_of_jobs() const { return std::holds_alternative<JobSchedule>(kind_); }
    /// In a few words: "XNYS, regular session, from 15 min before to its end". Equal texts mean
    /// equal schedules.
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    [[nodiscard]] static std::variant<AgentSchedule, ScheduleFault> compile_sessions(
        const ScheduleConfig& config);
    [[nodiscard]] static std::variant<AgentSchedule, ScheduleFault> compile_cron(
        const ScheduleConfig& config);
    [[nodiscard]] ScheduleTimes times_of(const SessionSchedule& sessions, UnixSeconds now) const;
    [[nodiscard]] ScheduleTimes times_of(const HourSchedule& hours, UnixSeconds now) const;
    [[nodiscard]] ScheduleTimes times_of(const JobSchedule& jobs, UnixSeconds now) const;

    std::variant<SessionSchedule, HourSchedule, JobSchedule> kind_;
    TimeZone zone_;
    std::string text_;
};

}  // namespace drover
