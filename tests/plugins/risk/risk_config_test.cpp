// The configuration of the risk agent.
#include "risk/risk_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <drover/agent.hpp>

#include "decimal/decimal_text.hpp"

namespace drover {
namespace {

TEST(RiskConfig, has_the_defaults_that_the_schema_names) {
    const RiskConfig config = RiskConfig::parse("{}", "desk");
    EXPECT_EQ(config.account, "paper");
    EXPECT_EQ(config.session, "desk");
    EXPECT_EQ(config.account_wait, 1'000'000'000);
    EXPECT_EQ(config.sizing.units, Quantity::from_whole(1));
    EXPECT_EQ(config.limits.max_position, Quantity::from_whole(1));
    const auto schema = nlohmann::json::parse(risk_config_schema);
    EXPECT_EQ(schema.at("properties").at("account").at("default"), "paper");
}

TEST(RiskConfig, reads_numbers_as_they_were_written) {
    const RiskConfig config = RiskConfig::parse(
        R"({"sizing": {"method": "fixed_fraction", "fraction": 0.1},
            "limits": {"max_position": null, "on_breach": "trim"}, "account_wait": "250ms",
            "instrument": {"lot": 0.000001}, "instruments": {"X": {"shortable": false}}})",
        "desk");
    EXPECT_EQ(to_text(config.sizing.fraction), "0.1");
    EXPECT_FALSE(config.limits.max_position.has_value());
    EXPECT_EQ(config.limits.on_breach, OnBreach::trim);
    EXPECT_EQ(config.account_wait, 250'000'000);
    EXPECT_EQ(config.terms_of("Y").lot.units(), 1000);
    EXPECT_EQ(config.terms_of("X").lot.units(), 1000) << "what is not named is as in instrument";
    EXPECT_FALSE(config.terms_of("X").is_shortable);
    EXPECT_TRUE(config.terms_of("Y").is_shortable);
}

void expect_refused(const char* json, const char* words) {
    try {
        (void)RiskConfig::parse(json, "desk");
        FAIL() << json << " was taken";
    } catch (const Failure& failure) {
        EXPECT_THAT(failure.what(), ::testing::HasSubstr(words));
    }
}

TEST(RiskConfig, refuses_settings_that_do_not_belong_to_the_method) {
    expect_refused(R"({"sizing": {"method": "fixed_units", "fraction": 0.5}})", "fixed_fraction");
    expect_refused(R"({"sizing": {"method": "fixed_fraction", "units": 1}})", "fixed_units");
    expect_refused(R"({"sizing": {"method": "fixed_fraction"}})", "needs sizing.fraction");
}

TEST(RiskConfig, refuses_a_number_with_more_digits_than_can_be_kept) {
    expect_refused(R"({"sizing": {"method": "fixed_units", "units": 0.00000000015}})", "1.5e-10");
}

}  // namespace
}  // namespace drover
