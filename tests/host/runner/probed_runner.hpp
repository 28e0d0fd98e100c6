/// A runner whose agent does what the test says, and what it sent and told.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "runner/agent_runner.hpp"
#include "tests/host/runner/number_agent.hpp"

namespace drover::test {

class Probe;
inline Probe* the_probe = nullptr;

/// An agent whose behaviour the test writes down.
class Probe final : public NumberAgent {
public:
    static constexpr About about{"probe", "1.0.0", "test", "Does what the test says"};
    static constexpr bool keeps_state = true;

    Probe() { the_probe = this; }
    void configure(const Config& config) override {
        if (config.json.find("bad") != std::string_view::npos) {
            throw Failure("config.bad", "The value is bad.");
        }
    }
    bool start() override { return !on_start || on_start(); }
    void stop(std::int32_t reason) override {
        if (on_stop) {
            on_stop(reason);
        }
    }
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
    void load_state(std::string_view bytes, std::uint32_t version) override {
        total = std::stoi(std::string(bytes));
        loaded_version = version;
    }
    using Agent::now;
    using Agent::set_timer;
    using Agent::state_dirty;

    std::function<bool()> on_start;
    std::function<void(std::int32_t)> on_stop;
    std::function<void(const Message&)> message_seen;
    std::function<void(std::uint64_t)> post_seen;
    std::vector<std::uint64_t> fired;
    int total = 0;
    std::uint32_t loaded_version = 0;
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
    void on_health(std::int32_t level, std::string_view code, std::string_view text) override {
        healths.push_back(std::to_string(level) + " " + std::string(code) + " " +
                          std::string(text));
    }
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
    std::vector<std::string> healths;
    std::vector<Occurrence> occurrences;
};

struct AgentRunnerTest : ::testing::Test {
    AgentRunnerTest() {
        std::string name =
            (std::filesystem::temp_directory_path() / "drover-runner-XXXXXX").string();
        folder = ::mkdtemp(name.data());
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
        Delivery delivery = number_delivery(number, sequence);
        delivery.event_time = 500;
        runner->deliver(delivery);
    }
    /// Does something in a callback of the agent that has no cause.
    void in_callback(const std::function<void()>& work) {
        the_probe->post_seen = [&](std::uint64_t) { work(); };
        runner->post_news(0);
        runner->run_posts();
        the_probe->post_seen = nullptr;
    }
    /// What the agent hears that publishes a number, in a callback of its own.
    drover_status publish(const char* name) {
        drover_status status = DROVER_E_INTERNAL;
        in_callback(
            [&] { status = the_probe->publish(the_probe->topic(Probe::out, name), Number{1}); });
        return status;
    }
    /// What the next `make` takes for the plugin's functions.
    drover_agent_functions& functions() {
        functions_ = *setup.description->functions;
        description_ = *setup.description;
        description_.functions = &functions_;
        setup.description = &description_;
        return functions_;
    }

    std::filesystem::path folder;
    AgentSetup setup = number_agent_setup("probe", Bridge<Probe>::description());
    RecordingTransport transport;
    SilentObserver observer;
    KillSwitchPage kill_switch = KillSwitchPage::local();
    StatusPage page = StatusPage::local();
    std::optional<AgentRunner> runner;

private:
    drover_agent_functions functions_{};
    drover_agent_description description_{};
};

}  // namespace drover::test
