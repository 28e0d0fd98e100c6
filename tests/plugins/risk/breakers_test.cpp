// The breakers of one account.
#include "risk/breakers.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "decimal/decimal_text.hpp"
#include "tests/plugins/spans.hpp"

namespace drover {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

Breakers breakers(const char* config) {
    return Breakers(breaker_config_of(nlohmann::json::parse(config)));
}

/// A snapshot of a daily bar that ends at `time`.
AccountMark mark(std::int64_t time, const char* equity) {
    AccountMark made;
    made.equity = money_from_text(equity);
    made.initial_cash = Money::from_whole(1000);
    made.time = time;
    made.symbol = "SPX";
    made.interval = "1d";
    made.open_time = time - day;
    return made;
}

TEST(DailyLoss, trips_at_the_limit_and_not_below) {
    Breakers all = breakers(R"({"breakers": {"daily_loss": {"limit": 50}}})");
    EXPECT_THAT(all.take(mark(day, "1000")), SizeIs(0));
    EXPECT_THAT(all.take(mark(2 * day, "950.000001")), SizeIs(0));
    EXPECT_THAT(all.take(mark(3 * day, "900.000002")), SizeIs(0));
    const auto changes = all.take(mark(4 * day, "850.000002"));
    ASSERT_THAT(changes, SizeIs(1));
    EXPECT_EQ(changes[0].breaker, "daily_loss");
    EXPECT_EQ(changes[0].state, TradingState::reducing) << "what follows where nothing is said";
    EXPECT_EQ(to_text(changes[0].value), "50.000000");
    EXPECT_EQ(to_text(changes[0].base), "900.000002");
    EXPECT_EQ(all.state(), TradingState::reducing);
    EXPECT_EQ(changes[0].reason,
              "daily_loss was 50.00 against a limit of 50.00 (the day's baseline 900.000002) with "
              "the bar of 1970-01-04: trading is reducing until a person resets it.");
}

TEST(DailyLoss, measures_from_the_last_snapshot_at_or_before_the_boundary) {
    Breakers all = breakers(R"({"breakers": {"daily_loss": {"limit": 50}}})");
    EXPECT_THAT(all.take(mark(day - hour, "1000")), SizeIs(0));
    EXPECT_THAT(all.take(mark(day, "990")), SizeIs(0)) << "the boundary ends the first day";
    EXPECT_THAT(all.take(mark(day + hour, "1010")), SizeIs(0));
    EXPECT_THAT(all.take(mark(day + 2 * hour, "941")), SizeIs(0)) << "49 below 990, 69 below 1010";
    EXPECT_THAT(all.take(mark(day + 3 * hour, "940")), SizeIs(1));
}

TEST(DailyLoss, counts_the_days_of_its_own_boundary) {
    Breakers all = breakers(
        R"({"breakers": {"daily_loss": {"limit": 50}}, "day_start": "17:00 America/New_York"})");
    // 17:00 in New York is 22:00 UTC in winter.
    EXPECT_THAT(all.take(mark(day + 22 * hour, "1000")), SizeIs(0));
    EXPECT_THAT(all.take(mark(day + 23 * hour, "970")), SizeIs(0));
    EXPECT_THAT(all.take(mark(2 * day + hour, "950")), SizeIs(1)) << "midnight begins no day";
}

TEST(DailyLoss, takes_a_percentage_of_the_baseline) {
    Breakers all = breakers(R"({"breakers": {"daily_loss": {"limit": "2.5%"}}})");
    EXPECT_THAT(all.take(mark(day, "2000")), SizeIs(0));
    EXPECT_THAT(all.take(mark(2 * day, "1950.01")), SizeIs(0));
    const auto changes = all.take(mark(3 * day, "1900"));
    ASSERT_THAT(changes, SizeIs(1)) << "50.01 of a limit of 48.75025";
    EXPECT_EQ(to_text(changes[0].limit), "48.750250");
    EXPECT_THAT(changes[0].reason, HasSubstr("(2.5% of the day's baseline 1950.01)"));
}

TEST(PeakDrawdown, measures_from_the_highest_equity_since_the_account_began) {
    Breakers all =
        breakers(R"({"breakers": {"peak_drawdown": {"limit": "10%", "then": "halted"}}})");
    EXPECT_THAT(all.take(mark(day, "1200")), SizeIs(0));
    EXPECT_THAT(all.take(mark(2 * day, "1080.01")), SizeIs(0));
    const auto changes = all.take(mark(3 * day, "1080"));
    ASSERT_THAT(changes, SizeIs(1)) << "exactly 10 % of 1200";
    EXPECT_EQ(changes[0].state, TradingState::halted);
    EXPECT_EQ(to_text(changes[0].value), "120.000000");
}

TEST(PeakDrawdown, counts_the_initial_cash_as_a_high_water) {
    Breakers all = breakers(R"({"breakers": {"peak_drawdown": {"limit": "10%"}}})");
    EXPECT_THAT(all.take(mark(day, "900")), SizeIs(1));
}

TEST(Breakers, are_as_bad_as_the_worst_of_them) {
    Breakers all = breakers(R"({"breakers": {"daily_loss": {"limit": 50},
        "peak_drawdown": {"limit": "10%", "then": "halted"}}})");
    all.take(mark(day, "1000"));
    all.take(mark(2 * day, "940"));
    EXPECT_EQ(all.state(), TradingState::reducing);
    const auto changes = all.take(mark(3 * day, "900"));
    ASSERT_THAT(changes, SizeIs(1));
    EXPECT_EQ(changes[0].account_state, TradingState::halted);
    EXPECT_STREQ(all.decisive()->rule.name(), "peak_drawdown");
}

