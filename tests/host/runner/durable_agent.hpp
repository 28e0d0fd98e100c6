/// An agent that receives and publishes durable messages, and what a test needs around its runner.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "process/kill_switch_page.hpp"
#include "process/status_page.hpp"
#include "runner/agent_runner.hpp"
#include "tests/host/runner/number_agent.hpp"

namespace drover {

/// Adds up what it gets, and says the sum, a random number, and from a post the sum again; every
/// third message goes to its store as well.
class Adder final : public NumberAgent {
public:
    static constexpr About about{"adder", "1.0.0", "test", "Adds"};
    static constexpr bool keeps_state = true;

    static inline Adder* present = nullptr;
    /// Called at each place at which the process may end.
    static inline std::function<void()> step;

    Adder() { present = this; }
    bool start() override {
        if (on_start) {
            on_start();
        }
        return true;
    }
    void on_message(const Message& message) override {
        tell_step();
        if (message_seen) {
            message_seen(message);
            return;
        }
        for (const Number& count : message.records(in)) {
            total += count.value;
        }
        if (total % 3 == 0) {
            store().put("thirds", std::to_string(total));
        }
        say("out.sum", total);
        say("out.random", static_cast<std::int64_t>(random() >> 1U));
        post(7);
        state_dirty();
        tell_step();
    }
    void on_post(std::uint64_t /*token*/) override {
        tell_step();
        say("out.post", total);
    }
    void save_state(std::string& bytes) const override {
        tell_step();
        if (state_saved) {
            state_saved();
        }
        bytes = std::to_string(total);
    }
    void load_state(std::string_view bytes, std::uint32_t /*version*/) override {
        total = std::stoll(std::string(bytes));
    }
    drover_status say(const char* name, std::int64_t value) const {
        return publish(topic(out, name), Number{value});
    }
    static void tell_step() {
        if (step) {
            step();
        }
    }
    using Agent::give_up;
    using Agent::post;
    using Agent::set_timer;
    using Agent::state_dirty;
    using Agent::store;

    std::function<void()> on_start;
    std::function<void(const Message&)> message_seen;
    std::function<void()> state_saved;
    std::int64_t total = 0;
};

/// What left the agent, in the order in which it did.
struct Left {
    std::string topic;
    std::uint64_t delivery = 0;
    std::int64_t value = 0;

    friend bool operator==(const Left&, const Left&) = default;
};

class KeepingTransport final : public Transport {
public:
    void send(const PublishedMessage& message) override {
        Adder::tell_step();
        Number count{};
        std::memcpy(&count, message.payload.data(), sizeof(count));
        left.push_back({std::string(message.topic), message.delivery, count.value});
    }
    void send_request(const OutgoingRequest&) override {}
    void send_reply(const OutgoingReply&) override {}
    void ask_advance(std::int64_t, std::int64_t, std::uint64_t) override {}
    void wake() override {}
    void handled(std::uint64_t position, const std::vector<std::uint64_t>& voids) override {
        Adder::tell_step();
        handled_to = position;
        voided.insert(voided.end(), voids.begin(), voids.end());
    }

    std::vector<Left> left;
    std::uint64_t handled_to = 0;
    std::vector<std::uint64_t> voided;
};

class HealthObserver final : public AgentObserver {
public:
    void on_log(std::int32_t, std::string_view text) override { lines.emplace_back(text); }
    void on_health(std::int32_t level, std::string_view code, std::string_view text) override {
        health.push_back({level, std::string(code), std::string(text)});
    }
    void on_occurrence(const Noted& noted, std::uint64_t count) override {
        occurrences.push_back(std::string(noted.code) + " " + std::to_string(count));
    }
    struct Report {
        std::int32_t level;
        std::string code;
        std::string text;
    };
    std::vector<Report> health;
    std::vector<std::string> lines;
    std::vector<std::string> occurrences;
};

/// One runner at a time over files in a temporary folder.
struct DurableAgentTest : ::testing::Test {
    DurableAgentTest() {
        std::string name =
            (std::filesystem::temp_directory_path() / "drover-durable-XXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    ~DurableAgentTest() override {
        Adder::step = nullptr;
        runner.reset();
        std::filesystem::remove_all(folder);
    }

    [[nodiscard]] AgentSetup setup(std::uint32_t incarnation) const {
        AgentSetup made = number_agent_setup("adder", Bridge<Adder>::description());
        made.incarnation = incarnation;
        made.mode = DROVER_MODE_REPLAY;
        made.ports[Adder::out.index].record_size = record_size;
        TopicRights stream;
        stream.pattern = "out.stream";
        TopicRights durable;
        durable.pattern = "out.>";
        durable.durable = true;
        TopicRights gated;
        gated.pattern = "in.gated";
        gated.gated = true;
        made.rules = {stream, durable, gated};
        return made;
    }
    /// A runner over the file in `place`, prepared; `start` is up to the test.
    AgentRunner& make(const std::filesystem::path& place, std::uint32_t incarnation = 1) {
        runner.reset();
        auto file = AgentFile::open(place / "adder.sqlite", "adder");
        EXPECT_TRUE(file) << file.error().message;
        AgentSetup made = setup(incarnation);
        made.start_time = file.value().place().time;
        runner.emplace(std::move(made),
                       transport,
                       observer,
                       kill_switch,
                       page.layout(),
                       std::move(file.value()));
        EXPECT_TRUE(runner->prepare());
        return *runner;
    }
    AgentRunner& started() {
        AgentRunner& made = make(folder);
        EXPECT_TRUE(made.start());
        return made;
    }
    /// Waits until the commit that failed is to be tried again, and lets it.
    void try_again_when_due() {
        std::this_thread::sleep_until(runner->retry_due().value_or(Monotonic{}));
        runner->commit_again();
    }
    void deliver(std::uint64_t position, std::int64_t value = 1, std::string_view topic = "in.x") {
        const Number count{value};
        Delivery delivery = number_delivery(count, ++sequence, topic);
        delivery.position = position;
        runner->set_time(static_cast<std::int64_t>(1000 + position));
        runner->deliver(delivery);
    }
    /// What the file holds of durable messages behind `after`.
    std::vector<std::uint64_t> unlogged(std::uint64_t after = 0) const {
        std::vector<std::uint64_t> found;
        EXPECT_TRUE(runner->for_each_unlogged(
            after,
            [&](std::uint64_t number, std::span<const std::byte>) { found.push_back(number); }));
        return found;
    }

    std::uint32_t record_size = sizeof(Number);  ///< Of what it publishes.
    std::filesystem::path folder;
    KeepingTransport transport;
    HealthObserver observer;
    KillSwitchPage kill_switch = KillSwitchPage::local();
    StatusPage page = StatusPage::local();
    std::optional<AgentRunner> runner;
    std::uint64_t sequence = 0;
};

}  // namespace drover
