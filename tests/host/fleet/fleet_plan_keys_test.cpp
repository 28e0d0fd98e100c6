/// No key of agents.yaml is forgotten when two files are compared.
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <thread>

#include "config/keys.hpp"
#include "fleet/fleet_rendering.hpp"
#include "tests/host/fleet/planned_fleets.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAreArray;

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
/// Where there is one processor only there is no second list of them, and another key stands in.
const std::string other_processors =
    std::thread::hardware_concurrency() > 1 ? "[0-1]" : "[0], nice: 7";
const Values limits_values{{"memory", {"32MiB", "64MiB"}},
                           {"cpu", {"10%", "20%"}},
                           {"processes", {"20", "30"}},
                           {"open_files", {"100", "200"}},
                           {"core", {"none", "unlimited"}},
                           {"address_space", {"1GiB", "2GiB"}},
                           {"file_size", {"1MiB", "2MiB"}},
                           {"locked_memory", {"1MiB", "2MiB"}},
                           {"nice", {"1", "2"}},
                           {"cpus", {"[0]", other_processors}}};
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
