/// How prices, averages and bars are written in the reasons that agents give.
#pragma once

#include <cstdint>
#include <string>

#include <drover/trading/market.h>

namespace drover {

/// A price or quantity in 1e-9 as a plain decimal number without trailing zeros: "1407.65".
[[nodiscard]] std::string decimal_text(std::int64_t units);

/// A double that is only displayed: two decimals from 100 on, four from 1 on, else six
/// significant digits. "undefined" for NaN.
[[nodiscard]] std::string average_text(double value);

/// A moment in UTC: "2000-06-02" at midnight, else "2020-01-02T09:30:00Z" (seconds).
[[nodiscard]] std::string time_text(std::int64_t nanoseconds);

/// What people call a bar: the moment it opened.
[[nodiscard]] inline std::string bar_label(const drover_bar& bar) {
    return time_text(bar.open_time);
}

}  // namespace drover
