// One agent under the runner: its life, its rights, its state, its clock.
#include "runner/agent_runner.hpp"

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <thread>

#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "tests/host/runner/number_record.hpp"

namespace drover {
namespace {

class Probe;
Probe* the_probe = nullptr;

/// An agent whose behaviour the test writes down.
class Probe final : public Agent {
public:
    static constexpr About about{"probe", "1.0.0", "test", "Does what the test says"};
    static constexpr bool keeps_state = true;
    static constexpr In<Number> in{0, "in", "in.>", "Numbers"};
    static constexpr Out<Number> out{1, "out", "out.>", "Numbers"};
    static constexpr auto ports = drover::ports(in, out);

    Probe() { the_probe = this; }
    void configure(const Config& config) override {
        if (config.json.find("bad") != std::string_view::npos) {
            throw Failure("config.bad", "The value is bad.");
        }
    }
    bool start() override { return !on_start || on_start(); }
    void on_message(const Message& message) override {
        if (message_seen) {
            message_seen(message);
        }
    }
    void on_timer(std::uint64_t id, std::int64_t /*due*/, std::uint32_t /*missed*/) override {
        fired.push_back(id);
    }
    void on_post(std::uint64_t token) override {
        if (post_seen) {
            post_seen(token);
        }
    }
    void save_state(std::string& bytes) const override {
        if (cannot_save) {
            throw Failure("state.full", "The state does not fit.", DROVER_E_IO);
        }
        bytes = std::to_string(total);
    }
    void load_state(std::string_view bytes, std::uint32_t /*version*/) override {
        total = std::stoi(std::string(bytes));
    }
    using Agent::last_error;
    using Agent::now;
    using Agent::publish;
    using Agent::set_timer;
    using Agent::state_dirty;
    using Agent::topic;

