// What an account holds and is about to hold.
#include "risk/expected_positions.hpp"

#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "tests/plugins/risk/risk_fixture.hpp"

namespace drover {
namespace {

drover_order_event event(const char* id,
                         std::int32_t kind,
                         std::int64_t quantity,
                         std::int64_t filled = 0,
                         std::int64_t fill = 0,
                         std::int32_t side = DROVER_SIDE_BUY) {
    drover_order_event made{};
    set_text(made.client_order_id, id);
    set_text(made.symbol, "SPX");
    made.kind = kind;
    made.side = side;
    made.quantity = quantity * one;
    made.filled_quantity = filled * one;
    made.fill_quantity = fill * one;
    return made;
}

drover_position position(std::int64_t quantity) {
    drover_position made{};
    set_text(made.symbol, "SPX");
    made.quantity = quantity * one;
    return made;
}

drover_account snapshot(std::uint32_t positions, std::uint32_t orders) {
    drover_account made{};
    made.open_positions = positions;
    made.working_orders = orders;
    return made;
}

void send(ExpectedPositions& book, const char* id, std::int64_t quantity, std::int64_t at) {
    book.of("SPX").orders.push_back({id, whole(quantity), at});
}

Reconciliation reconcile(ExpectedPositions& book,
                         std::int64_t at,
                         std::uint32_t positions,
                         std::uint32_t orders,
                         SilenceRule rule = SilenceRule::older_is_lost) {
    return book.reconcile(snapshot(positions, orders), at, rule);
}

TEST(ExpectedPositions, counts_an_order_from_the_moment_it_is_sent) {
    ExpectedPositions book;
    send(book, "a", 2, 10);
    EXPECT_EQ(book.of("SPX").expected(), whole(2));
    EXPECT_EQ(book.of("SPX").filled, whole(0));
}

TEST(ExpectedPositions, moves_quantity_from_working_to_filled) {
    ExpectedPositions book;
    send(book, "a", 3, 10);
    book.apply(event("a", DROVER_ORDER_ACCEPTED, 3), 10);
    book.apply(event("a", DROVER_ORDER_PARTIALLY_FILLED, 3, 1, 1), 20);
    EXPECT_EQ(book.of("SPX").filled, whole(1));
    EXPECT_EQ(book.of("SPX").working(1), whole(2));
    EXPECT_EQ(book.apply(event("a", DROVER_ORDER_FILLED, 3, 3, 2), 30), BookChange::order_ended);
    EXPECT_EQ(book.of("SPX").filled, whole(3));
    EXPECT_TRUE(book.of("SPX").orders.empty());
}

TEST(ExpectedPositions, forgets_what_was_cancelled_rejected_or_expired) {
    for (const std::int32_t end :
         {DROVER_ORDER_CANCELLED, DROVER_ORDER_REJECTED, DROVER_ORDER_EXPIRED}) {
        ExpectedPositions book;
        send(book, "a", -2, 10);
        EXPECT_EQ(book.apply(event("a", end, 2, 0, 0, DROVER_SIDE_SELL), 20),
                  BookChange::order_ended);
        EXPECT_EQ(book.of("SPX").expected(), whole(0));
    }
}

TEST(ExpectedPositions, takes_the_brokers_position_over_its_own_sum) {
    ExpectedPositions book;
    book.apply(position(5));
    EXPECT_EQ(book.of("SPX").filled, whole(5));
    EXPECT_EQ(book.apply(position(5)), BookChange::nothing);
}

TEST(ExpectedPositions, loses_an_older_order_that_the_broker_does_not_know) {
    ExpectedPositions book;
    send(book, "a", 1, 10);
    const Reconciliation found = reconcile(book, 11, 0, 0);
    ASSERT_EQ(found.lost.size(), 1U);
    EXPECT_EQ(found.lost[0].order.client_order_id, "a");
    EXPECT_EQ(book.of("SPX").expected(), whole(0));
}

TEST(ExpectedPositions, keeps_an_order_of_the_snapshots_own_instant) {
    ExpectedPositions book;
    send(book, "a", 1, 10);
    EXPECT_TRUE(reconcile(book, 10, 0, 0).lost.empty());
    EXPECT_EQ(book.of("SPX").expected(), whole(1));
}

TEST(ExpectedPositions, keeps_a_silent_order_on_the_wall_clock_until_the_broker_lives_anew) {
    ExpectedPositions book;
    send(book, "a", 1, 10);
    EXPECT_TRUE(reconcile(book, 99, 0, 0, SilenceRule::only_of_earlier_life).lost.empty());
    book.begin_adoption();
    EXPECT_EQ(reconcile(book, 99, 0, 0, SilenceRule::only_of_earlier_life).lost.size(), 1U);
}

TEST(ExpectedPositions, keeps_a_restated_order) {
    ExpectedPositions book;
    send(book, "a", 1, 10);
    book.apply(event("a", DROVER_ORDER_WORKING, 1), 20);
    EXPECT_TRUE(reconcile(book, 20, 0, 1).lost.empty());
    EXPECT_EQ(book.of("SPX").expected(), whole(1));
}

TEST(ExpectedPositions, loses_an_accepted_order_that_is_not_restated) {
    ExpectedPositions book;
    send(book, "a", 1, 10);
    book.apply(event("a", DROVER_ORDER_ACCEPTED, 1), 10);
    book.apply(position(1));
    const Reconciliation found = reconcile(book, 20, 1, 0, SilenceRule::only_of_earlier_life);
    EXPECT_EQ(found.lost.size(), 1U) << "its fill was missed; the position has it";
    EXPECT_EQ(book.of("SPX").expected(), whole(1));
}

TEST(ExpectedPositions, is_flat_in_what_was_not_restated) {
    ExpectedPositions book;
    book.apply(position(4));
    reconcile(book, 10, 1, 0);
    EXPECT_TRUE(reconcile(book, 20, 0, 0).is_changed);
    EXPECT_EQ(book.of("SPX").filled, whole(0));
}

TEST(ExpectedPositions, concludes_nothing_when_a_restatement_is_missing) {
    ExpectedPositions book;
    send(book, "a", 1, 10);
    book.apply(position(4));
    reconcile(book, 10, 1, 0);
    const Reconciliation found = reconcile(book, 20, 1, 0);
    EXPECT_FALSE(found.is_complete);
    EXPECT_TRUE(found.lost.empty());
    EXPECT_EQ(book.of("SPX").expected(), whole(5));
}

TEST(ExpectedPositions, adopts_what_a_new_life_of_the_broker_publishes) {
    ExpectedPositions book;
    book.apply(position(4));
    send(book, "a", 1, 10);
    send(book, "b", 1, 10);
    book.begin_adoption();
    EXPECT_EQ(book.of("SPX").filled, whole(0));
    book.apply(position(2));
    book.apply(event("a", DROVER_ORDER_WORKING, 1), 20);
    book.apply(event("x", DROVER_ORDER_WORKING, 3, 0, 0, DROVER_SIDE_SELL), 20);
    const Reconciliation found = reconcile(book, 20, 1, 2);
    ASSERT_EQ(found.lost.size(), 1U);
    EXPECT_EQ(found.lost[0].order.client_order_id, "b");
    EXPECT_EQ(book.of("SPX").expected(), whole(2 + 1 - 3));
}

}  // namespace
}  // namespace drover
