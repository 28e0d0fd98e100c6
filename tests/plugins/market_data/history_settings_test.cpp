/// The configuration of a history provider.
#include "market_data/history_settings.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "market_data/timestamp.hpp"

namespace drover {
namespace {

HistorySettings settings(const std::string& more = "") {
    return read_history_settings(R"({"file": "x.csv", "symbol": "SPX")" + more + "}");
}
std::string failure(const std::string& more) {
    try {
        static_cast<void>(settings(more));
    } catch (const Failure& failed) {
        return failed.what();
    }
    return "nothing failed";
}

TEST(HistorySettings, plays_daily_bars_as_fast_as_possible_by_default) {
    const HistorySettings made = settings();
    EXPECT_EQ(made.interval, "1d");
    EXPECT_EQ(made.interval_length, nanoseconds_per_day);
    EXPECT_EQ(made.speed.delay(nanoseconds_per_day), 0);
    EXPECT_FALSE(made.stop_at_end);
}

TEST(HistorySettings, spaces_bars_by_their_number_or_by_real_time) {
    EXPECT_EQ(settings(R"(, "speed": 250)").speed.delay(nanoseconds_per_day), 4'000'000);
    EXPECT_EQ(settings(R"(, "speed": "60x")").speed.delay(60 * nanoseconds_per_second),
              nanoseconds_per_second);
    EXPECT_EQ(settings(R"(, "speed": "max")").speed.delay(nanoseconds_per_day), 0);
}

TEST(HistorySettings, includes_the_whole_last_day) {
    const HistorySettings made = settings(R"(, "from": "2000-01-03", "to": "2000-01-04")");
    EXPECT_EQ(made.last_label - made.first_label, 2 * nanoseconds_per_day - 1);
    const HistorySettings exact = settings(R"(, "to": "2000-01-04T09:30:00Z")");
    EXPECT_EQ(exact.last_label, parse_timestamp("2000-01-04T09:30:00Z")->time);
}

TEST(HistorySettings, names_the_key_and_the_value_that_are_wrong) {
    EXPECT_THAT(failure(R"(, "from": "yesterday")"), ::testing::HasSubstr("'from: yesterday'"));
    EXPECT_THAT(failure(R"(, "from": "2001-01-01", "to": "2000-01-01")"),
                ::testing::HasSubstr("lies after"));
    EXPECT_THAT(failure(R"(, "speed": "0x")"), ::testing::HasSubstr("never play a bar"));
    EXPECT_THAT(failure(R"(, "interval": "1y")"), ::testing::HasSubstr("interval: 1y"));
}

}  // namespace
}  // namespace drover
