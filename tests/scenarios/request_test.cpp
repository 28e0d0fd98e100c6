// Requests between agents and from people: one reply each, whatever dies.
#include <csignal>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* oracle = "  oracle: {plugin: @requests@, agent: oracle}\n";

std::string replay_of(int ticks, const std::string& question, int timeout_ms) {
    return "  beat: {plugin: @requests@, agent: beat, config: {ticks: " + std::to_string(ticks) +
           "}}\n" + oracle + "  asker: {plugin: @requests@, agent: asker, depends_on: [oracle], " +
           "config: {target: oracle, question: " + question +
           ", timeout_ms: " + std::to_string(timeout_ms) + "}}\n";
}

Json document_of(const ProgramResult& result) {
    const auto json = parse_json(result.output);
    EXPECT_TRUE(json) << result.text();
    return json ? json.value() : Json(nullptr);
}

TEST(Request, prints_the_reply_of_an_agent) {
    FleetUnderTest fleet;
    fleet.write_agents(oracle);
    fleet.up();
    const ProgramResult said = fleet.drover({"request", "oracle", "ask", R"({"price": 1.10})"});
    EXPECT_EQ(said.exit_code, 0) << said.text();
    // Digit for digit.
    EXPECT_EQ(said.output, "{\"asked\": 1, \"by\": \"drover\", \"question\": {\"price\": 1.10}}\n");
    const Json json = document_of(fleet.drover({"request", "oracle", "ask", "2", "-o", "json"}));
    EXPECT_EQ(json.at("agent"), "oracle");
    EXPECT_EQ(json.at("ok"), true);
    EXPECT_EQ(json.at("reply").at("asked"), 2);
    const ProgramResult twice = fleet.drover({"request", "oracle", "ask", "\"twice\""});
    EXPECT_EQ(twice.exit_code, 0) << twice.text();
    EXPECT_TRUE(fleet.gets_well());
    const ProgramResult late = fleet.drover({"request", "oracle", "ask", "\"late\""});
    EXPECT_EQ(late.output, "\"late\"\n") << late.text();
}

TEST(Request, ends_with_1_and_the_sentence_of_an_agent_that_answers_a_failure) {
    FleetUnderTest fleet;
    fleet.write_agents(oracle);
    fleet.up();
    const ProgramResult failed = fleet.drover({"request", "oracle", "ask", "\"fail\""});
    EXPECT_EQ(failed.exit_code, 1) << failed.text();
    EXPECT_NE(failed.errors.find("The oracle does not like the question."), std::string::npos);
    const Json json =
        document_of(fleet.drover({"request", "oracle", "ask", "\"fail\"", "-o", "json"}));
    EXPECT_EQ(json.at("status"), "invalid");
}

TEST(Request, times_out_when_nobody_answers) {
    FleetUnderTest fleet;
    fleet.write_agents(oracle);
    fleet.up();
    const ProgramResult silent =
        fleet.drover({"request", "oracle", "ask", "\"silent\"", "--timeout", "200ms"});
    EXPECT_EQ(silent.exit_code, 5) << silent.text();
    EXPECT_NE(silent.errors.find("did not answer within 0.2 s"), std::string::npos);
    EXPECT_EQ(fleet.drover({"request", "oracle", "ask", "1"}).exit_code, 0);
}

TEST(Request, names_what_was_typed_wrongly) {
    FleetUnderTest fleet;
    EXPECT_EQ(fleet.drover({"request", "oracle", "ask", "1"}).exit_code, 4);
    fleet.write_agents(oracle);
    fleet.up();
    const ProgramResult bad_json = fleet.drover({"request", "oracle", "ask", "{\"a\": }"});
    EXPECT_EQ(bad_json.exit_code, 2) << bad_json.text();
    EXPECT_NE(bad_json.errors.find("column 7"), std::string::npos) << bad_json.text();
    const ProgramResult agent = fleet.drover({"request", "oracel", "ask", "1"});
    EXPECT_EQ(agent.exit_code, 2);
    EXPECT_NE(agent.errors.find("Did you mean 'oracle'?"), std::string::npos) << agent.text();
    const ProgramResult port = fleet.drover({"request", "oracle", "aks", "1"});
    EXPECT_EQ(port.exit_code, 2);
    EXPECT_NE(port.errors.find("Did you mean 'ask'? It answers on: ask, ticks."), std::string::npos)
        << port.text();
    const ProgramResult records = fleet.drover({"request", "oracle", "ticks", "1"});
    EXPECT_EQ(records.exit_code, 1);
    EXPECT_NE(records.errors.find("takes test.tick/1"), std::string::npos) << records.text();
}

