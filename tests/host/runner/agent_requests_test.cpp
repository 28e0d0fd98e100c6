// What an agent asks and answers, under the runner.
#include <functional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "runner/agent_runner.hpp"
#include "tests/host/runner/port_setups.hpp"

namespace drover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

class Asker;
Asker* the_asker = nullptr;

class Asker final : public Agent {
public:
    static constexpr About about{"asker", "1.0.0", "test", "Asks and answers"};
    static constexpr bool keeps_state = true;
    static constexpr RequestClient<AnyJson, AnyJson> asks{0, "asks", "other.ask", "Asks"};
    static constexpr RequestServer<AnyJson, AnyJson> serves{1, "serves", "own.ask", "Answers"};
    static constexpr Out<AnyJson> out{2, "out", "out.x", "Out"};
    static constexpr auto ports = drover::ports(asks, serves, out);

    Asker() { the_asker = this; }
    void on_request(const Request& request) override { asked(request); }
    void on_reply(const Reply& reply) override {
        heard.push_back(std::to_string(reply.token()) + " " + std::to_string(reply.status()) + " " +
                        std::string(reply.json()) + std::string(reply.error()));
    }
    void on_post(std::uint64_t) override { work(); }
    void save_state(std::string& bytes) const override {
        if (cannot_save) {
            throw Failure("state.full", "The state does not fit.", DROVER_E_IO);
        }
        bytes = "1";
    }
    using Agent::last_error;
    using Agent::post;
    using Agent::publish_json;
    using Agent::reply;
    using Agent::request;
    using Agent::state_dirty;
    using Agent::topic;

    std::function<void(const Request&)> asked;
    std::function<void()> work;
    std::vector<std::string> heard;
    bool cannot_save = false;
};

class TextTransport final : public Transport {
public:
    void send(const PublishedMessage& message) override { sent.emplace_back(message.topic); }
    void send_request(const OutgoingRequest& request) override {
        wall_deadlines.push_back(request.wall_deadline);
        sent.push_back("? " + std::to_string(request.number) + " " + request.topic + " " +
                       request.target + " " + std::to_string(request.deadline) + " " +
                       request.body);
    }
    void send_reply(const OutgoingReply& reply) override {
        sent.push_back("! " + std::to_string(reply.client) + "." +
                       std::to_string(reply.client_incarnation) + " " +
                       std::to_string(reply.number) + " " + std::to_string(reply.status) + " " +
                       reply.body + reply.error);
    }
    void ask_advance(std::int64_t, std::int64_t, std::uint64_t) override {}
    void wake() override {}
    std::vector<std::string> sent;
    std::vector<std::int64_t> wall_deadlines;
};

class DeafObserver final : public AgentObserver {
public:
    void on_log(std::int32_t, std::string_view) override {}
    void on_health(std::int32_t, std::string_view, std::string_view) override {}
    void on_occurrence(const Noted&, std::uint64_t) override {}
};

struct AgentRequests : ::testing::Test {
    AgentRequests() {
        AgentSetup setup;
        setup.name = "asker";
        setup.fleet = "test";
        setup.handle = 3;
        setup.description = Bridge<Asker>::description();
        setup.ports = port_setups(Asker::ports, DROVER_ENCODING_JSON, 0);
        for (PortSetup& port : setup.ports) {
            port.reply_type = 1;
            port.reply_encoding = DROVER_ENCODING_JSON;
        }
        setup.clocks.emplace().wall = [this] { return wall_clock; };
        auto store = AgentFile::open(":memory:", "asker");
        runner.emplace(std::move(setup),
                       transport,
                       observer,
                       kill_switch,
                       page.layout(),
                       std::move(store.value()));
        EXPECT_TRUE(runner->prepare());
        EXPECT_TRUE(runner->start());
        runner->set_time(1000);
    }
    /// Runs `work` in a callback.
    void in_callback(std::function<void()> work) {
        the_asker->work = std::move(work);
        the_asker->post(1);
        runner->run_posts();
    }
    void ask_other(std::uint64_t token, std::chrono::nanoseconds timeout = 500ns) {
        in_callback([=] {
            EXPECT_EQ(the_asker->request(Asker::asks, "other", "1", timeout, token), DROVER_OK);
        });
    }
    void ask_it(std::uint64_t number) {
        RequestDelivery delivery;
        delivery.origin = {9, 2, number};
        delivery.sender = "other";
        delivery.port = 1;
        delivery.deadline = 5000;
        delivery.data = "\"?\"";
        delivery.bytes = 3;
        runner->handle_request(delivery);
    }

    std::int64_t wall_clock = 1000;
    TextTransport transport;
    DeafObserver observer;
    KillSwitchPage kill_switch = KillSwitchPage::local();
    StatusPage page = StatusPage::local();
    std::optional<AgentRunner> runner;
};

TEST_F(AgentRequests, leave_behind_what_the_callback_published) {
    in_callback([] {
        EXPECT_EQ(the_asker->request(Asker::asks, "other", "1", 500ns, 7), DROVER_OK);
        the_asker->publish_json(the_asker->topic(Asker::out, "out.x"), "1");
    });
    EXPECT_THAT(transport.sent, ElementsAre("out.x", "? 1 other.ask other 1500 1"));
}

TEST_F(AgentRequests, get_one_reply_each) {
    ask_other(7);
    ask_other(8);
    runner->handle_reply({.number = 2, .status = 0, .data = "true", .bytes = 4});
    runner->handle_reply({.number = 2, .status = 0, .data = "true", .bytes = 4});
    runner->handle_reply({.number = 1, .status = DROVER_E_DENIED, .error = "No."});
    EXPECT_THAT(the_asker->heard, ElementsAre("8 0 true", "7 -14 No."));
}

