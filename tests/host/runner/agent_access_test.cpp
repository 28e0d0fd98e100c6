// What an agent may publish and is handed: quotas, latest topics, voided messages, and the grant to
// engage the kill switch.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "runner/agent_runner.hpp"
#include "tests/host/runner/number_agent.hpp"

namespace drover {
namespace {

class Visitor;
Visitor* the_visitor = nullptr;

class Visitor final : public NumberAgent {
public:
    static constexpr About about{"visitor", "1", "test", "Does what the test says"};
    static constexpr bool keeps_state = false;

    Visitor() { the_visitor = this; }
    void on_message(const Message& message) override {
        ++messages;
        gaps += message.lost();
    }
    void on_post(std::uint64_t) override { work(); }

    std::function<void()> work;
    int messages = 0;
    std::uint64_t gaps = 0;
};

class CountingTransport final : public Transport {
public:
    void send(const PublishedMessage& message) override { sent += message.count > 0 ? 1 : 0; }
    void send_request(const OutgoingRequest&) override {}
    void send_reply(const OutgoingReply&) override {}
    void ask_advance(std::int64_t, std::int64_t, std::uint64_t) override {}
    void wake() override {}
    int sent = 0;
};

class CodeObserver final : public AgentObserver {
public:
    void on_log(std::int32_t, std::string_view) override {}
    void on_health(std::int32_t, std::string_view, std::string_view) override {}
    void on_occurrence(const Noted& noted, std::uint64_t) override {
        codes.emplace_back(noted.code);
    }
    std::vector<std::string> codes;
};

class AgentAccess : public ::testing::Test {
protected:
    AgentAccess() { setup.mode = DROVER_MODE_LIVE; }
    void start() {
        runner.emplace(setup, transport, observer, kill_switch, page.layout(), std::nullopt);
        ASSERT_TRUE(runner->prepare());
        ASSERT_TRUE(runner->start());
    }
    void in_callback(const std::function<void()>& work) {
        the_visitor->work = work;
        runner->post_news(0);
        runner->run_posts();
    }
    static Delivery delivery(std::uint64_t sequence, const char* topic = "in.x") {
        static const Number number{7};
        return number_delivery(number, sequence, topic);
    }

