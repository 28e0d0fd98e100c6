// Requests of and to an agent under the harness.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe_agent.hpp"

namespace drover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;
using namespace std::chrono_literals;

// --- the agent answers

TEST(HarnessRequest, reaches_the_server_and_brings_its_answer) {
    ProbeHarness harness;
    harness.start();
    harness.advance_to(100);
    Probe::hooks.on_request = [](const Request& request) {
        EXPECT_TRUE(request.is(Probe::questions));
        EXPECT_FALSE(request.is(Probe::quoted));
        EXPECT_EQ(request.sender(), "test");
        EXPECT_EQ(request.deadline(), 100 + std::chrono::nanoseconds(5s).count());
        EXPECT_EQ(request.json(), R"({"of": "life"})");
        EXPECT_EQ(probe().reply(request.id(), "42"), DROVER_OK);
    };
    const auto reply = harness.ask("questions", R"({"of": "life"})");
    EXPECT_TRUE(reply.is_ok());
    EXPECT_EQ(reply.body, "42");
    EXPECT_THAT(harness.violations(), IsEmpty());
}

TEST(HarnessRequest, carries_records_both_ways) {
    ProbeHarness harness;
    harness.start();
    Probe::hooks.on_request = [](const Request& request) {
        for (const drover_quote& one : request.records(Probe::quoted)) {
            const drover_quote better[] = {quote(one.bid + 1), quote(one.bid + 2)};
            probe().reply_records(request.id(), better, 2);
        }
    };
    EXPECT_THAT(bids(harness.ask("quoted", quote(7)).records<drover_quote>()), ElementsAre(8, 9));
}

TEST(HarnessRequest, is_answered_by_a_failure_that_the_handler_throws) {
    ProbeHarness harness;
    harness.start();
    Probe::hooks.on_request = [](const Request&) {
        throw Failure("question.odd", "That is no question.", DROVER_E_INVALID);
    };
    const auto reply = harness.ask("questions", "1");
    EXPECT_EQ(reply.status, DROVER_E_INVALID);
    EXPECT_EQ(reply.error, "That is no question.");
    EXPECT_TRUE(harness.is_running());
}

TEST(HarnessRequest, is_lost_when_the_handler_throws_anything_else) {
    ProbeHarness harness;
    harness.start();
    Probe::hooks.on_request = [](const Request&) { throw std::runtime_error("Broken."); };
    const auto id = harness.send_request("questions", "1");
    EXPECT_FALSE(harness.is_running());
    EXPECT_EQ(harness.reply_to(id)->status, DROVER_E_LOST);
}

TEST(HarnessRequest, can_be_answered_later_and_only_once) {
    ProbeHarness harness;
    harness.start();
    std::uint64_t kept = 0;
    Probe::hooks.on_request = [&](const Request& request) { kept = request.id(); };
    Probe::hooks.on_post = [&](std::uint64_t) {
        EXPECT_EQ(probe().reply(kept, "1"), DROVER_OK);
        EXPECT_EQ(probe().reply(kept, "2"), DROVER_E_STATE);
        EXPECT_THAT(probe().last_error(), HasSubstr("answered already"));
        EXPECT_EQ(probe().reply(99, "3"), DROVER_E_NOT_FOUND);
    };
    const auto id = harness.send_request("questions", "1");
    EXPECT_FALSE(harness.reply_to(id));
    std::thread([] { probe().post(1); }).join();
    EXPECT_TRUE(harness.wait_for_work(5s));
    EXPECT_EQ(harness.reply_to(id)->body, "1");
}

TEST(HarnessRequest, can_be_answered_from_a_thread_of_the_agent) {
    ProbeHarness harness;
    harness.start();
    std::uint64_t kept = 0;
    Probe::hooks.on_request = [&](const Request& request) { kept = request.id(); };
    const auto id = harness.send_request("questions", "1");
    std::thread([&] { probe().reply(kept, "7"); }).join();
    EXPECT_EQ(harness.reply_to(id)->body, "7");
}

