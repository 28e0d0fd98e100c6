// What callbacks did becomes one transaction a batch, and only then leaves.
#include <csignal>
#include <cstring>

#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include "runner/message_header.hpp"
#include "tests/host/runner/durable_agent.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct AgentCommit : DurableAgentTest {};

TEST_F(AgentCommit, numbers_its_durable_messages_over_all_its_lives) {
    started();
    deliver(5);
    ASSERT_EQ(transport.left.size(), 3U);
    EXPECT_EQ(transport.left[0].delivery, 1U);
    EXPECT_EQ(transport.left[2].delivery, 3U);
    EXPECT_EQ(transport.handled_to, 5U);
    make(folder, 2);
    ASSERT_TRUE(runner->start());
    deliver(6);
    ASSERT_EQ(transport.left.size(), 6U);
    EXPECT_EQ(transport.left[3].delivery, 4U);
    EXPECT_EQ(runner->place().cursor, 6U);
    EXPECT_EQ(runner->place().sequence, 6U);
}

TEST_F(AgentCommit, keeps_what_it_published_until_the_router_has_logged_it) {
    started();
    deliver(1);
    deliver(2);
    EXPECT_EQ(unlogged(), (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6}));
    runner->note_logged(3);
    deliver(3);
    EXPECT_EQ(unlogged(), (std::vector<std::uint64_t>{4, 5, 6, 7, 8, 9}));
    EXPECT_EQ(unlogged(7), (std::vector<std::uint64_t>{8, 9}));
}

// A message that is too large for a bundle made the next life refuse the whole file.
TEST_F(AgentCommit, reads_large_messages_of_an_earlier_life_again) {
    record_size = 100'000;
    const std::string large(record_size, 'x');
    const auto publish_large = [&] {
        const drover_host* const host = Adder::present->host();
        const auto topic = Adder::present->topic(Adder::out, "out.large");
        EXPECT_EQ(host->publish(host,
                                topic.handle,
                                DROVER_EVENT_TIME_INHERIT,
                                large.data(),
                                1,
                                large.size(),
                                nullptr),
                  DROVER_OK);
    };
    make(folder);
    Adder::present->on_start = publish_large;
    ASSERT_TRUE(runner->start());
    make(folder, 2);
    ASSERT_TRUE(runner->start());
    EXPECT_EQ(unlogged(), (std::vector<std::uint64_t>{1}));
    // Numbered anew, where the router knows more of them than the file.
    ASSERT_TRUE(runner->join_log(LogId{1}, 0, 100));
    EXPECT_EQ(unlogged(100), (std::vector<std::uint64_t>{101}));
}

TEST_F(AgentCommit, keeps_the_identity_of_the_life_that_published) {
    started();
    deliver(1);
    make(folder, 2);
    ASSERT_TRUE(runner->start());
    ASSERT_TRUE(runner->for_each_unlogged(0, [](std::uint64_t, std::span<const std::byte> bytes) {
        const auto frame = MessageFrame::decode(bytes);
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->header.incarnation, 1U);
        EXPECT_EQ(frame->header.publisher, 3U);
        const bool is_of_post = frame->topic == "out.post";
        EXPECT_EQ(frame->header.cause.publisher, is_of_post ? 0U : 9U);
    }));
}

TEST_F(AgentCommit, lets_nothing_out_of_a_batch_before_all_of_it_is_committed) {
    started();
    runner->hold_batch(true);
    deliver(1);
    deliver(2);
    EXPECT_TRUE(transport.left.empty());
    EXPECT_TRUE(runner->has_uncommitted());
    EXPECT_EQ(runner->place().cursor, 0U);
    runner->commit();
    EXPECT_EQ(transport.left.size(), 6U);
    EXPECT_EQ(runner->place().cursor, 2U);
    EXPECT_FALSE(runner->has_uncommitted());
}

TEST_F(AgentCommit, lets_stream_messages_of_a_batch_wait_as_well) {
    started();
    Adder::present->message_seen = [](const Message&) { Adder::present->say("out.stream", 1); };
    runner->hold_batch(true);
    deliver(1);
    EXPECT_TRUE(transport.left.empty()) << "what it says may depend on what is not committed";
    runner->commit();
    ASSERT_EQ(transport.left.size(), 1U);
    EXPECT_EQ(transport.left[0].delivery, 0U);
    deliver(0);
    EXPECT_EQ(transport.left.size(), 2U) << "a stream message in, a stream message out: no batch";
}

