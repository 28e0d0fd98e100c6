// What agents were given and gave is recorded, can be replayed byte for byte, and tells why.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/recorder_program.hpp"
#include "scenarios/trading_fleet.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* recording = "fleet.recording";
constexpr const char* two_agents =
    R"(  ticker: {plugin: @behaving@, agent: ticker, config: {topic: test.left}}
  other: {plugin: @behaving@, agent: ticker, config: {topic: test.right.side}}
)";

/// Records the fleet of agents.yaml from its first callback until the history has ended.
void record_whole_run(const FleetUnderTest& fleet) {
    Program recorder = started_recorder(fleet, {"-O", recording});
    fleet.up();
    ASSERT_TRUE(fleet.history_ends());
    EXPECT_EQ(fleet.drover({"positions"}).exit_code, 0) << "a person's request is an input too";
    recorder.send_signal(SIGINT);
    ASSERT_TRUE(recorder.wait_for_end(patience)) << recorder.errors();
    ASSERT_EQ(recorder.exit_code(), 0) << recorder.errors();
    EXPECT_NE(recorder.output().find("lives of agents"), std::string::npos) << recorder.output();
    fleet.down();
}

/// What `drover VERB FILE … -o json` says.
Json asked(const FleetUnderTest& fleet, std::vector<std::string> arguments, int expected) {
    arguments.insert(arguments.end(), {"-o", "json"});
    const ProgramResult result = fleet.drover(std::move(arguments));
    EXPECT_EQ(result.exit_code, expected) << result.text();
    return parsed(result.output);
}

/// The client order ids of the orders of a backtest of the same file: those of the live run.
std::string an_order_of(const FleetUnderTest& fleet) {
    const ProgramResult run = fleet.drover({"backtest", "--events", "events.jsonl"});
    EXPECT_EQ(run.exit_code, 0) << run.text();
    std::istringstream lines(fleet.read("events.jsonl"));
    for (std::string line; std::getline(lines, line);) {
        if (line.find("\"order.submit.") != std::string::npos) {
            const auto json = parse_json(line);
            return json.value().at("records").at(0).at("client_order_id").get<std::string>();
        }
    }
    return "";
}

TEST(Recording, of_a_whole_run_is_had_again_agent_by_agent_and_as_a_fleet) {
    const FleetUnderTest fleet;
    fleet.write("agents.yaml",
                trading_fleet_yaml({.history = fleet.write("history.csv", random_walk(400))}));
    record_whole_run(fleet);
    const Json parity = asked(fleet, {"parity", recording}, 0);
    EXPECT_TRUE(parity.at("equal").get<bool>()) << parity.at("differences").dump(1);
    for (const Json& agent : parity.at("agents")) {
        EXPECT_EQ(agent.at("lives"), 1) << agent.dump();
        EXPECT_TRUE(agent.at("notes").empty()) << agent.dump();
        if (agent.at("agent") != "backtest") {
            EXPECT_GT(agent.at("outputs").get<int>(), 5) << agent.dump();
        }
    }
    const Json afresh = asked(fleet, {"parity", recording, "--backtest"}, 0);
    EXPECT_TRUE(afresh.at("equal").get<bool>()) << afresh.at("differences").dump(1);
    EXPECT_GT(afresh.at("compared").get<int>(), 400);
    EXPECT_EQ(afresh.at("outside"), Json::array({"market-data"}));
}

/// A timer of 5 ms from 1970 on would fire for hours.
TEST(Recording, of_a_fleet_on_the_wall_clock_with_timers_is_had_again_from_its_time_on) {
    const FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  outside: {plugin: @behaving@, agent: ticker, simulate: false}\n");
    Program recorder = started_recorder(fleet, {"-O", recording, "--count", "50"});
    fleet.up();
    ASSERT_TRUE(recorder.wait_for_end(patience)) << recorder.errors();
    fleet.down();
    Program parity =
        fleet.start_drover({"parity", recording, "--backtest", "--topic", "none.>", "-o", "json"});
    ASSERT_TRUE(parity.wait_for_end(patience)) << "it goes through all the time since 1970";
    EXPECT_EQ(parity.exit_code(), 0) << parity.output() << parity.errors();
}

