/// What the router does when its durable log is full, and when it can be made smaller again.
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "tests/host/router/durable_fleet.hpp"

namespace drover {
namespace {

constexpr std::size_t large = 20'000;  // Three fit into a segment.

/// b receives, a publishes; the log has room for nine large messages.
class RouterLogFull : public ::testing::Test {
protected:
    RouterLogFull() : fleet(config()) {
        fleet.folder.options.max_size = fleet.folder.options.segment_size * 3;
        fleet.restart();
        fleet.join(0);
    }
    static RouterConfig config() {
        RouterConfig config = durable_fleet_of(3);
        config.rules[0].receivers = {"b"};
        config.rules[1].receivers = {"b"};
        return config;
    }
    void publish(std::uint64_t sequence) {
        fleet.publish(0, "d.x", sequence, 1, large);
        fleet.settle();
    }

    DurableFleet fleet;
};

TEST_F(RouterLogFull, takes_no_more_acknowledges_no_more_and_says_who_it_is_kept_for) {
    for (std::uint64_t sequence = 1; sequence <= 12; ++sequence) {
        publish(sequence);
    }
    EXPECT_EQ(fleet->core.durable()->log().head(), 9U);
    EXPECT_EQ(fleet.take(0).back(), "LOGGED 9");
    ASSERT_FALSE(fleet->output.healths.empty());
    EXPECT_EQ(fleet->output.healths.back().code, "log.full");
    EXPECT_NE(fleet->output.healths.back().message.find("It is kept for 'b'"), std::string::npos)
        << fleet->output.healths.back().message;
    EXPECT_TRUE(fleet->core.wants_to_receive(0));
}

TEST_F(RouterLogFull, goes_on_by_itself_when_its_receiver_has_handled_enough) {
    for (std::uint64_t sequence = 1; sequence <= 12; ++sequence) {
        publish(sequence);
    }
    fleet.join(1);
    EXPECT_EQ(fleet.take(1).size(), 9U);
    fleet.handled(1, 9);
    fleet->credit(1, 9, 1U << 20U);
    fleet.pass_time();
    fleet.settle();
    EXPECT_EQ(fleet->core.durable()->log().head(), 12U);
    EXPECT_EQ(fleet.take(0).back(), "LOGGED 12");
    EXPECT_EQ(fleet.take(1), (Words{"d.x@10", "d.x@11", "d.x@12"}));
    EXPECT_EQ(fleet->output.healths.back().level, "healthy");
}

TEST_F(RouterLogFull, lets_streams_pass_and_drops_what_waits_when_its_sender_comes_anew) {
    for (std::uint64_t sequence = 1; sequence <= 12; ++sequence) {
        publish(sequence);
    }
    fleet.join(2);
    fleet->publish(0, "s.x");
    EXPECT_EQ(fleet.take(2), Words{"s.x@0"});
    EXPECT_EQ(fleet.join(0, 0, 12, 2).logged, 9U);
    fleet.join(1);
    fleet.handled(1, 9);
    fleet.pass_time();
    for (std::uint64_t sequence = 10; sequence <= 12; ++sequence) {
        publish(sequence);
    }
    EXPECT_EQ(fleet->core.durable()->log().head(), 12U);
    EXPECT_EQ(fleet->core.counts().malformed, 0U);
}

TEST_F(RouterLogFull, lets_the_one_that_holds_it_up_publish) {
    for (std::uint64_t sequence = 1; sequence <= 12; ++sequence) {
        publish(sequence);
    }
    fleet.join(1);
    fleet.publish(1, "d.y", 1, 1, large);
    fleet.settle();
    EXPECT_EQ(fleet->core.durable()->publishers().logged(fleet->handle_of(1)), 1U);
}

TEST_F(RouterLogFull, removes_nothing_that_a_receiver_still_needs) {
    for (std::uint64_t sequence = 1; sequence <= 9; ++sequence) {
        publish(sequence);
    }
    fleet.join(1);
    fleet.handled(1, 4);
    fleet.pass_time();
    EXPECT_EQ(fleet->core.durable()->log().first(), 4U);
    fleet.kill();
    fleet.join(1, 4, 0, 2);
    EXPECT_EQ(fleet.take(1).size(), 5U);
}

TEST_F(RouterLogFull, keeps_it_for_a_receiver_that_has_left_until_it_is_forgotten) {
    for (std::uint64_t sequence = 1; sequence <= 9; ++sequence) {
        publish(sequence);
    }
    auto& desk = *fleet->core.durable();
    FleetChange change;
    change.rules = fleet->core.config().rules;
    change.leave = {"b"};
    fleet->core.change_fleet(change);
    fleet.pass_time();
    EXPECT_EQ(desk.log().first(), 1U);
    EXPECT_EQ(fleet.status().at("receivers").at(0).at("parked"), true);
    EXPECT_EQ(fleet->output.parked, (std::vector<ParkedReceiver>{{"b", 0}}));
    EXPECT_TRUE(desk.forget(fleet->core.config().agents, "b"));
    fleet.settle();
    EXPECT_EQ(desk.log().first(), 7U);
    EXPECT_TRUE(fleet.status().at("receivers").empty());
    fleet->core.tell_parked();
    EXPECT_TRUE(fleet->output.parked.empty());
    EXPECT_EQ(desk.forget(fleet->core.config().agents, "b").error().message,
              "The durable log knows no receiver 'b'.");
}

TEST_F(RouterLogFull, tells_who_is_parked_until_it_is_a_receiver_again) {
    publish(1);
    EXPECT_TRUE(fleet->output.parked.empty());
    FleetChange change;
    change.rules = fleet->core.config().rules;
    change.rules[0].receivers = {"c"};
    change.rules[1].receivers = {"c"};
    fleet->core.change_fleet(change);
    EXPECT_EQ(fleet->output.parked, (std::vector<ParkedReceiver>{{"b", 0}}));
    change.rules[0].receivers = {"b", "c"};
    fleet->core.change_fleet(change);
    EXPECT_TRUE(fleet->output.parked.empty());
}

TEST_F(RouterLogFull, lets_a_receiver_that_is_forgotten_begin_at_the_head) {
    publish(1);
    publish(2);
    auto& desk = *fleet->core.durable();
    fleet.join(1);
    EXPECT_FALSE(desk.forget(fleet->core.config().agents, "b"));
    fleet->core.set_state(1, "stopped");
    EXPECT_TRUE(desk.forget(fleet->core.config().agents, "b"));
    fleet.take(1);
    EXPECT_EQ(fleet.say_hello(1, fleet.hello_of(1, 2)).cursor, 2U);
    EXPECT_TRUE(fleet.take(1).empty());
}

TEST_F(RouterLogFull, reads_from_the_segments_what_is_not_in_memory_any_more) {
    fleet.folder.options.max_size = std::uint64_t{1} << 30U;
    fleet.restart();
    fleet.join(0);
    constexpr std::size_t huge = 4'000'000;
    for (std::uint64_t sequence = 1; sequence <= 8; ++sequence) {
        fleet.publish(0, "d.x", sequence, 1, huge);
        fleet.settle();
    }
    fleet.join(1);
    Words all;
    for (std::uint64_t position = 1; position <= 8; ++position) {
        for (const std::string& word : fleet.take(1)) {
            all.push_back(word);
        }
        fleet.handled(1, position);
        fleet->credit(1, 1, huge + 200);
    }
    EXPECT_EQ(all, (Words{"d.x@1", "d.x@2", "d.x@3", "d.x@4", "d.x@5", "d.x@6", "d.x@7", "d.x@8"}));
}

}  // namespace
}  // namespace drover
