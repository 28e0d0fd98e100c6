// Gaps and ports of arriving messages.
#include "runner/inbox.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

PortSetup in_port(const std::string& topic, std::uint32_t type, std::uint32_t flags = 0) {
    PortSetup port;
    port.flags = DROVER_PORT_IN | flags;
    port.topic = topic;
    port.type = type;
    return port;
}

std::optional<Arrival> arrive(Inbox& inbox,
                              std::string_view topic,
                              std::uint32_t type,
                              std::uint32_t publisher,
                              std::uint32_t incarnation,
                              std::uint64_t topic_sequence) {
    return inbox.arrive(inbox.number_of(topic, type), publisher, incarnation, topic_sequence);
}

TEST(Inbox, takes_the_first_port_whose_pattern_and_type_fit) {
    Inbox inbox({in_port("market.>", 1), in_port("market.end", 2), in_port("market.*", 2)});
    EXPECT_EQ(arrive(inbox, "market.bar.SPX", 1, 7, 1, 1)->port, 0U);
    EXPECT_EQ(arrive(inbox, "market.end", 2, 7, 1, 1)->port, 1U);
    EXPECT_FALSE(arrive(inbox, "market.bar.SPX", 3, 7, 1, 1).has_value());
    EXPECT_FALSE(arrive(inbox, "advice.SPX", 1, 7, 1, 1).has_value());
}

TEST(Inbox, numbers_each_topic_and_type_once) {
    Inbox inbox({in_port("market.>", 1), in_port("market.>", 2)});
    const std::uint32_t bars = inbox.number_of("market.bar.SPX", 1);
    const std::uint32_t ends = inbox.number_of("market.bar.SPX", 2);
    EXPECT_NE(bars, ends);
    EXPECT_EQ(inbox.number_of("market.bar.SPX", 1), bars);
    EXPECT_EQ(inbox.number_of("market.bar.SPX", 2), ends);
    EXPECT_EQ(inbox.arrive(bars, 7, 1, 1)->port, 0U);
    EXPECT_EQ(inbox.arrive(ends, 7, 1, 1)->port, 1U);
    // Their publisher counts them apart.
    EXPECT_FALSE(inbox.arrive(bars, 7, 1, 2)->repeated);
}

TEST(Inbox, counts_the_messages_missing_between_two_of_one_topic) {
    Inbox inbox({in_port(">", 0)});
    EXPECT_EQ(arrive(inbox, "a", 1, 7, 1, 5)->lost, 0U);  // What came before joining is not lost.
    EXPECT_EQ(arrive(inbox, "a", 1, 7, 1, 6)->lost, 0U);
    EXPECT_EQ(arrive(inbox, "a", 1, 7, 1, 10)->lost, 3U);
    EXPECT_EQ(arrive(inbox, "b", 1, 7, 1, 40)->lost, 0U);
}

TEST(Inbox, expects_a_new_life_of_a_publisher_to_begin_at_one) {
    Inbox inbox({in_port(">", 0)});
    (void)arrive(inbox, "a", 1, 7, 1, 5);
    EXPECT_EQ(arrive(inbox, "a", 1, 7, 2, 3)->lost, 2U);
    EXPECT_EQ(arrive(inbox, "a", 1, 7, 3, 1)->lost, 0U);
}

TEST(Inbox, marks_what_was_delivered_before_or_comes_from_an_older_life) {
    Inbox inbox({in_port(">", 0)});
    (void)arrive(inbox, "a", 1, 7, 2, 5);
    EXPECT_TRUE(arrive(inbox, "a", 1, 7, 2, 5)->repeated);
    EXPECT_TRUE(arrive(inbox, "a", 1, 7, 1, 9)->repeated);
    EXPECT_FALSE(arrive(inbox, "a", 1, 7, 2, 6)->repeated);
}

TEST(Inbox, finds_a_lost_tail_once_when_the_publisher_says_its_last_sequence) {
    Inbox inbox({in_port(">", 0)});
    (void)arrive(inbox, "a", 1, 7, 1, 5);
    EXPECT_EQ(inbox.note_last("a", 7, 1, 8), 3U);
    EXPECT_EQ(inbox.note_last("a", 7, 1, 8), 0U);
    EXPECT_EQ(inbox.note_last("a", 7, 1, 10), 2U);
    const auto next = arrive(inbox, "a", 1, 7, 1, 12);
    EXPECT_EQ(next->lost, 1U);
    EXPECT_EQ(next->noted, 5U) << "whoever handles it hears of them too";
    EXPECT_EQ(arrive(inbox, "a", 1, 7, 1, 13)->noted, 0U);
}

TEST(Inbox, subscribes_ports_on_demand_only_when_asked) {
    Inbox inbox({in_port("market.>", 0, DROVER_PORT_ON_DEMAND)});
    EXPECT_TRUE(inbox.subscriptions().empty());
    EXPECT_FALSE(arrive(inbox, "market.bar.SPX", 1, 7, 1, 1).has_value());
    inbox.subscribe(0, "market.bar.SPX");
    EXPECT_EQ(inbox.subscriptions(), std::vector<std::string>{"market.bar.SPX"});
    EXPECT_TRUE(arrive(inbox, "market.bar.SPX", 1, 7, 1, 1).has_value());
    EXPECT_FALSE(arrive(inbox, "market.bar.DAX", 1, 7, 1, 1).has_value());
}

}  // namespace
}  // namespace drover