TEST_F(AgentCommit, handles_a_message_again_in_whose_callback_it_failed) {
    started();
    deliver(1, 10);
    Adder::present->message_seen = [](const Message&) {
        Adder::present->total += 5;
        Adder::present->say("out.sum", Adder::present->total);
        Adder::present->state_dirty();
        Adder::present->give_up("bad", "This cannot be.");
    };
    deliver(2, 5);
    EXPECT_TRUE(runner->is_mute());
    EXPECT_EQ(page.layout().position.load(), 2U) << "who looks at the end must see where it was";
    EXPECT_EQ(page.layout().handled.topic_text(), "in.x");
    EXPECT_EQ(page.layout().handled.publisher_text(), "other");
    runner->stop(DROVER_STOP_FAILED, 0);
    EXPECT_EQ(transport.left.size(), 3U);
    make(folder, 2);
    ASSERT_TRUE(runner->start());
    EXPECT_EQ(Adder::present->total, 10);
    EXPECT_EQ(runner->place().cursor, 1U);
}

TEST_F(AgentCommit, takes_no_input_while_too_much_waits_for_the_router) {
    started();
    Adder::present->message_seen = [](const Message&) {
        for (int count = 0; count < 600; ++count) {
            Adder::present->say(count % 2 == 0 ? "out.a" : "out.b", count);
        }
    };
    ASSERT_TRUE(runner->join_log(LogId{}, 0, 0));
    std::uint64_t position = 0;
    while (!runner->is_input_paused() && position < 100) {
        deliver(++position);
    }
    EXPECT_EQ(position, 7U) << "seven times 600 messages are the first above 4096";
    ASSERT_EQ(observer.health.size(), 1U);
    EXPECT_EQ(observer.health[0].code, "outbox_full");
    EXPECT_EQ(observer.health[0].level, DROVER_HEALTH_DEGRADED);
    EXPECT_NE(observer.health[0].text.find("4200 durable messages"), std::string::npos);
    runner->note_logged(600);
    EXPECT_TRUE(runner->is_input_paused());
    runner->note_logged(2400);
    EXPECT_FALSE(runner->is_input_paused());
    EXPECT_EQ(observer.health.back().code, "ok");
    EXPECT_EQ(observer.health.back().level, DROVER_HEALTH_HEALTHY);
    make(folder, 2);
    EXPECT_FALSE(runner->is_input_paused()) << "the router has not said yet what it has";
    runner->note_logged(0);
    ASSERT_TRUE(runner->join_log(LogId{}, 0, 0));
    EXPECT_TRUE(runner->is_input_paused());
}

/// No file of this process may grow: what a full disk does.
class NoRoomOnDisk {
public:
    NoRoomOnDisk() {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit none = before_;
        none.rlim_cur = 1;
        ::setrlimit(RLIMIT_FSIZE, &none);
    }
    NoRoomOnDisk(const NoRoomOnDisk&) = delete;
    NoRoomOnDisk& operator=(const NoRoomOnDisk&) = delete;
    ~NoRoomOnDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, SIG_DFL);
    }

private:
    rlimit before_{};
};

TEST_F(AgentCommit, holds_everything_while_its_file_cannot_be_written_and_then_goes_on) {
    started();
    deliver(1, 10);
    {
        const NoRoomOnDisk full;
        deliver(2, 10);
        ASSERT_TRUE(runner->is_input_paused());
        EXPECT_TRUE(runner->retry_due());
        runner->commit();
        EXPECT_EQ(observer.health.size(), 1U) << "it is not tried again before that is due";
        try_again_when_due();
        EXPECT_EQ(observer.health.size(), 2U);
        EXPECT_EQ(observer.lines.size(), 1U) << "the log has it once";
    }
    EXPECT_EQ(transport.left.size(), 3U) << "nothing of the second message has left";
    EXPECT_EQ(transport.handled_to, 1U);
    EXPECT_FALSE(runner->stop_wish());
    ASSERT_FALSE(observer.health.empty());
    EXPECT_EQ(observer.health[0].code, "state_file");
    EXPECT_EQ(observer.health[0].level, DROVER_HEALTH_UNHEALTHY);
    EXPECT_NE(observer.health[0].text.find("adder.sqlite' cannot be written"), std::string::npos)
        << observer.health[0].text;
    try_again_when_due();
    EXPECT_FALSE(runner->is_input_paused());
    EXPECT_EQ(transport.left.size(), 6U);
    EXPECT_EQ(transport.handled_to, 2U);
    EXPECT_EQ(observer.health.back().code, "ok");
    deliver(3, 10);
    EXPECT_EQ(Adder::present->total, 30);
    EXPECT_EQ(unlogged().size(), 9U);
}

