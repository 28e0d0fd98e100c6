// The lives of an agent under the harness: start, stop, failures, state, restarts.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe_agent.hpp"

namespace drover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(HarnessLife, configures_and_starts_the_agent) {
    testing::Options options;
    options.name = "my-probe";
    options.start_time = 5;
    ProbeHarness harness(options, R"({"fast": 10})");
    std::string seen;
    Probe::hooks.configure = [&](const Config& config) {
        seen = std::string(config.fleet) + " " + std::string(config.name) + " " +
               std::string(config.json) + " " + std::to_string(config.start_time);
    };
    EXPECT_EQ(harness.start(), DROVER_OK);
    EXPECT_EQ(seen, R"(test my-probe {"fast": 10} 5)");
    EXPECT_TRUE(harness.is_ready());
    EXPECT_THAT(harness.violations(), IsEmpty());
}

TEST(HarnessLife, keeps_the_reason_of_a_configuration_that_fails) {
    ProbeHarness harness;
    Probe::hooks.configure = [](const Config&) {
        throw Failure("config.range", "'fast' must be below 'slow'.");
    };
    EXPECT_EQ(harness.start(), DROVER_E_CONFIG);
    EXPECT_EQ(harness.failure()->code, "config.range");
    EXPECT_EQ(harness.failure()->text, "'fast' must be below 'slow'.");
    EXPECT_FALSE(harness.is_running());
    EXPECT_EQ(Probe::present, nullptr) << "The instance was not destroyed.";
}

TEST(HarnessLife, turns_an_exception_of_a_callback_into_a_failure_and_stops_the_agent) {
    ProbeHarness harness;
    harness.start();
    Probe::hooks.on_message = [](const Message&) { throw std::runtime_error("No such bar."); };
    harness.deliver("market.quote.SPX", quote(1), 10);
    EXPECT_EQ(harness.failure()->code, "exception");
    EXPECT_EQ(harness.failure()->text, "No such bar.");
    EXPECT_EQ(Probe::stop_reason, DROVER_STOP_FAILED);
    EXPECT_THROW(harness.deliver("market.quote.SPX", quote(1), 10), testing::HarnessError);
}

TEST(HarnessLife, stops_an_agent_that_has_completed_after_its_callback) {
    ProbeHarness harness;
    harness.start();
    Probe::hooks.on_message = [](const Message&) {
        probe().completed("All is done.");
        publish_on("out.last", 1);
    };
    harness.deliver("market.quote.SPX", quote(1), 10);
    EXPECT_TRUE(harness.is_completed());
    EXPECT_FALSE(harness.failure());
    EXPECT_EQ(Probe::stop_reason, DROVER_STOP_COMPLETED);
    EXPECT_THAT(bids(harness.take<drover_quote>("out.last")), ElementsAre(1));
}

TEST(HarnessLife, is_ready_when_a_pending_start_completes) {
    ProbeHarness harness;
    Probe::hooks.start = [] {
        probe().post(1);
        return false;
    };
    int posts = 0;
    Probe::hooks.on_post = [&](std::uint64_t) {
        if (++posts == 2) {
            probe().ready();
        }
    };
    EXPECT_EQ(harness.start(), DROVER_PENDING);
    EXPECT_TRUE(harness.is_running());
    EXPECT_FALSE(harness.is_ready());
    std::thread([] { probe().post(2); }).join();
    EXPECT_TRUE(harness.wait_for_work(std::chrono::seconds(10)));
    EXPECT_TRUE(harness.is_ready());
}

TEST(HarnessLife, fails_when_a_pending_start_fails) {
    ProbeHarness harness;
    Probe::hooks.start = [] { return false; };
    harness.start();
    std::thread([] {
        const drover_host* host = probe().host();
        host->fail(host, "venue.login", borrow("The venue refuses the login."));
        host->ready(host, DROVER_E_IO);
    }).join();
    EXPECT_TRUE(harness.wait_for_work(std::chrono::seconds(10)));
    EXPECT_FALSE(harness.is_running());
    EXPECT_EQ(harness.failure()->status, DROVER_E_IO);
    EXPECT_EQ(harness.failure()->code, "venue.login");
}

TEST(HarnessLife, answers_every_host_call_after_stop_with_a_state_error) {
    ProbeHarness harness;
    std::uint32_t topic = 0;
    Probe::hooks.start = [&] {
        topic = probe().topic(Probe::out, "out.a").handle;
        return true;
    };
    harness.start();
    harness.stop();
    const drover_host* host = probe().host();
    const drover_quote record = quote(1);
    void* room = nullptr;
    EXPECT_EQ(host->publish(host, topic, 0, &record, 1, sizeof(record), nullptr), DROVER_E_STATE);
    EXPECT_EQ(host->loan(host, topic, 1, &room), DROVER_E_STATE);
    EXPECT_EQ(host->commit(host, 0, 1, nullptr), DROVER_E_STATE);
    EXPECT_EQ(host->post(host, 1), DROVER_E_STATE);
    EXPECT_EQ(host->timer_set(host, 1, 1, 0), DROVER_E_STATE);
    EXPECT_EQ(host->timer_cancel(host, 1), DROVER_E_STATE);
    EXPECT_EQ(host->subscribe(host, 2, borrow("")), DROVER_E_STATE);
    EXPECT_EQ(host->topic(host, 3, borrow("out.b"), &topic), DROVER_E_STATE);
    EXPECT_EQ(host->request(host, 0, {}, {}, 1, 1), DROVER_E_STATE);
    EXPECT_EQ(host->reply(host, 1, DROVER_OK, {}, {}), DROVER_E_STATE);
    host->health(host, DROVER_HEALTH_UNHEALTHY, "late", borrow("Too late."));
    EXPECT_EQ(harness.health().level, 0);
    EXPECT_THAT(harness.violations(), ::testing::SizeIs(11));
    EXPECT_TRUE(harness.published().empty());
}

