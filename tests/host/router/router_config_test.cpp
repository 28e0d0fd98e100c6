/// What the router accepts as its configuration.
#include "router/router_config.hpp"

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

Json sample() {
    return parse_json(R"({"do":"configure","epoch":7,"fleet":"desk","clock":"replay",
        "tap":"ipc:///tmp/tap","kill_switch":"/tmp/kill_switch",
        "rules":[{"pattern":"order.>","delivery":"durable","gated":true,"publishers":["risk"],
                  "receivers":["broker"]},
                 {"pattern":">","delivery":"stream","gated":false,"publishers":null}],
        "window":{"frames":8,"bytes":4096},"queue":16,
        "agents":[{"name":"risk","handle":3,"consumes":["market.>"],"publishes":["order.>"],
                   "observer":true}],
        "log":{"folder":"/tmp/log","segment_size":1048576,"max_size":4194304}})")
        .value();
}

TEST(RouterConfig, is_read_from_the_configure_message) {
    const auto config = router_config_from_json(sample());
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config.value().epoch, 7U);
    EXPECT_TRUE(config.value().has_replay_clock);
    ASSERT_EQ(config.value().rules.size(), 2U);
    EXPECT_TRUE(config.value().rules[0].gated);
    EXPECT_EQ(config.value().rules[0].publishers, std::vector<std::string>{"risk"});
    EXPECT_FALSE(config.value().rules[1].publishers);
    EXPECT_TRUE(config.value().rules[0].durable);
    EXPECT_EQ(config.value().rules[0].receivers, std::vector<std::string>{"broker"});
    EXPECT_FALSE(config.value().rules[1].durable);
    EXPECT_FALSE(config.value().rules[1].receivers);
    EXPECT_TRUE(config.value().agents[0].is_observer);
    EXPECT_EQ(config.value().log->folder, "/tmp/log");
    EXPECT_EQ(config.value().log->segment_size, 1U << 20U);
    EXPECT_EQ(config.value().log->max_size, 4U << 20U);
    EXPECT_EQ(config.value().window.frames, 8U);
    EXPECT_EQ(config.value().queue, 16U);
    EXPECT_EQ(config.value().find("risk"), 0);
    EXPECT_FALSE(config.value().find("broker"));
}

TEST(RouterConfig, says_what_is_wrong) {
    const auto message_after = [](auto change) {
        Json json = sample();
        change(json);
        const auto config = router_config_from_json(json);
        return config ? std::string("accepted") : config.error().message;
    };
    EXPECT_NE(message_after([](Json& json) { json.erase("epoch"); }).find("epoch"),
              std::string::npos);
    EXPECT_NE(message_after([](Json& json) { json["queue"] = 0; }).find("queue"),
              std::string::npos);
    EXPECT_NE(message_after([](Json& json) { json["log"] = nullptr; }).find("there is no log"),
              std::string::npos);
    EXPECT_NE(message_after([](Json& json) {
                  json["agents"][0]["consumes"][0] = "a..b";
              }).find("'a..b' of agent 'risk'"),
              std::string::npos);
}

}  // namespace
}  // namespace drover