TEST(HarnessRequest, times_out_and_a_late_answer_reaches_nobody) {
    ProbeHarness harness;
    harness.start();
    std::uint64_t kept = 0;
    Probe::hooks.on_request = [&](const Request& request) {
        kept = request.id();
        probe().set_timer(1, probe().now() + std::chrono::nanoseconds(3s).count());
    };
    Probe::hooks.on_timer = [&](std::uint64_t, std::int64_t, std::uint32_t) {
        EXPECT_EQ(probe().reply(kept, "1"), DROVER_OK);
    };
    const auto id = harness.send_request("questions", "1", 2s);
    harness.advance_by(2s);
    EXPECT_EQ(harness.reply_to(id)->status, DROVER_E_TIMEOUT);
    harness.advance_by(2s);
    EXPECT_EQ(harness.reply_to(id)->status, DROVER_E_TIMEOUT);
    EXPECT_EQ(harness.late_replies(), 1U);
}

TEST(HarnessRequest, is_lost_when_the_agent_restarts) {
    ProbeHarness harness;
    harness.start();
    Probe::hooks.on_request = [](const Request&) {};
    const auto id = harness.send_request("questions", "1");
    harness.restart();
    EXPECT_EQ(harness.reply_to(id)->status, DROVER_E_LOST);
}

TEST(HarnessRequest, takes_only_what_its_port_answers_with) {
    ProbeHarness harness;
    harness.start();
    Probe::hooks.on_request = [](const Request& request) {
        EXPECT_EQ(probe().reply(request.id(), "12345"), DROVER_E_TYPE);
        EXPECT_EQ(probe().reply(request.id(), quote(1)), DROVER_OK);
    };
    EXPECT_THAT(harness.ask("quoted", quote(0)).records<drover_quote>(), SizeIs(1));
    EXPECT_THAT([&] { harness.send_request("asks", "1"); },
                ThrowsMessage<testing::HarnessError>(
                    HasSubstr("no REQUEST_SERVER port 'asks'; it has: questions, quoted")));
}

TEST(HarnessRequest, is_not_answered_when_the_state_behind_the_answer_is_not_saved) {
    ProbeHarness harness;
    harness.start();
    Probe::hooks.on_request = [](const Request& request) {
        probe().state = "unsavable";
        probe().state_dirty();
        probe().reply(request.id(), "1");
    };
    const auto id = harness.send_request("questions", "1");
    EXPECT_EQ(harness.reply_to(id)->status, DROVER_E_LOST);
}

TEST(HarnessRequest, is_unsupported_where_the_class_answers_none) {
    ProbeHarness harness;
    harness.start();
    EXPECT_EQ(harness.ask("questions", "1").status, DROVER_E_UNSUPPORTED);
}

// --- the agent asks

/// Replies as one text each.
std::vector<std::string>& seen_replies() {
    static std::vector<std::string> seen;
    seen.clear();
    Probe::hooks.on_reply = [](const Reply& reply) {
        seen.push_back(std::to_string(reply.token()) + " " + std::to_string(reply.status()) + " " +
                       std::string(reply.json()) + std::string(reply.error()));
    };
    return seen;
}

void ask_at_start(std::chrono::nanoseconds timeout = 5s) {
    Probe::hooks.start = [timeout] {
        EXPECT_EQ(probe().request(Probe::asks, "delphi", R"({"q": 1})", timeout, 7), DROVER_OK);
        return true;
    };
}

TEST(HarnessAsking, shows_what_the_agent_asks_and_hands_it_the_answer) {
    ProbeHarness harness;
    auto& seen = seen_replies();
    ask_at_start();
    harness.start();
    const auto open = harness.open_requests();
    ASSERT_THAT(open, SizeIs(1));
    EXPECT_EQ(open[0].port, "asks");
    EXPECT_EQ(open[0].topic, "oracle.ask");
    EXPECT_EQ(open[0].target, "delphi");
    EXPECT_EQ(open[0].body, R"({"q": 1})");
    EXPECT_EQ(open[0].deadline, std::chrono::nanoseconds(5s).count());
    EXPECT_TRUE(harness.answer(open[0].id, "true"));
    EXPECT_FALSE(harness.answer(open[0].id, "false"));
    EXPECT_THAT(seen, ElementsAre("7 0 true"));
    EXPECT_THAT(harness.open_requests(), IsEmpty());
    EXPECT_THROW(harness.answer(99, "1"), testing::HarnessError);
}

