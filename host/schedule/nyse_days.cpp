/// Holidays and half days of the New York Stock Exchange.
#include <algorithm>
#include <array>
#include <chrono>

#include "schedule/market_calendar.hpp"

namespace drover {

namespace {

using std::chrono::April;
using std::chrono::December;
using std::chrono::February;
using std::chrono::Friday;
using std::chrono::January;
using std::chrono::July;
using std::chrono::June;
using std::chrono::last;
using std::chrono::May;
using std::chrono::Monday;
using std::chrono::month_day;
using std::chrono::November;
using std::chrono::October;
using std::chrono::Saturday;
using std::chrono::September;
using std::chrono::Sunday;
using std::chrono::sys_days;
using std::chrono::Thursday;
using std::chrono::Wednesday;
using std::chrono::weekday;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr int at(int hour, int minute = 0) {
    return hour * 60 + minute;
}

constexpr SessionHours whole_day{at(9, 30), at(16)};

/// A day that no rule tells. Without hours the exchange was closed.
struct SpecialDay {
    year_month_day day;
    std::optional<SessionHours> hours = std::nullopt;
};

constexpr std::array special_days{
    SpecialDay{year(1994) / February / 11, SessionHours{at(9, 30), at(14, 30)}},  // Snow.
    SpecialDay{year(1994) / April / 27},                                       // President Nixon.
    SpecialDay{year(1995) / December / 18, SessionHours{at(10, 30), at(16)}},  // Computers failed.
    SpecialDay{year(1996) / January / 8, SessionHours{at(11), at(14)}},        // Blizzard.
    SpecialDay{year(1997) / October / 27, SessionHours{at(9, 30), at(15, 30)}},  // Circuit breaker.
    SpecialDay{year(1997) / December / 26, SessionHours{at(9, 30), at(13)}},
    // Year 2000. The exchange's press release of June 1999: its board approved "to close the market
    // at 1:00pm on December 31, 1999". Accounts of the day agree; some calendars have 16:00.
    SpecialDay{year(1999) / December / 31, SessionHours{at(9, 30), at(13)}},
    SpecialDay{year(2001) / September / 11},
    SpecialDay{year(2001) / September / 12},
    SpecialDay{year(2001) / September / 13},
    SpecialDay{year(2001) / September / 14},
    SpecialDay{year(2002) / September / 11, SessionHours{at(12), at(16)}},  // Commemoration.
    SpecialDay{year(2003) / December / 26, SessionHours{at(9, 30), at(13)}},
    SpecialDay{year(2004) / June / 11},                                      // President Reagan.
    SpecialDay{year(2005) / June / 1, SessionHours{at(9, 30), at(15, 56)}},  // Computers failed.
    SpecialDay{year(2007) / January / 2},                                    // President Ford.
    SpecialDay{year(2012) / October / 29},                                   // Hurricane Sandy.
    SpecialDay{year(2012) / October / 30},                                   // Hurricane Sandy.
    SpecialDay{year(2018) / December / 5},  // President George H. W. Bush.
    SpecialDay{year(2025) / January / 9},   // President Carter.
};

/// The Gregorian Easter Sunday. Meeus, Astronomical Algorithms, 1991, chapter 8; the letters are
/// the book's.
// NOLINTBEGIN(readability-identifier-length,readability-magic-numbers)
sys_days easter_of(year which) {
    const int y = static_cast<int>(which);
    const int a = y % 19;
    const int b = y / 100;
    const int c = y % 100;
    const int d = b / 4;
    const int e = b % 4;
    const int f = (b + 8) / 25;
    const int g = (b - f + 1) / 3;
    const int h = (19 * a + b - d - g + 15) % 30;
    const int i = c / 4;
    const int k = c % 4;
    const int l = (32 + 2 * e + 2 * i - h - k) % 7;
    const int m = (a + 11 * h + 22 * l) / 451;
    const int n = h + l - 7 * m + 114;
    return which / (n / 31) / (n % 31 + 1);
}
// NOLINTEND(readability-identifier-length,readability-magic-numbers)

/// Whether the day is the one on which a holiday of a fixed date is kept: on a Saturday the Friday
/// before, on a Sunday the Monday after.
bool is_kept_on(sys_days day, month_day holiday) {
    const sys_days date = year_month_day(day).year() / holiday;
    const weekday falls_on(date);
    if (falls_on == Saturday) {
        return day == date - std::chrono::days(1);
    }
    return day == (falls_on == Sunday ? date + std::chrono::days(1) : date);
}

/// Kept on no other day when it falls on a Saturday, because the Friday before ends a year's books.
bool is_new_year(sys_days day) {
    const sys_days date = year_month_day(day).year() / January / 1;
    return day == (weekday(date) == Sunday ? date + std::chrono::days(1) : date);
}

bool is_holiday(sys_days day) {
    constexpr year first_king_day{1998};
    constexpr year first_juneteenth{2022};
    const year which = year_month_day(day).year();
    return is_new_year(day) ||
           (which >= first_king_day && day == sys_days(which / January / Monday[3])) ||
           day == sys_days(which / February / Monday[3]) ||  // Washington's Birthday.
           day == easter_of(which) - std::chrono::days(2) ||
           day == sys_days(which / May / Monday[last]) ||
           (which >= first_juneteenth && is_kept_on(day, June / 19)) || is_kept_on(day, July / 4) ||
           day == sys_days(which / September / Monday[1]) ||
           day == sys_days(which / November / Thursday[4]) || is_kept_on(day, December / 25);
}

/// When 4 July is a Thursday, the short day was the Friday after it until 2012 and is the Wednesday
/// before it since 2013.
bool is_short_for_independence_day(sys_days day) {
    constexpr year first{1995};
    constexpr year first_wednesday{2013};
    const year_month_day date(day);
    const weekday falls_on(day);
    if (date.year() < first || date.month() != July) {
        return false;
    }
    if (date.day() == std::chrono::day(3)) {
        return falls_on != Friday && (falls_on != Wednesday || date.year() >= first_wednesday);
    }
    return date.day() == std::chrono::day(5) && falls_on == Friday && date.year() < first_wednesday;
}

/// When a day closes early by rule.
std::optional<int> early_close(sys_days day) {
    constexpr year first_short_friday{1992};
    constexpr year first_close_at_one{1993};
    const year_month_day date(day);
    const bool is_after_thanksgiving =
        date.year() >= first_short_friday &&
        day == sys_days(date.year() / November / Thursday[4]) + std::chrono::days(1);
    const bool is_christmas_eve = date.month() == December && date.day() == std::chrono::day(24);
    if (is_after_thanksgiving || is_christmas_eve) {
        return date.year() < first_close_at_one ? at(14) : at(13);
    }
    return is_short_for_independence_day(day) ? std::optional(at(13)) : std::nullopt;
}

}  // namespace

std::optional<SessionHours> nyse_hours(LocalDay day) {
    const sys_days date{std::chrono::days(day)};
    const auto special = std::ranges::find(special_days, year_month_day(date), &SpecialDay::day);
    if (special != special_days.end()) {
        return special->hours;
    }
    const weekday falls_on(date);
    if (falls_on == Saturday || falls_on == Sunday || is_holiday(date)) {
        return std::nullopt;
    }
    return SessionHours{whole_day.open, early_close(date).value_or(whole_day.close)};
}

}  // namespace drover
