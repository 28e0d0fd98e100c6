// The harness and the runner of a live fleet, given the same input, get the same messages out of an
// agent: what a plugin author tests is what will run.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <drover/testing/harness.hpp>
#include <drover/trading/records.hpp>

#include "runner/agent_runner.hpp"

namespace drover {
namespace {

/// Publishes quotes in amounts and on topics that it draws by lot, in messages and in timers.
class Mixer final : public Agent {
public:
    static constexpr About about{"mixer", "1.0.0", "drover", "Publishes at random"};
    static constexpr bool keeps_state = false;
    static constexpr In<drover_quote> in{0, "in", "in.*", "Quotes"};
    static constexpr Out<drover_quote> out{1, "out", "out.*", "Quotes"};
    static constexpr auto ports = drover::ports(in, out);

    bool start() override {
        set_timer(2, 35, 20);
        set_timer(1, 35);
        mix(3, now());
        return true;
    }
    void on_message(const Message& message) override { mix(random() % 200, message.event_time()); }
    void on_timer(std::uint64_t id, std::int64_t due, std::uint32_t missed) override {
        mix(id * 10 + missed, due);
        if (id == 1) {
            set_timer(1, due - 5);
            post(due < 0 ? 0 : 4);
            cancel_timer(due < 20 ? 1 : 99);
        }
    }
    void on_post(std::uint64_t token) override { mix(token, now()); }

private:
    void mix(std::uint64_t publications, std::int64_t time) const {
        for (std::uint64_t count = 0; count < publications; ++count) {
            const bool is_rare = random() % 16 == 0;
            drover_quote quote{};
            quote.bid = static_cast<std::int64_t>(random() >> 32U);
            publish(topic(out, is_rare ? "out.rare" : "out.usual"),
                    quote,
                    random() % 16 == 0 ? time + 1 : DROVER_EVENT_TIME_INHERIT);
        }
    }
};

/// All of a message but the names of types, as one text.
template <typename Message>
std::string line(const Message& message, std::string_view payload) {
    std::string text(message.topic);
    for (const std::uint64_t number : {std::uint64_t{message.id.publisher},
                                       std::uint64_t{message.id.incarnation},
                                       message.id.sequence,
                                       message.topic_sequence,
                                       std::uint64_t{message.cause.publisher},
                                       message.cause.sequence,
                                       static_cast<std::uint64_t>(message.event_time),
                                       static_cast<std::uint64_t>(message.publish_time),
                                       std::uint64_t{message.count},
                                       std::uint64_t{std::hash<std::string_view>{}(payload)}}) {
        text += " " + std::to_string(number);
    }
    return text;
}

class RecordingTransport final : public Transport {
public:
    void send(const PublishedMessage& message) override {
        lines.push_back(
            line(message,
                 {reinterpret_cast<const char*>(message.payload.data()), message.payload.size()}));
    }
    void send_request(const OutgoingRequest&) override {}
    void send_reply(const OutgoingReply&) override {}
    void ask_advance(std::int64_t, std::int64_t, std::uint64_t) override {}
    void wake() override {}
    std::vector<std::string> lines;
};

class SilentObserver final : public AgentObserver {
public:
    void on_log(std::int32_t, std::string_view) override {}
    void on_health(std::int32_t, std::string_view, std::string_view) override {}
    void on_occurrence(const Noted&, std::uint64_t) override {}
};

constexpr std::int64_t message_times[] = {10, 30, 31};
constexpr std::int64_t busy_until = 100;

std::vector<std::string> run_in_harness() {
    testing::Harness harness(library<Mixer>(), "mixer");
    harness.start();
    for (const std::int64_t time : message_times) {
        harness.deliver("in.a", drover_quote{}, time, "feed");
    }
    harness.jump_to(busy_until);
    std::vector<std::string> lines;
    for (const testing::PublishedMessage& message : harness.published()) {
        lines.push_back(line(message, message.payload));
    }
    return lines;
}

AgentSetup setup_of_mixer() {
    AgentSetup setup;
    setup.name = "mixer";
    setup.fleet = "test";
    setup.handle = 1;
    setup.description = Bridge<Mixer>::description();
    for (const drover_port& port : Mixer::ports) {
        setup.ports.push_back(PortSetup{
            port.flags, port.name, port.topic, 1, DROVER_ENCODING_RECORDS, sizeof(drover_quote)});
    }
    return setup;
}

std::vector<std::string> run_in_runner() {
    RecordingTransport transport;
    SilentObserver observer;
    KillSwitchPage kill_switch = KillSwitchPage::local();
    StatusPage page = StatusPage::local();
    AgentRunner runner(
        setup_of_mixer(), transport, observer, kill_switch, page.layout(), std::nullopt);
    EXPECT_TRUE(runner.prepare());
    EXPECT_TRUE(runner.start());
    std::uint64_t sequence = 0;
    const drover_quote quote{};
    for (const std::int64_t time : message_times) {
        Delivery delivery;
        delivery.topic = "in.a";
        delivery.publisher = "feed";
        delivery.type = 1;
        delivery.id = {2, 1, ++sequence};
        delivery.topic_sequence = sequence;
        delivery.event_time = time;
        delivery.data = &quote;
        delivery.bytes = sizeof(quote);
        delivery.count = 1;
        delivery.record_size = sizeof(quote);
        runner.set_time(time);
        runner.deliver(delivery);
    }
    runner.set_time(busy_until);
    while (runner.next_timer() <= busy_until) {
        runner.fire_timers();
    }
    return transport.lines;
}

TEST(HarnessAndRunner, get_the_same_messages_out_of_an_agent) {
    const std::vector<std::string> lines = run_in_harness();
    EXPECT_GT(lines.size(), 50U);
    EXPECT_EQ(lines, run_in_runner());
}

}  // namespace
}  // namespace drover
