// What the methods of the control socket do, refuse and record.
#include "daemon/control_methods.hpp"

#include <csignal>

#include <gtest/gtest.h>

#include "tests/host/daemon/fake_fleet.hpp"
#include "tests/host/daemon/waiting_recorder.hpp"

namespace drover {
namespace {

using test::FakeFleet;

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

    /// What was recorded under this name, of one unit or of all.
    [[nodiscard]] std::vector<Json> events(const std::string& name,
                                           const std::string& unit = "") const {
        std::vector<Json> chosen = fleet_.events();
        std::erase_if(chosen, [&](const Json& event) {
            return event.at("event") != name || (!unit.empty() && event.at("agent") != unit);
        });
        return chosen;
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

TEST_F(ControlMethodsOfAFleet, take_a_name_that_is_given_twice_once) {
    EXPECT_EQ(result("status", {{"names", {"risk", "drover-router", "risk"}}}).at("agents").size(),
              2U);
    EXPECT_EQ(result("stop", {{"names", {"risk", "risk"}}}).at("agents"), Json::array({"risk"}));
}

TEST_F(ControlMethodsOfAFleet, take_the_name_in_the_file_for_all_instances) {
    for (const char* instance : {"worker.1", "worker.2"}) {
        fleet_.add(instance, "run").instance_of = "worker";
    }
    EXPECT_EQ(error("stop", {{"names", {"worker"}}}).message,
              error("stop", {{"names", {"worker.1", "worker.2"}}}).message)
        << "both are meant, and neither was there at the start of the fleet";
    EXPECT_NE(error("status", {{"names", {"worker"}}}).message.find("'worker.1'"),
              std::string::npos);
}

TEST_F(ControlMethodsOfAFleet, record_whose_wish_it_was) {
    ASSERT_TRUE(fleet_.until_running("risk"));
    (void)result("stop", {{"names", {"risk"}}, {"by", "ann"}});
    ASSERT_TRUE(fleet_.until_state("risk", AgentState::stopped));
    (void)result("start", {{"names", {"risk"}}});
    ASSERT_TRUE(fleet_.until_running("risk"));
    EXPECT_EQ(events("stop_requested", "risk").back().at("cause_name"), "ann");
    EXPECT_EQ(events("dependencies_met", "risk").back().at("cause_name"),
              "a client of the control socket");
}

TEST_F(ControlMethodsOfAFleet, send_a_signal_to_a_process_and_restart_the_agent_it_ends) {
    ASSERT_TRUE(fleet_.until_running("risk"));
    const pid_t before = fleet_.pid("risk");
    const Json sent = result("signal", {{"name", "risk"}, {"signal", SIGKILL}, {"by", "ann"}});
    EXPECT_EQ(sent.at("pid"), before);
    ASSERT_EQ(events("signalled").size(), 1U);
    const Json told = events("signalled")[0];
    EXPECT_EQ(told.at("agent"), "risk");
    EXPECT_EQ(told.at("pid"), before);
    EXPECT_EQ(told.at("reason"), "a person sends SIGKILL");
    EXPECT_EQ(told.at("cause_name"), "ann");
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

TEST_F(ControlMethodsOfAFleet, record_once_who_shut_the_fleet_down) {
    (void)result("shutdown", {{"by", "ann"}});
    (void)result("shutdown", {{"now", true}, {"by", "bob"}});
    ASSERT_EQ(events("stopping").size(), 1U);
    EXPECT_EQ(events("stopping")[0].at("cause_name"), "ann");
}

TEST_F(ControlMethodsOfAFleet, upgrade_nothing_in_a_fleet_that_shuts_down) {
    (void)result("shutdown", Json::object());
    EXPECT_EQ(error("upgrade", {{"name", "risk"}, {"file", "/new.so"}}).code,
              RpcError::unavailable);
    EXPECT_EQ(error("upgrade_self", {{"program", "/bin/true"}}).code, RpcError::unavailable);
    EXPECT_FALSE(self_upgrade_->is_under_way());
}

TEST_F(ControlMethodsOfAFleet, upgrade_no_plugin_while_droverd_is_replaced) {
    view_->note_failed_upgrade("it did not answer within a minute");
    ASSERT_EQ(result("ping", {}).at("failed_upgrade"), "it did not answer within a minute");
    const RpcAnswer begun = methods_->call("upgrade_self", {{"program", "/bin/true"}});
    ASSERT_TRUE(std::holds_alternative<RpcPromise>(begun));
    EXPECT_TRUE(result("ping", {}).at("failed_upgrade").is_null()) << "that was an earlier try";
    const RpcError refused = error("upgrade", {{"name", "risk"}, {"file", "/new.so"}});
    EXPECT_EQ(refused.code, RpcError::refused);
    EXPECT_EQ(refused.message, "droverd is being replaced. Nothing has changed.");
}

TEST_F(ControlMethodsOfAFleet, have_one_recorder_join_at_a_time) {
    EXPECT_TRUE(result("recording", {}).is_null());
    EXPECT_EQ(error("record", {}).code, RpcError::unavailable) << "nobody waits";
    const test::WaitingRecorder recorder(fleet_.workplace().run);
    EXPECT_EQ(result("record", {}), (Json{{"file", "/a.recording"}, {"pid", 7}}));
    EXPECT_EQ(result("recording", {}).at("pid"), 7);
    EXPECT_EQ(error("record", {}).code, RpcError::refused);
}

}  // namespace
}  // namespace drover
