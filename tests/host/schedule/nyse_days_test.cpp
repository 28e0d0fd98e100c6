/// Known facts of the New York Stock Exchange's calendar.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local_times.hpp"
#include "schedule/market_calendar.hpp"

namespace drover {
namespace {

using testing::ElementsAre;

constexpr SessionHours whole{9 * 60 + 30, 16 * 60};
constexpr SessionHours until_one{9 * 60 + 30, 13 * 60};
constexpr SessionHours until_two{9 * 60 + 30, 14 * 60};

bool is_closed(std::string_view day) {
    return !nyse_hours(day_of_text(day)).has_value();
}

std::optional<SessionHours> hours(std::string_view day) {
    return nyse_hours(day_of_text(day));
}

std::string date_of(LocalDay day) {
    return text_of_seconds(std::int64_t{day} * 86'400).substr(0, 10);
}

/// The days of Monday to Friday of a year for which `is_one` holds.
template <typename Predicate>
std::vector<std::string> weekdays_of(int year, Predicate is_one) {
    std::vector<std::string> days;
    const std::string first = std::to_string(year) + "-01-01";
    const std::string end = std::to_string(year + 1) + "-01-01";
    for (LocalDay day = day_of_text(first); day < day_of_text(end); ++day) {
        const int weekday = (day + 4) % 7;  // 1970-01-01 was a Thursday, 4 after Sunday.
        if (weekday != 0 && weekday != 6 && is_one(nyse_hours(day))) {
            days.push_back(date_of(day));
        }
    }
    return days;
}

std::vector<std::string> holidays_of(int year) {
    return weekdays_of(year, [](const auto& open) { return !open.has_value(); });
}

std::vector<std::string> half_days_of(int year) {
    return weekdays_of(year, [](const auto& open) { return open && *open == until_one; });
}

TEST(NyseDays, has_the_published_holidays_of_2024_to_2028) {
    EXPECT_THAT(holidays_of(2024),
                ElementsAre("2024-01-01",
                            "2024-01-15",
                            "2024-02-19",
                            "2024-03-29",
                            "2024-05-27",
                            "2024-06-19",
                            "2024-07-04",
                            "2024-09-02",
                            "2024-11-28",
                            "2024-12-25"));
    EXPECT_THAT(holidays_of(2025),
                ElementsAre("2025-01-01",
                            "2025-01-09",
                            "2025-01-20",
                            "2025-02-17",
                            "2025-04-18",
                            "2025-05-26",
                            "2025-06-19",
                            "2025-07-04",
                            "2025-09-01",
                            "2025-11-27",
                            "2025-12-25"));
    EXPECT_THAT(holidays_of(2026),
                ElementsAre("2026-01-01",
                            "2026-01-19",
                            "2026-02-16",
                            "2026-04-03",
                            "2026-05-25",
                            "2026-06-19",
                            "2026-07-03",
                            "2026-09-07",
                            "2026-11-26",
                            "2026-12-25"));
    EXPECT_THAT(holidays_of(2027),
                ElementsAre("2027-01-01",
                            "2027-01-18",
                            "2027-02-15",
                            "2027-03-26",
                            "2027-05-31",
                            "2027-06-18",
                            "2027-07-05",
                            "2027-09-06",
                            "2027-11-25",
                            "2027-12-24"));
    // 1 January 2028 is a Saturday: no day is kept for it.
    EXPECT_THAT(holidays_of(2028),
                ElementsAre("2028-01-17",
                            "2028-02-21",
                            "2028-04-14",
                            "2028-05-29",
                            "2028-06-19",
                            "2028-07-04",
                            "2028-09-04",
                            "2028-11-23",
                            "2028-12-25"));
}

TEST(NyseDays, has_the_published_half_days) {
    EXPECT_THAT(half_days_of(2023), ElementsAre("2023-07-03", "2023-11-24"));
    EXPECT_THAT(half_days_of(2024), ElementsAre("2024-07-03", "2024-11-29", "2024-12-24"));
    EXPECT_THAT(half_days_of(2025), ElementsAre("2025-07-03", "2025-11-28", "2025-12-24"));
    EXPECT_THAT(half_days_of(2026), ElementsAre("2026-11-27", "2026-12-24"));
    EXPECT_THAT(half_days_of(2027), ElementsAre("2027-11-26"));
    EXPECT_THAT(half_days_of(2028), ElementsAre("2028-07-03", "2028-11-24"));
}

TEST(NyseDays, knows_how_the_half_days_came_and_changed) {
    EXPECT_EQ(hours("1990-12-24"), until_two);
    EXPECT_EQ(hours("1991-11-29"), whole);
    EXPECT_EQ(hours("1992-11-27"), until_two);
    EXPECT_EQ(hours("1993-11-26"), until_one);
    EXPECT_EQ(hours("1994-07-05"), whole);
    EXPECT_EQ(hours("1995-07-03"), until_one);
    // 4 July on a Thursday: the Friday after it until 2012, since then the Wednesday before.
    EXPECT_EQ(hours("2002-07-03"), whole);
    EXPECT_EQ(hours("2002-07-05"), until_one);
    EXPECT_EQ(hours("2013-07-03"), until_one);
    EXPECT_EQ(hours("2013-07-05"), whole);
    EXPECT_EQ(hours("2019-07-03"), until_one);
    // On a Saturday or Sunday there is none.
    EXPECT_EQ(hours("2020-07-02"), whole);
    EXPECT_EQ(hours("2021-07-02"), whole);
    // Christmas on a Saturday takes the Friday.
    EXPECT_TRUE(is_closed("2021-12-24"));
    EXPECT_EQ(hours("2021-12-23"), whole);
    EXPECT_EQ(hours("1997-12-26"), until_one);
    EXPECT_EQ(hours("1999-12-31"), until_one);
    EXPECT_EQ(hours("2003-12-26"), until_one);
}

TEST(NyseDays, was_closed_on_days_of_mourning_and_after_disasters) {
    for (const char* day : {"1994-04-27",
                            "2001-09-11",
                            "2001-09-12",
                            "2001-09-13",
                            "2001-09-14",
                            "2004-06-11",
                            "2007-01-02",
                            "2012-10-29",
                            "2012-10-30",
                            "2018-12-05",
                            "2025-01-09"}) {
        EXPECT_TRUE(is_closed(day)) << day;
    }
    EXPECT_EQ(hours("2001-09-10"), whole);
    EXPECT_EQ(hours("2001-09-17"), whole);
    EXPECT_EQ(hours("2012-10-31"), whole);
}

TEST(NyseDays, knows_the_days_that_were_cut_short) {
    EXPECT_EQ(hours("1996-01-08"), (SessionHours{11 * 60, 14 * 60}));
    EXPECT_EQ(hours("1997-10-27"), (SessionHours{9 * 60 + 30, 15 * 60 + 30}));
    EXPECT_EQ(hours("2002-09-11"), (SessionHours{12 * 60, 16 * 60}));
    EXPECT_EQ(hours("2005-06-01"), (SessionHours{9 * 60 + 30, 15 * 60 + 56}));
}

TEST(NyseDays, took_up_new_holidays_when_the_exchange_did) {
    EXPECT_FALSE(is_closed("1997-01-20"));  // Martin Luther King Jr. Day
    EXPECT_TRUE(is_closed("1998-01-19"));
    EXPECT_FALSE(is_closed("2021-06-18"));  // Juneteenth
    EXPECT_TRUE(is_closed("2022-06-20"));
    EXPECT_TRUE(is_closed("2033-06-20"));
}

TEST(NyseDays, keeps_new_year_on_a_monday_but_never_on_a_friday) {
    EXPECT_TRUE(is_closed("2023-01-02"));
    for (const char* day : {"1993-12-31",
                            "1999-12-31",
                            "2004-12-31",
                            "2010-12-31",
                            "2021-12-31",
                            "2027-12-31",
                            "2032-12-31"}) {
        EXPECT_FALSE(is_closed(day)) << day;
    }
}

TEST(NyseDays, keeps_good_friday_every_year) {
    for (const char* day : {"1990-04-13", "1991-03-29", "1992-04-17", "1993-04-09", "1994-04-01",
                            "1995-04-14", "1996-04-05", "1997-03-28", "1998-04-10", "1999-04-02",
                            "2000-04-21", "2005-03-25", "2008-03-21", "2011-04-22", "2019-04-19",
                            "2024-03-29", "2025-04-18", "2026-04-03", "2029-03-30", "2030-04-19",
                            "2031-04-11", "2032-03-26", "2033-04-15", "2034-04-07", "2035-03-23"}) {
        EXPECT_TRUE(is_closed(day)) << day;
    }
}

TEST(NyseDays, has_as_many_trading_days_a_year_as_the_exchange_had) {
    const std::map<int, std::size_t> counts{
        {1990, 253}, {1991, 253}, {1992, 254}, {1993, 253}, {1994, 252}, {1995, 252}, {1996, 254},
        {1997, 253}, {1998, 252}, {1999, 252}, {2000, 252}, {2001, 248}, {2002, 252}, {2003, 252},
        {2004, 252}, {2005, 252}, {2006, 251}, {2007, 251}, {2008, 253}, {2009, 252}, {2010, 252},
        {2011, 252}, {2012, 250}, {2013, 252}, {2014, 252}, {2015, 252}, {2016, 252}, {2017, 251},
        {2018, 251}, {2019, 252}, {2020, 253}, {2021, 252}, {2022, 251}, {2023, 250}, {2024, 252},
        {2025, 250}, {2026, 251}};
    for (const auto& [year, count] : counts) {
        const auto open = weekdays_of(year, [](const auto& day) { return day.has_value(); });
        EXPECT_EQ(open.size(), count) << year;
    }
}

TEST(MarketCalendar, opens_at_half_past_nine_in_new_york_in_summer_and_in_winter) {
    const auto calendar = MarketCalendar::find("XNYS");
    ASSERT_TRUE(calendar.has_value());
    const auto opens = [&](std::string_view day) {
        return text_of_seconds(calendar.value().session_of(day_of_text(day))->open);
    };
    const auto closes = [&](std::string_view day) {
        return text_of_seconds(calendar.value().session_of(day_of_text(day))->close);
    };
    const std::map<std::string_view, std::string_view> opened{
        {"2026-03-06", "2026-03-06T14:30:00Z"},  // The clocks go forward on the 8th
        {"2026-03-09", "2026-03-09T13:30:00Z"},
        {"2026-10-30", "2026-10-30T13:30:00Z"},  // and back on 1 November.
        {"2026-11-02", "2026-11-02T14:30:00Z"},
        {"2006-03-31", "2006-03-31T14:30:00Z"},  // Until 2006 they went forward in April.
        {"2006-04-03", "2006-04-03T13:30:00Z"},
        {"1990-04-02", "1990-04-02T13:30:00Z"},
        {"2035-03-09", "2035-03-09T14:30:00Z"},
        {"2035-03-12", "2035-03-12T13:30:00Z"}};
    for (const auto& [day, time] : opened) {
        EXPECT_EQ(opens(day), time) << day;
    }
    EXPECT_EQ(closes("2026-11-27"), "2026-11-27T18:00:00Z");
}

TEST(MarketCalendar, of_another_exchange_is_refused_with_a_word_on_what_is_known) {
    const auto calendar = MarketCalendar::find("XNYZ");
    ASSERT_FALSE(calendar.has_value());
    EXPECT_EQ(calendar.error().message,
              "'XNYZ' is no calendar that drover knows: it knows XNYS, the New York Stock "
              "Exchange. Did you mean 'XNYS'?");
}

}  // namespace
}  // namespace drover
