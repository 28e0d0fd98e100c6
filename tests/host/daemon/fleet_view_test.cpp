// The documents that the control socket gives, and its methods.
#include "daemon/fleet_view.hpp"

#include <csignal>

#include <gtest/gtest.h>

#include "daemon/control_methods.hpp"
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

/// The methods over a fleet of one agent.
class ControlMethodsOfAFleet : public ::testing::Test {
protected:
    ControlMethodsOfAFleet() {
        fleet_.add("risk", "run");
        fleet_.begin();
        view_.emplace(fleet_.view());
        requests_.emplace(
            fleet_.fleet(),
            fleet_.supervisor(),
            [](const Json&) { return false; },
            [](RpcPromise, RpcAnswer) {});
        applied_.emplace(AppliedFiles::open(fleet_.state().applied()).value());
        application_.emplace(fleet_.workplace(),
                             fleet_.supervisor(),
                             fleet_.processes(),
                             schedules_,
                             *applied_,
                             [](const std::vector<std::string>&) {});
        self_upgrade_.emplace(fleet_.workplace().loop,
                              fleet_.processes().family(),
                              fleet_.fleet(),
                              fleet_.state().path(),
                              [](RpcPromise, RpcAnswer) {});
        plugin_upgrade_.emplace(fleet_.workplace(),
                                fleet_.supervisor(),
                                fleet_.processes(),
                                *application_,
                                UpgradedPlugins::none(fleet_.state().upgraded()),
                                [](RpcPromise, RpcAnswer) {});
        methods_.emplace(fleet_.supervisor(),
                         *view_,
                         fleet_.messages(),
                         *requests_,
                         fleet_.recorder(),
                         *application_,
                         fleet_.processes(),
                         *self_upgrade_,
                         *plugin_upgrade_);
    }
    Json result(const std::string& method, const Json& params) {
        RpcAnswer answer = methods_->call(method, params);
        auto* const json = std::get_if<std::unique_ptr<Json>>(&answer);
        return json == nullptr ? Json("failed: " + std::get<RpcError>(answer).message) : **json;
    }
    RpcError error(const std::string& method, const Json& params) {
        RpcAnswer answer = methods_->call(method, params);
        auto* const fault = std::get_if<RpcError>(&answer);
        return fault == nullptr ? RpcError{0, "no error"} : *fault;
    }

    FakeFleet fleet_;
    std::optional<FleetView> view_;
    std::optional<PersonRequests> requests_;
    std::optional<AppliedFiles> applied_;
    ScheduleWatch schedules_;
    std::optional<FleetApplication> application_;
    std::optional<SelfUpgrade> self_upgrade_;
    std::optional<PluginUpgrade> plugin_upgrade_;
    std::optional<ControlMethods> methods_;
};

TEST_F(ControlMethodsOfAFleet, answer_who_is_there) {
    EXPECT_EQ(result("ping", {}).at("version"), "1.2.3");
}

TEST_F(ControlMethodsOfAFleet, stop_and_start_by_name) {
    ASSERT_TRUE(fleet_.until_running("risk"));
    EXPECT_EQ(result("stop", {{"names", {"risk"}}}).at("agents"), Json::array({"risk"}));
    ASSERT_TRUE(fleet_.until_state("risk", AgentState::stopped));
    EXPECT_EQ(result("start", {{"all", true}}).at("agents"), Json::array({"risk"}));
    ASSERT_TRUE(fleet_.until_running("risk"));
}

TEST_F(ControlMethodsOfAFleet, suggest_the_name_that_was_meant) {
    for (const char* method : {"status", "start", "stop", "restart"}) {
        const RpcError fault = error(method, {{"names", {"riks"}}});
        EXPECT_EQ(fault.code, -32602) << method;
        EXPECT_NE(fault.message.find("Did you mean 'risk'?"), std::string::npos) << method;
    }
    EXPECT_EQ(error("describe", {{"name", "riks"}}).code, -32602);
    EXPECT_NE(error("stats", {}).message.find("Did you mean 'status'?"), std::string::npos);
}

TEST_F(ControlMethodsOfAFleet, refuse_parameters_of_the_wrong_kind) {
    EXPECT_EQ(error("status", {{"names", "risk"}}).code, -32602);
    EXPECT_EQ(error("start", {{"names", {1}}}).code, -32602);
    EXPECT_EQ(error("start", Json::object()).code, -32602);
    EXPECT_EQ(error("start", {{"names", {"risk"}}, {"all", true}}).code, -32602);
    EXPECT_EQ(error("describe", Json::object()).code, -32602);
    EXPECT_EQ(error("sing", Json::object()).code, -32601);
}

