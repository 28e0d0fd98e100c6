// Clocks that jump and disks that fill up.
#include "daemon/machine_watch.hpp"

#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t noon = 1'800'000'000'000'000'000;
constexpr std::uint64_t gigabyte = 1'000'000'000;

Monotonic at(nanoseconds moment) {
    return Monotonic(std::chrono::duration_cast<Monotonic::duration>(moment));
}

TEST(ClockWatch, is_silent_while_both_clocks_go_on_together) {
    ClockWatch watch;
    EXPECT_FALSE(watch.look(at(seconds(1)), noon));
    EXPECT_FALSE(watch.look(at(seconds(2)), noon + nanoseconds(seconds(1)).count()));
    // A process that waited for an hour has seen both go on by an hour.
    EXPECT_FALSE(
        watch.look(at(seconds(2) + hours(1)), noon + nanoseconds(seconds(1) + hours(1)).count()));
}

TEST(ClockWatch, tells_a_jump_once_in_both_directions) {
    ClockWatch watch;
    EXPECT_FALSE(watch.look(at(seconds(1)), noon));
    const auto forward = watch.look(at(seconds(2)), noon + nanoseconds(hours(2)).count());
    ASSERT_TRUE(forward);
    EXPECT_EQ(*forward, nanoseconds(hours(2)) - nanoseconds(seconds(1)));
    EXPECT_FALSE(watch.look(at(seconds(3)), noon + nanoseconds(hours(2) + seconds(1)).count()));
    const auto back = watch.look(at(seconds(3)), noon);
    ASSERT_TRUE(back);
    EXPECT_LT(*back, nanoseconds::zero());
}

TEST(ClockWatch, lets_a_clock_be_slewed) {
    ClockWatch watch;
    EXPECT_FALSE(watch.look(at(seconds(1)), noon));
    EXPECT_FALSE(watch.look(at(seconds(1)), noon + nanoseconds(milliseconds(499)).count()));
}

TEST(DiskWatch, tells_when_little_is_left_and_when_there_is_room_again) {
    DiskWatch watch;
    EXPECT_EQ(watch.look({10 * gigabyte, 100 * gigabyte}), DiskWatch::Change::none);
    EXPECT_EQ(watch.look({499'000'000, 100 * gigabyte}), DiskWatch::Change::became_low);
    EXPECT_TRUE(watch.is_low());
    EXPECT_EQ(watch.look({1000, 100 * gigabyte}), DiskWatch::Change::none);
    EXPECT_EQ(watch.look({510'000'000, 100 * gigabyte}), DiskWatch::Change::none);
    EXPECT_EQ(watch.look({600'000'000, 100 * gigabyte}), DiskWatch::Change::became_well);
    EXPECT_FALSE(watch.is_low());
}

TEST(DiskWatch, takes_a_tenth_of_a_small_disk_for_little) {
    DiskWatch watch;
    EXPECT_EQ(watch.look({200'000'000, gigabyte}), DiskWatch::Change::none);
    EXPECT_EQ(watch.look({99'000'000, gigabyte}), DiskWatch::Change::became_low);
}

TEST(MachineWatch, says_in_a_sentence_what_the_clock_did) {
    std::vector<std::pair<std::string, std::string>> told;
    MachineWatch watch("/", [&](const char* event, const std::string& sentence) {
        told.emplace_back(event, sentence);
    });
    watch.look(at(seconds(10)), noon);
    told.clear();  // Of the disk of the machine that runs the test.
    watch.look(at(seconds(10) + milliseconds(100)), noon - nanoseconds(hours(1)).count());
    ASSERT_THAT(told, ElementsAre(testing::Pair("clock_jumped", HasSubstr("went back by 1 h"))));
}

TEST(MachineWatch, reads_the_room_of_a_real_disk) {
    const auto room = disk_room("/");
    ASSERT_TRUE(room);
    EXPECT_GT(room->whole, 0U);
    EXPECT_LE(room->free, room->whole);
    EXPECT_FALSE(disk_room("/there/is/no/such/folder"));
}

}  // namespace
}  // namespace drover
