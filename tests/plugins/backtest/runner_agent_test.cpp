// The runner: requests in, simulations started, answers and messages out.
#include "backtest/runner_agent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <drover/testing/harness.hpp>

namespace drover {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct RunnerHarness : testing::Harness {
    explicit RunnerHarness(const char* config = "{}", bool lends = true)
        : Harness(library<RunnerAgent>(), "runner", config, options_with(lends)) {
        EXPECT_EQ(start(), DROVER_OK);
    }
    ~RunnerHarness() { EXPECT_THAT(violations(), IsEmpty()); }
    RunnerHarness(const RunnerHarness&) = delete;
    RunnerHarness& operator=(const RunnerHarness&) = delete;

    static testing::Options options_with(bool lends) {
        testing::Options options;
        options.simulation = lends;
        return options;
    }
    std::uint64_t run(const char* request = "{}") { return send_request("run", request); }
    std::vector<std::uint64_t> tokens() const {
        std::vector<std::uint64_t> all;
        for (const auto& simulation : simulations()) {
            all.push_back(simulation.token);
        }
        return all;
    }
    std::vector<std::string> states(const char* topic) {
        std::vector<std::string> all;
        for (const std::string& text : take_json(topic)) {
            all.push_back(json::parse(text).at("state"));
        }
        return all;
    }
};

TEST(RunnerAgent, answers_with_the_document_when_the_run_has_ended) {
    RunnerHarness harness;
    const auto asked = harness.run(R"({"from": "2000-01-03", "label": "first"})");
    ASSERT_THAT(harness.simulations(), SizeIs(1));
    EXPECT_EQ(harness.simulations()[0].request, R"({"from":"2000-01-03"})");
    EXPECT_FALSE(harness.reply_to(asked)) << "the run goes on";
    harness.end_simulation(1, DROVER_OK, R"({"trades":128,"final_equity":100333.349913})");
    const auto reply = harness.reply_to(asked);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, DROVER_OK);
    const std::string document =
        R"({"run":1,"label":"first","trades":128,"final_equity":100333.349913})";
    EXPECT_EQ(reply->body, document) << "digit for digit";
    EXPECT_THAT(harness.take_json("backtest.result.1"), ElementsAre(document));
}

TEST(RunnerAgent, publishes_how_far_a_run_has_come) {
    RunnerHarness harness;
    harness.run(R"({"label": "one"})");
    harness.tell_progress(1, R"({"instants":5,"share":0.5})");
    const auto progress = harness.take_json("backtest.progress.1");
    EXPECT_THAT(
        progress,
        ElementsAre(R"({"run":1,"label":"one","state":"waiting"})",
                    R"({"run":1,"label":"one","state":"running"})",
                    R"({"run":1,"label":"one","state":"running","instants":5,"share":0.5})"));
}

TEST(RunnerAgent, runs_so_many_at_once_as_the_config_says_and_the_rest_in_turn) {
    RunnerHarness harness(R"({"parallel": 2})");
    for (int count = 0; count < 4; ++count) {
        harness.run();
    }
    EXPECT_THAT(harness.tokens(), ElementsAre(1U, 2U));
    EXPECT_EQ(harness.health().text, "running 2, waiting 2");
    harness.end_simulation(2, DROVER_OK, "{}");
    EXPECT_THAT(harness.tokens(), ElementsAre(1U, 3U));
    EXPECT_THAT(harness.states("backtest.progress.3"), ElementsAre("waiting", "running"));
    harness.end_simulation(1, DROVER_OK, "{}");
    harness.end_simulation(3, DROVER_OK, "{}");
    harness.end_simulation(4, DROVER_E_INVALID, "Wrong.");
    EXPECT_EQ(harness.health().text, "idle; runs ended: 4, without a result: 1");
}

TEST(RunnerAgent, refuses_what_is_more_than_may_wait) {
    RunnerHarness harness(R"({"queue": 1})");
    harness.run();
    harness.run();
    const auto beyond = harness.reply_to(harness.run());
    ASSERT_TRUE(beyond);
    EXPECT_EQ(beyond->status, DROVER_E_STATE);
    EXPECT_THAT(beyond->error, HasSubstr("running 1, waiting 1"));
    EXPECT_THAT(harness.tokens(), ElementsAre(1U));
}

