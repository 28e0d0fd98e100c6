// Conditions of depends_on, and those among them that can never come true.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;

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
