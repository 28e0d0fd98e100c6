// Returns from one calendar period to the next, added up as the equity arrives.
#include "backtest/period_returns.hpp"

#include <chrono>
#include <cmath>

#include "backtest/figure.hpp"

namespace drover {

std::int64_t period_number(CalendarPeriod period, std::int64_t nanoseconds) {
    const auto day = std::chrono::floor<std::chrono::days>(
        std::chrono::sys_time<std::chrono::nanoseconds>{std::chrono::nanoseconds{nanoseconds}});
    const std::int64_t days = day.time_since_epoch().count();
    if (period == CalendarPeriod::day) {
        return days;
    }
    if (period == CalendarPeriod::week) {
        // The epoch was a Thursday; three days earlier a week began.
        const std::int64_t shifted = days + 3;
        return shifted >= 0 ? shifted / 7 : (shifted - 6) / 7;
    }
    const std::chrono::year_month_day date{day};
    const std::int64_t year = static_cast<int>(date.year());
    return period == CalendarPeriod::year ? year
                                          : year * 12 + static_cast<unsigned>(date.month()) - 1;
}

bool PeriodReturns::add(std::int64_t period_of_it, double equity, double* closed) {
    const bool is_new = periods == 0 || period_of_it != number;
    const bool closes = is_new && periods > 0;
    if (closes) {
        *closed = close();
        before = latest;
    }
    if (is_new) {
        ++periods;
        number = period_of_it;
    }
    latest = equity;
    return closes;
}

PeriodReturns PeriodReturns::finished(double* closed) const {
    PeriodReturns result = *this;
    *closed = periods > 0 ? result.close() : undefined;
    return result;
}

double PeriodReturns::geometric_mean() const {
    if (is_ruined) {
        return 0;
    }
    return periods == 0 ? undefined : std::exp(log_sum / static_cast<double>(count + 1)) - 1;
}

double PeriodReturns::variance() const {
    return count < 2 ? undefined : squares / static_cast<double>(count - 1);
}

double PeriodReturns::downside_deviation() const {
    return count == 0 ? undefined : std::sqrt(downside / static_cast<double>(count));
}

double PeriodReturns::close() {
    if (periods < 2) {
        return undefined;
    }
    const double change = latest / before - 1;
    ++count;
    if (1 + change <= 0) {
        is_ruined = true;
    } else {
        log_sum += std::log(1 + change);
    }
    const double difference = change - mean;
    mean += difference / static_cast<double>(count);
    squares += difference * (change - mean);
    if (change < 0) {
        downside += change * change;
    }
    return change;
}

}  // namespace drover
