/// The configuration of a paper broker.
#include "broker/broker_settings.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "broker/broker_schema.hpp"
#include "decimal/decimal_text.hpp"

namespace drover {
namespace {

std::string failure(const char* config) {
    try {
        static_cast<void>(read_broker_settings(config));
    } catch (const Failure& failed) {
        return failed.what();
    }
    return "nothing failed";
}

TEST(BrokerSettings, needs_nothing) {
    const BrokerSettings settings = read_broker_settings("{}");
    EXPECT_EQ(settings.account, "paper");
    EXPECT_EQ(settings.currency, "USD");
    EXPECT_EQ(settings.cash, Money::from_whole(100'000));
    EXPECT_EQ(settings.latency, 0);
    EXPECT_EQ(settings.at_end, AtEnd::mark);
    EXPECT_EQ(settings.rules_of("SPX").multiplier, Factor::from_whole(1));
}

TEST(BrokerSettings, reads_its_own_example) {
    const BrokerSettings settings = read_broker_settings(broker_settings_example);
    EXPECT_EQ(to_text(settings.commission.percent), "0.05");
    EXPECT_EQ(to_text(*settings.commission.minimum), "1.000000");
}

TEST(BrokerSettings, reads_amounts_exactly) {
    const BrokerSettings settings = read_broker_settings(
        R"({"cash": "123456789012.123456789012345678", "latency": "250ms",
            "commission": {"per_unit": 0.005},
            "instruments": {"ES": {"multiplier": 50, "lot": 1, "shortable": false}}})");
    EXPECT_EQ(to_text(settings.cash), "123456789012.123456789012345678");
    EXPECT_EQ(to_text(settings.commission.per_unit), "0.005");
    EXPECT_EQ(settings.latency, 250'000'000);
    EXPECT_EQ(settings.rules_of("ES").multiplier, Factor::from_whole(50));
    EXPECT_FALSE(settings.rules_of("ES").is_shortable);
}

TEST(BrokerSettings, names_the_key_that_is_wrong) {
    EXPECT_THAT(failure(R"({"cash": 123456789.123456789})"),
                ::testing::HasSubstr("write it in quotes"));
    EXPECT_THAT(failure(R"({"cash": "0.1234567890123456789"})"),
                ::testing::HasSubstr("'cash': '0.1234567890123456789' has more than 18 decimals"));
    EXPECT_THAT(failure(R"({"commission": {"minimum": 2, "maximum": 1}})"),
                ::testing::HasSubstr("the minimum 2.000000 is above the maximum 1.000000"));
    EXPECT_THAT(failure(R"({"instruments": {"ES": {"multiplier": "0"}}})"),
                ::testing::HasSubstr("'instruments.ES.multiplier'"));
    EXPECT_THAT(failure(R"({"max_price_age": "999999999d"})"),
                ::testing::HasSubstr("longer than ten years"));
}

}  // namespace
}  // namespace drover