/// A request to `oracle` that stays open.
Program ask_in_vain(const FleetUnderTest& fleet) {
    Program asking =
        fleet.start_drover({"request", "oracle", "ask", "\"silent\"", "--timeout", "1m"});
    int questions = 0;
    EXPECT_TRUE(eventually([&] {
        // The oracle counts what it was asked: one more than here once the open one is with it.
        const ProgramResult said = fleet.drover({"request", "oracle", "ask", "0"});
        const std::string with_it = "\"asked\": " + std::to_string(++questions + 1) + ",";
        return said.output.find(with_it) != std::string::npos;
    }));
    return asking;
}

void expect_lost(Program& asking) {
    ASSERT_TRUE(asking.wait_for_end(patience)) << "the request hangs";
    EXPECT_EQ(asking.exit_code(), 1) << asking.errors();
    EXPECT_NE(asking.errors().find("ended before"), std::string::npos) << asking.errors();
}

TEST(Request, is_lost_when_the_agent_is_killed) {
    FleetUnderTest fleet;
    fleet.write_agents(oracle);
    fleet.up();
    Program asking = ask_in_vain(fleet);
    ASSERT_TRUE(gets_signal(fleet.pid_of("oracle"), SIGKILL));
    expect_lost(asking);
    ASSERT_TRUE(fleet.gets_well());
    EXPECT_EQ(fleet.drover({"request", "oracle", "ask", "1"}).exit_code, 0);
}

TEST(Request, is_lost_when_the_router_is_killed) {
    FleetUnderTest fleet;
    fleet.write_agents(oracle);
    fleet.up();
    Program asking = ask_in_vain(fleet);
    ASSERT_TRUE(gets_signal(fleet.pid_of("drover-router"), SIGKILL));
    expect_lost(asking);
    ASSERT_TRUE(fleet.gets_well());
    EXPECT_EQ(fleet.drover({"request", "oracle", "ask", "1"}).exit_code, 0);
}

TEST(Request, is_forgotten_when_the_asking_command_is_killed) {
    FleetUnderTest fleet;
    fleet.write_agents(oracle);
    fleet.up();
    Program asking = ask_in_vain(fleet);
    asking.send_signal(SIGKILL);
    ASSERT_TRUE(asking.wait_for_end(patience));
    EXPECT_EQ(fleet.drover({"request", "oracle", "ask", "1"}).exit_code, 0);
    EXPECT_TRUE(fleet.gets_well());
}

TEST(Request, to_an_agent_that_is_stopped_says_so_at_once) {
    FleetUnderTest fleet;
    fleet.write_agents(oracle);
    fleet.up();
    ASSERT_EQ(fleet.drover({"stop", "oracle"}).exit_code, 0);
    const ProgramResult stopped = fleet.drover({"request", "oracle", "ask", "1"});
    EXPECT_EQ(stopped.exit_code, 1) << stopped.text();
    EXPECT_NE(stopped.errors.find("it is stopped"), std::string::npos) << stopped.text();
}

// --- between agents

/// How often a status stands among the replies that the asker has heard.
std::size_t count_heard(const FleetUnderTest& fleet, int status) {
    const ProgramResult said = fleet.drover({"request", "asker", "heard", "{}"});
    const auto json = parse_json(said.output);
    std::size_t count = 0;
    if (json && json.value().is_object()) {
        for (const Json& heard : json.value().at("heard")) {
            count += heard.at("status") == status ? 1U : 0U;
        }
    }
    return count;
}

std::string tickers_ask(const std::string& question, const std::string& target = "oracle") {
    return std::string(
               "  ticker: {plugin: @behaving@, agent: ticker, "
               "config: {topic: test.tick, period_ms: 50}}\n") +
           oracle + "  asker: {plugin: @requests@, agent: asker, depends_on: [oracle], " +
           "config: {target: " + target + ", question: " + question + ", timeout_ms: 20000}}\n";
}