TEST_F(ControlMethodsOfAFleet, describe_a_unit_with_its_transitions) {
    ASSERT_TRUE(fleet_.until_running("risk"));
    const Json risk = result("describe", {{"name", "risk"}});
    EXPECT_EQ(risk.at("plugin_file"), "/fake.so");
    EXPECT_EQ(risk.at("transitions").back().at("state"), "running");
    EXPECT_EQ(result("describe", {{"name", "drover-router"}}).at("name"), "drover-router");
}

TEST_F(ControlMethodsOfAFleet, choose_units_in_status) {
    EXPECT_EQ(result("status", {{"names", {"risk"}}}).at("agents").size(), 1U);
    EXPECT_EQ(result("status", Json::object()).at("agents").size(), 2U);
}

TEST_F(ControlMethodsOfAFleet, send_a_signal_to_a_process_and_restart_the_agent_it_ends) {
    ASSERT_TRUE(fleet_.until_running("risk"));
    const pid_t before = fleet_.pid("risk");
    const Json sent = result("signal", {{"name", "risk"}, {"signal", SIGKILL}, {"by", "ann"}});
    EXPECT_EQ(sent.at("pid"), before);
    ASSERT_TRUE(fleet_.until([&] {
        const ProcessLife* const life = fleet_.processes().life("risk");
        return life != nullptr && life->child.pid != before;
    }));
}

TEST_F(ControlMethodsOfAFleet, refuse_a_signal_that_is_none_or_has_nobody_to_go_to) {
    EXPECT_EQ(error("signal", {{"name", "risk"}, {"signal", 0}}).code, -32602);
    EXPECT_EQ(error("signal", {{"name", "risk"}, {"signal", 1000}}).code, -32602);
    constexpr std::uint64_t nine_beyond_32_bits = 4294967305;
    EXPECT_EQ(error("signal", {{"name", "risk"}, {"signal", nine_beyond_32_bits}}).code, -32602);
    EXPECT_EQ(error("signal", {{"name", "riks"}, {"signal", 1}}).code, -32602);
    ASSERT_TRUE(fleet_.until_running("risk"));
    (void)result("stop", {{"names", {"risk"}}});
    ASSERT_TRUE(fleet_.until_state("risk", AgentState::stopped));
    EXPECT_EQ(error("signal", {{"name", "risk"}, {"signal", SIGUSR1}}).code, RpcError::refused);
}

TEST_F(ControlMethodsOfAFleet, refuse_an_upgrade_that_cannot_be_tried) {
    EXPECT_EQ(error("upgrade", {{"name", "risk"}, {"file", "new.so"}}).code,
              RpcError::invalid_parameters);
    EXPECT_NE(error("upgrade", {{"name", "risk"}, {"file", "/new.so"}, {"trial_ms", 0}})
                  .message.find("'trial_ms'"),
              std::string::npos);
    const RpcError unknown = error("upgrade", {{"name", "rsk"}, {"file", "/new.so"}});
    EXPECT_EQ(unknown.code, RpcError::invalid_parameters);
    EXPECT_NE(unknown.message.find("risk"), std::string::npos) << unknown.message;
    (void)result("stop", {{"names", {"risk"}}});
    const RpcError resting = error("upgrade", {{"name", "risk"}, {"file", "/new.so"}});
    EXPECT_EQ(resting.code, RpcError::refused);
    EXPECT_NE(resting.message.find("is not to run now"), std::string::npos) << resting.message;
    EXPECT_EQ(error("upgrade_self", {{"program", "droverd"}}).code, RpcError::invalid_parameters);
}

TEST_F(ControlMethodsOfAFleet, tell_where_to_tap) {
    const Json tap = result("tap", {});
    EXPECT_TRUE(tap.at("endpoint").get<std::string>().ends_with("/tap"));
    EXPECT_EQ(tap.at("publishers").at("risk"), 1);
    EXPECT_TRUE(tap.at("types").is_array());
    EXPECT_TRUE(tap.at("topics").is_null() || tap.at("topics").is_array()) << tap.at("topics");
}

TEST_F(ControlMethodsOfAFleet, shut_the_fleet_down) {
    ASSERT_TRUE(fleet_.until_running("risk"));
    EXPECT_EQ(result("shutdown", {{"now", true}}), Json::object());
    ASSERT_TRUE(fleet_.until([&] { return fleet_.supervisor().is_down(); }));
    EXPECT_EQ(error("start", {{"names", {"risk"}}}).code, RpcError::unavailable);
}

}  // namespace
}  // namespace drover
