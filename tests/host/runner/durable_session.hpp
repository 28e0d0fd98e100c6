/// The agent's end of its link in durable delivery, and a router that the test plays.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

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
        send(encode_control(body));
    }
    void send(Frame& frame) {
        const Monotonic end = monotonic_now() + std::chrono::seconds(20);
        while (router.send(frame) != LinkStatus::done && monotonic_now() < end) {
            Poller poller;
            poller.add(router, false, true);
            ASSERT_TRUE(poller.wait(std::chrono::milliseconds(100)));
        }
    }
    void send(std::span<const std::byte> bytes) {
        Frame frame(bytes);
        send(frame);
    }
    void give(std::uint64_t position, std::int64_t value = 1, std::string_view topic = "in.x") {
        BundleWriter alone;
        add_message(alone, position, value, topic);
        send(alone.frame());
    }
    /// Stream messages in one BUNDLE.
    void give_together(std::size_t messages) {
        BundleWriter bundle;
        for (std::size_t count = 0; count < messages; ++count) {
            add_message(bundle, 0, 1);
        }
        send(bundle.frame());
    }
    void add_message(BundleWriter& bundle,
                     std::uint64_t position,
                     std::int64_t value,
                     std::string_view topic = "in.x") {
        const Number count{value};
        MessageHeader header;
        header.type = 1;
        header.encoding = DROVER_ENCODING_RECORDS;
        header.publisher = publisher;
        header.incarnation = 1;
        header.sequence = ++sequence;
        header.topic_sequence = sequence;
        header.publish_time = static_cast<std::int64_t>(1000 + position);
        header.delivery = position;
        header.count = 1;
        header.record_size = sizeof(count);
        encode_message(bundle.add(message_frame_size(topic.size(), sizeof(count))),
                       topic,
                       header,
                       std::as_bytes(std::span(&count, std::size_t{1})));
    }
    /// Waits until something that was given is at hand, and lets the session receive up to `most`.
    std::size_t receive(std::size_t most = 64) {
        Poller poller;
        poller.add(session->link(), true, false);
        EXPECT_TRUE(poller.wait(std::chrono::seconds(20)));
        return session->receive(most);
    }
    /// Lets both sides work until `condition` holds.
    [[nodiscard]] bool until(const std::function<bool()>& condition) {
        const Monotonic end = monotonic_now() + std::chrono::seconds(20);
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
            EXPECT_TRUE(poller.wait(std::chrono::milliseconds(10)));
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
                due = monotonic_now() + std::chrono::milliseconds(200);
            }
            return heard.hellos.size() > before;
        }));
        say(ReadyBody{epoch, 1000, log, cursor, logged});
        ASSERT_TRUE(until([&] { return session->is_ready(); }));
    }

    std::uint32_t publisher = 9;  ///< Of what is given; 9 is "other".
    LogId log{7, 7};
    std::chrono::nanoseconds longest_in_flight =
        std::chrono::hours(1);  ///< A busy machine changes nothing.
    std::int64_t wall_clock_set_by = 0;
    LinkContext context;
    RouterLink router;
    std::unique_ptr<LinkSession> session;
    Heard heard;
};

}  // namespace drover
