// What one agent of the file says of itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(AgentSection, checks_dependencies) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(agents:
  risk: {plugin: risk, depends_on: [broker, broker, {x: 1}, ~]}
  broker: {plugin: broker, depends_on: advisor}
  advisor:
    plugin: advisor
    depends_on:
      risk: {condition: complete, restart: maybe, wait: 1}
      broker:
  last: {plugin: advisor, depends_on: {broker: {condition: helthy}, risk: healthy}}
)"),
        ElementsAre(
            "2:45: agent 'risk': 'depends_on' names 'broker' twice.",
            "2:53: agent 'risk': 'depends_on' takes names of agents, and this is a map.",
            "2:61: agent 'risk': 'depends_on' takes names of agents, and this is nothing.",
            "3:40: agent 'broker': 'depends_on' takes a list of agents or a map, and this is the "
            "text 'advisor': write [advisor].",
            "7:25: agent 'advisor': depends_on 'risk': 'condition' takes started, healthy, "
            "completed, completed_successfully or log_ready, and this is the text 'complete'. Did "
            "you mean 'completed'?",
            "7:44: agent 'advisor': depends_on 'risk': 'restart' takes true or false, and this is "
            "the text 'maybe'.",
            "7:51: agent 'advisor': depends_on 'risk': unknown key 'wait'.",
            "9:60: agent 'last': depends_on 'broker': 'condition' takes started, healthy, "
            "completed, completed_successfully or log_ready, and this is the text 'helthy'. Did "
            "you mean 'healthy'?",
            "9:75: agent 'last': depends_on 'risk': a map with keys such as 'condition' is "
            "expected here, and this is the text 'healthy'."));
}

TEST(AgentSection, reads_dependencies_of_both_forms) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(agents:
  a: {plugin: risk}
  b: {plugin: risk, depends_on: [a]}
  c: {plugin: risk, depends_on: {a: {condition: started}, b: {restart: yes}}}
)"));
    const auto& of_b = fleet.find("b")->depends_on;
    ASSERT_THAT(of_b, SizeIs(1));
    EXPECT_EQ(of_b[0].condition, DependencyCondition::healthy);
    EXPECT_FALSE(of_b[0].restart);
    const auto& of_c = fleet.find("c")->depends_on;
    ASSERT_THAT(of_c, SizeIs(2));
    EXPECT_EQ(of_c[0].condition, DependencyCondition::started);
    EXPECT_EQ(of_c[1].condition, DependencyCondition::healthy);
    EXPECT_TRUE(of_c[1].restart);
    EXPECT_EQ(of_c[1].place.line, 4);
}

TEST(AgentSection, refuses_bad_names_and_what_is_no_map) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("agents:\n  Risk: {plugin: risk}\n  b: risk\n  c:\n"),
                ElementsAre("2:3: agent 'Risk': this is no name for an agent: use 1 to 48 of a-z, "
                            "0-9, - _ and ., beginning with a letter.",
                            "3:6: agent 'b': a map with keys such as 'plugin' is expected here, "
                            "and this is the text 'risk'.",
                            "4:3: agent 'c': 'plugin' is missing: name the library that the agent "
                            "comes from, as in plugin: risk"));
}

TEST(AgentSection, lists_unknown_keys_and_wrong_types) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(agents:
  a:
    plugin: [risk]
    confg: {}
    partition: 2
    on_link_lost: keep
    agent: {}
    config: 5
    enabled: maybe
    observer: 1
    simulate: "yes"
)"),
        ElementsAre("3:13: agent 'a': 'plugin' takes a text, and this is a list.",
                    "4:5: agent 'a': unknown key 'confg'. Did you mean 'config'?",
                    "5:5: agent 'a': 'partition' is not available yet in this version of drover: "
                    "remove the key.",
                    "6:5: agent 'a': 'on_link_lost' is a key of the plugin: write it under the "
                    "agent's 'config'.",
                    "7:12: agent 'a': 'agent' takes a text, and this is a map.",
                    "8:13: agent 'a': 'config' takes a map, and this is the number 5.",
                    "9:14: agent 'a': 'enabled' takes true or false, and this is the text 'maybe'.",
                    "10:15: agent 'a': 'observer' takes true or false, and this is the number 1.",
                    "11:15: agent 'a': 'simulate' takes true or false, and this is the text "
                    "'yes'."));
}