TEST_F(AgentRequests, time_out_in_the_agents_time) {
    ask_other(7);
    ask_other(8, 300ns);
    EXPECT_EQ(runner->next_timer(), 1300);
    runner->set_time(1300);
    runner->fire_timers();
    EXPECT_THAT(the_asker->heard, ElementsAre(HasSubstr("8 -7 ")));
    EXPECT_EQ(runner->next_timer(), 1500);
    runner->handle_reply({.number = 2, .status = 0, .data = "1", .bytes = 1});
    runner->handle_reply({.number = 1, .status = 0, .data = "1", .bytes = 1});
    EXPECT_THAT(the_asker->heard, ElementsAre(HasSubstr("8 -7 "), "7 0 1"));
    EXPECT_EQ(runner->next_timer(), INT64_MAX);
}

TEST_F(AgentRequests, time_out_after_as_long_as_before_when_the_clock_was_set) {
    ask_other(8, 10min);
    wall_clock += std::chrono::nanoseconds(1h).count();
    runner->follow_clocks();
    EXPECT_EQ(runner->time(), wall_clock);
    runner->fire_timers();
    EXPECT_THAT(the_asker->heard, IsEmpty());
    runner->set_time(runner->next_timer());
    EXPECT_GT(runner->time(), wall_clock);
    runner->fire_timers();
    EXPECT_THAT(the_asker->heard, ElementsAre(HasSubstr("8 -7 ")));
}

TEST_F(AgentRequests, have_their_deadline_in_the_time_of_each_agent_when_the_clock_was_set_back) {
    wall_clock -= std::chrono::nanoseconds(1h).count();
    runner->follow_clocks();
    const std::int64_t ahead = runner->time() - wall_clock;
    ASSERT_GE(ahead, std::chrono::nanoseconds(1h).count());
    ask_other(7, 500ns);
    EXPECT_EQ(runner->next_timer(), runner->time() + 500);
    EXPECT_THAT(transport.wall_deadlines, ElementsAre(wall_clock + 500));
    std::int64_t told = 0;
    the_asker->asked = [&](const Request& request) { told = request.deadline(); };
    ask_it(1);
    EXPECT_EQ(told, 5000 + ahead);
}

TEST_F(AgentRequests, are_lost_with_the_router_but_not_those_sent_meanwhile) {
    ask_other(7);
    ask_other(8);
    runner->lose_requests("The router ended.");
    EXPECT_THAT(the_asker->heard, ElementsAre("7 -8 The router ended.", "8 -8 The router ended."));
    ask_other(9);
    runner->handle_reply({.number = 3, .status = 0, .data = "1", .bytes = 1});
    EXPECT_EQ(the_asker->heard.back(), "9 0 1");
}

TEST_F(AgentRequests, are_answered_once_now_or_later) {
    std::uint64_t kept = 0;
    the_asker->asked = [&](const Request& request) { kept = request.id(); };
    ask_it(5);
    EXPECT_THAT(transport.sent, IsEmpty());
    in_callback([&] {
        EXPECT_EQ(the_asker->reply(kept, "1"), DROVER_OK);
        EXPECT_EQ(the_asker->reply(kept, "2"), DROVER_E_STATE);
        EXPECT_THAT(the_asker->last_error(), HasSubstr("answered already"));
        EXPECT_EQ(the_asker->reply(99, "2"), DROVER_E_NOT_FOUND);
        EXPECT_EQ(the_asker->reply(kept, ""), DROVER_E_STATE);
    });
    EXPECT_THAT(transport.sent, ElementsAre("! 9.2 5 0 1"));
}

TEST_F(AgentRequests, are_answered_from_a_thread_of_the_plugin) {
    std::uint64_t kept = 0;
    the_asker->asked = [&](const Request& request) { kept = request.id(); };
    ask_it(5);
    std::thread([&] { EXPECT_EQ(the_asker->reply(kept, "1"), DROVER_OK); }).join();
    runner->run_posts();
    EXPECT_THAT(transport.sent, ElementsAre("! 9.2 5 0 1"));
}

TEST_F(AgentRequests, are_not_answered_when_the_state_was_not_saved) {
    the_asker->asked = [](const Request& request) {
        the_asker->cannot_save = true;
        the_asker->state_dirty();
        EXPECT_EQ(the_asker->reply(request.id(), "1"), DROVER_OK);
    };
    ask_it(5);
    EXPECT_THAT(transport.sent, IsEmpty());
    EXPECT_TRUE(runner->stop_wish());
}

TEST_F(AgentRequests, are_answered_by_the_failure_that_is_thrown) {
    the_asker->asked = [](const Request&) { throw Failure("x", "Not like this.", DROVER_E_TYPE); };
    ask_it(5);
    EXPECT_THAT(transport.sent, ElementsAre("! 9.2 5 -13 Not like this."));
}

TEST_F(AgentRequests, are_bounded) {
    in_callback([] {
        for (std::size_t count = 0; count < RequestTable::most_open; ++count) {
            EXPECT_EQ(the_asker->request(Asker::asks, "", "1", 1s, count), DROVER_OK);
        }
        EXPECT_EQ(the_asker->request(Asker::asks, "", "1", 1s, 1), DROVER_E_STATE);
    });
    the_asker->asked = [](const Request&) {};
    for (std::size_t count = 0; count < RequestTable::most_unanswered; ++count) {
        ask_it(count + 1);
    }
    transport.sent.clear();
    ask_it(9999);
    EXPECT_THAT(transport.sent, ElementsAre(HasSubstr("! 9.2 9999 -2 Agent 'asker' has 4096")));
}

}  // namespace
}  // namespace drover