TEST(Recording, of_twenty_years_is_had_again) {
    if (sp500_file().empty()) {
        GTEST_SKIP() << "data/sp500-2000.csv is not there; ./dev setup fetches it";
    }
    const FleetUnderTest fleet;
    fleet.write("agents.yaml", trading_fleet_yaml({.history = sp500_file()}));
    record_whole_run(fleet);
    EXPECT_TRUE(asked(fleet, {"parity", recording}, 0).at("equal").get<bool>());
    const Json afresh = asked(fleet, {"parity", recording, "--backtest"}, 0);
    EXPECT_TRUE(afresh.at("equal").get<bool>());
    EXPECT_GT(afresh.at("compared").get<int>(), 5000);
}

TEST(Recording, with_the_kill_switch_engaged_is_had_again_refusals_included) {
    const FleetUnderTest fleet;
    fleet.write("agents.yaml",
                trading_fleet_yaml({.history = fleet.write("history.csv", random_walk(120))}));
    ASSERT_EQ(fleet.drover({"kill-switch", "engage", "--reason", "test"}).exit_code, 0);
    record_whole_run(fleet);
    EXPECT_TRUE(asked(fleet, {"parity", recording}, 0).at("equal").get<bool>());
    const Json afresh = asked(fleet, {"parity", recording, "--backtest"}, 0);
    EXPECT_TRUE(afresh.at("equal").get<bool>()) << afresh.at("differences").dump(1);
    EXPECT_GT(afresh.at("compared").get<int>(), 100);
}

TEST(Recording, replayed_with_another_build_differs_at_the_first_order_and_says_so) {
    const FleetUnderTest fleet;
    fleet.write("agents.yaml",
                trading_fleet_yaml({.history = fleet.write("history.csv", random_walk(200))}));
    record_whole_run(fleet);
    const Json same = asked(fleet, {"replay", recording, "--agent", "risk"}, 0);
    EXPECT_TRUE(same.at("differences").empty());
    const Json other = asked(
        fleet,
        {"replay", recording, "--agent", "risk", "--plugin", misbehaving_plugin("other_orders")},
        1);
    ASSERT_EQ(other.at("differences").size(), 1U);
    const Json& difference = other.at("differences").at(0);
    EXPECT_EQ(difference.at("recorded").at("topic").get<std::string>().find("order.submit."), 0U)
        << difference.dump(1);
    ASSERT_EQ(difference.at("fields").size(), 1U) << difference.dump(1);
    EXPECT_EQ(difference.at("fields").at(0).at("field"), "records[0].quantity");
    EXPECT_NE(difference.at("sentence").get<std::string>().find("on_message advice."),
              std::string::npos);
    ASSERT_FALSE(other.at("notes").empty());
    EXPECT_NE(other.at("notes").at(0).get<std::string>().find("build"), std::string::npos);
}

TEST(Recording, tells_why_an_order_was_sent) {
    const FleetUnderTest fleet;
    fleet.write("agents.yaml",
                trading_fleet_yaml({.history = fleet.write("history.csv", random_walk(200))}));
    record_whole_run(fleet);
    const std::string order = an_order_of(fleet);
    ASSERT_FALSE(order.empty());
    const Json why = asked(fleet, {"why", order, "--recording", recording}, 0);
    std::vector<std::string> topics;
    for (const Json& link : why.at("chain")) {
        topics.push_back(link.at("topic").get<std::string>());
    }
    const auto place = [&](const std::string& beginning) {
        return std::ranges::find_if(
                   topics, [&](const std::string& topic) { return topic.starts_with(beginning); }) -
               topics.begin();
    };
    const auto end = static_cast<std::ptrdiff_t>(topics.size());
    for (const char* const link :
         {"market.bar.", "pattern.", "advice.", "risk.verdict.", "order.submit.", "order.event."}) {
        EXPECT_LT(place(link), end) << link << " is missing: " << why.dump(1);
    }
    EXPECT_LT(place("market.bar."), place("pattern."));
    EXPECT_LT(place("pattern."), place("advice."));
    EXPECT_LT(place("advice."), place("risk.verdict."));
    EXPECT_LT(place("risk.verdict."), place("order.submit."));
    EXPECT_LT(place("order.submit."), place("order.event."));
    const ProgramResult text = fleet.drover({"why", order, "--recording", recording});
    EXPECT_NE(text.output.find("because of advisor"), std::string::npos) << text.text();
    const ProgramResult unknown = fleet.drover({"why", "nothing", "--recording", recording});
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_NE(unknown.errors.find("mentions 'nothing'"), std::string::npos) << unknown.errors;
}

