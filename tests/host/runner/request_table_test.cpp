// Who waits for an agent's answer, and who is told that too many do.
#include "runner/request_table.hpp"

#include <cstdint>

#include <gtest/gtest.h>

namespace drover {
namespace {

/// Takes in as many requests as may wait; all stop waiting at `deadline`.
RequestTable full_until(std::int64_t deadline) {
    RequestTable table;
    for (std::uint64_t number = 1; number <= RequestTable::most_unanswered; ++number) {
        EXPECT_TRUE(table.receive({{9, 1, number}, 0, deadline}, 0));
    }
    return table;
}

TEST(RequestTable, makes_room_for_a_request_where_nobody_waits_for_the_others_any_more) {
    RequestTable table = full_until(1000);
    EXPECT_FALSE(table.receive({{9, 1, 5000}, 0, 2000}, 1000));
    EXPECT_TRUE(table.receive({{9, 1, 5000}, 0, 2000}, 1001));
    EXPECT_EQ(table.find(1), nullptr);
}

TEST(RequestTable, keeps_the_requests_of_those_who_still_wait_when_the_clock_is_set_ahead) {
    RequestTable table = full_until(1000);
    table.shift(5000);
    EXPECT_FALSE(table.receive({{9, 1, 5000}, 0, 9000}, 5500));
    EXPECT_NE(table.find(1), nullptr);
    EXPECT_TRUE(table.receive({{9, 1, 5000}, 0, 9000}, 6001)) << "by now nobody waits";
}

TEST(RequestTable, keeps_deadlines_at_the_end_of_all_times_there) {
    RequestTable table = full_until(RequestTable::none);
    table.open(OutgoingRequest{0, "a", "b", 0, 0, RequestTable::none, "1"}, 1);
    table.shift(5000);
    EXPECT_EQ(table.next_deadline(), RequestTable::none);
    EXPECT_FALSE(table.receive({{9, 1, 5000}, 0, 0}, RequestTable::none - 1));
}

}  // namespace
}  // namespace drover
