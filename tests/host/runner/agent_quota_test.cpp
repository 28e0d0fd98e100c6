// What becomes of a publication at the call: the rules, the kill switch and the quota, in this
// order, and what a recording must know of it.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "base/quota.hpp"
#include "recording/recorded_inputs.hpp"
#include "runner/agent_runner.hpp"
#include "tests/host/runner/fake_recorder.hpp"
#include "tests/host/runner/probed_runner.hpp"

namespace drover {
namespace {

using test::Probe;
using test::the_probe;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Quota a_message_a_second{1, std::nullopt};
constexpr Quota a_byte_a_second{std::nullopt, 1};
const std::vector<TopicRights> gated_rules{{"out.>", true}};
const std::vector<TopicRights> denying_rules{{"out.>", false, false, std::vector<std::string>{}}};

struct AgentQuota : test::AgentRunnerTest {
    AgentQuota() { setup.mode = DROVER_MODE_LIVE; }

    /// Publishes a hundred messages at one call: above a rate of one, nothing else passes for more
    /// than a minute.
    drover_status publish_hundred() {
        static const std::vector<Number> numbers(std::size_t{100} * Outbox::most_records);
        drover_status status = DROVER_E_INTERNAL;
        in_callback([&] {
            const drover_host* const host = the_probe->host();
            status = host->publish(host,
                                   the_probe->topic(Probe::out, "out.x").handle,
                                   DROVER_EVENT_TIME_INHERIT,
                                   numbers.data(),
                                   static_cast<std::uint32_t>(numbers.size()),
                                   numbers.size() * sizeof(Number),
                                   nullptr);
        });
        return status;
    }
};

TEST_F(AgentQuota, holds_the_agent_to_it_at_the_call_with_a_sentence) {
    setup.quota = a_message_a_second;
    started();
    EXPECT_EQ(publish_hundred(), DROVER_OK) << "something is left of the second";
    EXPECT_EQ(publish("out.y"), DROVER_E_QUOTA);
    EXPECT_EQ(the_probe->last_error(),
              "Agent 'probe' has used up its quota (messages: 1/s in agents.yaml): publish less, "
              "or later.");
    EXPECT_EQ(transport.topics, std::vector<std::string>(100, "out.x"));
    EXPECT_EQ(page.layout().refused.load(), 1U);
    EXPECT_EQ(page.layout().refused_quota.load(), 1U);
    ASSERT_EQ(observer.occurrences.size(), 1U);
    EXPECT_EQ(observer.occurrences[0].kind, EventKind::refusal);
    EXPECT_EQ(observer.occurrences[0].topic, "out.y");
    EXPECT_EQ(observer.occurrences[0].code, "quota");
    EXPECT_EQ(observer.occurrences[0].reason, the_probe->last_error());
}

TEST_F(AgentQuota, counts_bytes_as_well_and_says_which_were_too_many) {
    setup.quota = a_byte_a_second;
    started();
    EXPECT_EQ(publish_hundred(), DROVER_OK);
    EXPECT_EQ(publish("out.x"), DROVER_E_QUOTA);
    EXPECT_NE(the_probe->last_error().find("(bytes: 1/s in agents.yaml)"), std::string_view::npos)
        << the_probe->last_error();
}

TEST_F(AgentQuota, counts_publications_that_leave_in_one_message_as_one) {
    setup.quota = {2, std::nullopt};
    started();
    in_callback([] {
        for (int count = 0; count < 100; ++count) {
            EXPECT_EQ(the_probe->publish(the_probe->topic(Probe::out, "out.x"), Number{1}),
                      DROVER_OK);
        }
    });
    EXPECT_EQ(transport.topics.size(), 2U);
}

TEST_F(AgentQuota, is_not_held_in_a_simulation_nor_in_a_replay) {
    setup.quota = a_message_a_second;
    for (const std::uint32_t mode : {DROVER_MODE_SIMULATION, DROVER_MODE_REPLAY}) {
        setup.mode = mode;
        started();
        EXPECT_EQ(publish_hundred(), DROVER_OK);
        EXPECT_EQ(publish("out.x"), DROVER_OK);
    }
}

TEST_F(AgentQuota, changes_while_the_agent_runs_and_what_was_used_up_is_forgotten) {
    setup.quota = a_message_a_second;
    started();
    EXPECT_EQ(publish_hundred(), DROVER_OK);
    runner->take_quota(a_message_a_second);
    EXPECT_EQ(publish_hundred(), DROVER_OK);
    EXPECT_EQ(publish("out.x"), DROVER_E_QUOTA);
    runner->take_quota({});
    EXPECT_EQ(publish_hundred(), DROVER_OK);
    EXPECT_EQ(publish("out.x"), DROVER_OK);
}

TEST_F(AgentQuota, is_asked_behind_the_rules_and_the_switch_whose_refusals_cost_nothing) {
    setup.rules = gated_rules;
    setup.quota = a_message_a_second;
    started();
    ASSERT_TRUE(kill_switch.write(true, "ann", "a test"));
    EXPECT_EQ(publish_hundred(), DROVER_E_GATED);
    ASSERT_TRUE(kill_switch.write(false, "ann", ""));
    EXPECT_EQ(publish_hundred(), DROVER_OK) << "what the switch refused was not counted";
    ASSERT_TRUE(kill_switch.write(true, "ann", "a test"));
    EXPECT_EQ(publish_hundred(), DROVER_E_GATED) << "the switch comes before the quota";
    EXPECT_EQ(the_probe->last_error(), "The kill switch is engaged and 'out.x' is gated.");
    std::vector<TopicRights> both = denying_rules;
    both.front().gated = true;
    runner->take_rules(both);
    // The topic was found before the rule came.
    const drover_host* const host = the_probe->host();
    in_callback([&] {
        const Number number{1};
        EXPECT_EQ(host->publish(host, 0, 0, &number, 1, sizeof number, nullptr), DROVER_E_DENIED)
            << "the rules come before the switch";
    });
    EXPECT_EQ(page.layout().refused_gated.load(), 2U);
    EXPECT_EQ(page.layout().refused_denied.load(), 1U);
    EXPECT_EQ(page.layout().refused_quota.load(), 0U);
}

/// A fleet that is being recorded.
struct RecordedQuota : AgentQuota {
    void record() {
        RecordedLife life;
        life.agent = "probe";
        recorder = fake.joined(life, page.layout(), observer);
        runner->record_to(recorder.get());
    }
    ~RecordedQuota() override { runner.reset(); }  // Its stop is recorded.
    /// What was written down of the calls since the last time: "2 -15".
    std::vector<std::string> verdicts() {
        recorder->flush();
        std::vector<std::string> found;
        for (const Entry& entry : fake.take()) {
            if (entry.kind == EntryKind::judged) {
                const auto verdict = RecordedVerdict::decode(entry.body);
                found.push_back(std::to_string(verdict->call) + " " +
                                std::to_string(verdict->status));
            }
        }
        return found;
    }
    /// Publishes, moves the switch, and publishes again, in one callback.
    void publish_around(bool engage) {
        in_callback([&] {
            const auto topic = the_probe->topic(Probe::out, "out.x");
            (void)the_probe->publish(topic, Number{1});
            ASSERT_TRUE(kill_switch.write(engage, "ann", "a test"));
            (void)the_probe->publish(topic, Number{2});
        });
    }

