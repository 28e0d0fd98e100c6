// Durable messages under the runner: one transaction a batch, and nothing lost or seen twice
// wherever the process ends.
#include <csignal>
#include <cstring>

#include <sys/resource.h>

#include "runner/message_header.hpp"
#include "tests/host/runner/durable_agent.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

struct DurableRunner : DurableAgentTest {};

TEST_F(DurableRunner, numbers_its_durable_messages_over_all_its_lives) {
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

TEST_F(DurableRunner, keeps_what_it_published_until_the_router_has_logged_it) {
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
TEST_F(DurableRunner, reads_large_messages_of_an_earlier_life_again) {
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

TEST_F(DurableRunner, keeps_the_identity_of_the_life_that_published) {
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

TEST_F(DurableRunner, lets_nothing_out_of_a_batch_before_all_of_it_is_committed) {
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

TEST_F(DurableRunner, lets_stream_messages_of_a_batch_wait_as_well) {
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

TEST_F(DurableRunner, handles_a_message_again_in_whose_callback_it_failed) {
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

TEST_F(DurableRunner, takes_no_input_while_too_much_waits_for_the_router) {
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

TEST_F(DurableRunner, holds_everything_while_its_file_cannot_be_written_and_then_goes_on) {
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

TEST_F(DurableRunner, numbers_what_a_new_file_published_behind_what_the_log_has_of_it) {
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

/// Where an agent ended, and what had left it until then.
struct End {
    std::filesystem::path files;
    std::size_t left = 0;
};

/// What the router has, given what left before an end and what is sent again after it.
std::vector<Left> durable_of(const std::vector<Left>& left) {
    std::vector<Left> log;
    for (const Left& each : left) {
        if (each.delivery == log.size() + 1) {
            log.push_back(each);
        }
    }
    return log;
}

struct EndsAnywhere : DurableAgentTest {
    static constexpr std::uint64_t messages = 6;

    void play(std::uint64_t from, bool batches) {
        runner->hold_batch(batches);
        for (std::uint64_t position = from; position <= messages; ++position) {
            deliver(position, static_cast<std::int64_t>(position));
        }
        runner->hold_batch(false);
        runner->commit();
    }
    /// Sends again what the router has not: as the session does after READY.
    void resend(std::size_t logged) {
        ASSERT_TRUE(runner->for_each_unlogged(
            logged, [&](std::uint64_t number, std::span<const std::byte> bytes) {
                const auto frame = MessageFrame::decode(bytes);
                ASSERT_TRUE(frame);
                Number count{};
                std::memcpy(&count, frame->payload.data(), sizeof(count));
                transport.left.push_back({std::string(frame->topic), number, count.value});
            }));
    }
    void run_from_every_end(bool batches) {
        started();
        play(1, batches);
        const std::vector<Left> wanted = durable_of(transport.left);
        ASSERT_EQ(wanted.size(), 3 * messages);
        const std::int64_t total = Adder::present->total;
        runner.reset();
        std::filesystem::remove_all(folder);
        std::filesystem::create_directory(folder);
        transport.left.clear();
        sequence = 0;

        std::vector<End> ends;
        started();
        Adder::step = [&] {
            const auto files = folder / ("end-" + std::to_string(ends.size()));
            std::filesystem::create_directory(files);
            for (const char* name : {"adder.sqlite", "adder.sqlite-wal"}) {
                std::filesystem::copy_file(folder / name, files / name);
            }
            ends.push_back({files, transport.left.size()});
        };
        play(1, batches);
        Adder::step = nullptr;
        ASSERT_GT(ends.size(), 30U);
        const std::vector<Left> left_before = transport.left;

        for (const End& end : ends) {
            // The router has all that left, or has lost what it had not on disk.
            for (const bool router_ends_too : {false, true}) {
                transport.left.assign(
                    left_before.begin(),
                    left_before.begin() +
                        static_cast<std::ptrdiff_t>(router_ends_too ? end.left / 2 : end.left));
                const auto files = folder / "again";
                std::filesystem::remove_all(files);
                std::filesystem::copy(end.files, files);
                make(files, 2);
                ASSERT_TRUE(runner->start());
                resend(durable_of(transport.left).size());
                play(runner->place().cursor + 1, batches);
                EXPECT_EQ(Adder::present->total, total) << end.files;
                ASSERT_EQ(durable_of(transport.left), wanted) << end.files;
            }
        }
    }
};

TEST_F(EndsAnywhere, and_the_next_life_says_the_same_with_a_batch_for_each_message) {
    run_from_every_end(false);
}

TEST_F(EndsAnywhere, and_the_next_life_says_the_same_with_batches_of_several_messages) {
    run_from_every_end(true);
}

}  // namespace
}  // namespace drover