TEST(Recording, is_not_needed_to_tell_why_what_the_durable_log_holds) {
    const FleetUnderTest fleet;
    fleet.write("agents.yaml",
                trading_fleet_yaml({.history = fleet.write("history.csv", random_walk(200))}));
    record_whole_run(fleet);
    const std::string order = an_order_of(fleet);
    ASSERT_FALSE(order.empty());
    const auto places_of = [](const Json& why) {
        std::map<std::string, std::size_t> places;
        for (const Json& link : why.at("chain")) {
            const auto topic = link.at("topic").get<std::string>();
            places.emplace(topic.substr(0, topic.find('.', topic.find('.') + 1)), places.size());
        }
        return places;
    };
    const Json by_log = asked(fleet, {"why", order}, 0);
    auto places = places_of(by_log);
    for (const char* const link : {"market.bar", "pattern", "advice", "order.submit"}) {
        const auto found = places.lower_bound(link);
        ASSERT_TRUE(found != places.end() && found->first.starts_with(link)) << by_log.dump(1);
    }
    EXPECT_LT(places.at("market.bar"), places.at("order.submit"));
    EXPECT_LT(places.at("order.submit"), places.at("order.event"));
    EXPECT_FALSE(places.contains("risk.verdict")) << "the topic is a stream";
    EXPECT_TRUE(by_log.at("missing").empty()) << by_log.at("missing");
    EXPECT_TRUE(by_log.at("recording").is_null());
    EXPECT_EQ(by_log.at("log").at("first"), 1);
    const ProgramResult text = fleet.drover({"why", order});
    EXPECT_NE(text.output.find("The log holds durable topics only (order.submit.>"),
              std::string::npos)
        << text.text();
    const Json by_both = asked(fleet, {"why", order, "--recording", recording}, 0);
    EXPECT_TRUE(places_of(by_both).contains("risk.verdict")) << by_both.dump(1);
    EXPECT_FALSE(by_both.at("log").is_null());
    EXPECT_EQ(by_both.at("chain").size(),
              asked(fleet, {"why", order, "--recording", recording, "--state-dir", "elsewhere"}, 0)
                  .at("chain")
                  .size())
        << "a message that both have comes once";
}

TEST(Recording, begun_in_the_middle_holds_messages_and_refuses_to_replay_half_a_life) {
    const FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    const ProgramResult recorded =
        fleet.drover({"record", "-O", recording, "--agent", "ticker", "--count", "20"});
    ASSERT_EQ(recorded.exit_code, 0) << recorded.text();
    EXPECT_NE(recorded.output.find("1 lives"), std::string::npos) << recorded.text();
    const ProgramResult replayed = fleet.drover({"replay", recording, "--agent", "ticker"});
    EXPECT_EQ(replayed.exit_code, 1) << replayed.text();
    EXPECT_NE(replayed.errors.find("from its beginning"), std::string::npos) << replayed.text();
    EXPECT_EQ(fleet.drover({"replay", recording, "--agent", "other"}).exit_code, 2);
    EXPECT_TRUE(fleet.gets_well());
}

