/// Two files, what lies between them, and what that means for what runs.
#include "fleet/fleet_plan.hpp"

#include <map>

#include "base/json_value.hpp"
#include "fleet/fleet_rendering.hpp"
#include "fleet/instances.hpp"
#include "tests/host/fleet/planned_fleets.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(FleetPlans, leave_everything_alone_when_nothing_changed) {
    const FleetPlan same = plan(two_agents, two_agents);
    EXPECT_TRUE(same.changes_nothing());
    EXPECT_THAT(same.untouched, ElementsAre("drover-router", "risk", "broker"));
}

TEST_F(FleetPlans, take_other_words_for_the_same_as_no_change) {
    const FleetPlan same = plan(R"(version: 1
defaults: {shutdown: {timeout: 2s}}
topics: {"a.>": {gated: false}}
agents:
  risk: {plugin: one, depends_on: [broker], config: {b: 1, a: [x, {y: 2}]}}
  broker: {plugin: one}
)",
                                R"(topics: {"a.>": {}}
agents:
  risk:
    plugin: ./one.so
    depends_on: {broker: {condition: healthy, restart: no}}
    config: {a: [x, {y: 2}], b: 1}
    enabled: true
    restart: on_failure
    shutdown: {timeout: 2000ms}
  broker: {plugin: one, shutdown: {timeout: 2s}, heartbeat: {}}
)");
    EXPECT_TRUE(same.changes_nothing()) << summary_of(same);
}

TEST_F(FleetPlans, restart_only_the_agent_whose_config_changed_and_name_the_key) {
    const FleetPlan changed = plan(two_agents, R"(agents:
  risk: {plugin: one, config: {limits: {max_position: 2, cash: 1.50}}}
  broker: {plugin: one}
)");
    EXPECT_THAT(changed.restart,
                ElementsAre(changes_for("risk", "/agents/risk/config/limits/max_position")));
    EXPECT_THAT(changed.untouched, ElementsAre("drover-router", "broker"));
    EXPECT_THAT(changed.live_update, IsEmpty());
}

TEST_F(FleetPlans, restart_who_has_a_secret_that_was_changed_and_do_not_tell_its_value) {
    const std::string text =
        "agents:\n  risk: {plugin: one, secrets: {key: one.key}, "
        "config: {key: \"${secret:key}\"}}\n";
    const PreparedFleet before = fleet(text);
    write_secret("one.key", "another secret");
    const FleetPlan changed = plan_changes(before, fleet(text), {});
    EXPECT_THAT(changed.restart, ElementsAre(changes_for("risk", "/agents/risk/secrets/key")));
    EXPECT_EQ(to_json(changed).dump().find("secret "), std::string::npos);
    const FleetRendering shown = rendering_of(fleet(text));
    for (const auto& [key, value] : shown.agents.at("risk")) {
        EXPECT_EQ(value.find("another"), std::string::npos) << key;
    }
    EXPECT_TRUE(plan(text, text).changes_nothing());
}

TEST_F(FleetPlans, restart_who_has_another_variable_in_its_file) {
    const std::string text = "agents:\n  risk: {plugin: one, env_file: one.env}\n";
    const PreparedFleet before = fleet(text);
    (void)folder_.write("one.env", "MODE=other\n");
    const FleetPlan changed = plan_changes(before, fleet(text), {});
    EXPECT_THAT(changed.restart, ElementsAre(changes_for("risk", "/agents/risk/env_file")));
}

TEST_F(FleetPlans, see_digits_that_a_number_would_lose) {
    const FleetPlan changed = plan(two_agents, R"(agents:
  risk: {plugin: one, config: {limits: {max_position: 1, cash: 1.5}}}
  broker: {plugin: one}
)");
    EXPECT_THAT(changed.restart,
                ElementsAre(changes_for("risk", "/agents/risk/config/limits/cash")));
}

TEST_F(FleetPlans, change_what_only_the_supervisor_reads_without_a_restart) {
    for (const auto& [value, key] : std::map<std::string, std::string>{
             {", restart: always", "restart"},
             {", backoff: {factor: 3}", "backoff/factor"},
             {", restart_limit: {window: 5s}", "restart_limit/window"},
             {", heartbeat: {timeout: 3s}", "heartbeat/timeout"},
             {", shutdown: {timeout: 3s}", "shutdown/timeout"},
             {", standby: zygote", "standby"},
             {", simulate: no", "simulate"}}) {
        const FleetPlan changed = plan_of_agent("", value);
        EXPECT_THAT(changed.live_update, ElementsAre(changes_for("risk", "/agents/risk/" + key)))
            << value;
        EXPECT_THAT(changed.restart, IsEmpty()) << value;
    }
    const FleetPlan depends = plan_of_agent("", ", depends_on: [other]");
    ASSERT_THAT(depends.live_update, testing::SizeIs(1));
    EXPECT_THAT(depends.live_update[0].keys[0], "/agents/risk/depends_on/other/condition");
}