TEST(AgentSection, reads_simulate_as_yes_no_or_unsaid) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(agents:
  a: {plugin: risk, simulate: no, enabled: false, observer: true}
  b: {plugin: risk, simulate: true}
  c: {plugin: risk}
)"));
    EXPECT_EQ(fleet.find("a")->simulate, false);
    EXPECT_FALSE(fleet.find("a")->enabled);
    EXPECT_TRUE(fleet.find("a")->observer);
    EXPECT_EQ(fleet.find("b")->simulate, true);
    EXPECT_FALSE(fleet.find("c")->simulate.has_value());
    EXPECT_TRUE(fleet.find("c")->enabled);
}

TEST(AgentSection, reads_grants_as_a_list_or_unsaid) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(agents:
  a: {plugin: risk, grants: [drover.simulation/1, drover.control/1]}
  b: {plugin: risk, grants: []}
  c: {plugin: risk}
)"));
    EXPECT_THAT(*fleet.find("a")->grants, ElementsAre("drover.simulation/1", "drover.control/1"));
    EXPECT_THAT(*fleet.find("b")->grants, testing::IsEmpty());
    EXPECT_FALSE(fleet.find("c")->grants.has_value());
    EXPECT_THAT(
        folder.faults(R"(agents:
  a: {plugin: risk, grants: drover.simulation/1}
  b: {plugin: risk, grants: [drover.simulaton/1, drover.control/1, [x]]}
  c: {plugin: risk, grants: [drover.simulation/1, drover.simulation/1]}
)"),
        ElementsAre(HasSubstr("2:29: agent 'a': 'grants' takes a list"),
                    HasSubstr("Did you mean 'drover.simulation/1'?"),
                    HasSubstr("'grants' takes drover.control/1 or drover.simulation/1, and this "
                              "is a list"),
                    HasSubstr("'grants' names 'drover.simulation/1' twice")));
}

TEST(AgentSection, keeps_the_names_of_the_programs_from_agents) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults("agents:\n  drover-router: {plugin: risk}\n  droverd: {plugin: risk}\n"),
        ElementsAre(HasSubstr("2:3: agent 'drover-router': this is the name of a program"),
                    HasSubstr("3:3: agent 'droverd': this is the name of a program")));
}

TEST(Conditions, are_read_by_their_words) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(agents:
  data: {plugin: risk}
  report:
    plugin: risk
    depends_on: {data: {condition: completed}, risk: {condition: completed_successfully}}
  risk: {plugin: risk, depends_on: {data: {condition: started}}}
)"));
    EXPECT_EQ(fleet.find("report")->depends_on.at(0).condition, DependencyCondition::completed);
    EXPECT_EQ(fleet.find("report")->depends_on.at(1).condition,
              DependencyCondition::completed_successfully);
    EXPECT_EQ(fleet.find("risk")->depends_on.at(0).condition, DependencyCondition::started);
}

TEST(Conditions, of_log_lines_come_with_a_pattern) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(agents:
  data: {plugin: risk}
  risk:
    plugin: risk
    depends_on: {data: {condition: log_ready, pattern: "listening on port [0-9]+"}}
)"));
    const Dependency& dependency = fleet.find("risk")->depends_on.at(0);
    EXPECT_EQ(dependency.condition, DependencyCondition::log_ready);
    EXPECT_EQ(dependency.pattern, "listening on port [0-9]+");
}

