// The documents that the control socket gives.
#include "daemon/fleet_view.hpp"

#include <csignal>

#include <gtest/gtest.h>

#include "tests/host/daemon/fake_fleet.hpp"

namespace drover {
namespace {

using test::FakeFleet;

Json unit_of(const Json& document, const std::string& name) {
    for (const Json& unit : document.at("agents")) {
        if (unit.at("name") == name) {
            return unit;
        }
    }
    return nullptr;
}

Json status_of(FakeFleet& fleet) {
    FleetView view = fleet.view();
    return view.status(fleet.supervisor().names());
}

TEST(FleetView, has_every_key_of_the_contract) {
    FakeFleet fleet;
    fleet.add("broker", "run");
    Dependency on_broker;
    on_broker.agent = "broker";
    fleet.add("risk", "run").depends_on = {on_broker};
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    const Json document = status_of(fleet);
    const Json& supervisor = document.at("supervisor");
    EXPECT_EQ(supervisor.at("pid"), ::getpid());
    EXPECT_EQ(supervisor.at("guard_pid"), 1);
    EXPECT_EQ(supervisor.at("version"), "1.2.3");
    EXPECT_EQ(supervisor.at("fleet"), "fakes");
    EXPECT_EQ(supervisor.at("clock"), "wall");
    EXPECT_TRUE(supervisor.at("replay").is_null());
    EXPECT_EQ(supervisor.at("warnings").at(0), "a warning");
    EXPECT_EQ(supervisor.at("kill_switch").at("engaged"), false);
    EXPECT_GE(supervisor.at("uptime_seconds").get<double>(), 0);
    ASSERT_EQ(document.at("agents").size(), 3U);
    const Json router = document.at("agents").at(0);
    EXPECT_EQ(router.at("name"), "drover-router");
    EXPECT_TRUE(router.at("plugin").is_null());
    const Json risk = unit_of(document, "risk");
    EXPECT_EQ(risk.at("plugin"), "fake");
    EXPECT_EQ(risk.at("state"), "running");
    EXPECT_EQ(risk.at("health"), "healthy");
    EXPECT_FALSE(risk.at("reason").get<std::string>().empty());
    EXPECT_EQ(risk.at("pid"), fleet.pid("risk"));
    EXPECT_EQ(risk.at("restarts"), 0);
    EXPECT_TRUE(risk.at("last_exit").is_null());
    EXPECT_EQ(risk.at("messages_in"), 0);
    EXPECT_EQ(risk.at("lost"), 0);
    EXPECT_GT(risk.at("memory_bytes").get<std::int64_t>(), 0);
    EXPECT_GE(risk.at("cpu_percent").get<double>(), 0);
    // Loading takes tens of milliseconds of a life that has just been noted: they count as of a
    // fifth of a second at least.
    const auto used = usage_of(fleet.pid("risk"));
    ASSERT_TRUE(used);
    constexpr double fifth_of_a_second = 200e6;
    EXPECT_LE(risk.at("cpu_percent").get<double>(),
              static_cast<double>(used->cpu_nanoseconds) / fifth_of_a_second * 100 + 0.1);
    EXPECT_EQ(risk.at("depends_on"), Json::array({"broker"}));
}

TEST(FleetView, has_every_key_of_the_contract_for_every_unit) {
    FakeFleet fleet;
    fleet.add("risk", "run");
    fleet.add("spare", "run").enabled = false;
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    const Json document = status_of(fleet);
    for (const char* key : {"pid", "guard_pid", "uptime_seconds", "version"}) {
        EXPECT_TRUE(document.at("supervisor").contains(key)) << key;
    }
    for (const Json& unit : document.at("agents")) {
        for (const char* key :
             {"name",         "plugin",   "state",      "health",           "reason",
              "pid",          "restarts", "last_exit",  "messages_in",      "uptime_seconds",
              "messages_out", "lost",     "refused",    "refused_by",       "replaced",
              "lost_by",      "voided",   "malformed",  "cpu_percent",      "memory_bytes",
              "depends_on",   "standby",  "started_by", "started_by_reason"}) {
            EXPECT_TRUE(unit.contains(key)) << key;
        }
    }
}

TEST(FleetView, gives_null_for_what_does_not_exist) {
    FakeFleet fleet;
    fleet.add("risk", "run").enabled = false;
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("drover-router"));
    const Json risk = unit_of(status_of(fleet), "risk");
    EXPECT_EQ(risk.at("state"), "disabled");
    for (const char* key : {"pid",
                            "uptime_seconds",
                            "last_exit",
                            "messages_in",
                            "messages_out",
                            "lost",
                            "refused",
                            "cpu_percent",
                            "memory_bytes"}) {
        EXPECT_TRUE(risk.at(key).is_null()) << key;
    }
}

TEST(FleetView, tells_how_the_last_process_ended) {
    FakeFleet fleet;
    fleet.add("risk", "run");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    ::kill(fleet.pid("risk"), SIGKILL);
    ASSERT_TRUE(fleet.until_running("risk", 1));
    const Json end = unit_of(status_of(fleet), "risk").at("last_exit");
    EXPECT_TRUE(end.at("code").is_null());
    EXPECT_EQ(end.at("signal"), 9);
    EXPECT_EQ(end.at("text"), "killed by SIGKILL");
    EXPECT_FALSE(end.at("time").get<std::string>().empty());
}

}  // namespace
}  // namespace drover