TEST_F(FleetPlans, change_every_agent_that_takes_a_default_and_no_other) {
    const std::string agents = "agents:\n  a: {plugin: one}\n  b: {plugin: one, restart: always}\n";
    const FleetPlan changed = plan(agents, "defaults: {restart: unless_stopped}\n" + agents);
    EXPECT_THAT(changed.live_update, ElementsAre(changes_for("a", "/agents/a/restart")));
    EXPECT_THAT(changed.untouched, ElementsAre("drover-router", "b"));
}

TEST_F(FleetPlans, add_an_agent_and_leave_the_router_alone) {
    const FleetPlan changed = plan(two_agents, std::string(two_agents) + "  new: {plugin: one}\n");
    EXPECT_THAT(changed.add, ElementsAre(changes_for("new", "/agents/new")));
    EXPECT_THAT(changed.restart, IsEmpty());
    EXPECT_THAT(changed.untouched, ElementsAre("drover-router", "risk", "broker"));
}

TEST_F(FleetPlans, restart_the_router_for_a_new_agent_of_a_replay) {
    const std::string replay = "clock: {replay: risk}\n" + std::string(two_agents);
    const FleetPlan changed = plan(replay, replay + "  new: {plugin: one}\n");
    EXPECT_THAT(changed.restart, ElementsAre(changes_for("drover-router", "/agents/new")));
}

TEST_F(FleetPlans, add_and_remove_instances_and_touch_nobody_else) {
    const auto workers = [](const std::string& keys) {
        return "topics: {\"a.>\": {publishers: [work]}}\nagents:\n  work: {plugin: one, " + keys +
               "}\n  desk: {plugin: one, depends_on: [work]}\n";
    };
    const auto expanded = [&](const std::string& keys) {
        return expand_instances(fleet(workers(keys)));
    };
    const FleetPlan more = plan_changes(expanded("replicas: 2"), expanded("replicas: 3"), {});
    EXPECT_THAT(more.add, ElementsAre(changes_for("work.3", "/agents/work/replicas")));
    EXPECT_THAT(more.untouched, ElementsAre("drover-router", "work.1", "work.2", "desk"));
    EXPECT_THAT(more.restart, IsEmpty());
    EXPECT_THAT(more.live_update, IsEmpty());
    const FleetPlan fewer = plan_changes(expanded("replicas: 2"), expanded("replicas: 1"), {});
    EXPECT_THAT(fewer.remove, ElementsAre(changes_for("work.2", "/agents/work/replicas")));
    EXPECT_THAT(fewer.untouched, ElementsAre("drover-router", "work.1", "desk"));
    const FleetPlan turns = plan_changes(
        expanded("replicas: 2"), expanded("replicas: 2, distribution: round_robin"), {});
    EXPECT_THAT(turns.restart, ElementsAre(testing::Field(&PlannedChange::name, "drover-router")));
    EXPECT_EQ(turns.live_update.size(), 2U);
    const FleetPlan config = plan_changes(
        expanded("replicas: 2, config: {a: 2}"), expanded("replicas: 2, config: {a: 1}"), {});
    EXPECT_THAT(config.restart,
                ElementsAre(changes_for("work.1", "/agents/work/config/a"),
                            changes_for("work.2", "/agents/work/config/a")));
}

TEST_F(FleetPlans, remove_an_agent_and_leave_the_router_alone) {
    const FleetPlan changed = plan(std::string(two_agents) + "  old: {plugin: one}\n", two_agents);
    EXPECT_THAT(changed.remove, ElementsAre(changes_for("old", "/agents/old")));
    EXPECT_THAT(changed.restart, IsEmpty());
}

TEST_F(FleetPlans, stop_what_is_disabled_and_start_what_is_enabled) {
    EXPECT_THAT(plan_of_agent("", ", enabled: no").remove,
                ElementsAre(changes_for("risk", "/agents/risk/enabled")));
    EXPECT_THAT(plan_of_agent(", enabled: no", "").add,
                ElementsAre(changes_for("risk", "/agents/risk/enabled")));
}

TEST_F(FleetPlans, restart_the_router_for_the_rules_of_topics_and_their_order) {
    const std::string agents = two_agents;
    const FleetPlan gated =
        plan("topics: {\"a.>\": {}}\n" + agents, "topics: {\"a.>\": {gated: yes}}\n" + agents);
    EXPECT_THAT(gated.restart, ElementsAre(changes_for("drover-router", "/topics/a.>/gated")));
    EXPECT_THAT(gated.untouched, ElementsAre("risk", "broker"));
    const FleetPlan turned = plan("topics: {\"a.>\": {}, \"b.>\": {gated: yes}}\n" + agents,
                                  "topics: {\"b.>\": {gated: yes}, \"a.>\": {}}\n" + agents);
    EXPECT_THAT(turned.restart, ElementsAre(changes_for("drover-router", "/topics")));
}