TEST(RunnerAgent, answers_a_failure_with_its_sentence_and_publishes_it) {
    RunnerHarness harness;
    const auto asked = harness.run();
    harness.end_simulation(1, DROVER_E_LOST, "The simulation's process was killed by SIGKILL.");
    const auto reply = harness.reply_to(asked);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, DROVER_E_LOST);
    EXPECT_EQ(reply->error, "The simulation's process was killed by SIGKILL.");
    const auto results = harness.take_json("backtest.result.1");
    ASSERT_THAT(results, SizeIs(1));
    EXPECT_EQ(json::parse(results[0]).at("error"), reply->error);
    EXPECT_EQ(harness.health().level, DROVER_HEALTH_HEALTHY);
}

TEST(RunnerAgent, goes_on_where_no_process_can_be_started) {
    RunnerHarness harness;
    harness.refuse_simulations("No process can be started.");
    const auto reply = harness.reply_to(harness.run());
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, DROVER_E_IO);
    EXPECT_EQ(reply->error, "No process can be started.");
    harness.refuse_simulations("");
    harness.run();
    EXPECT_THAT(harness.tokens(), ElementsAre(2U));
}

TEST(RunnerAgent, refuses_a_request_that_is_not_understood) {
    RunnerHarness harness;
    const auto reply = harness.ask("run", R"({"form": "x"})");
    EXPECT_EQ(reply.status, DROVER_E_INVALID);
    EXPECT_THAT(reply.error, HasSubstr("'form' is not known"));
    EXPECT_THAT(harness.published(), IsEmpty());
}

TEST(RunnerAgent, cancels_a_run_that_goes_on_and_begins_the_next) {
    RunnerHarness harness;
    const auto first = harness.run(R"({"label": "long"})");
    harness.run();
    const auto cancelled = harness.ask("cancel", R"({"label": "long"})");
    EXPECT_EQ(cancelled.body, R"({"run":1,"label":"long","was":"running"})");
    const auto reply = harness.reply_to(first);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, DROVER_E_STATE);
    EXPECT_EQ(reply->error, "The run was cancelled by test.");
    EXPECT_THAT(harness.take_json("backtest.result.1"), SizeIs(1));
    EXPECT_THAT(harness.tokens(), ElementsAre(2U));
}

TEST(RunnerAgent, cancels_a_run_that_waits) {
    RunnerHarness harness;
    harness.run();
    const auto second = harness.run();
    EXPECT_EQ(harness.ask("cancel", R"({"run": 2})").body,
              R"({"run":2,"label":"","was":"waiting"})");
    EXPECT_EQ(harness.reply_to(second)->status, DROVER_E_STATE);
    EXPECT_THAT(harness.tokens(), ElementsAre(1U));
    const auto again = harness.ask("cancel", R"({"run": 2})");
    EXPECT_EQ(again.status, DROVER_E_NOT_FOUND);
    EXPECT_EQ(again.error, "No run 2 goes on or waits.");
}

TEST(RunnerAgent, publishes_the_result_though_nobody_waits_for_the_answer_any_more) {
    RunnerHarness harness;
    const auto asked = harness.send_request("run", "{}", std::chrono::seconds(1));
    harness.advance_by(std::chrono::seconds(2));
    EXPECT_EQ(harness.reply_to(asked)->status, DROVER_E_TIMEOUT);
    harness.end_simulation(1, DROVER_OK, R"({"trades":3})");
    EXPECT_THAT(harness.take_json("backtest.result.1"), SizeIs(1));
    EXPECT_TRUE(harness.is_running());
    harness.run();
    EXPECT_THAT(harness.tokens(), ElementsAre(2U));
}

TEST(RunnerAgent, tells_all_who_wait_when_it_stops) {
    RunnerHarness harness;
    harness.run();
    harness.run();
    harness.stop();
    EXPECT_THAT(harness.take_json("backtest.result.*"), SizeIs(2));
}

TEST(RunnerAgent, never_gives_a_number_twice) {
    RunnerHarness harness;
    harness.run();
    harness.run();
    harness.restart();
    harness.run();
    EXPECT_THAT(harness.tokens(), ElementsAre(3U));
}

TEST(RunnerAgent, says_that_it_may_run_nothing) {
    RunnerHarness harness("{}", false);
    EXPECT_EQ(harness.health().level, DROVER_HEALTH_DEGRADED);
    EXPECT_THAT(harness.health().text, HasSubstr("grants: []"));
    EXPECT_EQ(harness.ask("run", "{}").status, DROVER_E_DENIED);
}

}  // namespace
}  // namespace drover
