#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

TEST(SupervisionSection, has_the_documented_defaults) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load("agents: {risk: {plugin: risk}}"));
    const SupervisionConfig& risk = fleet.agents.at(0).supervision;
    EXPECT_EQ(risk.restart, RestartMode::on_failure);
    EXPECT_EQ(risk.backoff.initial, milliseconds(100));
    EXPECT_EQ(risk.backoff.factor, 2);
    EXPECT_EQ(risk.backoff.longest, seconds(30));
    EXPECT_EQ(risk.backoff.jitter, 0.2);
    EXPECT_EQ(risk.backoff.reset_after, seconds(60));
    EXPECT_EQ(risk.restart_limit.max_restarts, 5);
    EXPECT_EQ(risk.restart_limit.window, seconds(60));
    EXPECT_EQ(risk.restart_limit.then, AfterLimit::cooldown);
    EXPECT_EQ(risk.restart_limit.cooldown, minutes(5));
    EXPECT_EQ(risk.heartbeat.timeout, seconds(2));
    EXPECT_EQ(risk.heartbeat.grace, seconds(10));
    EXPECT_EQ(risk.on_hang, OnHang::abort);
    EXPECT_EQ(risk.shutdown_timeout, seconds(10));
}

TEST(SupervisionSection, says_what_is_done_with_one_that_hangs) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(
agents:
  risk: {plugin: risk, on_hang: report}
  broker: {plugin: broker}
defaults: {on_hang: kill}
)"));
    EXPECT_EQ(fleet.find("risk")->supervision.on_hang, OnHang::report);
    EXPECT_EQ(fleet.find("broker")->supervision.on_hang, OnHang::kill);
}

TEST(SupervisionSection, of_an_agent_changes_only_the_keys_it_names) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(
agents:
  risk:
    plugin: risk
    restart: "no"
    backoff: {initial: 1s}
    restart_limit: {then: fail}
  broker: {plugin: broker}
defaults:
  restart: always
  backoff: {factor: 3, jitter: 0, max: 40s}
  restart_limit: {max_restarts: 9}
  heartbeat: {timeout: 500ms}
  shutdown: {timeout: 0s}
)"));
    const SupervisionConfig& risk = fleet.find("risk")->supervision;
    EXPECT_EQ(risk.restart, RestartMode::no);
    EXPECT_EQ(risk.backoff.initial, seconds(1));
    EXPECT_EQ(risk.backoff.factor, 3);
    EXPECT_EQ(risk.backoff.jitter, 0);
    EXPECT_EQ(risk.backoff.longest, seconds(40));
    EXPECT_EQ(risk.restart_limit.max_restarts, 9);
    EXPECT_EQ(risk.restart_limit.then, AfterLimit::fail);
    EXPECT_EQ(risk.heartbeat.timeout, milliseconds(500));
    EXPECT_EQ(risk.shutdown_timeout, seconds(0));
    const SupervisionConfig& broker = fleet.find("broker")->supervision;
    EXPECT_EQ(broker.restart, RestartMode::always);
    EXPECT_EQ(broker.backoff.initial, milliseconds(100));
    EXPECT_EQ(broker.restart_limit.then, AfterLimit::cooldown);
}

TEST(SupervisionSection, lists_every_wrong_value_with_its_place) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(agents:
  a:
    plugin: risk
    restart: sometimes
    backoff:
      initial: 5
      factor: 0.5
      max: 1d
      jitter: x
      reset_after: [1s]
    restart_limit: {max_restarts: -1, window: 0s, then: shut_down, cooldown: 2}
    heartbeat: {timeout: 0s, grase: 1s}
    shutdown: 5s
)"),
        ElementsAre(
            "4:14: agent 'a': 'restart' takes no, always, on_failure or unless_stopped, and this "
            "is the text 'sometimes'.",
            "6:16: agent 'a': backoff: 'initial': '5' has no unit: write 5ms, 5s, 5m or 5h.",
            "7:15: agent 'a': backoff: 'factor' takes a number from 1 to 1000, and this is the "
            "number 0.5.",
            "8:12: agent 'a': backoff: 'max': '1d' has the unknown unit 'd': the units are ms, s, "
            "m and h.",
            "9:15: agent 'a': backoff: 'jitter' takes a number from 0 to 1, and this is the text "
            "'x'.",
            "10:20: agent 'a': backoff: 'reset_after' takes a duration such as 250ms, 1.5s, 2m or "
            "1h, and this is a list.",
            "11:35: agent 'a': restart_limit: 'max_restarts' takes a whole number from 0 to "
            "1000000, and this is the number -1.",
            "11:47: agent 'a': restart_limit: 'window' must be at least 1ms, and this is 0s.",
            "11:57: agent 'a': restart_limit: 'then' takes fail, cooldown, restart_group or "
            "shutdown, and this is the text 'shut_down'. Did you mean 'shutdown'?",
            "11:78: agent 'a': restart_limit: 'cooldown': '2' has no unit: write 2ms, 2s, 2m or "
            "2h.",
            "12:26: agent 'a': heartbeat: 'timeout' must be at least 1ms, and this is 0s.",
            "12:30: agent 'a': heartbeat: unknown key 'grase'. Did you mean 'grace'?",
            "13:15: agent 'a': shutdown: a map with keys such as 'timeout' is expected here, and "
            "this is the text '5s'."));
}

