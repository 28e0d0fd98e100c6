// The agent's end of its link in durable delivery, against a router that the test plays.
#include <chrono>
#include <memory>
#include <thread>

#include "base/clock.hpp"
#include "link/agent_link.hpp"
#include "link/link_context.hpp"
#include "link/poller.hpp"
#include "link/router_link.hpp"
#include "runner/link_session.hpp"
#include "runner/message_header.hpp"
#include "tests/host/runner/durable_agent.hpp"
#include "wire/bundle.hpp"
#include "wire/control_frame.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;

/// What the router of the test has heard.
struct Heard {
    std::vector<std::uint64_t> deliveries;  ///< Durable sequences, in order; stream messages as 0.
    std::vector<std::uint64_t> handled;
    std::vector<std::uint64_t> voided;
    std::vector<HelloBody> hellos;
    std::vector<DoneBody> dones;
    std::vector<ControlKind> order;  ///< Of control frames.
    std::uint32_t credit = 0;
    std::vector<std::uint32_t> credits;  ///< One a frame.
    std::vector<std::uint32_t> windows;  ///< That they asked for.
};

struct DurableSession : DurableAgentTest {
    DurableSession()
        : context(std::move(LinkContext::open().value())),
          router(std::move(RouterLink::bind(context, endpoint()).value())) {}
    ~DurableSession() override {
        runner.reset();
        session.reset();
    }

    [[nodiscard]] std::string endpoint() const { return "ipc://" + (folder / "link").string(); }
    /// A life of the agent: prepared, started and open.
    void begin(std::uint32_t incarnation = 1, bool replay = true) {
        runner.reset();
        session.reset();
        LinkIdentity identity;
        identity.agent = "adder";
        identity.handle = 3;
        identity.incarnation = incarnation;
        identity.token = "secret";
        identity.replay = replay;
        identity.window.frames = 8;
        identity.longest_in_flight = longest_in_flight;
        identity.publishers = {{9, "other"}};
        session = std::make_unique<LinkSession>(
            std::move(AgentLink::connect(context, endpoint()).value()),
            std::move(identity),
            page.layout(),
            observer,
            [] {});
        auto file = AgentFile::open(folder / "adder.sqlite", "adder");
        AgentSetup made = setup(incarnation);
        made.mode = replay ? DROVER_MODE_REPLAY : DROVER_MODE_LIVE;
        if (!replay) {
            made.clocks.emplace();
            made.clocks->wall = [this] { return wall_now() + wall_clock_set_by; };
        }
        runner.emplace(std::move(made),
                       *session,
                       observer,
                       kill_switch,
                       page.layout(),
                       std::move(file.value()));
        ASSERT_TRUE(runner->prepare());
        ASSERT_TRUE(runner->start());
        session->open(*runner);
    }
    template <typename Body>
    void say(const Body& body) {
        Frame frame{std::span<const std::byte>(encode_control(body))};
        send(frame);
    }
    void send(Frame& frame) {
        const Monotonic end = monotonic_now() + 20s;
        while (router.send(frame) != LinkStatus::done && monotonic_now() < end) {
            Poller poller;
            poller.add(router, false, true);
            ASSERT_TRUE(poller.wait(100ms));
        }
    }
    void give(std::uint64_t position, std::int64_t value = 1) {
        BundleWriter alone;
        add_message(alone, position, value);
        Frame frame(alone.frame());
        send(frame);
    }
    /// Stream messages in one BUNDLE.
    void give_together(std::size_t messages) {
        BundleWriter bundle;
        for (std::size_t count = 0; count < messages; ++count) {
            add_message(bundle, 0, 1);
        }
        Frame frame(bundle.frame());
        send(frame);
    }
    void add_message(BundleWriter& bundle, std::uint64_t position, std::int64_t value) {
        const Number count{value};
        MessageHeader header;
        header.type = 1;
        header.encoding = DROVER_ENCODING_RECORDS;
        header.publisher = 9;
        header.incarnation = 1;
        header.sequence = ++sequence;
        header.topic_sequence = sequence;
        header.publish_time = static_cast<std::int64_t>(1000 + position);
        header.delivery = position;
        header.count = 1;
        header.record_size = sizeof(count);
        encode_message(bundle.add(message_frame_size(4, sizeof(count))),
                       "in.x",
                       header,
                       std::as_bytes(std::span(&count, std::size_t{1})));
    }
    /// Lets both sides work until `condition` holds.
    [[nodiscard]] bool until(const std::function<bool()>& condition) {
        const Monotonic end = monotonic_now() + 20s;
        while (!condition()) {
            if (monotonic_now() > end) {
                return false;
            }
            runner->commit_again();
            session->receive(64);
            session->note_timers();
            session->flush();
            Frame frame;
            while (router.receive(frame) == LinkStatus::done) {
                hear(frame.bytes());
            }
            Poller poller;
            poller.add(session->link(), true, session->wants_to_write());
            poller.add(router, true, false);
            EXPECT_TRUE(poller.wait(10ms));
        }
        return true;
    }
    void hear(std::span<const std::byte> bytes) {
        if (!is_control_frame(bytes)) {
            const auto frame = MessageFrame::decode(bytes);
            ASSERT_TRUE(frame);
            heard.deliveries.push_back(frame->header.delivery);
            return;
        }
        const auto control = ControlFrame::decode(bytes);
        ASSERT_TRUE(control);
        if (control->kind == ControlKind::bundle) {
            BundleReader reader(control->body);
            while (!reader.is_at_end()) {
                hear(*reader.next());
            }
            return;
        }
        heard.order.push_back(control->kind);
        if (const auto handled = decode_control<HandledBody>(*control)) {
            heard.handled.push_back(handled->position);
        } else if (const auto done = decode_control<DoneBody>(*control)) {
            heard.dones.push_back(*done);
        } else if (const auto credit = decode_control<CreditBody>(*control)) {
            heard.credit += credit->frames;
            heard.credits.push_back(credit->frames);
            heard.windows.push_back(credit->window);
        } else if (control->kind == ControlKind::hello) {
            heard.hellos.push_back(decode_hello(*control).value());
        }
    }
    void welcome(std::uint64_t epoch, std::uint64_t cursor = 0, std::uint64_t logged = 0) {
        const std::size_t before = heard.hellos.size();
        Monotonic due{};
        ASSERT_TRUE(until([&] {
            if (monotonic_now() >= due) {
                // What was said to the link of an earlier life is lost with it.
                say(WelcomeBody{epoch});
                due = monotonic_now() + 200ms;
            }
            return heard.hellos.size() > before;
        }));
        say(ReadyBody{epoch, 1000, log, cursor, logged});
        ASSERT_TRUE(until([&] { return session->is_ready(); }));
    }