TEST(Breakers, stay_tripped_when_the_equity_recovers) {
    Breakers all = breakers(R"({"breakers": {"peak_drawdown": {"limit": "10%"}}})");
    all.take(mark(day, "900"));
    EXPECT_THAT(all.take(mark(20 * day, "2000")), SizeIs(0));
    EXPECT_EQ(all.state(), TradingState::reducing);
}

TEST(Breakers, are_reset_by_a_person_and_measure_from_the_equity_of_then) {
    Breakers all = breakers(R"({"breakers": {"daily_loss": {"limit": 50},
        "peak_drawdown": {"limit": "10%", "then": "halted"}}})");
    all.take(mark(day, "1000"));
    all.take(mark(2 * day, "890"));
    ASSERT_EQ(all.state(), TradingState::halted);
    const auto one = all.reset("peak_drawdown", "mona", "The data was wrong.", 2 * day);
    ASSERT_THAT(one, SizeIs(1));
    EXPECT_EQ(one[0].by, "mona");
    EXPECT_EQ(one[0].account_state, TradingState::reducing) << "daily_loss has not been reset";
    EXPECT_EQ(one[0].reason,
              "mona reset peak_drawdown, which was halted; it is measured from 890.00 now. "
              "Reason: The data was wrong.");
    EXPECT_THAT(all.reset("", "mona", "All of it.", 2 * day), SizeIs(1));
    EXPECT_EQ(all.state(), TradingState::active);
    EXPECT_THAT(all.take(mark(2 * day + hour, "840.01")), SizeIs(0)) << "49.99 below 890";
    EXPECT_THAT(all.take(mark(2 * day + 2 * hour, "840")), SizeIs(1));
    EXPECT_THAT(all.take(mark(3 * day, "801")), SizeIs(1)) << "10 % of 890 are 89";
}

TEST(Breakers, that_have_not_tripped_are_not_reset) {
    Breakers all = breakers(R"({"breakers": {"daily_loss": {"limit": 50}}})");
    all.take(mark(day, "1000"));
    all.take(mark(day + hour, "960"));
    EXPECT_THAT(all.reset("", "mona", "why not", day + hour), SizeIs(0));
    EXPECT_THAT(all.take(mark(day + 2 * hour, "950")), SizeIs(1)) << "the base did not move";
}

TEST(Breakers, of_next_session_are_active_on_a_later_day_inside_the_limit) {
    Breakers all =
        breakers(R"({"breakers": {"daily_loss": {"limit": 50, "reset": "next_session"}}})");
    all.take(mark(day, "1000"));
    ASSERT_THAT(all.take(mark(day + hour, "950")), SizeIs(1));
    EXPECT_THAT(all.take(mark(2 * day, "990")), SizeIs(0)) << "still the same day";
    const auto changes = all.take(mark(2 * day + hour, "980"));
    ASSERT_THAT(changes, SizeIs(1));
    EXPECT_EQ(changes[0].state, TradingState::active);
    EXPECT_THAT(changes[0].reason, HasSubstr("active again"));
    ASSERT_THAT(all.take(mark(2 * day + 2 * hour, "940")), SizeIs(1)) << "50 below 990";
    EXPECT_THAT(all.take(mark(4 * day, "880")), SizeIs(0)) << "a new day, 60 below its baseline";
    EXPECT_EQ(all.state(), TradingState::reducing);
}

