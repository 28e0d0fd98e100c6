/// Dates and times of history files, and lengths of bars: text to nanoseconds since the epoch.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drover {

inline constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
inline constexpr std::int64_t nanoseconds_per_day = 86'400 * nanoseconds_per_second;

/// A stamp as it stands in a file.
struct Timestamp {
    std::int64_t time = 0;  ///< ns since the epoch; 00:00 UTC of a date alone.
    bool is_date = false;   ///< No time of day was given.
};

/// Reads `2020-01-02`, `2020-01-02T09:30[:00[.5]][Z|+01:00]` or the same with a blank for the T. A
/// time without a zone is UTC. Nothing when the text is anything else or outside 1678 to 2261.
[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text);

/// The same for the many stamps of a file: neighbours mostly share their date, which is then read
/// once. One thread.
class TimestampReader {
public:
    [[nodiscard]] std::optional<Timestamp> read(std::string_view text);

private:
    std::array<char, 10> date_{};  ///< The last one, as text.
    std::optional<std::int64_t> midnight_;
};

/// Reads a length of a bar: a whole number and s, m, h, d or w. Nothing for anything else.
[[nodiscard]] std::optional<std::int64_t> parse_interval(std::string_view text);

/// The UTC date of a time: "2020-01-02".
[[nodiscard]] std::string date_text(std::int64_t time);

}  // namespace drover
