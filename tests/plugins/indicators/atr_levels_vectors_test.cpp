// ATR levels of 400 days of a made-up market, against numbers that a separate program in another
// language found: prices as whole numbers of 1e-9, by exact fractions.
#include <gmock/gmock.h>

#include "bar_generator/bar_walk.hpp"
#include "indicators/atr_levels.hpp"
#include "tests/plugins/spans.hpp"

namespace drover {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t first_day = 18'269;  // 2020-01-08, a Wednesday.
constexpr std::int64_t unit_per_tick = 10'000'000;

/// One row of the separate program's list.
struct Touch {
    std::int64_t date;      ///< Days from the first on.
    std::int64_t multiple;  ///< Thousandths, below 0 under the last close.
    std::int64_t price;
    bool operator==(const Touch&) const = default;
};

struct Found {
    std::vector<Touch> touches;
    std::vector<std::int64_t> last_closes;
    std::vector<double> averages;
    std::vector<double> ranges;  ///< Percent, with the first bar of each period.
};

Found found_in(PeriodMode mode) {
    AtrLevels levels(mode);
    BarWalk walk(20, 10'000, 86'400);
    Found found;
    for (std::int64_t number = 0; number < 400; ++number) {
        const WalkBar made = walk.next();
        const std::int64_t open_time = (first_day + number) * day;
        const LevelBar bar{open_time,
                           open_time + day,
                           made.high * unit_per_tick,
                           made.low * unit_per_tick,
                           made.close * unit_per_tick};
        const bool is_first = levels.begins_period(open_time);
        std::vector<LevelTouch> touches;
        levels.push(bar, touches);
        for (const LevelTouch& touch : touches) {
            const std::int64_t multiple = atr_level_thousandths[touch.level.index];
            found.touches.push_back(
                {number, touch.level.is_above ? multiple : -multiple, touch.price});
        }
        if (is_first && levels.has_levels()) {
            found.last_closes.push_back(levels.last_close());
            found.averages.push_back(levels.average_range());
            found.ranges.push_back(levels.range_percent());
        }
        // What was saved goes on as what was not.
        AtrLevels next(mode);
        next.restore(levels.memory());
        levels = next;
    }
    return found;
}

/// One number for a whole list, as the separate program makes it.
std::int64_t checksum(const std::vector<Touch>& touches) {
    std::int64_t sum = 0;
    for (const Touch& touch : touches) {
        sum += touch.price;
    }
    return sum;
}

TEST(AtrLevelVectors, of_days_are_those_of_a_separate_program) {
    const Found found = found_in(PeriodMode::day);
    ASSERT_EQ(found.averages.size(), 385U);
    EXPECT_EQ(found.last_closes[0], 102'200'000'000);
    EXPECT_DOUBLE_EQ(found.averages[0], 1.2714285714285691);
    EXPECT_DOUBLE_EQ(found.averages[1], 1.2720408163265287);
    EXPECT_DOUBLE_EQ(found.averages[2], 1.2333236151603484);
    EXPECT_DOUBLE_EQ(found.averages.back(), 1.8121031864498123);
    EXPECT_DOUBLE_EQ(found.ranges[0], 100.67415730337106);
    ASSERT_EQ(found.touches.size(), 2044U);
    EXPECT_THAT(std::vector(found.touches.begin(), found.touches.begin() + 6),
                ElementsAre(Touch{15, -236, 101'899'942'857},
                            Touch{15, -382, 101'714'314'286},
                            Touch{15, -500, 101'564'285'714},
                            Touch{15, -618, 101'414'257'143},
                            Touch{15, -786, 101'200'657'143},
                            Touch{16, 236, 101'250'201'633}));
    EXPECT_EQ(found.touches.back(), (Touch{399, -786, 126'715'686'895}));
    EXPECT_EQ(checksum(found.touches), 218'973'164'185'497);
}

TEST(AtrLevelVectors, of_weeks_are_those_of_a_separate_program_and_leave_the_cut_week_out) {
    const Found found = found_in(PeriodMode::multiday);
    ASSERT_EQ(found.averages.size(), 42U);
    EXPECT_EQ(found.last_closes[0], 93'440'000'000);
    EXPECT_DOUBLE_EQ(found.averages[0], 4.3342857142857145);
    EXPECT_DOUBLE_EQ(found.averages[1], 4.35469387755102);
    EXPECT_DOUBLE_EQ(found.averages.back(), 4.706566509506268);
    EXPECT_DOUBLE_EQ(found.ranges[0], 16.61173368490439);
    ASSERT_EQ(found.touches.size(), 215U);
    // The first Monday with levels is 2020-04-27, day 110.
    EXPECT_THAT(std::vector(found.touches.begin(), found.touches.begin() + 6),
                ElementsAre(Touch{115, 236, 94'462'891'429},
                            Touch{115, 382, 95'095'697'143},
                            Touch{116, 500, 95'607'142'857},
                            Touch{116, 618, 96'118'588'571},
                            Touch{116, 786, 96'846'748'571},
                            Touch{117, -236, 96'032'292'245}));
    EXPECT_EQ(found.touches.back(), (Touch{399, -618, 127'161'341'897}));
    EXPECT_EQ(checksum(found.touches), 23'925'093'234'818);
}

}  // namespace
}  // namespace drover
