/// A router core with agents that are played by the test, and everything it sends recorded.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "router/router_core.hpp"

namespace drover {

inline constexpr std::uint64_t test_epoch = 42;

/// Records what the router sends; links can be stopped from taking frames.
class FakeOutput final : public RouterOutput {
public:
    bool send(std::uint16_t agent, Frame& frame) override {
        if (blocked[agent]) {
            return false;
        }
        sent[agent].push_back(std::move(frame));
        return true;
    }
    void tap(const Frame& frame) override { tapped.push_back(frame); }
    GateReading gate() override { return gate_reading; }
    void report_waiting(const std::vector<std::string>& names) override {
        waiting.push_back(names);
    }
    void report_parked(const std::vector<ParkedReceiver>& all_parked) override {
        parked = all_parked;
    }
    void report_retired(const std::vector<std::string>& names) override {
        retired.push_back(names);
    }
    void report_health(const RouterHealth& health) override { healths.push_back(health); }
    void answer_person(const PersonReply& reply) override {
        answers.push_back(std::to_string(reply.number) + " " + std::to_string(reply.status) + " " +
                          std::string(reply.error) + std::string(reply.body));
    }
    void report_occurrence(const Occurrence& occurrence) override {
        occurrences.push_back(occurrence);
    }

    std::map<std::uint16_t, std::vector<Frame>> sent;
    std::map<std::uint16_t, bool> blocked;
    std::vector<Frame> tapped;
    GateReading gate_reading{false, 2};
    std::vector<std::vector<std::string>> waiting;
    std::vector<ParkedReceiver> parked;
    std::vector<std::vector<std::string>> retired;
    std::vector<RouterHealth> healths;
    std::vector<std::string> answers;  ///< To persons.
    std::vector<Occurrence> occurrences;
};

/// One frame in words: "WELCOME 42", "READY 0", "market.bar#3", "TIMER 5", …
inline std::string in_words(const Frame& frame) {
    if (const auto message = MessageFrame::decode(frame.bytes())) {
        return std::string(message->topic) + "#" + std::to_string(message->header.sequence);
    }
    const auto control = ControlFrame::decode(frame.bytes());
    if (!control) {
        return "malformed";
    }
    if (const auto body = decode_control<WelcomeBody>(*control)) {
        return "WELCOME " + std::to_string(body->epoch);
    }
    if (const auto body = decode_control<ReadyBody>(*control)) {
        return "READY " + std::to_string(body->fleet_time);
    }
    if (const auto body = decode_control<LoggedBody>(*control)) {
        return "LOGGED " + std::to_string(body->sequence);
    }
    if (const auto body = decode_declined(*control)) {
        return "DECLINED " + body.value().reason;
    }
    if (const auto body = decode_control<TimerBody>(*control)) {
        return "TIMER " + std::to_string(body->time);
    }
    if (const auto body = decode_control<AdvancedBody>(*control)) {
        return "ADVANCED " + std::to_string(body->time) + " " + std::to_string(body->token);
    }
    if (const auto body = decode_refused(*control)) {
        return "REFUSED " + body.value().topic + "#" + std::to_string(body.value().sequence) + " " +
               std::to_string(body.value().status);
    }
    if (const auto body = decode_heartbeat(*control)) {
        std::string words = "HEARTBEAT " + std::to_string(body.value().publisher);
        for (const auto& [topic, sequence] : body.value().topics) {
            words += " " + topic + "#" + std::to_string(sequence);
        }
        return words;
    }
    return "control " + std::to_string(static_cast<int>(control->kind));
}

/// Agents number 0, 1, 2, … with handles 100, 101, … and names a, b, c, …
inline RouterConfig fleet_of(std::size_t agents) {
    RouterConfig config;
    config.epoch = test_epoch;
    config.fleet = "test";
    for (std::size_t agent = 0; agent < agents; ++agent) {
        config.agents.push_back({std::string(1, static_cast<char>('a' + agent)),
                                 static_cast<std::uint32_t>(100 + agent),
                                 {">"},
                                 {">"}});
    }
    return config;
}

class FakeFleet {
public:
    explicit FakeFleet(RouterConfig config, std::unique_ptr<SegmentLog> log = nullptr)
        : core(std::move(config), output, std::move(log)) {}

    /// Opens a link and says HELLO; forgets what was sent for it.
    void join(std::uint16_t agent,
              std::vector<std::string> subscriptions,
              std::uint32_t incarnation = 1,
              std::int64_t fleet_time = 0) {
        incarnations_[agent] = incarnation;
        sequences_[agent] = 0;
        core.open_link(agent, incarnation, "token");
        say_hello(agent, std::move(subscriptions), fleet_time);
        output.sent[agent].clear();
    }
    void say_hello(std::uint16_t agent,
                   std::vector<std::string> subscriptions,
                   std::int64_t fleet_time = 0) {
        give(agent,
             encode_hello({core.config().agents[agent].name,
                           incarnations_[agent],
                           "token",
                           test_epoch,
                           fleet_time,
                           std::move(subscriptions)}));
    }

