// The schema of the risk agent's config, as the host applies it.
#include "plugin/config_schema.hpp"

#include <gtest/gtest.h>

#include "risk/risk_agent.hpp"

namespace drover {
namespace {

std::size_t violations(const char* config) {
    return check_config(RiskAgent::about.config_schema, config).size();
}

TEST(RiskConfigSchema, is_usable_and_takes_its_own_example) {
    EXPECT_TRUE(check_schema(RiskAgent::about.config_schema).has_value());
    EXPECT_EQ(violations(RiskAgent::about.config_example), 0U);
    EXPECT_EQ(violations("{}"), 0U);
}

TEST(RiskConfigSchema, takes_all_that_the_docs_name) {
    EXPECT_EQ(violations(R"({"account": "paper", "session": "s", "account_wait": "250ms",
        "sizing": {"method": "fixed_fraction", "fraction": 0.25},
        "limits": {"max_position": null, "on_breach": "trim"},
        "instrument": {"lot": 1, "minimum_quantity": 1, "minimum_notional": 10},
        "breakers": {"daily_loss": {"limit": "2%", "then": "halted", "reset": "next_session"},
                     "peak_drawdown": {"limit": "10%", "reset": {"after": "2h"}}},
        "day_start": "17:00 America/New_York",
        "instruments": {"SPX": {"shortable": false}}})"),
              0U);
    EXPECT_EQ(violations(R"({"breakers": {"daily_loss": {"limit": 500}}})"), 0U);
}

TEST(RiskConfigSchema, refuses_sizing_methods_that_are_not_offered) {
    EXPECT_EQ(violations(R"({"sizing": {"method": "kelly"}})"), 1U);
    EXPECT_EQ(violations(R"({"sizing": {"method": "volatility_target"}})"), 1U);
}

TEST(RiskConfigSchema, refuses_unknown_keys_and_values_out_of_range) {
    EXPECT_EQ(violations(R"({"limit": {}})"), 1U);
    EXPECT_EQ(violations(R"({"sizing": {"method": "fixed_units", "units": 0}})"), 1U);
    EXPECT_EQ(violations(R"({"limits": {"max_position": -1}})"), 1U);
    EXPECT_EQ(violations(R"({"instruments": {"SPX": {"lots": 1}}})"), 1U);
    EXPECT_EQ(violations(R"({"account_wait": "soon"})"), 1U);
    EXPECT_GE(violations(R"({"breakers": {"daily_loss": {}}})"), 1U);
    EXPECT_GE(violations(R"({"breakers": {"daily_loss": {"limit": -5}}})"), 1U);
    EXPECT_GE(violations(R"({"breakers": {"peak_drawdown": {"limit": 0.1}}})"), 1U);
    EXPECT_GE(violations(R"({"breakers": {"peak_drawdown": {"limit": "10%", "then": "stop"}}})"),
              1U);
    EXPECT_GE(violations(R"({"breakers": {"losing_streak": {"limit": 3}}})"), 1U);
    EXPECT_GE(violations(R"({"day_start": "5pm"})"), 1U);
}

}  // namespace
}  // namespace drover
