// What names agents and rules: that they are there, and that they are not in vain.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(References, finds_cycles_and_names_the_whole_path) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(agents:
  a: {plugin: risk, depends_on: [b]}
  b: {plugin: risk, depends_on: {c: {condition: started}}}
  c: {plugin: risk, depends_on: [a]}
  x: {plugin: risk, depends_on: [y]}
  y: {plugin: risk, depends_on: [x, a]}
)"),
        ElementsAre("4:34: agent 'c': the dependencies go round in a circle: a → b → c → a; "
                    "none of them could start first.",
                    "6:34: agent 'y': the dependencies go round in a circle: x → y → x; "
                    "none of them could start first."));
}

TEST(References, refuses_an_observer_as_a_receiver_that_is_waited_for) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(topics:
  "a.>": {delivery: durable, receivers: [broker, log]}
agents: {broker: {plugin: broker}, log: {plugin: risk, observer: yes}}
)"),
        ElementsAre("2:50: topic 'a.>': 'receivers' names 'log', which is an observer, so that "
                    "nothing may wait for it: remove it here, or 'observer' there."));
}

TEST(References, warns_of_a_rule_that_is_never_reached) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(topics:
  "market.>": {}
  "market.bar.*": {gated: true}
  "*.bar": {}
agents: {risk: {plugin: risk}}
)"));
    EXPECT_THAT(folder.shown(fleet.warnings),
                ElementsAre("3:3: topic 'market.bar.*': this rule is never reached, because "
                            "'market.>' above it matches first."));
}

TEST(References, warns_of_a_restart_group_that_does_nothing) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(agents:
  a: {plugin: risk, restart_group: trading}
  b: {plugin: risk, restart_group: trading}
  c: {plugin: risk, restart_group: tradng}
)"));
    EXPECT_THAT(
        folder.shown(fleet.warnings),
        ElementsAre(
            "2:36: agent 'a': restart_group 'trading' is never restarted by itself, because "
            "no member has restart_limit: {then: restart_group}.",
            "3:36: agent 'b': restart_group 'trading' is never restarted by itself, because "
            "no member has restart_limit: {then: restart_group}.",
            "4:36: agent 'c': restart_group 'tradng' has no other member. Did you "
            "mean 'trading'?"));
}

TEST(References, of_an_agent_to_itself_or_to_nobody_are_told_with_the_name_that_was_meant) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(agents:
  risk: {plugin: risk, depends_on: [risk, brokr]}
  broker: {plugin: broker, depends_on: {nobody: {condition: started}}}
)"),
        ElementsAre(
            "2:37: agent 'risk' depends on itself.",
            "2:43: agent 'risk' depends on 'brokr', which is not defined. Did you mean 'broker'?",
            "3:41: agent 'broker' depends on 'nobody', which is not defined."));
}

TEST(References, of_rules_are_told_where_the_name_stands) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(topics:
  "a.>":
    delivery: durable
    publishers: [risk, brokr]
    subscribers: [risk, nobody]
    receivers: [risk, nobody]
agents: {risk: {plugin: risk}, broker: {plugin: broker}}
)"),
        ElementsAre("4:24: topic 'a.>': 'publishers' names 'brokr', which is not defined under "
                    "agents. Did you mean 'broker'?",
                    "5:25: topic 'a.>': 'subscribers' names 'nobody', which is not defined under "
                    "agents.",
                    "6:23: topic 'a.>': 'receivers' names 'nobody', which is not defined under "
                    "agents."));
}

TEST(References, of_the_clock_are_told_with_the_name_that_was_meant) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("clock: {replay: markt}\nagents: {market: {plugin: market_data}}\n"),
                ElementsAre("1:17: clock: 'replay' names 'markt', which is not defined under "
                            "agents. Did you mean 'market'?"));
    EXPECT_THAT(folder.faults("clock: {replay: market}\nagents: {market: {plugin: market_data}}\n"),
                IsEmpty());
}

TEST(References, that_meet_again_are_no_circle) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults(R"(agents:
  d: {plugin: risk, depends_on: [b, c]}
  b: {plugin: risk, depends_on: [a]}
  c: {plugin: risk, depends_on: [a, b]}
  a: {plugin: risk}
)"),
                IsEmpty());
}

TEST(References, leave_rules_unwarned_that_are_reached_for_some_topic) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(topics:
  "market.bar.*": {gated: true}
  "market.>": {}
  "*.bar.*": {}
agents: {risk: {plugin: risk}}
)"));
    EXPECT_THAT(folder.shown(fleet.warnings), IsEmpty());
}

TEST(References, leave_a_restart_group_unwarned_that_one_member_restarts) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(agents:
  a: {plugin: risk, restart_group: trading}
  b: {plugin: risk, restart_group: trading, restart_limit: {then: restart_group}}
  c: {plugin: risk}
)"));
    EXPECT_THAT(folder.shown(fleet.warnings), IsEmpty());
}

}  // namespace
}  // namespace drover
