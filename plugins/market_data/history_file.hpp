/// A CSV file of bars, read to its end before the first bar is played: exact prices, faults that
/// name the place, bad bars sorted out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "decimal/decimal_text.hpp"
#include "market_data/huge_pages.hpp"

namespace drover {

/// One bar of a file; a million of them are 56 MB.
struct HistoryBar {
    std::int64_t open_time;  ///< ns since the epoch; also the bar's label.
    std::int64_t close_time;
    std::int64_t open;  ///< Prices in 1e-9.
    std::int64_t high;
    std::int64_t low;
    std::int64_t close;
    double volume;  ///< NaN where the file has none.
};

/// A row that is no proper bar and was left out.
struct InvalidBar {
    std::int64_t open_time;  ///< As the row gives it.
    std::string reason;      ///< A sentence that names the row.
};

/// How a file is to be read.
struct HistoryFormat {
    std::int64_t interval_length;  ///< ns
    bool stamps_the_end = false;
    bool adjusted = false;
    Rounding rounding = Rounding::exact;
};

/// What a file holds.
struct History {
    std::vector<HistoryBar, HugePages<HistoryBar>>
        bars;  ///< In the order of time, one for each close time.
    std::vector<InvalidBar> invalid;
    std::size_t late = 0;     ///< Rows left out because they are not later than the row before.
    std::size_t rounded = 0;  ///< Prices that were rounded to nine decimals.
    bool has_volume = false;
};

/// Reads the text of a CSV file; `name` is for the sentences. Throws Failure naming file, row,
/// column and value of the first fault.
[[nodiscard]] History parse_history(std::string_view text,
                                    const std::string& name,
                                    const HistoryFormat& format);

/// The same from the disk.
[[nodiscard]] History read_history_file(const std::string& path, const HistoryFormat& format);

}  // namespace drover