TEST(Conditions, of_log_lines_are_refused_without_a_pattern_that_can_be_matched) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(agents:
  a: {plugin: risk}
  b: {plugin: risk, depends_on: {a: {condition: log_ready}}}
  c: {plugin: risk, depends_on: {a: {condition: log_ready, pattern: "("}}}
  d: {plugin: risk, depends_on: {a: {pattern: x}}}
  e: {plugin: risk, depends_on: {a: {condition: log_ready, pattern: "(a)\\1"}}}
  f: {plugin: risk, depends_on: {a: {condition: log_ready, pattern: ""}}}
)"),
        ElementsAre("3:37: agent 'b': depends_on 'a': condition 'log_ready' needs 'pattern', an "
                    "extended regular expression that a line of the output matches, as in "
                    "{condition: log_ready, pattern: \"listening on\"}.",
                    "4:69: agent 'c': depends_on 'a': 'pattern': '(' is no extended regular "
                    "expression: Unmatched ( or \\(.",
                    "5:47: agent 'd': depends_on 'a': 'pattern' has a meaning only with condition: "
                    "log_ready.",
                    "6:69: agent 'e': depends_on 'a': 'pattern': '(a)\\1' has a back-reference, "
                    "which may take too long to match.",
                    "7:69: agent 'f': depends_on 'a': 'pattern' is empty."));
}

TEST(Conditions, say_what_follows_when_they_hold_no_more) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(agents:
  data: {plugin: risk}
  a: {plugin: risk, depends_on: {data: {on_down: pause}}}
  b: {plugin: risk, depends_on: {data: {on_down: stop}}}
  c: {plugin: risk, depends_on: [data]}
)"));
    EXPECT_EQ(fleet.find("a")->depends_on.at(0).on_down, OnDown::pause);
    EXPECT_EQ(fleet.find("b")->depends_on.at(0).on_down, OnDown::stop);
    EXPECT_EQ(fleet.find("c")->depends_on.at(0).on_down, OnDown::ignore);
    EXPECT_THAT(
        folder.faults(R"(agents:
  data: {plugin: risk}
  a: {plugin: risk, depends_on: {data: {on_down: halt}}}
  b: {plugin: risk, depends_on: {data: {condition: completed, on_down: stop}}}
)"),
        ElementsAre("3:50: agent 'a': depends_on 'data': 'on_down' takes ignore, pause or stop, "
                    "and this is the text 'halt'.",
                    "4:72: agent 'b': depends_on 'data': 'on_down' has no meaning with a condition "
                    "of completion, which nothing undoes: remove it."));
}

TEST(SupervisionSection, refuses_what_is_no_name_for_a_group) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults(R"(agents:
  a: {plugin: risk, restart_group: A B}
  b: {plugin: risk, restart_group: [x]}
)"),
                ElementsAre("2:36: agent 'a': 'restart_group': 'A B' is no name for a group: use 1 "
                            "to 48 of a-z, 0-9, - _ and ., beginning with a letter.",
                            "3:36: agent 'b': 'restart_group' takes a text, and this is a list."));
}

TEST(AgentSection, takes_what_has_no_value_for_absent) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(agents:
  a:
    plugin: risk
    agent:
    depends_on:
    config:
    simulate:
    grants:
    restart_group:
    enabled:
)"));
    const AgentConfig& agent = *fleet.find("a");
    EXPECT_EQ(agent.agent, "");
    EXPECT_THAT(agent.depends_on, IsEmpty());
    EXPECT_EQ(agent.config_json, "{}");
    EXPECT_FALSE(agent.simulate.has_value());
    EXPECT_FALSE(agent.grants.has_value());
    EXPECT_EQ(agent.restart_group, "");
    EXPECT_TRUE(agent.enabled);
}

TEST(AgentSection, knows_where_a_fault_of_its_plugin_would_stand) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(agents:
  a: {plugin: risk, grants: [drover.control/1], restart_group: desk}
  b: {plugin: risk}
)"));
    const AgentConfig& agent = *fleet.find("a");
    EXPECT_EQ(agent.place.column, 3);
    EXPECT_EQ(agent.plugin_place.column, 15);
    EXPECT_EQ(agent.agent_place.column, 15) << "of the plugin, as nothing chooses";
    EXPECT_EQ(agent.grants_place.column, 29);
    EXPECT_EQ(agent.restart_group_place.column, 64);
    EXPECT_EQ(fleet.find("b")->config_places.at("").line, 3);
}

}  // namespace
}  // namespace drover
