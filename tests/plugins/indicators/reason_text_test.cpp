// How prices and times stand in reasons.
#include "indicators/reason_text.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace drover {
namespace {

TEST(ReasonText, writes_decimals_without_trailing_zeros) {
    EXPECT_EQ(decimal_text(1'407'650'000'000), "1407.65");
    EXPECT_EQ(decimal_text(3'000'000'000), "3");
    EXPECT_EQ(decimal_text(-1), "-0.000000001");
    EXPECT_EQ(decimal_text(0), "0");
    EXPECT_EQ(decimal_text(INT64_MIN), "-9223372036.854775808");
}

TEST(ReasonText, shows_averages_with_digits_that_fit_their_size) {
    EXPECT_EQ(average_text(1402.3149), "1402.31");
    EXPECT_EQ(average_text(1.23456), "1.2346");
    EXPECT_EQ(average_text(0.000123456), "0.000123456");
    EXPECT_EQ(average_text(std::nan("")), "undefined");
}

TEST(ReasonText, names_a_day_by_its_date_and_other_moments_to_the_second) {
    EXPECT_EQ(time_text(959'904'000'000'000'000), "2000-06-02");
    EXPECT_EQ(time_text(1'577'957'400'000'000'000), "2020-01-02T09:30:00Z");
    EXPECT_EQ(time_text(-86'400'000'000'000), "1969-12-31");
}

}  // namespace
}  // namespace drover