    /// Publishes one record; returns its sequence.
    std::uint64_t publish(std::uint16_t agent, std::string_view topic, std::size_t size = 8) {
        MessageHeader header;
        header.encoding = static_cast<std::uint16_t>(Encoding::records);
        header.publisher = handle_of(agent);
        header.incarnation = incarnations_[agent];
        header.sequence = ++sequences_[agent];
        header.topic_sequence = header.sequence;
        header.count = 1;
        header.record_size = static_cast<std::uint32_t>(size);
        give_message(agent, topic, header, size);
        return header.sequence;
    }
    /// Publishes one record on each topic, all of them in one BUNDLE; returns its bytes.
    std::vector<std::byte> publish_together(std::uint16_t agent,
                                            const std::vector<std::string>& topics) {
        BundleWriter bundle;
        for (const std::string& topic : topics) {
            MessageHeader header;
            header.encoding = static_cast<std::uint16_t>(Encoding::records);
            header.publisher = handle_of(agent);
            header.incarnation = incarnations_[agent];
            header.sequence = ++sequences_[agent];
            header.topic_sequence = header.sequence;
            header.count = 1;
            header.record_size = 8;
            encode_message(bundle.add(message_frame_size(topic.size(), 8)),
                           topic,
                           header,
                           std::vector<std::byte>(8, std::byte{1}));
        }
        const auto bytes = bundle.frame();
        std::vector<std::byte> copy(bytes.begin(), bytes.end());
        give(agent, copy);
        return copy;
    }
    void give_message(std::uint16_t agent,
                      std::string_view topic,
                      const MessageHeader& header,
                      std::size_t size) {
        Frame frame(message_frame_size(topic.size(), size));
        encode_message(
            frame.writable_bytes(), topic, header, std::vector<std::byte>(size, std::byte{1}));
        receive(agent, frame);
    }
    /// Gives the router the bytes of a frame from `agent`.
    template <typename Bytes>
    void give(std::uint16_t agent, const Bytes& bytes) {
        Frame frame{std::span<const std::byte>(bytes)};
        receive(agent, frame);
    }
    /// Until `end_burst` all frames count as being at hand at once.
    void begin_burst() { is_in_burst_ = true; }
    void end_burst() {
        is_in_burst_ = false;
        core.finish_burst();
    }
    void credit(std::uint16_t agent,
                std::uint32_t frames,
                std::uint64_t bytes,
                std::uint32_t window = 0) {
        give(agent, encode_control(CreditBody{frames, window, bytes}));
    }
    /// The answer to a delivery, TIMER or ADVANCED.
    void done(std::uint16_t agent, std::int64_t next_timer = DoneBody::no_timer) {
        give(agent,
             encode_control(DoneBody{
                 handle_of(agent), incarnations_[agent], sequences_[agent], next_timer, 0}));
    }
    /// What an agent says under a replay clock once all that its start published is sent.
    void started(std::uint16_t agent, std::int64_t next_timer = DoneBody::no_timer) {
        give(agent,
             encode_control(DoneBody{0, incarnations_[agent], sequences_[agent], next_timer, 0}));
    }
    void ask_advance(std::uint16_t agent,
                     std::int64_t time,
                     std::int64_t delay = 0,
                     std::uint64_t token = 1) {
        give(agent, encode_control(AdvanceBody{time, delay, token}));
    }

    /// Which life of the agent `join` and `publish` speak for.
    void set_incarnation(std::uint16_t agent, std::uint32_t incarnation) {
        incarnations_[agent] = incarnation;
    }

    [[nodiscard]] std::uint32_t handle_of(std::uint16_t agent) const {
        return core.config().agents[agent].handle;
    }
    [[nodiscard]] std::uint32_t incarnation_of(std::uint16_t agent) { return incarnations_[agent]; }
    /// What was sent to an agent since the last call, in words; bundles taken apart.
    std::vector<std::string> take_sent(std::uint16_t agent) {
        std::vector<std::string> words;
        for (const Frame& frame : std::exchange(output.sent[agent], {})) {
            const auto control = ControlFrame::decode(frame.bytes());
            if (!control || control->kind != ControlKind::bundle) {
                words.push_back(in_words(frame));
                continue;
            }
            for (BundleReader reader(control->body); !reader.is_at_end();) {
                words.push_back(in_words(Frame(reader.next().value())));
            }
        }
        return words;
    }

    FakeOutput output;
    RouterCore core;

private:
    void receive(std::uint16_t agent, Frame& frame) {
        core.receive(agent, frame);
        if (!is_in_burst_) {
            core.finish_burst();
        }
    }

    bool is_in_burst_ = false;
    std::map<std::uint16_t, std::uint32_t> incarnations_;
    std::map<std::uint16_t, std::uint64_t> sequences_;
};

using Words = std::vector<std::string>;

}  // namespace drover