TEST(RequestOfAnAgent, is_answered_while_messages_flow) {
    FleetUnderTest fleet;
    fleet.write_agents(tickers_ask("twice", "''"));
    fleet.up();
    EXPECT_TRUE(eventually([&] { return count_heard(fleet, 0) > 5; }));
}

TEST(RequestOfAnAgent, gets_the_failure_of_the_server_and_of_the_router) {
    FleetUnderTest fleet;
    fleet.write_agents(tickers_ask("fail"));
    fleet.up();
    EXPECT_TRUE(eventually([&] { return count_heard(fleet, -1) > 0; }));
    FleetUnderTest misled;
    misled.write_agents(tickers_ask("fail", "oracel"));
    misled.up();
    EXPECT_TRUE(eventually([&] { return count_heard(misled, -4) > 0; }));
    const ProgramResult said = misled.drover({"request", "asker", "heard", "{}"});
    EXPECT_NE(said.output.find("Did you mean 'oracle'?"), std::string::npos) << said.text();
}

TEST(RequestOfAnAgent, is_lost_when_the_server_or_the_router_is_killed) {
    for (const char* victim : {"oracle", "drover-router"}) {
        FleetUnderTest fleet;
        fleet.write_agents(tickers_ask("silent"));
        fleet.up();
        ASSERT_TRUE(eventually([&] { return count_heard(fleet, 0) > 4; }));
        ASSERT_TRUE(gets_signal(fleet.pid_of(victim), SIGKILL));
        EXPECT_TRUE(eventually([&] { return count_heard(fleet, -8) > 0; })) << victim;
        ASSERT_TRUE(fleet.gets_well());
        const std::size_t answered = count_heard(fleet, 0);
        EXPECT_TRUE(eventually([&] { return count_heard(fleet, 0) > answered; })) << victim;
    }
}

TEST(RequestOfAnAgent, that_dies_leaves_a_server_that_goes_on) {
    FleetUnderTest fleet;
    fleet.write_agents(tickers_ask("late"));
    fleet.up();
    ASSERT_TRUE(eventually([&] { return count_heard(fleet, 0) > 4; }));
    ASSERT_TRUE(gets_signal(fleet.pid_of("asker"), SIGKILL));
    ASSERT_TRUE(fleet.reaches(
        "asker", [](const AgentStatus& asker) { return asker.restarts > 0 && asker.is_well(); }));
    EXPECT_TRUE(eventually([&] { return count_heard(fleet, 0) > 4; }));
    EXPECT_EQ((*fleet.status())["oracle"].restarts, 0);
}

// --- in a simulation and a replay

TEST(SimulatedRequest, gives_the_same_event_log_twice_and_the_same_as_a_live_replay) {
    FleetUnderTest fleet;
    fleet.write_agents(replay_of(20, "silent", 4500), "clock: {replay: beat}\n");
    const ProgramResult first = fleet.drover({"backtest", "-o", "json"});
    ASSERT_EQ(first.exit_code, 0) << first.text();
    const Json summary = document_of(first);
    ASSERT_TRUE(summary.contains("heard")) << first.text();
    // 20 questions, every third is not answered; those of the last seconds are still open.
    std::size_t timed_out = 0;
    for (const Json& heard : summary.at("heard")) {
        timed_out += heard.at("status") == -7 ? 1U : 0U;
    }
    EXPECT_EQ(timed_out, 5U) << first.text();
    EXPECT_EQ(summary.at("heard").size(), 19U) << first.text();
    const Json again = document_of(fleet.drover({"backtest", "-o", "json"}));
    EXPECT_EQ(again.at("event_log_hash"), summary.at("event_log_hash"));
    EXPECT_EQ(again.at("heard"), summary.at("heard"));

    fleet.up();
    ASSERT_TRUE(fleet.reaches("beat", [](const AgentStatus& beat) {
        return beat.reason.find("history ended") != std::string::npos;
    }));
    // The history has ended; the agents still answer at once.
    Json live;
    ASSERT_TRUE(eventually([&] {
        live = document_of(fleet.drover({"request", "asker", "heard", "{}"}));
        return live.at("heard").size() >= 19U;
    }));
    EXPECT_EQ(live.at("heard"), summary.at("heard"));
}

}  // namespace
}  // namespace drover::scenarios
