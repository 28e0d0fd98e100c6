// The life of an agent: prepared, started, its state loaded, and stopped.
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "runner/agent_runner.hpp"
#include "tests/host/runner/probed_runner.hpp"

namespace drover {
namespace {

using test::Probe;
using test::the_probe;
using ::testing::ElementsAre;

/// What C functions of a test have been given.
struct Given {
    std::string names;
    std::uint32_t mode = 0;
    std::uint64_t seed = 0;
    std::int64_t start_time = 0;
    int destroyed = 0;
};
Given given;

struct AgentLife : test::AgentRunnerTest {
    AgentLife() { given = {}; }
};

drover_status note_config(void* /*agent*/, const drover_config* config) {
    given.names = std::string(view(config->name)) + " of " + std::string(view(config->fleet)) +
                  ": " + std::string(view(config->json));
    given.mode = config->mode;
    given.seed = config->seed;
    given.start_time = config->start_time;
    return DROVER_OK;
}

TEST_F(AgentLife, begins_with_what_the_fleet_says_of_the_agent_and_a_seed_of_its_own) {
    functions().configure = note_config;
    setup.config_json = R"({"limit": 3})";
    setup.mode = DROVER_MODE_SIMULATION;
    setup.start_time = 77;
    ASSERT_TRUE(make().prepare());
    EXPECT_EQ(given.names, R"(probe of test: {"limit": 3})");
    EXPECT_EQ(given.mode, std::uint32_t{DROVER_MODE_SIMULATION});
    EXPECT_EQ(given.start_time, 77);
    const std::uint64_t seed = given.seed;
    setup.name = "other";
    ASSERT_TRUE(make().prepare());
    EXPECT_NE(given.seed, seed);
}

drover_status make_nothing(const drover_agent_description*, const drover_host*, void** agent) {
    static int something = 0;
    *agent = &something;
    return DROVER_E_IO;
}

void count_destroyed(void* /*agent*/) {
    ++given.destroyed;
}

TEST_F(AgentLife, of_one_that_could_not_be_created_ends_without_a_destroy) {
    functions().create = make_nothing;
    functions().destroy = count_destroyed;
    const auto prepared = make().prepare();
    ASSERT_FALSE(prepared);
    EXPECT_EQ(prepared.error().message,
              "The plugin could not be created: it answered status " + std::to_string(DROVER_E_IO) +
                  " and gave no reason.");
    runner.reset();
    EXPECT_EQ(given.destroyed, 0);
}

TEST_F(AgentLife, that_cannot_be_configured_names_the_step_and_the_plugins_reason) {
    setup.config_json = R"({"bad": 1})";
    const auto prepared = make().prepare();
    ASSERT_FALSE(prepared);
    EXPECT_EQ(prepared.error().message,
              "The plugin could not be configured: The value is bad. (config.bad)");
}

TEST_F(AgentLife, loads_what_the_last_one_saved) {
    started(true);
    the_probe->message_seen = [](const Message&) {
        the_probe->total = 42;
        the_probe->state_dirty();
    };
    deliver();
    started(true);
    EXPECT_EQ(the_probe->total, 42);
}

TEST_F(AgentLife, loads_a_state_from_elsewhere_only_where_its_file_holds_none) {
    const std::string many_blocks = std::string(10'000, '0') + "42";
    setup.state = InitialState{3, many_blocks};
    started(true);
    EXPECT_EQ(the_probe->total, 42);
    EXPECT_EQ(the_probe->loaded_version, 3U);
    the_probe->message_seen = [](const Message&) {
        the_probe->total = 7;
        the_probe->state_dirty();
    };
    deliver();
    started(true);
    EXPECT_EQ(the_probe->total, 7);
    EXPECT_EQ(the_probe->loaded_version, 0U) << "of the plugin that saved it";
}

TEST_F(AgentLife, does_not_begin_with_a_state_that_the_plugin_cannot_read) {
    setup.state = InitialState{1, "no number"};
    const auto prepared = make().prepare();
    ASSERT_FALSE(prepared);
    EXPECT_EQ(prepared.error().message,
              "The plugin could not load its saved state: stoi (exception)");
}

TEST_F(AgentLife, begins_when_a_pending_start_says_so) {
    AgentRunner& made = make();
    ASSERT_TRUE(made.prepare());
    the_probe->on_start = [] { return false; };
    const auto started = made.start();
    ASSERT_TRUE(started);
    EXPECT_FALSE(started.value());
    EXPECT_FALSE(made.pending_outcome().has_value());
    the_probe->host()->ready(the_probe->host(), DROVER_OK);
    const auto outcome = made.pending_outcome();
    ASSERT_TRUE(outcome.has_value());
    EXPECT_TRUE(*outcome);
}

TEST_F(AgentLife, fails_once_with_the_reason_of_a_pending_start_that_came_from_another_thread) {
    AgentRunner& made = make();
    ASSERT_TRUE(made.prepare());
    the_probe->on_start = [] { return false; };
    ASSERT_TRUE(made.start());
    const int wakes = transport.wakes;
    std::thread worker([host = the_probe->host()] {
        host->fail(host, "venue.down", borrow("The venue does not answer."));
        host->ready(host, DROVER_E_IO);
    });
    worker.join();
    EXPECT_GT(transport.wakes, wakes) << "the loop must not sleep over it";
    const auto outcome = made.pending_outcome();
    ASSERT_TRUE(outcome.has_value());
    ASSERT_FALSE(*outcome);
    EXPECT_EQ(outcome->error().message,
              "The plugin could not start: The venue does not answer. (venue.down)");
    EXPECT_FALSE(made.pending_outcome().has_value());
}

TEST_F(AgentLife, lets_out_what_a_start_published_also_one_that_is_pending) {
    for (const bool is_ready : {true, false}) {
        AgentRunner& made = make();
        ASSERT_TRUE(made.prepare());
        transport.topics.clear();
        the_probe->on_start = [is_ready] {
            (void)the_probe->host()->post(the_probe->host(), 5);
            return is_ready;
        };
        the_probe->post_seen = [](std::uint64_t) {
            the_probe->publish(the_probe->topic(Probe::out, "out.x"), Number{1});
        };
        ASSERT_TRUE(made.start());
        EXPECT_THAT(transport.topics, ElementsAre("out.x")) << is_ready;
    }
}

TEST_F(AgentLife, ends_with_one_stop_whose_last_words_leave_and_no_timer_fires_any_more) {
    started();
    std::vector<std::int32_t> reasons;
    the_probe->on_stop = [&](std::int32_t reason) {
        reasons.push_back(reason);
        the_probe->publish(the_probe->topic(Probe::out, "out.last"), Number{1});
    };
    in_callback([] { the_probe->set_timer(5, 1000); });
    runner->stop(DROVER_STOP_COMPLETED, 0);
    runner->stop(DROVER_STOP_REQUESTED, 0);
    runner->set_time(2000);
    runner->fire_timers();
    EXPECT_THAT(reasons, ElementsAre(DROVER_STOP_COMPLETED));
    EXPECT_THAT(transport.topics, ElementsAre("out.last"));
    EXPECT_TRUE(the_probe->fired.empty());
}

TEST_F(AgentLife, that_never_began_is_not_stopped) {
    make();
    ASSERT_TRUE(runner->prepare());
    int stops = 0;
    the_probe->on_stop = [&](std::int32_t) { ++stops; };
    runner->stop(DROVER_STOP_SHUTDOWN, 0);
    runner.reset();
    EXPECT_EQ(stops, 0);
}

TEST_F(AgentLife, is_over_also_where_the_plugin_could_not_stop_cleanly_which_the_log_tells) {
    started();
    the_probe->on_stop = [](std::int32_t) { throw Failure("orders.open", "Two orders are open."); };
    runner->stop(DROVER_STOP_REQUESTED, 0);
    EXPECT_THAT(observer.lines,
                ElementsAre("The plugin could not stop cleanly: Two orders are open. "
                            "(orders.open)"));
    const drover_host* const host = the_probe->host();
    EXPECT_EQ(host->post(host, 1), DROVER_E_STATE);
}

TEST_F(AgentLife, ends_for_the_first_reason_that_was_given) {
    started();
    const int wakes = transport.wakes;
    EXPECT_FALSE(runner->stop_wish());
    runner->want_stop({DROVER_E_IO, "first", "The first one."});
    EXPECT_GT(transport.wakes, wakes) << "it may come from a thread of the plugin";
    runner->want_stop({DROVER_OK, "second", "The second one."});
    ASSERT_TRUE(runner->stop_wish());
    EXPECT_EQ(runner->stop_wish()->status, DROVER_E_IO);
    EXPECT_EQ(runner->stop_wish()->code, "first");
}

}  // namespace
}  // namespace drover
