// The plugin's word about its health, and the host's.
#include "runner/host_health.hpp"

#include <gtest/gtest.h>

#include <drover/host.h>

#include "tests/host/runner/durable_agent.hpp"

namespace drover {
namespace {

TEST(HostHealth, keeps_the_plugins_word_back_while_the_host_has_a_trouble) {
    HealthObserver observer;
    HostHealth health(observer);
    health.report(DROVER_HEALTH_HEALTHY, "ok", "all well");
    health.trouble(DROVER_HEALTH_UNHEALTHY, "state_file", "The disk is full.");
    health.report(DROVER_HEALTH_DEGRADED, "slow", "rather slow");
    ASSERT_EQ(observer.health.size(), 2U);
    EXPECT_EQ(observer.health[1].text, "The disk is full.");
    health.clear("another");
    EXPECT_EQ(observer.health.size(), 2U);
    health.clear("state_file");
    ASSERT_EQ(observer.health.size(), 3U);
    EXPECT_EQ(observer.health[2].text, "rather slow");
    EXPECT_EQ(observer.health[2].level, DROVER_HEALTH_DEGRADED);
}

TEST(HostHealth, is_healthy_again_where_the_plugin_has_said_nothing) {
    HealthObserver observer;
    HostHealth health(observer);
    health.trouble(DROVER_HEALTH_DEGRADED, "outbox_full", "Too much waits.");
    health.clear("outbox_full");
    ASSERT_EQ(observer.health.size(), 2U);
    EXPECT_EQ(observer.health[1].level, DROVER_HEALTH_HEALTHY);
    EXPECT_EQ(observer.health[1].code, "ok");
}

}  // namespace
}  // namespace drover
