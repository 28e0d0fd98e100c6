/// Numbers from text and to text, never through a double.
#include "decimal/decimal_text.hpp"

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover {
namespace {

std::int64_t nano(const std::string& text) {
    const ParsedDecimal parsed = parse_nano_decimal(text);
    EXPECT_EQ(parsed.fault, DecimalFault::none) << text;
    return static_cast<std::int64_t>(parsed.units);
}
DecimalFault fault_of(const std::string& text, Rounding rounding = Rounding::exact) {
    return parse_nano_decimal(text, rounding).fault;
}

TEST(DecimalText, reads_what_files_and_configurations_hold) {
    EXPECT_EQ(nano("1469.250000"), 1'469'250'000'000);
    EXPECT_EQ(nano("0"), 0);
    EXPECT_EQ(nano("-3"), -3'000'000'000);
    EXPECT_EQ(nano("+1."), 1'000'000'000);
    EXPECT_EQ(nano(".5"), 500'000'000);
    EXPECT_EQ(nano("0.000000001"), 1);
    EXPECT_EQ(nano("1e3"), 1'000'000'000'000);
    EXPECT_EQ(nano("1.5E-05"), 15'000);
    EXPECT_EQ(nano("00000000000000000000000001.25"), 1'250'000'000);
}

TEST(DecimalText, is_read_the_same_on_the_fast_way) {
    for (const std::string_view text : {"0",
                                        "7",
                                        "0.0",
                                        "1455.22",
                                        "100.000000001",
                                        "000123.450",
                                        "5.",
                                        "9223372036.8547758",
                                        "9223372036"}) {
        std::int64_t units = -1;
        EXPECT_TRUE(parse_plain_nano(text, units)) << text;
        const ParsedDecimal parsed = parse_nano_decimal(text);
        EXPECT_EQ(parsed.fault, DecimalFault::none) << text;
        EXPECT_TRUE(parsed.units == units) << text;
    }
}

TEST(DecimalText, leaves_all_else_to_the_slow_way) {
    for (const std::string_view text : {"",
                                        ".",
                                        ".5",
                                        "-1",
                                        "+1",
                                        "1e3",
                                        "1.2.3",
                                        "1,5",
                                        " 1",
                                        "1.0000000000",
                                        "9223372037",
                                        "12345678901",
                                        "999999999999999999",
                                        "9999999999999999999"}) {
        std::int64_t units = 0;
        EXPECT_FALSE(parse_plain_nano(text, units)) << text;
    }
}

TEST(DecimalText, keeps_digits_a_double_would_lose) {
    EXPECT_EQ(nano("9007199.254740993"), 9'007'199'254'740'993);
    EXPECT_EQ(nano("9223372036.854775807"), std::numeric_limits<std::int64_t>::max());
}

TEST(DecimalText, takes_zeros_behind_the_ninth_decimal) {
    EXPECT_EQ(nano("1.25000000000000000000000000000000000000000000000000"), 1'250'000'000);
    EXPECT_EQ(nano("0.00000000000000000000000000000000000000000000000000"), 0);
}

TEST(DecimalText, refuses_more_decimals_than_it_holds) {
    EXPECT_EQ(fault_of("1.0000000001"), DecimalFault::too_many_decimals);
    EXPECT_EQ(fault_of("1.00000000000000000000000000000000000000000000000001"),
              DecimalFault::too_many_decimals);
    EXPECT_EQ(fault_of("1e-10"), DecimalFault::too_many_decimals);
}

TEST(DecimalText, rounds_half_to_even_where_asked) {
    const auto rounded = [](const std::string& text) {
        const ParsedDecimal parsed = parse_nano_decimal(text, Rounding::nearest);
        EXPECT_TRUE(parsed.is_rounded) << text;
        return static_cast<std::int64_t>(parsed.units);
    };
    EXPECT_EQ(rounded("0.0000000005"), 0);
    EXPECT_EQ(rounded("0.0000000015"), 2);
    EXPECT_EQ(rounded("0.0000000025"), 2);
    EXPECT_EQ(rounded("0.00000000250000000000000000000000000000000000000001"), 3);
    EXPECT_EQ(rounded("-0.0000000015"), -2);
    EXPECT_EQ(rounded("1e-4000"), 0);
    EXPECT_FALSE(parse_nano_decimal("1.5", Rounding::nearest).is_rounded);
}

TEST(DecimalText, refuses_what_is_no_number) {
    for (const char* text : {"abc",
                             "1,5",
                             "1.2.3",
                             "-",
                             ".",
                             "+.",
                             "1e",
                             "1e+",
                             "e5",
                             " 1",
                             "1 ",
                             "0x10",
                             "nan",
                             "inf",
                             "1-",
                             "--1",
                             "1_000"}) {
        EXPECT_EQ(fault_of(text), DecimalFault::not_a_number) << text;
    }
    EXPECT_EQ(fault_of(""), DecimalFault::empty);
}

TEST(DecimalText, refuses_what_is_out_of_range) {
    EXPECT_EQ(fault_of("9223372036.854775808"), DecimalFault::too_large);
    EXPECT_EQ(fault_of("-9223372036.854775808"), DecimalFault::too_large);
    EXPECT_EQ(fault_of("1e4000"), DecimalFault::too_large);
    EXPECT_EQ(fault_of("99999999999999999999999999999999999999999999999999"),
              DecimalFault::too_large);
    EXPECT_EQ(parse_decimal("170141183460469231731.687303715884105728", 18).fault,
              DecimalFault::too_large);
}

TEST(DecimalText, says_what_is_wrong_with_a_text) {
    try {
        static_cast<void>(price_from_text("12.0000000001"));
        FAIL() << "a fault was taken";
    } catch (const std::invalid_argument& fault) {
        EXPECT_STREQ(fault.what(), "'12.0000000001' has more than 9 decimals that are not zero.");
    }
}

TEST(DecimalText, prints_exactly_and_without_idle_zeros) {
    EXPECT_EQ(to_text(price_from_text("1402.109985")), "1402.109985");
    EXPECT_EQ(to_text(price_from_text("-0.5")), "-0.5");
    EXPECT_EQ(to_text(price_from_text("100")), "100");
    EXPECT_EQ(to_text(money_from_text("100000")), "100000.000000");
    EXPECT_EQ(to_text(money_from_text("-0.1234567")), "-0.1234567");
    EXPECT_EQ(to_text(Money{}), "0.000000");
    EXPECT_EQ(to_text(Money::from_units(static_cast<Int128>(UInt128{1} << 127U))),
              "-170141183460469231731.687303715884105728");
}

TEST(DecimalText, reads_what_it_prints) {
    for (std::int64_t units : {std::int64_t{0},
                               std::int64_t{1},
                               std::int64_t{-1},
                               std::int64_t{999'999'999},
                               std::int64_t{-1'000'000'000},
                               std::numeric_limits<std::int64_t>::max()}) {
        EXPECT_EQ(price_from_text(to_text(Price::from_units(units))).units(), units);
    }
}

}  // namespace
}  // namespace drover
