// drover.simulation/1 through the C table of the host.
#include <functional>
#include <map>

#include <gmock/gmock.h>

#include <drover/agent.hpp>

#include "runner/agent_runner.hpp"

namespace drover {
namespace {

using ::testing::ElementsAre;

class Orchestrator;
Orchestrator* the_orchestrator = nullptr;

class Orchestrator final : public Agent {
public:
    static constexpr About about{
        "orchestrator", "1", "test", "Runs simulations", DROVER_AGENT_ORCHESTRATES};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    Orchestrator() { the_orchestrator = this; }
    bool start() override {
        table = static_cast<const drover_simulation_v1*>(
            host()->get_extension(host(), DROVER_EXTENSION_SIMULATION));
        return true;
    }
    void on_post(std::uint64_t token) override {
        if (post_seen) {
            post_seen(token);
        }
    }
    drover_status read(std::uint64_t token, std::string& text) const {
        const drover_writer writer{&text, [](void* context, const void* data, std::size_t size) {
                                       static_cast<std::string*>(context)->append(
                                           static_cast<const char*>(data), size);
                                       return drover_status{DROVER_OK};
                                   }};
        return table->read(host(), token, &writer);
    }
    using Agent::last_error;
    const drover_simulation_v1* table = nullptr;
    std::function<void(std::uint64_t)> post_seen;
};

class FakeService final : public SimulationService {
public:
    SimulationAnswer start(std::string_view request, std::uint64_t token) override {
        started[token] = request;
        return next;
    }
    SimulationAnswer read(std::uint64_t /*token*/) override { return next; }
    SimulationAnswer cancel(std::uint64_t /*token*/) override { return next; }
    std::map<std::uint64_t, std::string> started;
    SimulationAnswer next;
};

class NoTransport final : public Transport {
public:
    void send(const PublishedMessage& /*message*/) override {}
    void send_request(const OutgoingRequest& /*request*/) override {}
    void send_reply(const OutgoingReply& /*reply*/) override {}
    void ask_advance(std::int64_t, std::int64_t, std::uint64_t) override {}
    void wake() override {}
};
class NoObserver final : public AgentObserver {
public:
    void on_log(std::int32_t, std::string_view) override {}
    void on_health(std::int32_t, std::string_view, std::string_view) override {}
    void on_occurrence(const Noted&, std::uint64_t) override {}
};

class SimulationExtension : public ::testing::Test {
protected:
    void run_with(SimulationService* simulations) {
        AgentSetup setup;
        setup.name = "orchestrator";
        setup.fleet = "test";
        setup.description = Bridge<Orchestrator>::description();
        setup.simulations = simulations;
        runner_ = std::make_unique<AgentRunner>(
            std::move(setup), transport_, observer_, kill_switch_, page_.layout(), std::nullopt);
        ASSERT_TRUE(runner_->prepare());
        ASSERT_TRUE(runner_->start());
    }
    /// Does something in a callback of the agent.
    void in_callback(const std::function<void(Orchestrator&)>& work) {
        the_orchestrator->post_seen = [&](std::uint64_t) { work(*the_orchestrator); };
        runner_->post_news(0);
        runner_->run_posts();
        the_orchestrator->post_seen = nullptr;
    }

    NoTransport transport_;
    NoObserver observer_;
    KillSwitchPage kill_switch_ = KillSwitchPage::local();
    StatusPage page_ = StatusPage::local();
    std::unique_ptr<AgentRunner> runner_;
};

TEST_F(SimulationExtension, is_lent_only_where_there_is_a_service) {
    run_with(nullptr);
    EXPECT_EQ(the_orchestrator->table, nullptr);
    FakeService service;
    run_with(&service);
    EXPECT_NE(the_orchestrator->table, nullptr);
}

TEST_F(SimulationExtension, hands_requests_on_and_writes_what_is_read) {
    FakeService service;
    run_with(&service);
    in_callback([&](Orchestrator& agent) {
        EXPECT_EQ(agent.table->start(agent.host(), {"{}", 2}, 5), DROVER_OK);
        service.next = {DROVER_PENDING, "{\"events\":1}"};
        std::string text;
        EXPECT_EQ(agent.read(5, text), DROVER_PENDING);
        EXPECT_EQ(text, "{\"events\":1}");
    });
    EXPECT_EQ(service.started.at(5), "{}");
}

TEST_F(SimulationExtension, writes_nothing_with_a_failure_and_keeps_its_sentence) {
    FakeService service;
    run_with(&service);
    service.next = {DROVER_E_LOST, "The process was killed."};
    in_callback([&](Orchestrator& agent) {
        std::string text;
        EXPECT_EQ(agent.read(5, text), DROVER_E_LOST);
        EXPECT_EQ(text, "");
        EXPECT_EQ(agent.last_error(), "The process was killed.");
        EXPECT_EQ(agent.table->cancel(agent.host(), 5), DROVER_E_LOST);
    });
}

TEST_F(SimulationExtension, brings_news_to_the_agent_in_callbacks_of_their_own) {
    FakeService service;
    run_with(&service);
    std::vector<std::uint64_t> tokens;
    the_orchestrator->post_seen = [&](std::uint64_t token) { tokens.push_back(token); };
    runner_->post_news(3);
    runner_->post_news(4);
    EXPECT_TRUE(tokens.empty());
    runner_->run_posts();
    EXPECT_THAT(tokens, ElementsAre(3U, 4U));
}

TEST_F(SimulationExtension, answers_outside_callbacks_and_after_the_stop_with_a_failure) {
    FakeService service;
    run_with(&service);
    Orchestrator& agent = *the_orchestrator;
    EXPECT_EQ(agent.table->start(agent.host(), {"{}", 2}, 5), DROVER_E_THREAD);
    runner_->stop(DROVER_STOP_REQUESTED, 0);
    EXPECT_EQ(agent.table->start(agent.host(), {"{}", 2}, 5), DROVER_E_STATE);
    EXPECT_TRUE(service.started.empty());
}

}  // namespace
}  // namespace drover