    LogId log{7, 7};
    std::chrono::nanoseconds longest_in_flight = 1h;  ///< A busy machine changes nothing.
    std::int64_t wall_clock_set_by = 0;
    LinkContext context;
    RouterLink router;
    std::unique_ptr<LinkSession> session;
    Heard heard;
};

TEST_F(DurableSession, says_what_its_file_knows_and_joins_the_log_it_is_told) {
    begin();
    welcome(1, 40);
    EXPECT_EQ(heard.hellos[0].log, LogId{});
    EXPECT_EQ(heard.hellos[0].cursor, 0U);
    give(41);
    ASSERT_TRUE(until([&] { return !heard.handled.empty(); }));
    EXPECT_EQ(heard.handled[0], 41U);
    begin(2);
    welcome(2, 41, 3);
    EXPECT_EQ(heard.hellos[1].log, log);
    EXPECT_EQ(heard.hellos[1].cursor, 41U);
    EXPECT_EQ(heard.hellos[1].durable_sequence, 3U);
}

TEST_F(DurableSession, says_handled_behind_what_it_published_and_before_done) {
    begin();
    welcome(1);
    ASSERT_TRUE(until([&] { return heard.dones.size() == 1; })) << "the one that follows READY";
    heard.order.clear();
    give(1);
    ASSERT_TRUE(until([&] { return heard.dones.size() == 2; }));
    EXPECT_EQ(heard.deliveries, (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(heard.order, (std::vector<ControlKind>{ControlKind::handled, ControlKind::done}));
    EXPECT_EQ(heard.dones[1].publisher, 3U);
}

TEST_F(DurableSession, sends_again_what_the_log_has_not_first_of_all) {
    begin();
    welcome(1);
    give(1);
    ASSERT_TRUE(until([&] { return heard.dones.size() == 2; }));
    begin(2);
    heard = Heard();
    welcome(2, 1, 1);
    ASSERT_TRUE(until([&] { return !heard.dones.empty(); }));
    EXPECT_EQ(heard.deliveries, (std::vector<std::uint64_t>{2, 3})) << "the first one is logged";
    // Another epoch of the same life: the router had nothing of it on disk.
    heard = Heard();
    give(2);
    ASSERT_TRUE(until([&] { return !heard.dones.empty(); }));
    heard = Heard();
    welcome(3, 2, 1);
    ASSERT_TRUE(until([&] { return !heard.dones.empty(); }));
    EXPECT_EQ(heard.deliveries, (std::vector<std::uint64_t>{2, 3, 4, 5, 6}));
}

TEST_F(DurableSession, tells_the_router_again_of_a_message_that_it_was_given_twice) {
    begin();
    welcome(1);
    give(1, 10);
    give(1, 10);
    ASSERT_TRUE(until([&] { return heard.dones.size() == 3; }));
    EXPECT_EQ(Adder::present->total, 10);
    EXPECT_EQ(heard.handled, (std::vector<std::uint64_t>{1, 1}));
}

TEST_F(DurableSession, handles_several_messages_at_hand_as_one_batch_on_the_wall_clock) {
    begin(1, false);
    welcome(1);
    for (std::uint64_t position = 1; position <= 10; ++position) {
        give(position);
    }
    ASSERT_TRUE(until([&] { return !heard.handled.empty() && heard.handled.back() == 10; }));
    EXPECT_LE(heard.handled.size(), 10U);
    ASSERT_TRUE(until([&] { return heard.credit == 10; }));
    EXPECT_EQ(heard.deliveries.size(), 30U);
    EXPECT_TRUE(heard.dones.empty());
}

TEST_F(DurableSession, returns_credit_once_for_a_bundle_and_at_the_latest_for_half_a_window) {
    begin(1, false);
    welcome(1);
    give_together(3);
    ASSERT_TRUE(until([&] { return heard.credit == 3; }));
    EXPECT_EQ(heard.credits, (std::vector<std::uint32_t>{3})) << "not 2 and later 1";
    EXPECT_EQ(heard.windows, (std::vector<std::uint32_t>{32})) << "it is fast";
    give_together(24);
    ASSERT_TRUE(until([&] { return heard.credit == 27; }));
    EXPECT_EQ(heard.credits, (std::vector<std::uint32_t>{3, 16, 8}));
}

TEST_F(DurableSession, a_slow_receiver_asks_for_less_in_flight_and_returns_credit_sooner) {
    longest_in_flight = 4ms;
    begin(1, false);
    Adder::present->message_seen = [](const Message&) { std::this_thread::sleep_for(20ms); };
    welcome(1);
    give_together(4);
    ASSERT_TRUE(until([&] { return heard.credit == 4; }));
    EXPECT_EQ(heard.windows.front(), 2U) << "also in the credit that leaves between two turns";
    EXPECT_EQ(heard.windows.back(), 2U) << "of 8; each message takes five times what may wait";
    give_together(1);
    ASSERT_TRUE(until([&] { return heard.credit == 5; }))
        << "the router has only two in flight from now on and must hear of each";
    begin(2, false);
    welcome(2);
    give_together(3);
    ASSERT_TRUE(until([&] { return heard.credit == 8; })) << "a new link begins with all of it";
}

TEST_F(DurableSession, gives_messages_at_a_time_that_goes_on_when_the_wall_clock_is_set_back) {
    begin(1, false);
    welcome(1);
    give(1);
    ASSERT_TRUE(until([&] { return heard.handled.size() == 1; }));
    const std::int64_t first = runner->time();
    constexpr std::int64_t set_back_by = 3'600'000'000'000;
    EXPECT_GE(first, wall_now() - set_back_by) << "the machine's, and not that of the message";
    wall_clock_set_by = -set_back_by;
    give(2);
    ASSERT_TRUE(until([&] { return heard.handled.size() == 2; }));
    EXPECT_GT(runner->time(), first);
    EXPECT_LT(runner->time(), first + set_back_by);
}

TEST_F(DurableSession, keeps_messages_while_the_outbox_is_full_and_still_hears_the_router) {
    begin(1, false);
    Adder::present->message_seen = [](const Message&) {
        for (int count = 0; count < 2100; ++count) {
            Adder::present->say(count % 2 == 0 ? "out.a" : "out.b", count);
        }
    };
    welcome(1);
    give(1);
    give(2);
    ASSERT_TRUE(until([&] { return runner->is_input_paused(); }));
    give(3);
    Adder::present->message_seen = nullptr;
    EXPECT_EQ(runner->place().cursor, 2U);
    say(LoggedBody{100});
    say(LoggedBody{4200});
    ASSERT_TRUE(until([&] { return runner->place().cursor == 3; }));
    EXPECT_EQ(Adder::present->total, 1);
}

TEST_F(DurableSession, says_why_the_router_does_not_take_it) {
    begin();
    say(WelcomeBody{1});
    Frame frame{std::span<const std::byte>(
        encode_declined(DeclinedBody{"The file of 'adder' belongs to another log."}))};
    send(frame);
    ASSERT_TRUE(until([&] { return session->declined().has_value(); }));
    EXPECT_EQ(*session->declined(), "The file of 'adder' belongs to another log.");
}

}  // namespace
}  // namespace drover