TEST_F(AgentCommit, numbers_what_a_new_file_published_behind_what_the_log_has_of_it) {
    make(folder);
    Adder::present->on_start = [] { Adder::present->say("out.sum", 0); };
    ASSERT_TRUE(runner->start());
    EXPECT_EQ(unlogged(), (std::vector<std::uint64_t>{1}));
    const LogId log{1};
    const auto joined = runner->join_log(log, 44, 100);
    ASSERT_TRUE(joined);
    EXPECT_TRUE(joined.value());
    EXPECT_EQ(unlogged(100), (std::vector<std::uint64_t>{101}));
    EXPECT_EQ(runner->place().sequence, 101U);
    EXPECT_EQ(runner->place().cursor, 44U);
    EXPECT_EQ(runner->place().log, log);
    const auto again = runner->join_log(log, 50, 101);
    ASSERT_TRUE(again);
    EXPECT_FALSE(again.value());
    EXPECT_EQ(runner->place().cursor, 50U);
}

TEST_F(AgentCommit, is_due_for_each_kind_of_thing_that_is_to_be_kept) {
    started();
    const auto is_due_after = [this](const std::function<void()>& deed, std::uint64_t position) {
        Adder::present->message_seen = [&deed](const Message&) { deed(); };
        runner->hold_batch(true);
        deliver(position);
        const bool is_due = runner->has_uncommitted();
        runner->hold_batch(false);
        runner->commit();
        EXPECT_FALSE(runner->has_uncommitted());
        return is_due;
    };
    EXPECT_FALSE(is_due_after([] {}, 0));
    EXPECT_FALSE(is_due_after([] { Adder::present->say("out.stream", 1); }, 0));
    EXPECT_TRUE(is_due_after([] { Adder::present->say("out.sum", 1); }, 0));
    EXPECT_TRUE(is_due_after([] { Adder::present->state_dirty(); }, 0));
    EXPECT_TRUE(is_due_after([] { Adder::present->store().put("key", "value"); }, 0));
    EXPECT_TRUE(is_due_after([] {}, 1)) << "the place in the log has moved";
}

TEST_F(AgentCommit, says_handled_only_where_the_place_in_the_log_has_moved) {
    started();
    deliver(0);
    ASSERT_EQ(transport.left.size(), 3U);
    EXPECT_EQ(transport.handled_to, 0U);
    deliver(1);
    EXPECT_EQ(transport.handled_to, 1U);
    transport.handled_to = 0;
    deliver(0);
    EXPECT_EQ(transport.handled_to, 0U);
}

TEST_F(AgentCommit, asks_for_the_state_once_a_batch_and_only_where_it_has_changed) {
    started();
    int saves = 0;
    Adder::present->state_saved = [&saves] { ++saves; };
    Adder::present->message_seen = [](const Message&) { Adder::present->state_dirty(); };
    runner->hold_batch(true);
    deliver(1);
    deliver(2);
    runner->commit();
    EXPECT_EQ(saves, 1);
    Adder::present->message_seen = [](const Message&) {};
    deliver(3);
    runner->commit();
    EXPECT_EQ(saves, 1);
}

TEST_F(AgentCommit, tries_once_more_without_the_pause_when_the_agent_is_stopped) {
    started();
    {
        const NoRoomOnDisk full;
        deliver(1, 10);
        ASSERT_TRUE(runner->is_input_paused());
    }
    runner->stop(DROVER_STOP_REQUESTED, 0);
    EXPECT_EQ(transport.left.size(), 3U);
    EXPECT_EQ(runner->place().cursor, 1U);
}

TEST_F(AgentCommit, lets_nothing_out_at_the_end_that_it_could_not_keep) {
    started();
    {
        const NoRoomOnDisk full;
        deliver(1, 10);
        runner->stop(DROVER_STOP_REQUESTED, 0);
    }
    EXPECT_TRUE(transport.left.empty());
    make(folder, 2);
    EXPECT_EQ(runner->place().cursor, 0U) << "it is given again";
}

TEST_F(AgentCommit, says_what_to_do_where_the_outbox_in_its_file_is_damaged) {
    started();
    deliver(1);
    runner.reset();
    sqlite3* file = nullptr;
    ASSERT_EQ(sqlite3_open((folder / "adder.sqlite").c_str(), &file), SQLITE_OK);
    EXPECT_EQ(
        sqlite3_exec(
            file, "UPDATE outbox SET frames = x'0800000000000000'", nullptr, nullptr, nullptr),
        SQLITE_OK);
    sqlite3_close(file);
    make(folder, 2);
    const auto read =
        runner->for_each_unlogged(0, [](std::uint64_t, std::span<const std::byte>) {});
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message,
                HasSubstr("The state file of agent 'adder' is damaged: a message of its outbox "
                          "cannot be read. Restore a copy of it."));
}

TEST_F(AgentCommit, joins_no_log_where_the_router_has_none) {
    started();
    deliver(1);
    const auto joined = runner->join_log(LogId{}, 44, 100);
    ASSERT_TRUE(joined);
    EXPECT_FALSE(joined.value());
    EXPECT_EQ(runner->place().cursor, 1U);
    EXPECT_THAT(unlogged(), ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace drover
