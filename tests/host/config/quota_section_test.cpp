// `quota`: rates, units, defaults, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Quota quota_of(const std::string& defaults, const std::string& own) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(
        folder.load("defaults: {quota: " + defaults +
                    "}\nagents: {risk: {plugin: risk, quota: " + own + "}}\n"));
    return fleet.agents[0].supervision.quota;
}

TEST(QuotaSection, reads_rates_and_the_burst) {
    const Quota quota = quota_of("{}", "{messages: 2000/s, bytes: 10MiB/s, burst: 500ms}");
    EXPECT_EQ(quota.messages, 2000U);
    EXPECT_EQ(quota.bytes, std::uint64_t{10} << 20U);
    EXPECT_EQ(quota.burst, std::chrono::milliseconds(500));
}

TEST(QuotaSection, of_an_agent_wins_over_the_defaults_key_by_key) {
    const Quota quota = quota_of("{messages: 100/s, bytes: 1MiB/s}", "{messages: unlimited}");
    EXPECT_EQ(quota.messages, std::nullopt);
    EXPECT_EQ(quota.bytes, std::uint64_t{1} << 20U);
    EXPECT_EQ(quota.burst, std::chrono::seconds(1));
    EXPECT_TRUE(quota_of("{}", "{}").is_unlimited());
}

TEST(QuotaSection, takes_the_least_rate_of_bytes_and_the_longest_burst_and_no_less_or_more) {
    const Quota quota = quota_of("{}", "{messages: 1/s, bytes: 1KiB/s, burst: 1h}");
    EXPECT_EQ(quota.messages, 1U);
    EXPECT_EQ(quota.bytes, 1024U);
    EXPECT_EQ(quota.burst, std::chrono::hours(1));
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("agents: {risk: {plugin: risk, quota: {bytes: 0KiB/s, "
                              "burst: 3600001ms}}}"),
                ElementsAre(HasSubstr("'bytes' takes a size a second from 1KiB/s on"),
                            HasSubstr("at most 1h, and this is 3600001ms.")));
}

TEST(QuotaSection, names_the_place_of_each_wrong_type_range_and_unit) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("agents:\n"
                              "  risk:\n"
                              "    plugin: risk\n"
                              "    quota: {messages: 5, bytes: 10MiB, burst: 2h, rate: 1/s}\n"
                              "  broker:\n"
                              "    plugin: broker\n"
                              "    quota: {messages: [1], bytes: 10/s, burst: 5}\n"),
                ElementsAre(HasSubstr("4:23: agent 'risk': quota: 'messages': '5' is not a rate"),
                            HasSubstr("4:33: agent 'risk': quota: 'bytes' takes a size a second"),
                            HasSubstr("4:47: agent 'risk': quota: 'burst' is how long an agent may "
                                      "have saved up for what "
                                      "it publishes at once: at most 1h, and this is 2h."),
                            HasSubstr("4:51: agent 'risk': quota: unknown key 'rate'"),
                            HasSubstr("7:23: agent 'broker': quota: 'messages' takes messages a "
                                      "second such as 2000/s, or unlimited, and this is a list."),
                            HasSubstr("7:35: agent 'broker': quota: 'bytes' takes a size"),
                            HasSubstr("7:48: agent 'broker': quota: 'burst'")));
}

}  // namespace
}  // namespace drover
