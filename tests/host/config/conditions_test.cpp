// Conditions of depends_on, and those among them that can never come true.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;

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

TEST(Conditions, on_a_disabled_agent_are_refused_with_the_path) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults(R"(agents:
  data: {plugin: risk, enabled: no}
  risk: {plugin: risk, depends_on: [data]}
  advisor: {plugin: risk, depends_on: [risk]}
)"),
                ElementsAre("3:37: agent 'risk' could never start: advisor → risk → data, and "
                            "'data' is disabled (enabled: false): enable it, disable 'risk' as "
                            "well, or remove the dependency."));
}

TEST(Conditions, between_disabled_agents_are_nobodys_business) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults(R"(agents:
  data: {plugin: risk, enabled: no}
  risk: {plugin: risk, enabled: no, depends_on: [data]}
)"),
                testing::IsEmpty());
}

TEST(Conditions, of_completion_are_refused_where_the_agent_is_always_restarted) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(agents:
  data: {plugin: risk, restart: always}
  risk: {plugin: risk, depends_on: {data: {condition: completed}}}
  other: {plugin: risk, restart: unless_stopped, restart_limit: {then: fail}}
  late: {plugin: risk, depends_on: {other: {condition: completed}}}
  later: {plugin: risk, depends_on: {other: {condition: completed_successfully}}}
)"),
        ElementsAre("3:37: agent 'risk' could never start: risk → data, and 'data' is started "
                    "again whenever it ends (restart: always), so that it never completes: give it "
                    "restart: on_failure or no.",
                    "6:38: agent 'later' could never start: later → other, and 'other' is started "
                    "again whenever it ends (restart: unless_stopped), so that it never completes: "
                    "give it restart: on_failure or no."));
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

TEST(Conditions, that_contradict_each_other_are_refused_with_the_path) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults(R"(agents:
  import: {plugin: risk}
  data: {plugin: risk, depends_on: {import: {on_down: stop}}}
  risk: {plugin: risk, depends_on: {data: {on_down: pause}}}
  report: {plugin: risk, depends_on: {import: {condition: completed}, risk: {}}}
)"),
                ElementsAre("5:39: agent 'report' could never start: 'import' must have completed "
                            "for it, and must run for it as well, because of on_down along report "
                            "→ risk → data → import."));
}

TEST(Conditions, that_only_count_at_the_start_contradict_nothing) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults(R"(agents:
  import: {plugin: risk}
  data: {plugin: risk, depends_on: [import]}
  report: {plugin: risk, depends_on: {import: {condition: completed}, data: {}}}
)"),
                testing::IsEmpty());
}

}  // namespace
}  // namespace drover