    test::FakeRecorder fake{folder};
    std::unique_ptr<LifeRecorder> recorder;
};

TEST_F(RecordedQuota, writes_down_only_verdicts_of_a_switch_that_was_moved_within_the_callback) {
    setup.rules = gated_rules;
    started();
    record();
    publish_around(false);
    EXPECT_THAT(verdicts(), IsEmpty());
    publish_around(true);
    EXPECT_THAT(verdicts(), ElementsAre("2 " + std::to_string(DROVER_E_GATED)));
    publish_around(true);
    EXPECT_THAT(verdicts(), IsEmpty()) << "that it was engaged stands with the callback";
    publish_around(false);
    EXPECT_THAT(verdicts(), ElementsAre("2 " + std::to_string(DROVER_OK)));
}

TEST_F(RecordedQuota, writes_down_each_refusal_by_quota_or_rule_within_a_callback) {
    setup.quota = a_message_a_second;
    started();
    EXPECT_EQ(publish_hundred(), DROVER_OK);
    record();
    EXPECT_EQ(publish("out.x"), DROVER_E_QUOTA);
    EXPECT_THAT(verdicts(), ElementsAre("1 " + std::to_string(DROVER_E_QUOTA)));
    runner->take_rules(denying_rules);
    const drover_host* const host = the_probe->host();
    const Number number{1};
    const auto publish_again = [&] {
        return host->publish(host, 0, 0, &number, 1, sizeof number, nullptr);
    };
    in_callback([&] { EXPECT_EQ(publish_again(), DROVER_E_DENIED); });
    EXPECT_THAT(verdicts(), ElementsAre("1 " + std::to_string(DROVER_E_DENIED)));
    EXPECT_EQ(publish_again(), DROVER_E_DENIED);
    EXPECT_THAT(verdicts(), IsEmpty()) << "a replay calls nothing outside callbacks";
}

}  // namespace
}  // namespace drover