TEST(HarnessAsking, hands_over_records_and_failures) {
    ProbeHarness harness;
    Probe::hooks.start = [] {
        EXPECT_EQ(probe().request(Probe::asks_quotes, "", quote(3), 1s, 1), DROVER_OK);
        EXPECT_EQ(probe().request(Probe::asks_quotes, "", quote(4), 1s, 2), DROVER_OK);
        return true;
    };
    harness.start();
    std::vector<std::int64_t> got;
    Probe::hooks.on_reply = [&](const Reply& reply) {
        for (const drover_quote& one : reply.records(Probe::asks_quotes)) {
            got.push_back(one.bid);
        }
        got.push_back(reply.status());
    };
    const auto open = harness.open_requests();
    EXPECT_EQ(open.at(0).records<drover_quote>().at(0).bid, 3);
    harness.answer(open.at(1).id, quote(40));
    harness.answer_failure(open.at(0).id, DROVER_E_NOT_FOUND, "No such symbol.");
    EXPECT_THAT(got, ElementsAre(40, 0, DROVER_E_NOT_FOUND));
}

TEST(HarnessAsking, times_out_by_the_clock) {
    ProbeHarness harness;
    auto& seen = seen_replies();
    ask_at_start(2s);
    harness.start();
    const auto id = harness.open_requests().at(0).id;
    harness.advance_by(1999ms);
    EXPECT_THAT(seen, IsEmpty());
    harness.advance_by(1ms);
    EXPECT_THAT(seen, ElementsAre("7 -7 The deadline has passed."));
    EXPECT_FALSE(harness.answer(id, "1"));
}

TEST(HarnessAsking, can_lose_what_is_open) {
    ProbeHarness harness;
    auto& seen = seen_replies();
    ask_at_start();
    harness.start();
    harness.lose_requests();
    EXPECT_THAT(seen, ElementsAre(HasSubstr("7 -8 ")));
}

TEST(HarnessAsking, forgets_the_requests_of_an_earlier_life) {
    ProbeHarness harness;
    auto& seen = seen_replies();
    ask_at_start(1s);
    harness.start();
    harness.restart();
    EXPECT_THAT(harness.open_requests(), SizeIs(1));
    harness.advance_by(1s);
    EXPECT_THAT(seen, SizeIs(1));
}

TEST(HarnessAsking, refuses_what_a_host_would) {
    ProbeHarness harness;
    Probe::hooks.start = [] {
        const drover_host* host = probe().host();
        const drover_bytes body{"1", 1};
        EXPECT_EQ(host->request(host, 0, {}, body, 1, 1), DROVER_E_NOT_FOUND);
        EXPECT_EQ(probe().request(Probe::asks, "", "1", 0s, 1), DROVER_E_INVALID);
        EXPECT_EQ(probe().request(Probe::asks, "", "", 1s, 1), DROVER_E_TYPE);
        EXPECT_EQ(probe().request(Probe::asks, "", std::string(5U << 20U, ' '), 1s, 1),
                  DROVER_E_TOO_BIG);
        for (int count = 0; count < 256; ++count) {
            EXPECT_EQ(probe().request(Probe::asks, "", "1", 1s, 1), DROVER_OK);
        }
        EXPECT_EQ(probe().request(Probe::asks, "", "1", 1s, 1), DROVER_E_STATE);
        return true;
    };
    harness.start();
    EXPECT_THAT(harness.open_requests(), SizeIs(256));
}

}  // namespace
}  // namespace drover
