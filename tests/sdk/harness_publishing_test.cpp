// What an agent publishes under the harness: rights, the forming of messages, causes, loans.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe_agent.hpp"

namespace drover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// Runs `work` in a callback that handles a message of event time 50.
template <typename Work>
void in_callback(ProbeHarness& harness, Work work) {
    Probe::hooks.on_message = [&](const Message&) { work(); };
    harness.deliver_json("note.a", "1", 50);
}

std::vector<std::uint32_t> counts(ProbeHarness& harness) {
    std::vector<std::uint32_t> all;
    for (const testing::PublishedMessage& message : harness.published()) {
        all.push_back(message.count);
    }
    return all;
}

TEST(HarnessPublishing, forms_one_message_of_consecutive_publications) {
    ProbeHarness harness;
    harness.start();
    in_callback(harness, [] {
        publish_on("out.a", 1);
        publish_on("out.a", 2);
        publish_on("out.b", 3);
        publish_on("out.a", 4);
    });
    EXPECT_THAT(counts(harness), ElementsAre(2, 1, 1));
    EXPECT_EQ(harness.published()[2].id.sequence, 3U);
    EXPECT_EQ(harness.published()[2].topic_sequence, 2U);
    EXPECT_THAT(bids(harness.take<drover_quote>("out.a")), ElementsAre(1, 2, 4));
    EXPECT_THAT(harness.published(), SizeIs(1)) << "What was taken is gone.";
}

TEST(HarnessPublishing, ends_a_message_at_the_end_of_the_callback) {
    ProbeHarness harness;
    harness.start();
    in_callback(harness, [] { publish_on("out.a", 1); });
    in_callback(harness, [] { publish_on("out.a", 2); });
    EXPECT_THAT(counts(harness), ElementsAre(1, 1));
}

TEST(HarnessPublishing, ends_a_message_at_another_event_time) {
    ProbeHarness harness;
    harness.start();
    in_callback(harness, [] {
        const auto topic = probe().topic(Probe::out, "out.a");
        probe().publish(topic, quote(1), 7);
        probe().publish(topic, quote(2), 7);
        probe().publish(topic, quote(3), 8);
    });
    EXPECT_THAT(counts(harness), ElementsAre(2, 1));
    EXPECT_EQ(harness.published()[1].event_time, 8);
}

TEST(HarnessPublishing, ends_a_message_at_64_records) {
    ProbeHarness harness;
    harness.start();
    std::uint64_t sequence = 0;
    in_callback(harness, [&] {
        const auto topic = probe().topic(Probe::out, "out.a");
        const std::vector<drover_quote> many(100, quote(1));
        const drover_host* host = probe().host();
        EXPECT_EQ(host->publish(
                      host, topic.handle, 1, many.data(), 40, 40 * sizeof(drover_quote), &sequence),
                  DROVER_OK);
        EXPECT_EQ(sequence, 1U);
        EXPECT_EQ(
            host->publish(
                host, topic.handle, 1, many.data(), 100, 100 * sizeof(drover_quote), &sequence),
            DROVER_OK);
    });
    EXPECT_EQ(sequence, 3U) << "The sequence of the message that holds the last record.";
    EXPECT_THAT(counts(harness), ElementsAre(64, 64, 12));
}

TEST(HarnessPublishing, never_merges_json) {
    ProbeHarness harness;
    harness.start();
    in_callback(harness, [] {
        const auto topic = probe().topic(Probe::remarks, "remark.a");
        probe().publish_json(topic, R"({"a":1})");
        probe().publish_json(topic, R"({"a":2})");
    });
    EXPECT_THAT(counts(harness), ElementsAre(1, 1));
    EXPECT_THAT(harness.take_json("remark.>"), ElementsAre(R"({"a":1})", R"({"a":2})"));
}

TEST(HarnessPublishing, carries_the_cause_and_its_event_time) {
    ProbeHarness harness;
    harness.start();
    harness.advance_to(80);
    harness.deliver_json("note.a", "0", 1);
    in_callback(harness, [] { publish_on("out.a", 1); });
    const testing::PublishedMessage& message = harness.published().at(0);
    EXPECT_NE(message.cause.publisher, 0U);
    EXPECT_EQ(message.cause.sequence, 2U);
    EXPECT_EQ(message.event_time, 50);
    EXPECT_EQ(message.publish_time, 80);
}

TEST(HarnessPublishing, has_no_cause_and_the_time_of_the_clock_outside_messages) {
    ProbeHarness harness;
    harness.start();
    Probe::hooks.on_timer = [](std::uint64_t, std::int64_t, std::uint32_t) {
        publish_on("out.a", 1);
    };
    in_callback(harness, [] { probe().set_timer(1, 60); });
    harness.advance_to(70);
    const testing::PublishedMessage& message = harness.published().at(0);
    EXPECT_EQ(message.cause.publisher, 0U);
    EXPECT_EQ(message.event_time, 60);
}

TEST(HarnessPublishing, is_denied_where_no_port_covers_the_topic) {
    ProbeHarness harness;
    harness.start();
    in_callback(harness, [] {
        const drover_host* host = probe().host();
        std::uint32_t handle = 0;
        EXPECT_EQ(host->topic(host, 3, borrow("order.submit.SPX"), &handle), DROVER_E_DENIED);
        EXPECT_EQ(host->topic(host, 3, borrow("out.*"), &handle), DROVER_E_INVALID);
        EXPECT_EQ(host->topic(host, 0, borrow("market.quote.SPX"), &handle), DROVER_E_NOT_FOUND);
        EXPECT_EQ(host->topic(host, 99, borrow("out.a"), &handle), DROVER_E_NOT_FOUND);
        EXPECT_THROW(static_cast<void>(probe().topic(Probe::out, "elsewhere.a")), Failure);
    });
    EXPECT_TRUE(harness.published().empty());
}