TEST_F(FleetPlans, restart_everything_for_the_clock_and_the_name) {
    const FleetPlan clock = plan(two_agents, "clock: {replay: risk}\n" + std::string(two_agents));
    EXPECT_THAT(clock.restart,
                ElementsAre(changes_for("drover-router", "/clock"),
                            changes_for("risk", "/clock"),
                            changes_for("broker", "/clock")));
    EXPECT_THAT(plan(two_agents, "name: other\n" + std::string(two_agents)).restart,
                testing::SizeIs(3));
}

TEST_F(FleetPlans, restart_who_runs_a_library_that_was_built_anew) {
    const PreparedFleet before = fleet(two_agents);
    library_.build_id = "build-2";
    const FleetPlan changed = plan_changes(before, fleet(two_agents), {});
    EXPECT_THAT(changed.restart,
                ElementsAre(changes_for("risk", "/agents/risk/plugin"),
                            changes_for("broker", "/agents/broker/plugin")));
}

TEST_F(FleetPlans, restart_the_router_when_an_agent_has_other_ports) {
    const FleetPlan changed = plan_of_agent("", ", agent: second");
    EXPECT_THAT(changed.restart,
                ElementsAre(changes_for("drover-router", "/agents/risk/agent"),
                            changes_for("risk", "/agents/risk/agent")));
}

TEST_F(FleetPlans, mind_the_order_of_agents_in_a_replay_only) {
    const std::string one = "agents:\n  a: {plugin: one}\n  b: {plugin: one}\n";
    const std::string other = "agents:\n  b: {plugin: one}\n  a: {plugin: one}\n";
    EXPECT_TRUE(plan(one, other).changes_nothing());
    EXPECT_THAT(plan("clock: {replay: a}\n" + one, "clock: {replay: a}\n" + other).restart,
                ElementsAre(changes_for("drover-router", "/agents")));
}

TEST_F(FleetPlans, do_not_restart_what_a_person_stopped) {
    const FleetPlan changed =
        plan(two_agents, "agents:\n  risk: {plugin: two}\n  broker: {plugin: one}\n", {"risk"});
    EXPECT_THAT(changed.restart, IsEmpty());
    ASSERT_THAT(changed.live_update, testing::SizeIs(1));
    EXPECT_EQ(changed.live_update[0].name, "risk");
}

TEST_F(FleetPlans, tell_what_droverd_takes_for_itself_at_once) {
    const std::string agents = "agents:\n  risk: {plugin: one, log: {max_files: 2}}\n";
    const std::string keys =
        "shutdown: {timeout: 3s}\nwatch: yes\ndefaults: {log: {max_files: 3}}\n";
    const FleetPlan changed = plan(agents, keys + agents);
    EXPECT_THAT(changed.at_once,
                ElementsAre("/defaults/log/max_files", "/shutdown/timeout", "/watch"));
    EXPECT_THAT(changed.at_next_up, IsEmpty());
    EXPECT_FALSE(changed.changes_nothing());
    EXPECT_EQ(summary_of(changed), "changes /defaults/log/max_files and 2 more of droverd");
    EXPECT_TRUE(plan(agents, "shutdown: {timeout: 60s}\n" + agents).changes_nothing())
        << "that is the default";
    const FleetPlan logs =
        plan(two_agents, "defaults: {log: {max_files: 3}}\n" + std::string(two_agents));
    EXPECT_THAT(logs.restart, IsEmpty()) << "nobody restarts for a log";
    EXPECT_THAT(logs.live_update, testing::SizeIs(2));
}

TEST_F(FleetPlans, are_told_in_json_and_in_words) {
    const FleetPlan changed = plan(two_agents, std::string(two_agents) + "  new: {plugin: one}\n");
    const Json json = to_json(changed);
    EXPECT_EQ(json.at("add").at(0).at("name"), "new");
    EXPECT_EQ(json.at("add").at(0).at("keys").at(0), "/agents/new");
    for (const char* key :
         {"restart", "untouched", "live_update", "remove", "at_once", "at_next_up"}) {
        EXPECT_TRUE(json.contains(key)) << key;
    }
    EXPECT_EQ(summary_of(changed), "adds 1 (new: /agents/new)");
}

TEST_F(FleetPlans, restart_the_router_for_its_log_and_for_observers) {
    const std::string agents = "agents:\n  risk: {plugin: one}\n";
    EXPECT_THAT(
        plan("log: {max_size: 1GiB}\n" + agents, "log: {max_size: 2GiB}\n" + agents).restart,
        ElementsAre(changes_for("drover-router", "/log/max_size")));
    const FleetPlan observes = plan(agents, "agents:\n  risk: {plugin: one, observer: yes}\n");
    EXPECT_THAT(observes.restart,
                ElementsAre(changes_for("drover-router", "/agents/risk/observer")));
    EXPECT_EQ(observes.live_update.size(), 1U);
}

}  // namespace
}  // namespace drover
