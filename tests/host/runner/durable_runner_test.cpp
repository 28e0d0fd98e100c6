// Durable messages under the runner: what reaches the plugin, and what it may publish.
#include "tests/host/runner/durable_agent.hpp"

namespace drover {
namespace {

struct DurableRunner : DurableAgentTest {};

TEST_F(DurableRunner, passes_over_what_it_has_handled) {
    started();
    deliver(4, 10);
    deliver(4, 10);
    deliver(3, 10);
    EXPECT_EQ(Adder::present->total, 10);
    make(folder, 2);
    ASSERT_TRUE(runner->start());
    deliver(4, 10);
    EXPECT_EQ(Adder::present->total, 10);
    EXPECT_TRUE(runner->has_handled(4));
    EXPECT_FALSE(runner->has_handled(5));
}

TEST_F(DurableRunner, counts_no_durable_message_as_lost_that_a_heartbeat_has_overtaken) {
    started();
    deliver(1);
    runner->note_last("in.x", "other", 9, 1, 40);
    EXPECT_EQ(page.layout().lost.load(), 0U);
    deliver(2);
    EXPECT_EQ(Adder::present->total, 2);
}

TEST_F(DurableRunner, refuses_durable_publications_of_other_threads) {
    started();
    std::uint32_t durable = 0;
    std::uint32_t stream = 0;
    Adder::present->message_seen = [&](const Message&) {
        durable = Adder::present->topic(Adder::out, "out.sum").handle;
        stream = Adder::present->topic(Adder::out, "out.stream").handle;
    };
    deliver(1);
    const Number count{1};
    const drover_host* const host = Adder::present->host();
    EXPECT_EQ(host->publish(host, stream, 0, &count, 1, sizeof(count), nullptr), DROVER_OK);
    EXPECT_EQ(host->publish(host, durable, 0, &count, 1, sizeof(count), nullptr), DROVER_E_THREAD);
    EXPECT_EQ(Adder::present->last_error(),
              "Topic 'out.sum' is durable, so only callbacks may publish on it. Call post, and "
              "publish from on_post.");
}

TEST_F(DurableRunner, shows_which_message_is_being_handled) {
    started();
    std::uint64_t seen = 0;
    Adder::present->message_seen = [&](const Message&) { seen = page.layout().position.load(); };
    deliver(12);
    EXPECT_EQ(seen, 12U);
    EXPECT_EQ(page.layout().position.load(), 0U);
}

TEST_F(DurableRunner, keeps_gated_messages_from_the_plugin_while_the_switch_is_engaged) {
    started();
    auto engaged = KillSwitchPage::unreadable();
    kill_switch = std::move(engaged);
    deliver(1, 10, "in.gated");
    deliver(2, 10, "in.x");
    EXPECT_EQ(Adder::present->total, 10);
    EXPECT_EQ(transport.voided, (std::vector<std::uint64_t>{1}));
    EXPECT_EQ(transport.handled_to, 2U);
    EXPECT_EQ(page.layout().voided.load(), 1U);
    kill_switch = KillSwitchPage::local();
    deliver(1, 10, "in.gated");
    EXPECT_EQ(Adder::present->total, 10) << "void stays void";
}

}  // namespace
}  // namespace drover
