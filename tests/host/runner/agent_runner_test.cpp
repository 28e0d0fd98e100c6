// What an agent does in its callbacks leaves with its cause, and not before its state is saved.
#include "runner/agent_runner.hpp"

#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "tests/host/runner/probed_runner.hpp"

namespace drover {
namespace {

using test::AgentRunnerTest;
using test::Probe;
using test::the_probe;

TEST_F(AgentRunnerTest, gives_a_publication_the_cause_and_event_time_of_the_message_being_handled) {
    started();
    the_probe->message_seen = [](const Message&) {
        the_probe->publish(the_probe->topic(Probe::out, "out.x"), Number{1});
    };
    deliver();
    ASSERT_EQ(transport.topics.size(), 1U);
    EXPECT_EQ(transport.causes[0].publisher, 9U);
    EXPECT_EQ(transport.causes[0].sequence, 1U);
    EXPECT_EQ(transport.event_times[0], 500);
}

TEST_F(AgentRunnerTest, commits_the_state_before_what_the_callback_published_leaves) {
    started(true);
    the_probe->message_seen = [](const Message&) {
        the_probe->total = 42;
        the_probe->state_dirty();
        the_probe->publish(the_probe->topic(Probe::out, "out.x"), Number{1});
    };
    std::string saved_at_sending;
    transport.before_send = [&] {
        // What a process that ends now leaves; the file itself is held.
        const auto left = folder / "left";
        std::filesystem::create_directory(left);
        for (const char* name : {"probe.sqlite", "probe.sqlite-wal"}) {
            std::filesystem::copy_file(folder / name, left / name);
        }
        auto store = AgentFile::open(left / "probe.sqlite", "probe");
        saved_at_sending = store.value().state()->bytes;
    };
    deliver();
    EXPECT_EQ(saved_at_sending, "42");
}

TEST_F(AgentRunnerTest, lets_nothing_out_any_more_once_the_state_could_not_be_saved) {
    AgentRunner& agent = started(true);
    the_probe->cannot_save = true;
    the_probe->message_seen = [](const Message&) {
        const auto topic = the_probe->topic(Probe::out, "out.a");
        EXPECT_EQ(the_probe->publish(topic, Number{1}), DROVER_OK);
        the_probe->state_dirty();
    };
    deliver();
    ASSERT_TRUE(agent.stop_wish());
    EXPECT_NE(agent.stop_wish()->text.find("The state does not fit."), std::string::npos);
    agent.stop(DROVER_STOP_FAILED, 0);
    EXPECT_TRUE(transport.topics.empty());
    EXPECT_EQ(page.layout().messages_out.load(), 0U);
}

TEST_F(AgentRunnerTest, turns_an_exception_into_a_wish_to_stop) {
    started();
    the_probe->message_seen = [](const Message&) { throw std::runtime_error("no such symbol"); };
    deliver();
    const auto wish = runner->stop_wish();
    ASSERT_TRUE(wish.has_value());
    EXPECT_LT(wish->status, 0);
    EXPECT_EQ(wish->text, "no such symbol");
}

}  // namespace
}  // namespace drover
