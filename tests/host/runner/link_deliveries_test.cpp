// What comes for an agent on its link: turns, batches, and what is kept while its input is paused.
#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/status.h>

#include "tests/host/runner/durable_session.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct LinkDeliveries : DurableSession {
    /// A life on the wall clock, whose plugin only writes down which value it was given.
    void begin_live() {
        begin(1, false);
        Adder::present->message_seen = [this](const Message& message) { note(message); };
        welcome(1);
    }
    void note(const Message& message) {
        for (const Number& number : message.records(Adder::in)) {
            seen.push_back(number.value);
        }
    }
    /// Publishes more than may wait for the router, so that the input is paused.
    static void fill_outbox() {
        for (int count = 0; count < 4200; ++count) {
            Adder::present->say(count % 2 == 0 ? "out.a" : "out.b", count);
        }
    }
    [[nodiscard]] bool until_seen(std::size_t messages) {
        return until([&] { return seen.size() >= messages; });
    }
    [[nodiscard]] std::uint64_t malformed() const { return page.layout().malformed.load(); }

    std::vector<std::int64_t> seen;
};

TEST_F(LinkDeliveries, come_in_turns_so_that_a_stop_does_not_wait_for_all_that_is_at_hand) {
    begin_live();
    Adder::present->message_seen = [this](const Message& message) {
        note(message);
        std::this_thread::sleep_for(10ms);
    };
    give_together(10);
    EXPECT_LE(receive(), 2U) << "the bundle, and one message that took longer than a turn";
    EXPECT_EQ(seen.size(), 1U);
    EXPECT_TRUE(session->has_received());
    EXPECT_TRUE(until_seen(10));
    EXPECT_FALSE(session->has_received());
}

TEST_F(LinkDeliveries, are_no_more_than_was_asked_for) {
    begin_live();
    give_together(10);
    EXPECT_LE(receive(3), 3U);
    EXPECT_LT(seen.size(), 3U);
    EXPECT_TRUE(session->has_received());
}

TEST_F(LinkDeliveries, end_with_the_message_at_which_the_agent_wants_to_stop) {
    begin_live();
    Adder::present->message_seen = [this](const Message& message) {
        note(message);
        Adder::present->give_up("bad", "This cannot be.");
    };
    give_together(10);
    receive();
    EXPECT_EQ(seen.size(), 1U);
}

TEST_F(LinkDeliveries, share_a_commit_where_several_are_at_hand_on_the_wall_clock) {
    begin_live();
    std::uint64_t position = 0;
    const auto shared = [&] { return heard.handled.size() < position; };
    // A machine that is busy may end a turn after each message.
    const Monotonic deadline = monotonic_now() + 20s;
    while (!shared() && monotonic_now() < deadline) {
        BundleWriter bundle;
        for (int count = 0; count < 10; ++count) {
            add_message(bundle, ++position, 1);
        }
        send(bundle.frame());
        ASSERT_TRUE(
            until([&] { return !heard.handled.empty() && heard.handled.back() == position; }));
    }
    EXPECT_TRUE(shared());
    EXPECT_TRUE(heard.dones.empty());
}

TEST_F(LinkDeliveries, are_committed_after_64_messages_at_the_latest) {
    constexpr std::uint64_t messages = 500;
    begin_live();
    BundleWriter bundle;
    for (std::uint64_t position = 1; position <= messages; ++position) {
        add_message(bundle, position, 1);
    }
    send(bundle.frame());
    receive(2 * messages);
    ASSERT_TRUE(until([&] { return !heard.handled.empty() && heard.handled.back() == messages; }));
    std::uint64_t before = 0;
    for (const std::uint64_t position : heard.handled) {
        EXPECT_LE(position - before, 64U);
        before = position;
    }
}

TEST_F(LinkDeliveries, are_a_commit_each_under_a_replay_clock) {
    begin();
    welcome(1);
    BundleWriter bundle;
    for (std::uint64_t position = 1; position <= 3; ++position) {
        add_message(bundle, position, 1);
    }
    send(bundle.frame());
    ASSERT_TRUE(until([&] { return heard.dones.size() == 4; }));
    EXPECT_THAT(heard.handled, ElementsAre(1, 2, 3));
}

