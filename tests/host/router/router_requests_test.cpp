// Requests through the router: who is asked, the one reply, and what happens when somebody dies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/status.h>

#include "fake_fleet.hpp"
#include "wire/request_frame.hpp"

namespace drover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint16_t a = 0;
constexpr std::uint16_t b = 1;
constexpr std::uint16_t c = 2;

std::span<const std::byte> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// Agent a asks on "ask.x" and "ask.two", b answers on "ask.>", c on "ask.two".
RouterConfig asking_fleet(bool replay) {
    RouterConfig config = fleet_of(3);
    config.has_replay_clock = replay;
    config.agents[a].asks = {
        {0, "x", "ask.x", 1, 2}, {1, "two", "ask.two", 1, 2}, {2, "none", "none.x", 1, 2}};
    config.agents[b].serves = {{4, "any", "ask.>", 1, 2}};
    config.agents[c].serves = {{5, "two", "ask.two", 1, 3}};
    return config;
}

class AskingFleet : public FakeFleet {
public:
    explicit AskingFleet(bool replay = false) : FakeFleet(asking_fleet(replay)) {
        for (const std::uint16_t agent : {a, b, c}) {
            join(agent, {});
        }
    }

    void ask(std::uint64_t number, std::string_view target, std::string_view topic = "ask.x") {
        RequestHead head;
        head.number = number;
        head.client = handle_of(a);
        head.incarnation = incarnation_of(a);
        head.deadline = INT64_MAX;
        head.type = 1;
        head.reply_type = 2;
        give(a, encode_request(head, target, topic, bytes_of("?")));
    }
    void answer(std::uint16_t server, std::uint64_t number, std::uint32_t incarnation = 1) {
        ReplyHead head;
        head.number = number;
        head.client = handle_of(a);
        head.client_incarnation = incarnation;
        head.server = handle_of(server);
        head.server_incarnation = incarnation_of(server);
        give(server, encode_reply(head, "", bytes_of("!")));
    }
    /// Requests and replies that an agent got since the last call, in words.
    std::vector<std::string> got(std::uint16_t agent) {
        std::vector<std::string> words;
        for (const Frame& frame : std::exchange(output.sent[agent], {})) {
            const auto control = ControlFrame::decode(frame.bytes());
            if (const auto request = control ? RequestFrame::decode(*control) : std::nullopt) {
                words.push_back("? " + std::to_string(request->head.number) + " port " +
                                std::to_string(request->head.port));
            } else if (const auto reply = control ? ReplyFrame::decode(*control) : std::nullopt) {
                words.push_back("! " + std::to_string(reply->head.number) + " " +
                                std::to_string(reply->head.status) +
                                (reply->error.empty() ? "" : " " + std::string(reply->error)));
            }
        }
        return words;
    }
};

TEST(RouterRequests, go_to_the_named_agent_and_its_one_reply_comes_back) {
    AskingFleet fleet;
    fleet.ask(1, "b");
    EXPECT_THAT(fleet.got(b), ElementsAre("? 1 port 4"));
    fleet.answer(b, 1);
    fleet.answer(b, 1);
    EXPECT_THAT(fleet.got(a), ElementsAre("! 1 0"));
    EXPECT_EQ(fleet.core.counts().dropped_replies, 1U);
}

TEST(RouterRequests, without_a_target_go_to_the_one_that_serves_the_topic) {
    AskingFleet fleet;
    fleet.ask(1, "");
    EXPECT_THAT(fleet.got(b), ElementsAre("? 1 port 4"));
    fleet.ask(2, "", "ask.two");
    EXPECT_THAT(fleet.got(a),
                ElementsAre(HasSubstr("! 2 -4 Several agents answer requests on "
                                      "'ask.two': 'b', 'c'.")));
    fleet.ask(3, "", "none.x");
    EXPECT_THAT(fleet.got(a), ElementsAre(HasSubstr("! 3 -4 No agent answers")));
}

TEST(RouterRequests, that_cannot_be_brought_are_answered_at_once) {
    AskingFleet fleet;
    fleet.ask(1, "bb");
    EXPECT_THAT(fleet.got(a), ElementsAre(HasSubstr("! 1 -4 There is no agent 'bb' to ask. Did")));
    fleet.ask(2, "c");
    EXPECT_THAT(fleet.got(a),
                ElementsAre(HasSubstr("! 2 -4 Agent 'c' answers no requests on "
                                      "'ask.x'; it answers on 'ask.two'.")));
    fleet.ask(3, "c", "ask.two");
    EXPECT_THAT(fleet.got(a), ElementsAre(HasSubstr("! 3 -13 Port 'two' of 'c'")));
    fleet.ask(4, "b", "ask.other");
    EXPECT_THAT(fleet.got(a), ElementsAre(HasSubstr("! 4 -14 Agent 'a' may not ask")));
    EXPECT_THAT(fleet.got(b), IsEmpty());
}

TEST(RouterRequests, are_lost_when_the_server_dies_and_only_once) {
    AskingFleet fleet;
    fleet.ask(1, "b");
    fleet.core.set_state(b, "backing_off");
    EXPECT_THAT(fleet.got(a), ElementsAre(HasSubstr("! 1 -8 Agent 'b' ended before")));
    fleet.answer(b, 1);
    fleet.ask(2, "b");
    EXPECT_THAT(fleet.got(a), ElementsAre(HasSubstr("! 2 -8 Agent 'b' cannot answer: it is")));
}

