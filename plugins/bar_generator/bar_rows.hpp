/// Bars as rows of a CSV file that the history provider of market_data reads.
#pragma once

#include <cstdint>
#include <string>

#include "bar_generator/bar_walk.hpp"

namespace drover {

/// Writes rows `2020-01-02T09:30:00Z,100.00,100.07,99.98,100.03,1034`, the start of the bar as its
/// stamp.
class BarRows {
public:
    static constexpr const char* header = "time,open,high,low,close,volume\n";

    /// Appends one row with its end of line. `open_time` in seconds since the epoch, not before it.
    void append(std::string& text, std::int64_t open_time, const WalkBar& bar);

private:
    std::int64_t day_ = -1;
    std::string date_;  ///< "2020-01-02T" of day_.
};

}  // namespace drover