    std::function<bool()> on_start;
    std::function<void(const Message&)> message_seen;
    std::function<void(std::uint64_t)> post_seen;
    std::vector<std::uint64_t> fired;
    int total = 0;
    bool cannot_save = false;
};

class RecordingTransport final : public Transport {
public:
    void send(const PublishedMessage& message) override {
        if (before_send) {
            before_send();
        }
        topics.emplace_back(message.topic);
        causes.push_back(message.cause);
        event_times.push_back(message.event_time);
    }
    void send_request(const OutgoingRequest&) override {}
    void send_reply(const OutgoingReply&) override {}
    void ask_advance(std::int64_t time, std::int64_t, std::uint64_t) override { asked = time; }
    void wake() override { ++wakes; }
    std::function<void()> before_send;
    std::vector<std::string> topics;
    std::vector<drover_message_id> causes;
    std::vector<std::int64_t> event_times;
    std::int64_t asked = -1;
    std::atomic<int> wakes{0};
};

class SilentObserver final : public AgentObserver {
public:
    void on_log(std::int32_t, std::string_view text) override { lines.emplace_back(text); }
    void on_health(std::int32_t, std::string_view, std::string_view) override {}
    void on_occurrence(const Noted& noted, std::uint64_t count) override {
        occurrences.push_back({noted.kind,
                               std::string(noted.agent),
                               std::string(noted.topic),
                               std::string(noted.publisher),
                               std::string(noted.code),
                               std::string(noted.reason),
                               count});
    }
    std::vector<std::string> lines;
    std::vector<Occurrence> occurrences;
};

struct AgentRunnerTest : ::testing::Test {
    AgentRunnerTest() {
        std::string name =
            (std::filesystem::temp_directory_path() / "drover-runner-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        setup.name = "probe";
        setup.fleet = "test";
        setup.handle = 3;
        setup.description = Bridge<Probe>::description();
        PortSetup in;
        in.flags = DROVER_PORT_IN;
        in.topic = "in.>";
        in.type = 1;
        PortSetup out = in;
        out.flags = DROVER_PORT_OUT;
        out.name = "out";
        out.topic = "out.>";
        out.encoding = DROVER_ENCODING_RECORDS;
        out.record_size = sizeof(Number);
        setup.ports = {in, out};
    }
    ~AgentRunnerTest() override {
        runner.reset();
        std::filesystem::remove_all(folder);
    }
    AgentRunner& make(bool with_state = false) {
        runner.reset();  // It has the file to itself.
        std::optional<AgentFile> store;
        if (with_state) {
            store.emplace(std::move(AgentFile::open(folder / "probe.sqlite", "probe").value()));
        }
        runner.emplace(setup, transport, observer, kill_switch, page.layout(), std::move(store));
        return *runner;
    }
    AgentRunner& started(bool with_state = false) {
        AgentRunner& made = make(with_state);
        EXPECT_TRUE(made.prepare());
        EXPECT_TRUE(made.start());
        return made;
    }
    void deliver(std::uint64_t sequence = 1) {
        const Number number{7};
        Delivery delivery;
        delivery.topic = "in.x";
        delivery.publisher = "other";
        delivery.type = 1;
        delivery.id = {9, 1, sequence};
        delivery.topic_sequence = sequence;
        delivery.event_time = 500;
        delivery.data = &number;
        delivery.bytes = sizeof(number);
        delivery.count = 1;
        delivery.record_size = sizeof(number);
        runner->deliver(delivery);
    }

    std::filesystem::path folder;
    AgentSetup setup;
    RecordingTransport transport;
    SilentObserver observer;
    KillSwitchPage kill_switch = KillSwitchPage::local();
    StatusPage page = StatusPage::local();
    std::optional<AgentRunner> runner;
};

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

TEST_F(AgentRunnerTest, loads_in_a_new_life_what_the_last_one_saved) {
    started(true);
    the_probe->message_seen = [](const Message&) {
        the_probe->total = 42;
        the_probe->state_dirty();
    };
    deliver();
    started(true);
    EXPECT_EQ(the_probe->total, 42);
}

TEST_F(AgentRunnerTest, names_the_step_and_the_plugins_reason_when_it_cannot_be_configured) {
    setup.config_json = R"({"bad": 1})";
    const auto prepared = make().prepare();
    ASSERT_FALSE(prepared);
    EXPECT_EQ(prepared.error().message,
              "The plugin could not be configured: The value is bad. (config.bad)");
}

TEST_F(AgentRunnerTest, refuses_a_topic_that_no_port_covers_with_a_sentence) {
    started();
    std::string reason;
    the_probe->message_seen = [&](const Message&) {
        try {
            (void)the_probe->topic(Probe::out, "order.submit.x");
        } catch (const Failure& failure) {
            reason = failure.what();
        }
    };
    deliver();
    EXPECT_EQ(reason,
              "Agent 'probe' may not publish on 'order.submit.x': its port 'out' covers 'out.>' "
              "only.");
    EXPECT_EQ(page.layout().refused.load(), 1U);
    ASSERT_EQ(observer.occurrences.size(), 1U);
    EXPECT_EQ(observer.occurrences[0].kind, EventKind::refusal);
    EXPECT_EQ(observer.occurrences[0].topic, "order.submit.x");
    EXPECT_EQ(observer.occurrences[0].code, "denied");
    EXPECT_EQ(observer.occurrences[0].reason, reason);
}

TEST_F(AgentRunnerTest, tells_of_messages_that_never_came_with_topic_and_publisher) {
    started();
    deliver(1);
    deliver(5);
    runner->note_last("in.x", "other", 9, 1, 7);
    EXPECT_EQ(page.layout().lost.load(), 5U);
    ASSERT_EQ(observer.occurrences.size(), 2U);
    EXPECT_EQ(observer.occurrences[0].kind, EventKind::loss);
    EXPECT_EQ(observer.occurrences[0].code, "gap");
    EXPECT_EQ(observer.occurrences[0].topic, "in.x");
    EXPECT_EQ(observer.occurrences[0].publisher, "other");
    EXPECT_EQ(observer.occurrences[0].count, 3U);
    EXPECT_EQ(observer.occurrences[1].count, 2U);
}

TEST_F(AgentRunnerTest, refuses_a_topic_whose_publishers_do_not_name_the_agent) {
    setup.rules = {{"out.secret", false, false, std::vector<std::string>{"risk"}}};
    started();
    drover_status status = DROVER_OK;
    the_probe->message_seen = [&](const Message&) {
        try {
            (void)the_probe->topic(Probe::out, "out.secret");
        } catch (const Failure& failure) {
            status = failure.status();
        }
    };
    deliver();
    EXPECT_EQ(status, DROVER_E_DENIED);
}

TEST_F(AgentRunnerTest, refuses_gated_topics_while_the_kill_switch_is_engaged) {
    setup.rules = {{"out.>", true}};
    started();
    drover_status status = DROVER_OK;
    the_probe->message_seen = [&](const Message&) {
        status = the_probe->publish(the_probe->topic(Probe::out, "out.x"), Number{1});
    };
    deliver(1);
    EXPECT_EQ(status, DROVER_OK);
    ASSERT_TRUE(kill_switch.write(true, "test", "because"));
    deliver(2);
    EXPECT_EQ(status, DROVER_E_GATED);
    EXPECT_EQ(transport.topics.size(), 1U);
}

TEST_F(AgentRunnerTest, does_not_deliver_a_message_twice) {
    started();
    int seen = 0;
    the_probe->message_seen = [&](const Message&) { ++seen; };
    deliver(1);
    deliver(1);
    EXPECT_EQ(seen, 1);
}

TEST_F(AgentRunnerTest, fires_timers_by_the_agents_clock_only) {
    started();
    the_probe->message_seen = [](const Message&) { the_probe->set_timer(5, 1000); };
    deliver();
    EXPECT_EQ(runner->next_timer(), 1000);
    runner->fire_timers();
    EXPECT_TRUE(the_probe->fired.empty());
    runner->set_time(1000);
    runner->fire_timers();
    EXPECT_EQ(the_probe->fired, std::vector<std::uint64_t>{5});
}

TEST_F(AgentRunnerTest, never_lets_its_clock_go_back) {
    started();
    runner->set_time(10);
    runner->set_time(5);
    EXPECT_EQ(runner->time(), 10);
}

TEST_F(AgentRunnerTest, lends_the_replay_clock_to_its_owner_only) {
    started();
    EXPECT_EQ(the_probe->host()->get_extension(the_probe->host(), DROVER_EXTENSION_REPLAY_CLOCK),
              nullptr);
    setup.owns_clock = true;
    started();
    const auto* clock = static_cast<const drover_replay_clock_v1*>(
        the_probe->host()->get_extension(the_probe->host(), DROVER_EXTENSION_REPLAY_CLOCK));
    ASSERT_NE(clock, nullptr);
    the_probe->message_seen = [&](const Message&) {
        EXPECT_EQ(clock->advance(the_probe->host(), 700, 0, 1), DROVER_OK);
        EXPECT_EQ(clock->advance(the_probe->host(), 800, 0, 2), DROVER_E_STATE);
    };
    deliver();
    EXPECT_EQ(transport.asked, 700);
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

TEST_F(AgentRunnerTest, answers_every_call_with_a_state_error_after_stop) {
    started();
    runner->stop(DROVER_STOP_REQUESTED, 0);
    const drover_host* host = the_probe->host();
    EXPECT_EQ(host->post(host, 1), DROVER_E_STATE);
    EXPECT_EQ(host->timer_set(host, 1, 1, 0), DROVER_E_STATE);
}

TEST_F(AgentRunnerTest, brings_the_work_of_foreign_threads_back_to_the_agent_thread) {
    started();
    const drover_host* host = the_probe->host();
    std::thread::id seen_on;
    the_probe->post_seen = [&](std::uint64_t) { seen_on = std::this_thread::get_id(); };
    std::thread worker([host] { (void)host->post(host, 8); });
    worker.join();
    EXPECT_GE(transport.wakes.load(), 1);
    runner->run_posts();
    EXPECT_EQ(seen_on, std::this_thread::get_id());
}

TEST_F(AgentRunnerTest, comes_back_from_an_agent_that_posts_from_every_post) {
    setup.mode = DROVER_MODE_LIVE;
    started();
    const drover_host* host = the_probe->host();
    std::uint64_t last = 0;
    the_probe->post_seen = [&](std::uint64_t token) {
        EXPECT_EQ(token, last + 1) << "none is lost and none comes twice";
        last = token;
        (void)host->post(host, token + 1);
    };
    std::thread worker([host] { (void)host->post(host, 1); });
    worker.join();
    const int wakes = transport.wakes;
    runner->run_posts();
    const std::uint64_t at_first = last;
    EXPECT_GT(at_first, 1U);
    EXPECT_GT(transport.wakes, wakes) << "the loop must not sleep over the rest";
    runner->run_posts();
    EXPECT_GT(last, at_first);
}

TEST_F(AgentRunnerTest, refuses_foreign_threads_in_a_simulation) {
    setup.foreign_threads = false;
    started();
    const drover_host* host = the_probe->host();
    drover_status status = DROVER_OK;
    std::thread worker([&] { status = host->post(host, 8); });
    worker.join();
    EXPECT_EQ(status, DROVER_E_THREAD);
}

TEST_F(AgentRunnerTest, waits_for_a_start_that_is_pending) {
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

}  // namespace
}  // namespace drover
