/// Percentages: the double next to the exact value.
#include "decimal/percentage.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "decimal/decimal_text.hpp"

namespace drover {
namespace {

double percent(const char* part, const char* whole) {
    return percentage(money_from_text(part), money_from_text(whole));
}

TEST(Percentage, of_few_digits_is_the_number_a_person_would_write) {
    EXPECT_EQ(percent("1413.669983", "100000"), 1.413669983);
    EXPECT_EQ(percent("5.5", "100"), 5.5);
    EXPECT_EQ(percent("0.07", "100"), 0.07);
    EXPECT_EQ(percent("1110.8", "1000"), 111.08);
    EXPECT_EQ(percent("0.000000000000000001", "100000"), 1e-21);
}

TEST(Percentage, that_does_not_end_is_rounded_once) {
    EXPECT_EQ(percent("1", "3"), 100.0 / 3.0);
    EXPECT_EQ(percent("2", "300"), 2.0 / 3.0);
    EXPECT_EQ(percent("700", "11"), 70000.0 / 11.0);
}

TEST(Percentage, has_the_sign_of_the_ratio) {
    EXPECT_EQ(percent("-1413.669983", "100000"), -1.413669983);
    EXPECT_EQ(percent("5", "-200"), -2.5);
    EXPECT_EQ(percent("-5", "-200"), 2.5);
    EXPECT_EQ(percent("0", "-200"), 0);
    EXPECT_FALSE(std::signbit(percent("0", "-200")));
}

TEST(Percentage, of_nothing_is_not_a_number) {
    EXPECT_TRUE(std::isnan(percent("5", "0")));
    EXPECT_TRUE(std::isnan(percent("0", "0")));
}

TEST(Percentage, holds_where_the_quotient_is_wider_than_a_double) {
    EXPECT_EQ(percent("1000000000000", "0.000000000000000001"), 1e32);
    // 2^53 + 1 lies half way: an odd bit far behind it decides.
    EXPECT_EQ(percent("90071992547409.93", "1"), 9007199254740992.0);
    EXPECT_EQ(percent("90071992547409.930000000000000001", "1"), 9007199254740994.0);
}

TEST(Percentage, of_amounts_too_large_to_multiply_is_still_near) {
    EXPECT_DOUBLE_EQ(percent("100000000000000000000", "50000000000000000000"), 200);
}

}  // namespace
}  // namespace drover