TEST_F(LinkDeliveries, are_told_to_the_router_again_that_were_given_twice) {
    begin();
    welcome(1);
    give(1, 10);
    give(1, 10);
    ASSERT_TRUE(until([&] { return heard.dones.size() == 3; }));
    EXPECT_EQ(Adder::present->total, 10);
    EXPECT_THAT(heard.handled, ElementsAre(1, 1));
}

TEST_F(LinkDeliveries, wait_while_the_outbox_is_full_and_the_router_is_heard_all_the_same) {
    begin_live();
    Adder::present->message_seen = [](const Message&) { fill_outbox(); };
    give(1);
    ASSERT_TRUE(until([&] { return runner->is_input_paused(); }));
    Adder::present->message_seen = [this](const Message& message) { note(message); };
    give(2);
    receive();
    EXPECT_FALSE(session->has_received()) << "there is nothing to do for it now";
    EXPECT_THAT(seen, IsEmpty());
    EXPECT_EQ(runner->place().cursor, 1U);
    say(LoggedBody{100});
    say(LoggedBody{4200});
    ASSERT_TRUE(until([&] { return runner->place().cursor == 2; }));
    EXPECT_EQ(seen.size(), 1U);
}

TEST_F(LinkDeliveries, keep_their_order_where_the_input_is_paused_within_a_bundle_again_and_again) {
    begin_live();
    Adder::present->message_seen = [this](const Message& message) {
        note(message);
        if (seen.back() == 1 || seen.back() == 3) {
            fill_outbox();
            std::this_thread::sleep_for(10ms);  // So that its turn ends, and the batch with it.
        }
    };
    const auto give_two = [this](std::int64_t first) {
        BundleWriter bundle;
        for (const std::int64_t value : {first, first + 1}) {
            add_message(bundle, static_cast<std::uint64_t>(value), value);
        }
        send(bundle.frame());
    };
    give_two(1);
    ASSERT_TRUE(until([&] { return runner->is_input_paused(); }));
    give_two(3);
    receive();
    give(5, 5);
    receive();
    EXPECT_THAT(seen, ElementsAre(1));
    say(LoggedBody{4200});
    ASSERT_TRUE(until([&] { return seen.size() > 1 && runner->is_input_paused(); }));
    EXPECT_THAT(seen, ElementsAre(1, 2, 3)) << "the other half of a bundle, before what came later";
    say(LoggedBody{8400});
    ASSERT_TRUE(until_seen(5));
    EXPECT_THAT(seen, ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(LinkDeliveries, name_their_publisher_also_one_that_joined_later) {
    begin_live();
    std::vector<std::string> names;
    Adder::present->message_seen = [&](const Message& message) {
        names.emplace_back(message.publisher());
    };
    session->know({{9, "renamed"}, {12, "late"}});
    for (const std::uint32_t each : {9U, 12U, 77U}) {
        publisher = each;
        give(0);
    }
    ASSERT_TRUE(until([&] { return names.size() == 3; }));
    EXPECT_THAT(names, ElementsAre("other", "late", "?"));
}

TEST_F(LinkDeliveries, lie_at_an_address_for_any_record_whatever_their_topic_is) {
    begin_live();
    std::size_t messages = 0;
    Adder::present->message_seen = [&](const Message& message) {
        ++messages;
        note(message);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(message.raw().data) % 8, 0U) << message.topic();
    };
    std::string topic = "in.x";
    for (std::int64_t value = 1; value <= 8; ++value) {
        give(0, value, topic);
        topic += 'x';
    }
    ASSERT_TRUE(until([&] { return messages == 8; }));
    EXPECT_THAT(seen, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

TEST_F(LinkDeliveries, are_counted_and_passed_over_where_they_are_malformed) {
    begin_live();
    BundleWriter whole;
    add_message(whole, 0, 1);
    send(whole.frame().first(whole.frame().size() - 1));
    ASSERT_TRUE(until([&] { return malformed() == 1; }));
    BundleWriter cut;
    add_message(cut, 0, 2);
    add_message(cut, 0, 3);
    std::vector<std::byte> bytes(cut.frame().begin(), cut.frame().end());
    const std::size_t second = control_head_size + (bytes.size() - control_head_size) / 2;
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(second), 4, std::byte{0xff});
    send(bytes);
    ASSERT_TRUE(until([&] { return malformed() == 2; }));
    give(0, 4);
    ASSERT_TRUE(until_seen(2));
    EXPECT_THAT(seen, ElementsAre(2, 4)) << "what came before it is sound";
}

TEST_F(LinkDeliveries, begin_with_ready) {
    begin(1, false);
    Adder::present->message_seen = [this](const Message& message) { note(message); };
    give(0, 1);
    EXPECT_EQ(receive(), 1U) << "left over from a link that is gone";
    welcome(1);
    give(0, 2);
    ASSERT_TRUE(until_seen(1));
    EXPECT_THAT(seen, ElementsAre(2));
    EXPECT_EQ(malformed(), 0U);
}

TEST_F(LinkDeliveries, show_on_the_page_how_long_they_took) {
    begin_live();
    const std::int64_t before = wall_now();
    give(0);
    ASSERT_TRUE(until_seen(1));
    EXPECT_GE(page.layout().queue_age.load(), before - 1000) << "it was published in 1970";
}

TEST_F(LinkDeliveries, that_a_heartbeat_tells_of_and_did_not_come_are_lost) {
    begin_live();
    give(0);
    send(encode_heartbeat({publisher, 1, {{"in.x", 3}}}));
    ASSERT_TRUE(until([&] { return page.layout().lost.load() > 0; }));
    EXPECT_EQ(page.layout().lost.load(), 2U);
    EXPECT_THAT(observer.occurrences, ::testing::Not(IsEmpty()));
}

TEST_F(LinkDeliveries, set_the_clock_and_fire_its_timers_where_a_replay_says_so) {
    begin();
    welcome(1);
    ASSERT_TRUE(until([&] { return heard.dones.size() == 1; }));
    say(TimerBody{5000});
    ASSERT_TRUE(until([&] { return heard.dones.size() == 2; }));
    EXPECT_EQ(runner->time(), 5000);
    EXPECT_EQ(heard.dones[1].publisher, 3U);
}

TEST_F(LinkDeliveries, that_were_refused_count_only_of_the_life_that_runs) {
    begin_live();
    const auto refused = [](std::uint32_t incarnation) {
        return encode_refused(
            {"out.sum", 1, DROVER_E_GATED, "The switch is engaged.", incarnation});
    };
    send(refused(7));
    send(refused(1));
    send(refused(0));
    give(0);
    ASSERT_TRUE(until_seen(1));
    EXPECT_EQ(page.layout().refused_gated.load(), 2U);
}

TEST_F(LinkDeliveries, that_were_refused_are_told_once_a_second_with_how_many_there_were) {
    constexpr std::uint64_t refusals = 300;
    begin_live();
    ::testing::internal::CaptureStderr();
    const Monotonic began = monotonic_now();
    for (std::uint64_t each = 1; each <= refusals; ++each) {
        send(encode_refused({"out.sum", each, DROVER_E_GATED, "The switch is engaged.", 1}));
    }
    EXPECT_TRUE(until([&] { return page.layout().refused_gated.load() == refusals; }));
    session->linger(0ms);
    const std::chrono::duration<double> took = monotonic_now() - began;
    const std::string text = ::testing::internal::GetCapturedStderr();
    EXPECT_THAT(text, HasSubstr("Message 1 on 'out.sum' was refused: The switch is engaged."));
    EXPECT_THAT(text, HasSubstr("Message 300 on 'out.sum' was refused"));
    EXPECT_THAT(text, HasSubstr(" others before it."));
    EXPECT_LE(static_cast<double>(std::ranges::count(text, '\n')), took.count() + 2);
}

}  // namespace
}  // namespace drover