TEST(RouterRequests, wait_for_a_server_that_is_on_its_way) {
    AskingFleet fleet;
    fleet.core.open_link(b, 2, "token");
    fleet.ask(1, "b");
    EXPECT_THAT(fleet.got(b), IsEmpty());
    fleet.join(b, {}, 2);
    fleet.ask(2, "b");
    fleet.answer(b, 1);
    EXPECT_THAT(fleet.got(a), ElementsAre("! 1 0"));
}

TEST(RouterRequests, of_a_client_that_died_are_dropped) {
    AskingFleet fleet;
    fleet.ask(1, "b");
    fleet.core.set_state(a, "backing_off");
    fleet.join(a, {}, 2);
    fleet.answer(b, 1, 1);
    EXPECT_THAT(fleet.got(a), IsEmpty());
    EXPECT_EQ(fleet.core.counts().dropped_replies, 1U);
}

TEST(RouterRequests, of_persons_are_answered_to_persons) {
    AskingFleet fleet;
    fleet.core.ask_for_person({9, b, 4, 1'000'000'000, "?"});
    EXPECT_THAT(fleet.got(b), ElementsAre("? 9 port 4"));
    ReplyHead head;
    head.number = 9;
    head.server = fleet.handle_of(b);
    head.server_incarnation = 1;
    fleet.give(b, encode_reply(head, "", bytes_of("!")));
    EXPECT_THAT(fleet.output.answers, ElementsAre("9 0 !"));
    fleet.core.ask_for_person({10, b, 4, 1'000'000'000, "?"});
    fleet.core.set_state(b, "stopped");
    EXPECT_THAT(fleet.output.answers.back(), HasSubstr("10 -8 Agent 'b' ended"));
}

TEST(RouterRequests, that_are_malformed_or_forged_are_counted) {
    AskingFleet fleet;
    RequestHead head;
    head.number = 1;
    head.client = fleet.handle_of(b);
    head.incarnation = 1;
    fleet.give(a, encode_request(head, "b", "ask.x", {}));
    fleet.give(a, encode_reply({1, 100, 1, fleet.handle_of(b), 1, 0, 0, 0}, "", {}));
    EXPECT_EQ(fleet.core.counts().malformed, 2U);
    EXPECT_THAT(fleet.got(b), IsEmpty());
}

/// The same fleet under a replay clock, everybody there.
class ReplayedFleet : public AskingFleet {
public:
    ReplayedFleet() : AskingFleet(true) {
        for (const std::uint16_t agent : {a, b, c}) {
            core.set_state(agent, "running");
            started(agent);
        }
    }
};

TEST(ReplayedRequests, take_their_turn_in_the_one_fifo) {
    ReplayedFleet fleet;
    fleet.ask(1, "b");
    fleet.ask(2, "b");
    EXPECT_THAT(fleet.got(b), ElementsAre("? 1 port 4"));
    fleet.answer(b, 1);
    EXPECT_THAT(fleet.got(a), IsEmpty());
    fleet.done(b);
    EXPECT_THAT(fleet.got(b), ElementsAre("? 2 port 4"));
    fleet.done(b);
    EXPECT_THAT(fleet.got(a), ElementsAre("! 1 0"));
}

TEST(ReplayedRequests, of_a_person_are_brought_at_once_when_the_history_has_ended) {
    ReplayedFleet fleet;
    fleet.core.ask_for_person({9, b, 4, 1'000'000'000, "?"});
    EXPECT_THAT(fleet.got(b), ElementsAre("? 9 port 4"));
}

TEST(ReplayedRequests, of_persons_come_one_by_one_behind_the_instant_in_which_they_arrive) {
    ReplayedFleet fleet;
    fleet.ask(1, "b");
    EXPECT_THAT(fleet.got(b), ElementsAre("? 1 port 4"));
    fleet.core.ask_for_person({9, b, 4, 1'000'000'000, "?"});
    fleet.core.ask_for_person({10, b, 4, 1'000'000'000, "?"});
    fleet.ask(2, "b");
    fleet.done(b);
    EXPECT_THAT(fleet.got(b), ElementsAre("? 2 port 4")) << "it belongs to the instant";
    fleet.done(b);
    EXPECT_THAT(fleet.got(b), ElementsAre("? 9 port 4"));
    fleet.ask(3, "b");
    fleet.done(b);
    EXPECT_THAT(fleet.got(b), ElementsAre("? 3 port 4")) << "what the first one led to";
    fleet.done(b);
    EXPECT_THAT(fleet.got(b), ElementsAre("? 10 port 4"));
}

TEST(ReplayedRequests, that_wait_for_a_server_that_restarts_reach_its_next_life) {
    ReplayedFleet fleet;
    fleet.ask(1, "b");
    fleet.ask(2, "b");
    EXPECT_THAT(fleet.got(b), ElementsAre("? 1 port 4"));
    fleet.core.set_state(b, "backing_off");
    fleet.join(b, {}, 2);
    fleet.core.set_state(b, "running");
    fleet.started(b);
    // The one that it had is lost, the other one is brought now.
    EXPECT_THAT(fleet.got(b), ElementsAre("? 2 port 4"));
    fleet.done(b);
    EXPECT_THAT(fleet.got(a), ElementsAre(HasSubstr("! 1 -8")));
}

TEST(ReplayedRequests, are_lost_when_the_server_is_left_out) {
    ReplayedFleet fleet;
    fleet.ask(1, "c", "ask.two");
    fleet.got(a);
    fleet.done(a);
    fleet.ask(2, "b");
    fleet.core.set_state(b, "stopped");
    EXPECT_THAT(fleet.got(a), ElementsAre(HasSubstr("! 2 -8")));
}

}  // namespace
}  // namespace drover
