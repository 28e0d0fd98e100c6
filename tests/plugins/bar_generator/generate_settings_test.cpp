// The options of `drover generate bars`: what they mean and what is refused, with a sentence.
#include "bar_generator/generate_settings.hpp"

#include <stdexcept>

#include <gmock/gmock.h>

namespace drover {
namespace {

using ::testing::HasSubstr;

GenerateOptions options() {
    GenerateOptions asked;
    asked.count = "10";
    return asked;
}

std::string refusal(const GenerateOptions& asked) {
    try {
        (void)read_generate_settings(asked);
    } catch (const std::invalid_argument& fault) {
        return fault.what();
    }
    return "";
}

TEST(GenerateSettings, need_nothing_but_a_count) {
    const GenerateSettings settings = read_generate_settings(options());
    EXPECT_EQ(settings.count, 10);
    EXPECT_EQ(settings.bar_seconds, 60);
    EXPECT_EQ(settings.seed, 1U);
    EXPECT_EQ(settings.start, 1'577'923'200) << "2020-01-02";
    EXPECT_EQ(settings.price, 10'000);
}

TEST(GenerateSettings, take_every_unit_of_the_history_provider) {
    GenerateOptions asked = options();
    const std::vector<std::pair<std::string, std::int64_t>> lengths{
        {"30s", 30}, {"5m", 300}, {"4h", 14'400}, {"1d", 86'400}, {"2w", 1'209'600}};
    for (const auto& [text, seconds] : lengths) {
        asked.interval = text;
        EXPECT_EQ(read_generate_settings(asked).bar_seconds, seconds) << text;
    }
}

TEST(GenerateSettings, take_a_time_a_price_and_the_largest_seed) {
    GenerateOptions asked = options();
    asked.start = "2020-01-02T09:30:00+01:00";
    asked.price = "3257.5";
    asked.seed = "18446744073709551615";
    const GenerateSettings settings = read_generate_settings(asked);
    EXPECT_EQ(settings.start, 1'577'923'200 + 30'600);
    EXPECT_EQ(settings.price, 325'750);
    EXPECT_EQ(settings.seed, 18'446'744'073'709'551'615U);
}

TEST(GenerateSettings, refuse_a_value_with_its_option_and_what_to_write) {
    struct Case {
        std::string GenerateOptions::*option;
        std::string value;
        std::string told;
    };
    const std::vector<Case> cases{
        {&GenerateOptions::count, "0", "--count '0' is no number of bars"},
        {&GenerateOptions::count, "1e6", "--count '1e6'"},
        {&GenerateOptions::count, "1000000001", "--count '1000000001'"},
        {&GenerateOptions::interval, "1", "--interval '1' is no length of a bar"},
        {&GenerateOptions::interval, "0m", "--interval '0m'"},
        {&GenerateOptions::interval, "01m", "--interval '01m'"},
        {&GenerateOptions::interval, "10000m", "--interval '10000m'"},
        {&GenerateOptions::seed, "-1", "--seed '-1' is no whole number"},
        {&GenerateOptions::seed, "18446744073709551616", "--seed"},
        {&GenerateOptions::start, "2020-02-30", "--start '2020-02-30' is neither a date"},
        {&GenerateOptions::start, "1969-12-31", "from 1970 on"},
        {&GenerateOptions::start, "2020-01-02T00:00:00.5Z", "whole second"},
        {&GenerateOptions::price, "100.005", "--price '100.005' is no price"},
        {&GenerateOptions::price, "0.99", "--price '0.99'"},
        {&GenerateOptions::price, "1000000.01", "--price '1000000.01'"},
        {&GenerateOptions::price, "cheap", "--price 'cheap'"},
    };
    for (const Case& wanted : cases) {
        GenerateOptions asked = options();
        asked.*wanted.option = wanted.value;
        EXPECT_THAT(refusal(asked), HasSubstr(wanted.told));
    }
}

TEST(GenerateSettings, refuse_bars_that_no_history_provider_could_date) {
    GenerateOptions asked = options();
    asked.interval = "1d";
    asked.count = "88388";
    EXPECT_EQ(refusal(asked), "") << "the last bar ends with the year 2261";
    asked.count = "88389";
    EXPECT_THAT(refusal(asked), HasSubstr("88389 bars of 1d from 2020-01-02 end after the year"));
}

}  // namespace
}  // namespace drover