TEST(Breakers, of_a_time_are_active_after_it_inside_the_limit) {
    Breakers all =
        breakers(R"({"breakers": {"peak_drawdown": {"limit": "10%", "reset": {"after": "2h"}}}})");
    all.take(mark(day, "900"));
    EXPECT_THAT(all.take(mark(day + 2 * hour - 1, "950")), SizeIs(0));
    EXPECT_THAT(all.take(mark(day + 2 * hour, "900")), SizeIs(0)) << "in time, at the limit";
    EXPECT_THAT(all.take(mark(day + 3 * hour, "901")), SizeIs(1));
    EXPECT_EQ(all.state(), TradingState::active);
}

TEST(Breakers, remember_everything_over_a_restart) {
    const char* config = R"({"breakers": {"daily_loss": {"limit": 50},
        "peak_drawdown": {"limit": "20%"}}})";
    Breakers before = breakers(config);
    before.take(mark(day, "1100"));
    before.take(mark(day + hour, "1040"));
    Breakers after = breakers(config);
    EXPECT_THAT(after.load(before.save()), SizeIs(0));
    EXPECT_EQ(after.save(), before.save());
    EXPECT_EQ(after.state(), TradingState::reducing);
    EXPECT_EQ(after.decisive()->tripped_words(), before.decisive()->tripped_words());
    EXPECT_THAT(after.take(mark(day + 2 * hour, "880")), SizeIs(1)) << "20 % below 1100";
    EXPECT_EQ(to_text(after.all()[0].base.value()), "1100.000000");
}

TEST(Breakers, say_that_one_had_tripped_which_the_config_does_not_have_any_more) {
    Breakers before = breakers(R"({"breakers": {"daily_loss": {"limit": 50}}})");
    before.take(mark(day, "1000"));
    before.take(mark(2 * day, "900"));
    Breakers after = breakers(R"({"breakers": {"peak_drawdown": {"limit": "50%"}}})");
    const auto dropped = after.load(before.save());
    ASSERT_THAT(dropped, SizeIs(1));
    EXPECT_THAT(dropped[0], HasSubstr("daily_loss had tripped"));
    EXPECT_EQ(after.state(), TradingState::active);
}

TEST(BreakerConfig, refuses_what_a_schema_cannot_tell_with_a_sentence) {
    const auto fault = [](const char* config) -> std::string {
        try {
            (void)breaker_config_of(nlohmann::json::parse(config));
        } catch (const std::invalid_argument& refused) {
            return refused.what();
        }
        return "";
    };
    EXPECT_THAT(fault(R"({"breakers": {"daily_loss": {"limit": "0%"}}})"),
                HasSubstr("breakers.daily_loss.limit is 0%; it must be above 0%"));
    EXPECT_THAT(fault(R"({"breakers": {"daily_loss": {"limit": "0"}}})"), HasSubstr("above 0."));
    EXPECT_THAT(fault(R"({"breakers": {"peak_drawdown": {"limit": "0.1"}}})"),
                HasSubstr("write it as 10%, not as 0.1"));
    EXPECT_THAT(fault(R"({"day_start": "17:00 Mars/Base"})"), HasSubstr("'Mars/Base'"));
}

TEST(BreakerConfig, reads_amounts_as_they_were_written) {
    const auto config = breaker_config_of(nlohmann::json::parse(
        R"({"breakers": {"daily_loss": {"limit": "0.000000000000000001", "then": "halted",
            "reset": {"after": "90m"}}}})"));
    ASSERT_THAT(config.rules, SizeIs(1));
    EXPECT_EQ(config.rules[0].limit.value().units(), 1);
    EXPECT_EQ(config.rules[0].then, TradingState::halted);
    EXPECT_EQ(config.rules[0].reset_words(), "for 90m, and until it is inside the limit");
}

}  // namespace
}  // namespace drover