TEST(HarnessPublishing, follows_the_rules_of_the_test) {
    ProbeHarness harness;
    harness.start();
    std::vector<drover_status> answers;
    std::string sentence;
    const auto topics = [] {
        return std::vector{probe().topic(Probe::out, "out.a"), probe().topic(Probe::out, "out.b")};
    };
    std::vector<Topic<drover_quote>> known;
    in_callback(harness, [&] { known = topics(); });
    harness.deny("out.a", "Only risk may publish here.");
    harness.gate("out.b");
    in_callback(harness, [&] {
        answers.push_back(probe().publish(known[0], quote(1)));
        sentence = probe().last_error();
        answers.push_back(probe().publish(known[1], quote(1)));
    });
    EXPECT_THAT(answers, ElementsAre(DROVER_E_DENIED, DROVER_E_GATED));
    EXPECT_EQ(sentence, "Only risk may publish here.");
    EXPECT_TRUE(harness.published().empty());
    harness.allow_all();
    in_callback(harness, [&] { probe().publish(known[0], quote(1)); });
    EXPECT_THAT(harness.published(), SizeIs(1));
}

TEST(HarnessPublishing, checks_that_the_bytes_fit_the_type) {
    ProbeHarness harness;
    harness.start();
    in_callback(harness, [] {
        const drover_host* host = probe().host();
        const auto topic = probe().topic(Probe::out, "out.a");
        const auto remark = probe().topic(Probe::remarks, "remark.a");
        const drover_quote record = quote(1);
        const std::string big(std::size_t{5} << 20U, ' ');
        EXPECT_EQ(host->publish(host, topic.handle, 1, &record, 2, sizeof(record), nullptr),
                  DROVER_E_TYPE);
        EXPECT_EQ(host->publish(host, topic.handle, 1, &record, 0, 0, nullptr), DROVER_E_TYPE);
        EXPECT_EQ(host->publish(host, remark.handle, 1, "1", 2, 1, nullptr), DROVER_E_TYPE);
        EXPECT_EQ(host->publish(host, remark.handle, 1, big.data(), 1, big.size(), nullptr),
                  DROVER_E_TOO_BIG);
        EXPECT_EQ(host->publish(host, 99, 1, &record, 1, sizeof(record), nullptr),
                  DROVER_E_NOT_FOUND);
    });
    EXPECT_TRUE(harness.published().empty());
}

TEST(HarnessPublishing, lends_room_for_records) {
    ProbeHarness harness;
    harness.start();
    in_callback(harness, [] {
        const drover_host* host = probe().host();
        const auto topic = probe().topic(Probe::out, "out.a");
        void* room = nullptr;
        ASSERT_EQ(host->loan(host, topic.handle, 3, &room), DROVER_OK);
        auto* const records = static_cast<drover_quote*>(room);
        EXPECT_EQ(records[2].bid, 0);
        records[0] = quote(5);
        records[1] = quote(6);
        EXPECT_EQ(host->loan(host, topic.handle, 1, &room), DROVER_E_STATE);
        EXPECT_EQ(host->commit(host, 9, 2, nullptr), DROVER_OK);
        EXPECT_EQ(host->commit(host, 9, 2, nullptr), DROVER_E_STATE);
        EXPECT_EQ(host->loan(host, topic.handle, 1, &room), DROVER_OK);
        EXPECT_EQ(host->commit(host, 9, 0, nullptr), DROVER_OK);
    });
    EXPECT_THAT(bids(harness.take<drover_quote>("out.a")), ElementsAre(5, 6));
    EXPECT_TRUE(harness.violations().empty());
}

TEST(HarnessPublishing, takes_back_a_loan_that_a_callback_forgot) {
    ProbeHarness harness;
    harness.start();
    in_callback(harness, [] {
        const auto topic = probe().topic(Probe::out, "out.a");
        void* room = nullptr;
        EXPECT_EQ(probe().host()->loan(probe().host(), topic.handle, 1, &room), DROVER_OK);
    });
    EXPECT_TRUE(harness.published().empty());
    EXPECT_THAT(harness.violations(), ElementsAre(HasSubstr("not committed")));
}

TEST(HarnessPublishing, is_open_to_threads_of_the_agent_but_not_in_a_simulation) {
    for (const std::uint32_t mode : {DROVER_MODE_LIVE, DROVER_MODE_SIMULATION}) {
        testing::Options options;
        options.mode = mode;
        ProbeHarness harness(options);
        Topic<drover_quote> topic;
        Probe::hooks.start = [&] {
            topic = probe().topic(Probe::out, "out.a");
            return true;
        };
        harness.start();
        drover_status published = DROVER_OK;
        std::thread([&] { published = probe().publish(topic, quote(1)); }).join();
        const bool is_live = mode == DROVER_MODE_LIVE;
        EXPECT_EQ(published, is_live ? DROVER_OK : DROVER_E_THREAD);
        EXPECT_EQ(harness.published().size(), is_live ? 1U : 0U);
    }
}

}  // namespace
}  // namespace drover
