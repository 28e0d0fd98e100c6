/// Returns from one calendar period to the next, added up as the equity arrives.
#pragma once

#include <cstdint>

namespace drover {

/// The calendar periods that returns are measured over, all in UTC.
enum class CalendarPeriod { day, week, month, year };

/// The number of the period that a moment (ns since the epoch) lies in. Weeks end on Sunday.
[[nodiscard]] std::int64_t period_number(CalendarPeriod period, std::int64_t nanoseconds);

/// The returns x_j = E_j / E_(j-1) - 1 between the last equities of successive periods; periods
/// without a value are skipped. All members are sums, so that a restart can carry on; `latest` is
/// the period that is still open.
struct PeriodReturns {
    std::int64_t number = 0;    ///< Of the open period.
    double latest = 0;          ///< Its last equity so far.
    double before = 0;          ///< The last equity of the period before it.
    std::uint64_t periods = 0;  ///< With the open one.

    std::uint64_t count = 0;  ///< Returns.
    double log_sum = 0;       ///< Of ln(1 + x).
    bool is_ruined = false;   ///< Some 1 + x was 0 or less.
    double mean = 0;
    double squares = 0;   ///< Sum of squared differences from the mean (Welford 1962).
    double downside = 0;  ///< Sum of min(x, 0)^2.

    /// The next equity, in the period `period_of_it`. Returns true when that closed a period, whose
    /// return is then in *closed if it has one (a NaN else).
    bool add(std::int64_t period_of_it, double equity, double* closed);
    /// The same sums with the open period closed. *closed is as in add.
    [[nodiscard]] PeriodReturns finished(double* closed) const;

    /// exp(mean ln(1 + x)) - 1, where the first period counts with a return of 0, as
    /// backtesting.py has it; 0 after a ruin.
    [[nodiscard]] double geometric_mean() const;
    /// With divisor n - 1; NaN below two returns.
    [[nodiscard]] double variance() const;
    /// sqrt(mean(min(x, 0)^2)); NaN without returns.
    [[nodiscard]] double downside_deviation() const;

private:
    double close();
};

}  // namespace drover
