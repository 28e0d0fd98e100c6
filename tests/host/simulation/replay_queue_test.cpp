// The order of a replay.
#include "router/replay_queue.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace drover {
namespace {

using Queue = ReplayQueue<std::string>;
using Kind = Queue::StepKind;

/// "a>1" for a delivery of "a" to agent 1, "t2@10" for timers, "+30" for an advance, "." for none.
std::string step(Queue& queue, bool may_advance = true) {
    const auto next = queue.next(may_advance);
    if (!next) {
        return ".";
    }
    switch (next->kind) {
        case Kind::deliver:
            return next->message + ">" + std::to_string(next->agent);
        case Kind::timers:
            return "t" + std::to_string(next->agent) + "@" + std::to_string(next->time);
        case Kind::advance:
            return "+" + std::to_string(next->time);
        case Kind::endless:
            return "endless";
    }
    return "?";
}

constexpr std::array<std::uint16_t, 2> both{0, 2};
constexpr std::array<std::uint16_t, 1> first{0};

TEST(ReplayQueue, delivers_first_in_first_out_and_to_receivers_in_the_files_order) {
    Queue queue(3);
    queue.publish("a", both);
    queue.publish("b", first);
    EXPECT_EQ(step(queue), "a>0");
    queue.publish("c", first);
    EXPECT_EQ(step(queue), "a>2");
    EXPECT_EQ(step(queue), "b>0");
    EXPECT_EQ(step(queue), "c>0");
    EXPECT_EQ(step(queue), ".");
}

TEST(ReplayQueue, fires_timers_of_an_instant_when_its_messages_are_drained_in_agent_order) {
    Queue queue(3);
    queue.set_next_timer(2, 0);
    queue.set_next_timer(1, 0);
    queue.publish("a", first);
    EXPECT_EQ(step(queue), "a>0");
    EXPECT_EQ(step(queue), "t1@0");
    queue.set_next_timer(1, Queue::no_timer);
    queue.publish("b", first);
    EXPECT_EQ(step(queue), "b>0");
    EXPECT_EQ(step(queue), "t2@0");
}

TEST(ReplayQueue, stops_at_the_timers_before_the_asked_time) {
    Queue queue(2);
    queue.set_next_timer(1, 20);
    ASSERT_TRUE(queue.ask_advance({0, 30, 0, 7}));
    EXPECT_EQ(step(queue), "t1@20");
    queue.set_next_timer(1, Queue::no_timer);
    EXPECT_EQ(step(queue), "+30");
    EXPECT_EQ(queue.now(), 30);
}

TEST(ReplayQueue, lets_messages_of_the_new_time_go_before_timers_due_at_it) {
    Queue queue(2);
    queue.set_next_timer(1, 30);
    ASSERT_TRUE(queue.ask_advance({0, 30, 0, 7}));
    EXPECT_EQ(step(queue), "+30");
    queue.publish("a", first);
    EXPECT_EQ(step(queue), "a>0");
    EXPECT_EQ(step(queue), "t1@30");
}

TEST(ReplayQueue, has_one_open_advance) {
    Queue queue(1);
    EXPECT_TRUE(queue.ask_advance({0, 30, 0, 7}));
    EXPECT_FALSE(queue.ask_advance({0, 40, 0, 8}));
    EXPECT_EQ(step(queue, false), ".");
    EXPECT_EQ(step(queue), "+30");
    EXPECT_TRUE(queue.ask_advance({0, 40, 0, 8}));
}

TEST(ReplayQueue, passes_over_absent_agents) {
    Queue queue(3);
    queue.set_next_timer(0, 0);
    queue.publish("a", both);
    queue.set_absent(0, true);
    EXPECT_EQ(step(queue), "a>2");
    EXPECT_EQ(step(queue), ".");
    queue.set_absent(0, false);
    EXPECT_EQ(step(queue), "t0@0");
}

TEST(ReplayQueue, calls_an_instant_endless_that_never_settles) {
    Queue queue(1);
    std::string last;
    for (std::uint32_t count = 0; count <= Queue::most_steps_per_instant; ++count) {
        queue.publish("a", first);
        last = step(queue);
    }
    EXPECT_EQ(last, "endless");
}

TEST(ReplayQueue, goes_on_at_the_time_an_earlier_router_had_reached) {
    Queue queue(1);
    queue.resume_at(50);
    queue.resume_at(40);
    EXPECT_EQ(queue.now(), 50);
}

}  // namespace
}  // namespace drover
