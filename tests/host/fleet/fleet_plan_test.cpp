/// Two files, what lies between them, and what that means for what runs.
#include "fleet/fleet_plan.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "config/keys.hpp"
#include "fleet/fleet_rendering.hpp"
#include "fleet/instances.hpp"
#include "tests/host/fleet/fleet_folder.hpp"

namespace drover {

void PrintTo(const PlannedChange& change, std::ostream* stream) {
    *stream << change.name << " for";
    for (const std::string& key : change.keys) {
        *stream << " " << key;
    }
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAreArray;

MATCHER_P2(changes_for, name, key, "") {
    return arg.name == name && arg.keys == std::vector<std::string>{key};
}

/// Files whose plugins are described by hand: nothing is loaded.
class FleetPlans : public testing::Test {
protected:
    FleetPlans() {
        for (const char* plugin : {"one.so", "two.so"}) {
            (void)folder_.write(plugin, "");
        }
        for (const char* name : {"one", "two"}) {
            (void)folder_.write(std::string(name) + ".env", std::string("MODE=") + name + "\n");
            write_secret(std::string(name) + ".key", std::string("secret ") + name + "\n");
        }
        AgentDescription first;
        first.name = "first";
        first.flags = 0;
        AgentDescription second = first;
        second.name = "second";
        second.ports.push_back({"out", 2, "market.>", nullptr, nullptr, ""});
        library_.build_id = "build-1";
        library_.agents = {first, second};
    }

    void write_secret(const std::string& name, const std::string& value) {
        std::filesystem::permissions(folder_.write(name, value), std::filesystem::perms(0600));
    }
    PreparedFleet fleet(const std::string& text) {
        FleetReading reading =
            read_fleet_text(text, folder_.path() / "agents.yaml", PluginSearch{{folder_.path()}});
        for (const Fault& fault : reading.faults) {
            ADD_FAILURE() << fault.text();
        }
        PreparedFleet prepared;
        prepared.config = std::move(reading.config);
        const auto library = std::make_shared<const LibraryDescription>(library_);
        for (const AgentConfig& agent : prepared.config.agents) {
            PreparedAgent& made = prepared.agents.emplace_back();
            made.library = library;
            made.description = library->find(agent.agent.empty() ? "first" : agent.agent);
            made.grants = agent.grants.value_or(std::vector<std::string>{});
        }
        return prepared;
    }
    FleetPlan plan(const std::string& before,
                   const std::string& after,
                   const std::set<std::string>& resting = {}) {
        return plan_changes(fleet(before), fleet(after), resting);
    }
    /// The same for the keys of one agent beside another one.
    FleetPlan plan_of_agent(const std::string& before, const std::string& after) {
        const std::string head = "agents:\n  other: {plugin: one}\n  risk: {plugin: one";
        return plan(head + before + "}\n", head + after + "}\n");
    }

    FleetFolder folder_;
    LibraryDescription library_;
};

constexpr const char* two_agents = R"(agents:
  risk: {plugin: one, config: {limits: {max_position: 1, cash: 1.50}}}
  broker: {plugin: one}
)";

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

/// Two values that differ, in YAML, for every key that agents.yaml knows.
using Values = std::map<std::string, std::pair<std::string, std::string>>;

const Values agent_values{{"plugin", {"one", "two"}},
                          {"agent", {"first", "second"}},
                          {"depends_on", {"[]", "[other]"}},
                          {"config", {"{a: 1}", "{a: 2}"}},
                          {"enabled", {"yes", "no"}},
                          {"observer", {"yes", "no"}},
                          {"simulate", {"yes", "no"}},
                          {"grants", {"[]", "[drover.simulation/1]"}},
                          {"env_file", {"one.env", "two.env"}},
                          {"secrets", {"{key: one.key}", "{key: two.key}"}},
                          {"sandbox", {"none", "strict"}},
                          {"user", {"root", "nobody"}},
                          {"on_hang", {"abort", "kill"}},
                          {"restart", {"no", "always"}},
                          {"backoff", {"{}", "{factor: 3}"}},
                          {"restart_limit", {"{}", "{max_restarts: 3}"}},
                          {"heartbeat", {"{}", "{grace: 3s}"}},
                          {"shutdown", {"{}", "{timeout: 3s}"}},
                          {"success_exit_codes", {"[3]", "[4]"}},
                          {"restart_group", {"one", "two"}},
                          {"replicas", {"1", "2"}},
                          {"distribution", {"all, replicas: 2", "round_robin, replicas: 2"}},
                          {"schedule", {"{cron: 0 1 * * *}", "{cron: 0 2 * * *}"}},
                          {"standby", {"zygote", "spare"}},
                          {"log", {"{}", "{max_files: 3}"}},
                          {"limits", {"{}", "{nice: 3}"}},
                          {"quota", {"{}", "{messages: 3/s}"}}};
const Values quota_values{
    {"messages", {"10/s", "20/s"}}, {"bytes", {"1MiB/s", "2MiB/s"}}, {"burst", {"1s", "2s"}}};
const Values log_values{
    {"max_size", {"1MiB", "2MiB"}}, {"max_files", {"2", "3"}}, {"rate", {"10/s", "20/s"}}};
const Values durable_log_values{{"segment_size", {"1MiB", "2MiB"}}, {"max_size", {"1GiB", "2GiB"}}};
const Values limits_values{{"memory", {"32MiB", "64MiB"}},
                           {"cpu", {"10%", "20%"}},
                           {"processes", {"20", "30"}},
                           {"open_files", {"100", "200"}},
                           {"core", {"none", "unlimited"}},
                           {"address_space", {"1GiB", "2GiB"}},
                           {"file_size", {"1MiB", "2MiB"}},
                           {"locked_memory", {"1MiB", "2MiB"}},
                           {"nice", {"1", "2"}},
                           {"cpus", {"[]", "[0]"}}};
const Values sandbox_values{
    {"network", {"yes", "no"}}, {"read", {"[/]", "[/tmp]"}}, {"write", {"[/]", "[/tmp]"}}};
const Values backoff_values{{"initial", {"1ms", "2ms"}},
                            {"factor", {"3", "4"}},
                            {"max", {"1m", "2m"}},
                            {"jitter", {"0.1", "0.3"}},
                            {"reset_after", {"1s", "2s"}}};
const Values restart_limit_values{{"max_restarts", {"1", "2"}},
                                  {"window", {"1s", "2s"}},
                                  {"then", {"fail", "cooldown"}},
                                  {"cooldown", {"1s", "2s"}}};
const Values heartbeat_values{{"timeout", {"1s", "3s"}}, {"grace", {"1s", "3s"}}};
const Values shutdown_values{{"timeout", {"1s", "3s"}}};
const Values dependency_values{
    {"condition", {"started", "healthy"}},
    {"restart", {"yes", "no"}},
    {"on_down", {"pause", "stop"}},
    {"pattern", {"one, condition: log_ready", "two, condition: log_ready"}}};
const Values schedule_values{
    {"lead_in", {"1m, calendar: XNYS", "2m, calendar: XNYS"}},
    {"lead_out", {"1m, calendar: XNYS", "2m, calendar: XNYS"}},
    {"start", {"0 8 * * *, stop: 0 18 * * *", "0 9 * * *, stop: 0 18 * * *"}},
    {"stop", {"0 18 * * *, start: 0 8 * * *", "0 19 * * *, start: 0 8 * * *"}},
    {"cron", {"0 1 * * *", "0 2 * * *"}},
    {"timezone", {"UTC, cron: 0 1 * * *", "Europe/Berlin, cron: 0 1 * * *"}},
    {"run_on_start", {"yes, cron: 0 1 * * *", "no, cron: 0 1 * * *"}}};
const Values topic_values{{"delivery", {"stream", "durable"}},
                          {"gated", {"yes", "no"}},
                          {"publishers", {"[other]", "[risk]"}},
                          {"subscribers", {"[other]", "[risk]"}},
                          {"receivers", {"[other]", "declared"}}};
const Values fleet_values{{"name", {"one", "two"}},
                          {"clock", {"wall", "{replay: other}"}},
                          {"defaults", {"{restart: no}", "{restart: always}"}},
                          {"shutdown", {"{}", "{timeout: 3s}"}},
                          {"on_supervisor_death", {"kill", "adopt"}},
                          {"log", {"{}", "{max_size: 1GiB}"}},
                          {"topics", {"{\"a.>\": {gated: no}}", "{\"a.>\": {gated: yes}}"}}};

template <typename Value>
void add_text(std::ostream& text, const std::optional<Value>& value) {
    text << ' ';
    if (value) {
        text << *value;
    } else {
        text << '-';
    }
}

/// What was read of a fleet, in types that drover works with; nothing is there only because it is
/// written in the file.
std::string meaning_of(PreparedFleet fleet) {
    fleet.config.written.clear();
    const FleetRendering rendering = rendering_of(fleet);
    std::ostringstream text;
    const auto add = [&text](const Rendering& values) {
        for (const auto& [key, value] : values) {
            text << key << '=' << value << '\n';
        }
    };
    add(rendering.fleet);
    add(rendering.topics);
    text << fleet.config.durable_log.segment_size << ' ' << fleet.config.durable_log.max_size;
    for (const AgentConfig& agent : fleet.config.agents) {
        add(rendering.agents.at(agent.name));
        const LimitsConfig& limits = agent.supervision.limits;
        for (const auto& bytes : {limits.memory,
                                  limits.open_files,
                                  limits.core,
                                  limits.address_space,
                                  limits.file_size,
                                  limits.locked_memory}) {
            add_text(text, bytes);
        }
        for (const auto& number :
             {limits.cpu_percent, limits.processes, limits.nice, agent.replicas}) {
            add_text(text, number);
        }
        text << testing::PrintToString(limits.cpus) << ' ' << agent.supervision.log.max_size << ' '
             << agent.supervision.log.max_files << ' ' << agent.supervision.log.rate << ' '
             << (agent.user ? agent.user->name : "-");
        if (agent.sandbox) {
            text << agent.sandbox->network << testing::PrintToString(agent.sandbox->read)
                 << testing::PrintToString(agent.sandbox->write);
        }
    }
    return text.str();
}

class EveryKey : public FleetPlans {
protected:
    /// Whether `values` has a row for each known key but those of `elsewhere`, and each is seen.
    void expect_seen(Section section,
                     const Values& values,
                     const std::set<std::string>& elsewhere,
                     const std::function<std::string(const std::string& key_and_value)>& file) {
        std::set<std::string> rows = elsewhere;
        for (const auto& [key, pair] : values) {
            rows.insert(key);
            const std::string before = file(key + ": " + pair.first);
            const std::string after = file(key + ": " + pair.second);
            const FleetPlan changed = plan(before, after);
            EXPECT_FALSE(changed.changes_nothing() && changed.at_next_up.empty()) << after;
            EXPECT_TRUE(plan(after, after).changes_nothing()) << after;
            EXPECT_NE(meaning_of(fleet(before)), meaning_of(fleet(after)))
                << "accepted and not read: " << after;
        }
        const auto known = known_keys(section);
        EXPECT_THAT(rows, UnorderedElementsAreArray(known.begin(), known.end()))
            << "a key of agents.yaml without a row here may be forgotten by `apply`";
    }
    [[nodiscard]] static auto in_agent(const std::string& above) {
        return [above](const std::string& line) {
            const std::string plugin = line.starts_with("plugin:") ? "" : "plugin: one, ";
            return "agents:\n  other: {plugin: one}\n  risk: {" + plugin +
                   (above.empty() ? line : above + ": {" + line + "}") + "}\n";
        };
    }
};

TEST_F(EveryKey, of_an_agent_and_below_is_read_and_compared) {
    expect_seen(Section::agent, agent_values, {}, in_agent(""));
    expect_seen(Section::backoff, backoff_values, {}, in_agent("backoff"));
    expect_seen(Section::restart_limit, restart_limit_values, {}, in_agent("restart_limit"));
    expect_seen(Section::heartbeat, heartbeat_values, {}, in_agent("heartbeat"));
    expect_seen(Section::shutdown, shutdown_values, {}, in_agent("shutdown"));
    expect_seen(Section::log, log_values, {}, in_agent("log"));
    expect_seen(Section::sandbox, sandbox_values, {}, in_agent("sandbox"));
    expect_seen(Section::limits, limits_values, {}, in_agent("limits"));
    expect_seen(Section::quota, quota_values, {}, in_agent("quota"));
    // calendar: and session: have one value each.
    expect_seen(Section::schedule, schedule_values, {"calendar", "session"}, in_agent("schedule"));
    expect_seen(Section::dependency, dependency_values, {}, [](const std::string& line) {
        return in_agent("")("depends_on: {other: {" + line + "}}");
    });
}

TEST_F(EveryKey, of_the_defaults_is_read_and_compared) {
    Values values = agent_values;
    for (const char* key : {"plugin",
                            "agent",
                            "depends_on",
                            "config",
                            "enabled",
                            "observer",
                            "simulate",
                            "grants",
                            "env_file",
                            "secrets",
                            "sandbox",
                            "user",
                            "restart_group",
                            "replicas",
                            "distribution",
                            "schedule"}) {
        values.erase(key);
    }
    expect_seen(Section::defaults, values, {}, [](const std::string& line) {
        return "defaults: {" + line + "}\nagents: {a: {plugin: one}}\n";
    });
}

TEST_F(EveryKey, of_topics_and_of_the_fleet_is_read_and_compared) {
    const std::string agents = "agents:\n  other: {plugin: one}\n  risk: {plugin: one}\n";
    expect_seen(Section::topic_rule, topic_values, {}, [&](const std::string& line) {
        const std::string delivery =
            line.starts_with("receivers") ? "delivery: durable, " : std::string();
        return "topics: {\"a.>\": {" + delivery + line + "}}\n" + agents;
    });
    // version: has one value. watch: is droverd's own. agents: above.
    expect_seen(
        Section::fleet, fleet_values, {"version", "watch", "agents"}, [&](const std::string& line) {
            return line + "\n" + agents;
        });
    expect_seen(Section::durable_log, durable_log_values, {}, [&](const std::string& line) {
        return "log: {" + line + "}\n" + agents;
    });
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

TEST_F(EveryKey, that_nobody_here_knows_counts_as_it_is_written) {
    PreparedFleet before = fleet(two_agents);
    PreparedFleet after = fleet(two_agents);
    after.config.written["/agents/risk/some_key"] = "1";
    after.config.written["/agents/broker/heartbeat/some_key"] = "1";
    after.config.written["/some_key"] = "1";
    const FleetPlan changed = plan_changes(before, after, {});
    EXPECT_THAT(changed.restart, ElementsAre(changes_for("risk", "/agents/risk/some_key")));
    EXPECT_THAT(changed.live_update,
                ElementsAre(changes_for("broker", "/agents/broker/heartbeat/some_key")));
    EXPECT_THAT(changed.at_next_up, ElementsAre("/some_key"));
}

}  // namespace
}  // namespace drover