TEST(SupervisionSection, refuses_a_longest_wait_below_the_first) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("agents: {risk: {plugin: risk, backoff: {initial: 2s, max: 1s}}}"),
                ElementsAre("1:59: agent 'risk': backoff: 'max', the longest wait, is shorter than "
                            "'initial', the first one."));
    EXPECT_THAT(folder.faults("agents: {risk: {plugin: risk, backoff: {initial: 31s}}}"),
                ElementsAre("1:50: agent 'risk': backoff: 'max', the longest wait, is shorter than "
                            "'initial', the first one."));
}

TEST(SupervisionSection, of_defaults_knows_its_keys) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(defaults: {restart: on-failure, shutdwon: {}, limits: {}, standby: fork}
agents: {risk: {plugin: risk}}
)"),
        ElementsAre("1:21: defaults: 'restart' takes no, always, on_failure or "
                    "unless_stopped, and this is the text 'on-failure'. Did you mean "
                    "'on_failure'?",
                    "1:33: defaults: unknown key 'shutdwon'. Did you mean 'shutdown'?",
                    "1:68: defaults: 'standby' takes none, zygote or spare, and this is "
                    "the text 'fork'."));
}

TEST(SupervisionSection, reads_what_stands_by) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(
defaults: {standby: zygote}
agents:
  risk: {plugin: risk}
  broker: {plugin: broker, standby: spare}
  advisor: {plugin: advisor, standby: none}
)"));
    EXPECT_EQ(fleet.find("risk")->supervision.standby, Standby::zygote);
    EXPECT_EQ(fleet.find("broker")->supervision.standby, Standby::spare);
    EXPECT_EQ(fleet.find("advisor")->supervision.standby, Standby::none);
    EXPECT_THAT(folder.faults("agents: {risk: {plugin: risk, standby: [zygote]}}"),
                ElementsAre("1:40: agent 'risk': 'standby' takes none, zygote or spare, and this "
                            "is a list."));
    EXPECT_THAT(folder.faults("agents: {risk: {plugin: risk, standby: zygot}}"),
                ElementsAre("1:40: agent 'risk': 'standby' takes none, zygote or spare, and this "
                            "is the text 'zygot'. Did you mean 'zygote'?"));
}

TEST(SupervisionSection, reads_what_follows_the_limit) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(
defaults: {restart_limit: {then: shutdown}}
agents:
  risk: {plugin: risk, restart_group: trading, restart_limit: {then: restart_group}}
  broker: {plugin: broker, restart_group: trading}
)"));
    EXPECT_EQ(fleet.find("risk")->supervision.restart_limit.then, AfterLimit::restart_group);
    EXPECT_EQ(fleet.find("risk")->restart_group, "trading");
    EXPECT_EQ(fleet.find("broker")->supervision.restart_limit.then, AfterLimit::shutdown);
    EXPECT_TRUE(fleet.warnings.empty());
}

TEST(SupervisionSection, reads_exit_codes_that_count_as_success) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(
defaults: {success_exit_codes: [3, 75]}
agents:
  risk: {plugin: risk}
  broker: {plugin: broker, success_exit_codes: []}
)"));
    EXPECT_THAT(fleet.find("risk")->supervision.success_exit_codes, ElementsAre(3, 75));
    EXPECT_TRUE(fleet.find("broker")->supervision.success_exit_codes.empty());
}

TEST(SupervisionSection, refuses_what_is_no_exit_code) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(agents:
  a: {plugin: risk, success_exit_codes: [256, -1, 3, 3, x]}
  b: {plugin: risk, success_exit_codes: 3}
)"),
        ElementsAre("2:42: agent 'a': 'success_exit_codes' takes whole numbers from 0 to 255, and "
                    "this is the number 256.",
                    "2:47: agent 'a': 'success_exit_codes' takes whole numbers from 0 to 255, and "
                    "this is the number -1.",
                    "2:54: agent 'a': 'success_exit_codes' names 3 twice.",
                    "2:57: agent 'a': 'success_exit_codes' takes whole numbers from 0 to 255, and "
                    "this is the text 'x'.",
                    "3:41: agent 'b': 'success_exit_codes' takes a list such as [3, 75], and this "
                    "is the number 3."));
}

}  // namespace
}  // namespace drover