TEST(HarnessLife, lets_nothing_be_published_before_start) {
    ProbeHarness harness;
    drover_status status = DROVER_OK;
    Probe::hooks.configure = [&](const Config&) { status = publish_on("out.a", 1); };
    harness.start();
    EXPECT_EQ(status, DROVER_E_STATE);
    EXPECT_THAT(harness.violations(), ElementsAre(HasSubstr("publish was called too early")));
}

TEST(HarnessLife, knows_the_calls_that_only_callbacks_may_make) {
    ProbeHarness harness;
    harness.start();
    EXPECT_EQ(probe().host()->timer_set(probe().host(), 1, 1, 0), DROVER_E_THREAD);
    EXPECT_THAT(probe().last_error(), HasSubstr("timer_set"));
    EXPECT_THAT(harness.violations(), ElementsAre(HasSubstr("outside the callbacks")));
}

TEST(HarnessState, is_saved_after_a_callback_that_changed_it) {
    ProbeHarness harness;
    harness.start();
    Probe::hooks.on_message = [](const Message& message) {
        probe().state = message.json();
        if (message.json() != R"("silent")") {
            probe().state_dirty();
        }
    };
    EXPECT_FALSE(harness.saved_state());
    harness.deliver_json("note.a", R"("first")", 1);
    EXPECT_EQ(harness.saved_state(), R"("first")");
    harness.deliver_json("note.a", R"("silent")", 2);
    EXPECT_EQ(harness.saved_state(), R"("first")");
    EXPECT_THAT(harness.violations(), IsEmpty());
}

TEST(HarnessState, is_loaded_by_the_next_life_in_small_pieces) {
    ProbeHarness harness;
    harness.start();
    const std::string long_state(10'000, 'x');
    Probe::hooks.on_message = [&](const Message&) {
        probe().state = long_state;
        probe().state_dirty();
    };
    harness.deliver_json("note.a", "1", 100);
    EXPECT_EQ(harness.restart(), DROVER_OK);
    EXPECT_EQ(probe().state, long_state);
    EXPECT_EQ(probe().state_version, 7U);
    EXPECT_EQ(harness.now(), 100);
}

TEST(HarnessState, of_another_version_can_be_given) {
    ProbeHarness harness;
    harness.set_saved_state("old", 3);
    harness.start();
    EXPECT_EQ(probe().state, "old");
    EXPECT_EQ(probe().state_version, 3U);
}

TEST(HarnessState, that_cannot_be_loaded_keeps_the_agent_from_starting) {
    ProbeHarness harness;
    harness.set_saved_state("broken", 7);
    EXPECT_EQ(harness.start(), DROVER_E_CONFIG);
    EXPECT_EQ(harness.failure()->code, "state.broken");
    EXPECT_FALSE(harness.is_running());
}

TEST(HarnessState, that_cannot_be_saved_holds_back_what_depends_on_it_and_stops_the_agent) {
    ProbeHarness harness;
    harness.start();
    Probe::hooks.on_message = [](const Message&) {
        publish_on("out.a", 1);
        probe().state = "unsavable";
        probe().state_dirty();
    };
    harness.deliver_json("note.a", "1", 1);
    EXPECT_TRUE(harness.published().empty());
    EXPECT_EQ(harness.failure()->code, "state.full");
    EXPECT_EQ(Probe::stop_reason, DROVER_STOP_FAILED);
}

TEST(HarnessLife, begins_a_new_incarnation_with_each_restart) {
    ProbeHarness harness;
    Probe::hooks.start = [] { return publish_on("out.a", 1) == DROVER_OK; };
    harness.start();
    harness.restart();
    ASSERT_EQ(harness.published().size(), 2U);
    EXPECT_EQ(harness.published()[0].id.incarnation, 1U);
    EXPECT_EQ(harness.published()[1].id.incarnation, 2U);
    EXPECT_EQ(harness.published()[1].id.sequence, 1U);
}

TEST(HarnessLife, keeps_health_and_log) {
    ProbeHarness harness;
    EXPECT_EQ(harness.health().level, 0);
    Probe::hooks.start = [] {
        probe().log_info("Here I am.");
        probe().healthy();
        probe().degraded("feed.late", "The feed is late.");
        return true;
    };
    harness.start();
    EXPECT_EQ(harness.health().level, DROVER_HEALTH_DEGRADED);
    EXPECT_EQ(harness.health().code, "feed.late");
    EXPECT_EQ(harness.health_reports().size(), 2U);
    EXPECT_EQ(harness.log().at(0).text, "Here I am.");
}

}  // namespace
}  // namespace drover