    AgentSetup setup = number_agent_setup("visitor", Bridge<Visitor>::description());
    CountingTransport transport;
    CodeObserver observer;
    KillSwitchPage kill_switch = KillSwitchPage::local();
    StatusPage page = StatusPage::local();
    std::optional<AgentRunner> runner;
};

TEST_F(AgentAccess, is_held_to_its_quota_at_the_call_with_a_sentence) {
    setup.quota = {1, std::nullopt, std::chrono::seconds(3)};
    start();
    for (int count = 0; count < 4; ++count) {
        in_callback([count] {
            const auto status =
                the_visitor->publish(the_visitor->topic(Visitor::out, "out.x"), Number{1});
            EXPECT_EQ(status, count < 3 ? DROVER_OK : DROVER_E_QUOTA);
        });
    }
    in_callback([] {
        (void)the_visitor->publish(the_visitor->topic(Visitor::out, "out.x"), Number{1});
        EXPECT_THAT(the_visitor->last_error(), ::testing::HasSubstr("messages: 1/s"));
    });
    EXPECT_EQ(transport.sent, 3);
    EXPECT_EQ(page.layout().refused.load(), 2U);
    EXPECT_EQ(page.layout().refused_quota.load(), 2U);
    EXPECT_THAT(observer.codes, ::testing::Each("quota"));
}

TEST_F(AgentAccess, counts_publications_that_leave_in_one_message_as_one) {
    setup.quota = {2, std::nullopt, std::chrono::seconds(1)};
    start();
    in_callback([] {
        for (int count = 0; count < 100; ++count) {
            EXPECT_EQ(the_visitor->publish(the_visitor->topic(Visitor::out, "out.x"), Number{1}),
                      DROVER_OK);
        }
    });
    EXPECT_EQ(transport.sent, 2);
}

TEST_F(AgentAccess, has_no_quota_in_a_simulation_nor_in_a_replay) {
    setup.quota = {1, 1, std::chrono::milliseconds(1)};
    for (const std::uint32_t mode : {DROVER_MODE_SIMULATION, DROVER_MODE_REPLAY}) {
        setup.mode = mode;
        runner.reset();
        start();
        for (int count = 0; count < 5; ++count) {
            in_callback([] {
                EXPECT_EQ(
                    the_visitor->publish(the_visitor->topic(Visitor::out, "out.x"), Number{1}),
                    DROVER_OK);
            });
        }
    }
}

TEST_F(AgentAccess, takes_another_quota_while_it_runs) {
    setup.quota = {1, std::nullopt, std::chrono::seconds(1)};
    start();
    const auto publish = [this] {
        drover_status status = DROVER_OK;
        in_callback([&status] {
            status = the_visitor->publish(the_visitor->topic(Visitor::out, "out.x"), Number{1});
        });
        return status;
    };
    EXPECT_EQ(publish(), DROVER_OK);
    EXPECT_EQ(publish(), DROVER_E_QUOTA);
    runner->take_quota({});
    EXPECT_EQ(publish(), DROVER_OK);
    EXPECT_EQ(publish(), DROVER_OK);
}

TEST_F(AgentAccess, takes_gaps_of_latest_topics_for_replaced_messages_and_not_for_lost_ones) {
    TopicRights rule;
    rule.pattern = "in.>";
    rule.latest = true;
    setup.rules = {rule};
    start();
    runner->deliver(delivery(1));
    runner->deliver(delivery(5));
    runner->note_last("in.x", "other", 9, 1, 6);
    runner->deliver(delivery(7));
    EXPECT_EQ(page.layout().replaced.load(), 4U);
    EXPECT_EQ(page.layout().lost.load(), 0U);
    EXPECT_EQ(the_visitor->gaps, 0U);
    EXPECT_TRUE(observer.codes.empty());
}

TEST_F(AgentAccess, knows_a_message_that_the_kill_switch_voided_on_its_way) {
    start();
    const auto taken_at =
        static_cast<std::uint16_t>(gate_flag | gate_mark(kill_switch.read().revision));
    EXPECT_FALSE(runner->is_void(taken_at));
    ASSERT_TRUE(kill_switch.write(true, "ann", "a test"));
    EXPECT_TRUE(runner->is_void(taken_at));
    EXPECT_FALSE(runner->is_void(0)) << "its topic is not gated";
    ASSERT_TRUE(kill_switch.write(false, "ann", ""));
    EXPECT_TRUE(runner->is_void(taken_at)) << "release lets through only what comes afterwards";
    EXPECT_FALSE(runner->is_void(
        static_cast<std::uint16_t>(gate_flag | gate_mark(kill_switch.read().revision))));
}

TEST_F(AgentAccess, passes_over_a_voided_message_without_a_callback_and_without_a_gap) {
    start();
    runner->deliver(delivery(1));
    EXPECT_TRUE(runner->pass_over(delivery(2)));
    EXPECT_FALSE(runner->pass_over(delivery(2))) << "it came before";
    EXPECT_FALSE(runner->pass_over(delivery(3, "elsewhere.x")));
    runner->deliver(delivery(3));
    EXPECT_EQ(the_visitor->messages, 2);
    EXPECT_EQ(the_visitor->gaps, 0U);
    EXPECT_EQ(page.layout().voided.load(), 1U);
    EXPECT_EQ(page.layout().lost.load(), 0U);
}

TEST_F(AgentAccess, tells_with_the_next_message_what_was_lost_before_a_voided_one) {
    start();
    runner->deliver(delivery(1));
    EXPECT_TRUE(runner->pass_over(delivery(4)));
    runner->deliver(delivery(5));
    EXPECT_EQ(the_visitor->gaps, 2U);
    EXPECT_EQ(page.layout().lost.load(), 2U);
}

const drover_control_v1* control_of(const drover_host* host) {
    return static_cast<const drover_control_v1*>(
        host->get_extension(host, DROVER_EXTENSION_CONTROL));
}

TEST_F(AgentAccess, may_not_engage_the_kill_switch_without_a_grant) {
    start();
    EXPECT_EQ(control_of(the_visitor->host()), nullptr);
}

TEST_F(AgentAccess, engages_the_kill_switch_by_grant_and_says_who_and_why) {
    setup.engageable_switch = &kill_switch;
    start();
    const drover_host* const host = the_visitor->host();
    in_callback([host] {
        EXPECT_EQ(control_of(host)->engage(host, {"", 0}), DROVER_E_INVALID);
        const std::string why = "losses";
        EXPECT_EQ(control_of(host)->engage(host, {why.data(), why.size()}), DROVER_OK);
        const std::string again = "another reason";
        EXPECT_EQ(control_of(host)->engage(host, {again.data(), again.size()}), DROVER_OK);
    });
    const KillSwitchState state = kill_switch.read();
    EXPECT_TRUE(state.engaged);
    EXPECT_EQ(state.who, "agent visitor");
    EXPECT_EQ(state.reason, "losses") << "the first reason stays";
}

}  // namespace
}  // namespace drover
