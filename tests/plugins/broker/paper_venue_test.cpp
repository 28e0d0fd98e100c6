/// The paper venue: when it fills orders, and what the account comes to.
#include "broker/paper_venue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugins/broker/orders.hpp"
#include "tests/plugins/broker/told_venue.hpp"

namespace drover {
namespace {

using testing::bar;
using testing::cancel;
using testing::day;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::order;
using ::testing::SizeIs;
using testing::Venue;

TEST(PaperVenue, fills_at_the_open_of_the_next_bar) {
    Venue venue;
    venue.on_bar(bar(1, "100", "101"));
    venue.submit(order("a", "2"), 2 * day);
    ASSERT_EQ(venue.kind(), DROVER_ORDER_ACCEPTED);
    EXPECT_EQ(venue.venue.open_orders(), 1U);
    ASSERT_THAT(venue.on_bar(bar(2, "103.5", "105")), SizeIs(1));
    const drover_order_event& filled = venue.events[0];
    EXPECT_EQ(filled.kind, DROVER_ORDER_FILLED);
    EXPECT_EQ(filled.time, 2 * day);
    EXPECT_EQ(filled.fill_price, 103'500'000'000);
    EXPECT_EQ(filled.fill_quantity, 2'000'000'000);
    EXPECT_EQ(filled.filled_quantity, 2'000'000'000);
    EXPECT_EQ(venue.reason(), "Filled 2 SPX at 103.5, the open of the bar of 1970-01-03.");
    EXPECT_EQ(venue.cash(), "99793.000000");
    EXPECT_EQ(venue.equity(), "100003.000000");
    EXPECT_EQ(venue.venue.open_orders(), 0U);
}

TEST(PaperVenue, never_matches_the_bar_that_caused_the_order) {
    Venue venue;
    venue.on_bar(bar(1, "100", "101"));
    // A bar of another interval that closes in the same instant opened before the order.
    venue.submit(order("a", "1"), 2 * day);
    drover_bar same_instant = bar(1, "100", "101");
    set_text(same_instant.interval, "12h");
    same_instant.open_time += day / 2;
    EXPECT_THAT(venue.on_bar(same_instant), IsEmpty());
    EXPECT_THAT(venue.on_bar(bar(2, "102", "102")), SizeIs(1));
}

TEST(PaperVenue, waits_for_the_latency) {
    Venue venue(R"({"latency": "1s"})");
    venue.on_bar(bar(1, "100", "101"));
    venue.submit(order("a", "1"), 2 * day);
    EXPECT_THAT(venue.reason(), HasSubstr("1970-01-03T00:00:01Z"));
    EXPECT_THAT(venue.on_bar(bar(2, "102", "102")), IsEmpty());
    ASSERT_THAT(venue.on_bar(bar(3, "103", "103")), SizeIs(1));
    EXPECT_EQ(venue.events[0].fill_price, 103'000'000'000);
}

TEST(PaperVenue, never_fills_in_synthetic_and_warm_up_bars) {
    Venue venue;
    venue.on_bar(bar(1, "100", "101"));
    venue.submit(order("a", "1"), 2 * day);
    drover_bar synthetic = bar(2, "102", "102");
    synthetic.flags = DROVER_BAR_SYNTHETIC;
    EXPECT_THAT(venue.on_bar(synthetic), IsEmpty());
    drover_bar warm_up = bar(3, "102", "102");
    warm_up.flags = DROVER_BAR_WARM_UP;
    EXPECT_THAT(venue.on_bar(warm_up), IsEmpty());
    EXPECT_THAT(venue.on_bar(bar(4, "102", "102")), SizeIs(1));
}

TEST(PaperVenue, ignores_a_bar_that_is_not_later_than_the_last) {
    Venue venue;
    venue.on_bar(bar(2, "100", "101"));
    venue.submit(order("a", "1"), 3 * day);
    EXPECT_THAT(venue.on_bar(bar(2, "50", "50")), IsEmpty());
    EXPECT_EQ(venue.number, PaperVenue::ignored);
    venue.on_bar(bar(1, "50", "50"));
    EXPECT_EQ(venue.number, PaperVenue::ignored);
    EXPECT_EQ(venue.venue.late_bars(), 2U);
    EXPECT_EQ(venue.venue.open_orders(), 1U);
}

TEST(PaperVenue, checks_buying_power_again_at_the_fill) {
    Venue venue(R"({"cash": 1000})");
    venue.on_bar(bar(1, "100", "100"));
    venue.submit(order("a", "10"), 2 * day);
    ASSERT_THAT(venue.on_bar(bar(2, "100.01", "100")), SizeIs(1));
    EXPECT_EQ(venue.kind(), DROVER_ORDER_REJECTED);
    EXPECT_EQ(venue.code(), "BUYING_POWER");
    EXPECT_EQ(venue.held(), "0");
}

TEST(PaperVenue, always_lets_a_position_be_left) {
    Venue venue(R"({"cash": 1000})");
    venue.on_bar(bar(1, "100", "100"));
    venue.submit(order("a", "-10"), 2 * day);
    venue.on_bar(bar(2, "100", "500"));  // The short is worth far more than the account.
    EXPECT_EQ(venue.equity(), "-3000.000000");
    venue.submit(order("b", "10"), 3 * day);
    EXPECT_EQ(venue.kind(), DROVER_ORDER_ACCEPTED);
    venue.on_bar(bar(3, "500", "500"));
    EXPECT_EQ(venue.held(), "0");
}

TEST(PaperVenue, fills_orders_that_reduce_before_the_others) {
    Venue venue(R"({"cash": 1000})");
    venue.on_bar(bar(1, "100", "100"));
    venue.submit(order("a", "9"), 2 * day);
    venue.on_bar(bar(2, "100", "100"));
    // At the open of 101 there is no money for a tenth one before some were sold.
    venue.submit(order("more", "1"), 3 * day);
    venue.submit(order("less", "-5"), 3 * day);
    ASSERT_THAT(venue.on_bar(bar(3, "101", "101")), SizeIs(2));
    EXPECT_EQ(text_of(venue.events[0].client_order_id), "less");
    EXPECT_EQ(text_of(venue.events[1].client_order_id), "more");
    EXPECT_EQ(venue.events[1].kind, DROVER_ORDER_FILLED);
}

TEST(PaperVenue, charges_the_commission_of_each_fill) {
    Venue venue(R"({"commission": {"fixed": 1, "percent": 0.1}})");
    venue.on_bar(bar(1, "100", "100"));
    venue.submit(order("a", "10"), 2 * day);
    venue.on_bar(bar(2, "100", "100"));
    EXPECT_EQ(to_text(Money::from_record(venue.events.at(0).commission)), "2.000000");
    EXPECT_EQ(venue.equity(), "99998.000000");
}

TEST(PaperVenue, rejects_by_a_price_that_is_too_old) {
    Venue venue(R"({"max_price_age": "1d"})");
    venue.on_bar(bar(1, "100", "100"));
    venue.submit(order("a", "1"), 3 * day);
    EXPECT_EQ(venue.kind(), DROVER_ORDER_ACCEPTED);
    venue.submit(order("b", "1"), 3 * day + 1);
    EXPECT_EQ(venue.code(), "STALE_PRICE");
}

TEST(PaperVenue, lets_a_day_order_expire_when_its_day_has_passed) {
    Venue venue(R"({"latency": "1s"})");
    venue.on_bar(bar(1, "100", "100"));
    drover_order today = order("a", "1");
    today.time_in_force = DROVER_TIF_DAY;
    venue.submit(today, 2 * day);
    EXPECT_THAT(venue.on_bar(bar(2, "100", "100")), IsEmpty());
    ASSERT_THAT(venue.on_bar(bar(3, "100", "100")), SizeIs(1));
    EXPECT_EQ(venue.kind(), DROVER_ORDER_EXPIRED);
    EXPECT_THAT(venue.reason(), HasSubstr("good for 1970-01-03"));
}

TEST(PaperVenue, fills_a_day_order_of_a_weekend_on_the_next_bar) {
    Venue venue;
    venue.on_bar(bar(1, "100", "100"));
    drover_order today = order("a", "1");
    today.time_in_force = DROVER_TIF_DAY;
    venue.submit(today, 2 * day);
    ASSERT_THAT(venue.on_bar(bar(4, "100", "100")), SizeIs(1));
    EXPECT_EQ(venue.kind(), DROVER_ORDER_FILLED);
}

TEST(PaperVenue, cancels_a_working_order) {
    Venue venue;
    venue.on_bar(bar(1, "100", "100"));
    venue.submit(order("a", "1"), 2 * day);
    venue.cancelled(cancel("a"), 2 * day);
    EXPECT_EQ(venue.kind(), DROVER_ORDER_CANCELLED);
    EXPECT_EQ(venue.reason(), "Cancelled as asked: not wanted any more");
    EXPECT_THAT(venue.on_bar(bar(2, "100", "100")), IsEmpty());
}

TEST(PaperVenue, answers_a_cancel_that_comes_too_late_or_names_nothing) {
    Venue venue;
    venue.on_bar(bar(1, "100", "100"));
    venue.submit(order("a", "1"), 2 * day);
    venue.on_bar(bar(2, "100", "100"));
    venue.cancelled(cancel("a"), 3 * day);
    EXPECT_EQ(venue.kind(), DROVER_ORDER_FILLED);
    EXPECT_EQ(venue.code(), "TOO_LATE");
    EXPECT_EQ(venue.events[0].fill_quantity, 0);
    venue.cancelled(cancel("never"), 3 * day);
    EXPECT_EQ(venue.kind(), DROVER_ORDER_REJECTED);
    EXPECT_EQ(venue.code(), "UNKNOWN_ORDER");
}

TEST(PaperVenue, does_an_order_that_is_sent_twice_once) {
    Venue venue;
    venue.on_bar(bar(1, "100", "100"));
    venue.submit(order("a", "1"), 2 * day);
    venue.submit(order("a", "1"), 2 * day);
    EXPECT_EQ(venue.kind(), DROVER_ORDER_WORKING);
    EXPECT_EQ(venue.code(), "DUPLICATE");
    EXPECT_EQ(venue.venue.open_orders(), 1U);
    venue.on_bar(bar(2, "100", "100"));
    venue.submit(order("a", "1"), 3 * day);
    EXPECT_EQ(venue.kind(), DROVER_ORDER_FILLED);
    EXPECT_EQ(venue.events[0].fill_quantity, 0);
    EXPECT_EQ(venue.events[0].filled_quantity, 1'000'000'000);
    EXPECT_EQ(venue.venue.open_orders(), 0U);
    EXPECT_EQ(venue.held(), "1");
}

TEST(PaperVenue, marks_open_positions_at_the_end_by_default) {
    Venue venue;
    venue.on_bar(bar(1, "100", "100"));
    venue.submit(order("a", "1"), 2 * day);
    venue.on_bar(bar(2, "100", "110"));
    venue.events.clear();
    venue.venue.end(venue.events);
    EXPECT_THAT(venue.events, IsEmpty());
    EXPECT_EQ(venue.equity(), "100010.000000");
}

TEST(PaperVenue, closes_at_the_last_open_or_close_where_told) {
    for (const bool at_open : {true, false}) {
        Venue venue(at_open ? R"({"at_end": "close_at_last_open"})"
                            : R"({"at_end": "close_at_last_close"})");
        venue.on_bar(bar(1, "100", "100"));
        venue.submit(order("a", "-2"), 2 * day);
        venue.on_bar(bar(2, "100", "110"));
        venue.on_bar(bar(3, "120", "130"));
        venue.events.clear();
        venue.venue.end(venue.events);
        ASSERT_THAT(venue.events, SizeIs(1));
        EXPECT_EQ(venue.code(), "FORCED");
        EXPECT_EQ(venue.events[0].side, DROVER_SIDE_BUY);
        EXPECT_EQ(venue.held(), "0");
        EXPECT_EQ(venue.equity(), at_open ? "99960.000000" : "99940.000000");
        EXPECT_EQ(venue.events[0].time, at_open ? 3 * day : 4 * day);
    }
}

TEST(PaperVenue, halts_the_account_where_amounts_become_too_large) {
    Venue venue(
        R"({"cash": "100000000000000000000", "instruments": {"SPX": {"multiplier": 900000000}}})");
    venue.on_bar(bar(1, "9000000000", "9000000000"));
    venue.submit(order("a", "9000000000"), 2 * day);
    EXPECT_EQ(venue.code(), "OVERFLOW");
    EXPECT_TRUE(venue.venue.is_halted());
    EXPECT_EQ(venue.cash(), "100000000000000000000.000000");
    venue.submit(order("b", "1"), 2 * day);
    EXPECT_EQ(venue.code(), "HALTED");
}

TEST(PaperVenue, goes_on_from_its_saved_state) {
    const char* config = R"({"commission": {"fixed": "0.1"}})";
    Venue venue(config);
    venue.on_bar(bar(1, "100", "101"));
    venue.submit(order("a", "3"), 2 * day);
    venue.on_bar(bar(2, "103.333333333", "105"));
    venue.submit(order("b", "-1"), 3 * day);
    Venue again(config);
    again.venue.load(venue.venue.save());
    EXPECT_EQ(again.venue.save(), venue.venue.save());
    EXPECT_EQ(again.equity(), venue.equity());
    EXPECT_EQ(again.venue.open_orders(), 1U);
    EXPECT_THAT(again.on_bar(bar(2, "1", "1")), IsEmpty());
    ASSERT_THAT(again.on_bar(bar(3, "104", "104")), SizeIs(1));
    EXPECT_EQ(again.kind(), DROVER_ORDER_FILLED);
    again.submit(order("a", "3"), 4 * day);
    EXPECT_EQ(again.code(), "DUPLICATE");
    EXPECT_EQ(to_text(again.venue.ledger().realized()), "0.666666667");
}

TEST(PaperVenue, refuses_the_state_of_another_account) {
    Venue venue;
    Venue other(R"({"account": "other"})");
    try {
        other.venue.load(venue.venue.save());
        FAIL() << "a foreign state was taken";
    } catch (const Failure& failed) {
        EXPECT_THAT(failed.what(), HasSubstr("of the account 'paper'"));
    }
}

TEST(PaperVenue, keeps_its_state_small_over_a_long_run) {
    Venue venue;
    venue.on_bar(bar(1, "100", "100"));
    std::size_t half_way = 0;
    for (std::int64_t number = 2; number < 4000; ++number) {
        venue.submit(order("order-" + std::to_string(number), number % 2 == 0 ? "1" : "-1"),
                     number * day);
        venue.on_bar(bar(number, "100", "100"));
        if (number == 2000) {
            half_way = venue.venue.save().size();
        }
    }
    EXPECT_LT(venue.venue.save().size(), half_way + 100);
    EXPECT_LT(half_way, 50'000U);
}

}  // namespace
}  // namespace drover