TEST(Recording, with_a_restart_and_a_kill_is_had_again) {
    const FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    const auto unrecorded = fleet.pid_of("ticker");
    Program recorder = fleet.start_drover({"record", ">", "-O", recording, "--restart"});
    // What an agent has given was recorded before it left.
    AgentStatus recorded;
    ASSERT_TRUE(fleet.reaches("ticker", [&](const AgentStatus& now) {
        recorded = now;
        return now.is_well() && now.pid != unrecorded && now.messages_out > 30;
    })) << recorder.errors();
    ASSERT_TRUE(gets_signal(recorded.pid, SIGKILL));
    ASSERT_TRUE(fleet.reaches("ticker", [&](const AgentStatus& now) {
        return now.is_well() && now.pid != recorded.pid && now.messages_out > 0;
    }));
    ASSERT_TRUE(fleet.gets_well());
    recorder.send_signal(SIGTERM);
    ASSERT_TRUE(recorder.wait_for_end(patience)) << recorder.errors();
    ASSERT_EQ(recorder.exit_code(), 0) << recorder.errors();
    const Json replayed = asked(fleet, {"replay", recording, "--agent", "ticker"}, 0);
    EXPECT_EQ(replayed.at("lives"), 2) << replayed.dump(1);
    EXPECT_GT(replayed.at("outputs").get<int>(), 20) << replayed.dump(1);
    const ProgramResult afresh = fleet.drover({"parity", recording, "--backtest"});
    EXPECT_EQ(afresh.exit_code, 1) << afresh.text();
    EXPECT_NE(afresh.errors.find("Begin `drover record` before `drover up`."), std::string::npos)
        << afresh.text();
}

/// Records the start of an agent whose plugin crashes or hangs at its third message, but only
/// where `once` is not there: so in the replay, and not while it is recorded.
void record_what_misbehaves_later(const FleetUnderTest& fleet, const std::string& plugin) {
    fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n  later: {plugin: @" +
                       plugin + "@, agent: on-message, config: {after: 3, once: @FOLDER@/once}}\n");
    fleet.write("once", "");
    Program recorder = started_recorder(fleet, {"-O", recording, "--count", "40"});
    fleet.up();
    ASSERT_TRUE(recorder.wait_for_end(patience)) << recorder.errors();
    ASSERT_EQ(recorder.exit_code(), 0) << recorder.errors();
    fleet.down();
    const ProgramResult replayed = fleet.drover({"replay", recording, "--agent", "later"});
    ASSERT_EQ(replayed.exit_code, 0) << replayed.text();
    std::filesystem::remove(fleet.folder() / "once");
}

TEST(Recording, whose_agent_crashes_when_it_is_replayed_says_where) {
    const FleetUnderTest fleet;
    record_what_misbehaves_later(fleet, "crashes");
    const ProgramResult replayed = fleet.drover({"replay", recording, "--agent", "later"});
    EXPECT_EQ(replayed.exit_code, 1) << replayed.text();
    EXPECT_NE(replayed.errors.find("SIGSEGV"), std::string::npos) << replayed.text();
    EXPECT_NE(replayed.errors.find("while agent 'later' (life 1"), std::string::npos);
    EXPECT_NE(replayed.errors.find("was in on_message"), std::string::npos) << replayed.text();
}

TEST(Recording, whose_agent_hangs_when_it_is_replayed_is_ended_and_says_where) {
    const FleetUnderTest fleet;
    record_what_misbehaves_later(fleet, "hangs");
    Program replay = fleet.start_drover({"replay", recording, "--agent", "later"});
    // A callback may take half a minute.
    ASSERT_TRUE(replay.wait_for_end(3 * patience)) << "it hangs with its plugin";
    EXPECT_EQ(replay.exit_code(), 1) << replay.output();
    EXPECT_NE(replay.errors().find("The replay was ended, because agent 'later' (life 1"),
              std::string::npos)
        << replay.errors();
    EXPECT_NE(replay.errors().find("had been in on_message for 3"), std::string::npos)
        << replay.errors();
}

}  // namespace
}  // namespace drover::scenarios
