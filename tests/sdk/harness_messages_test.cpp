// Messages on their way to an agent under the harness.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe_agent.hpp"

namespace drover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(HarnessDelivery, hands_over_what_a_host_would) {
    ProbeHarness harness;
    harness.start();
    std::vector<std::int64_t> seen;
    Probe::hooks.on_message = [&](const Message& message) {
        EXPECT_TRUE(message.is(Probe::quotes));
        EXPECT_EQ(message.topic(), "market.quote.SPX");
        EXPECT_EQ(message.publisher(), "feed");
        EXPECT_EQ(message.event_time(), 40);
        EXPECT_EQ(message.raw().id.sequence, 1U);
        EXPECT_EQ(message.raw().topic_sequence, 1U);
        EXPECT_EQ(probe().now(), 40);
        for (const drover_quote& one : message.records(Probe::quotes)) {
            seen.push_back(one.bid);
        }
    };
    harness.deliver("market.quote.SPX", std::vector<drover_quote>{quote(3), quote(4)}, 40, "feed");
    EXPECT_THAT(seen, ElementsAre(3, 4));
}

TEST(HarnessDelivery, can_leave_room_between_records) {
    testing::Options options;
    options.extra_stride = 16;
    ProbeHarness harness(options);
    harness.start();
    std::vector<std::int64_t> seen;
    Probe::hooks.on_message = [&](const Message& message) {
        EXPECT_EQ(message.raw().stride, sizeof(drover_quote) + 16);
        for (const drover_quote& one : message.records(Probe::quotes)) {
            seen.push_back(one.bid);
        }
    };
    harness.deliver("market.quote.SPX", std::vector<drover_quote>{quote(3), quote(4)}, 40);
    EXPECT_THAT(seen, ElementsAre(3, 4));
}

TEST(HarnessDelivery, does_not_turn_the_clock_back_for_an_old_event) {
    ProbeHarness harness;
    harness.start();
    harness.advance_to(100);
    std::int64_t event_time = 0;
    Probe::hooks.on_message = [&](const Message& message) { event_time = message.event_time(); };
    harness.deliver("market.quote.SPX", quote(1), 30);
    EXPECT_EQ(event_time, 30);
    EXPECT_EQ(harness.now(), 100);
}

TEST(HarnessDelivery, refuses_what_no_port_takes) {
    ProbeHarness harness;
    harness.start();
    EXPECT_THAT([&] { harness.deliver("market.trade.SPX", quote(1), 1); },
                ThrowsMessage<testing::HarnessError>(HasSubstr("No IN port of 'probe'")));
    EXPECT_THAT([&] { harness.deliver("market.quote.SPX", drover_bar{}, 1); },
                ThrowsMessage<testing::HarnessError>(
                    HasSubstr("Port 'quotes' takes market.quote version 1")));
    EXPECT_THROW(harness.deliver("market.quote.*", quote(1), 1), testing::HarnessError);
    EXPECT_THROW(harness.deliver("out.a", quote(1), 1), testing::HarnessError);
    EXPECT_THROW(harness.deliver("market.quote.SPX", std::vector<drover_quote>(65), 1),
                 testing::HarnessError);
}

TEST(HarnessDelivery, needs_a_running_agent) {
    ProbeHarness harness;
    EXPECT_THAT([&] { harness.deliver_json("note.a", "1", 1); },
                ThrowsMessage<testing::HarnessError>(HasSubstr("call start() first")));
}

TEST(HarnessDelivery, takes_an_on_demand_port_only_after_it_was_subscribed) {
    ProbeHarness harness;
    harness.start();
    EXPECT_THROW(harness.deliver("asked.SPX", quote(1), 1), testing::HarnessError);
    Probe::hooks.start = [] {
        const drover_host* host = probe().host();
        EXPECT_EQ(host->subscribe(host, 2, borrow("asked.SPX")), DROVER_OK);
        EXPECT_EQ(host->subscribe(host, 2, borrow("asked.NDX")), DROVER_OK);
        EXPECT_EQ(host->subscribe(host, 2, borrow("market.>")), DROVER_E_DENIED);
        EXPECT_EQ(host->subscribe(host, 0, borrow("")), DROVER_E_NOT_FOUND);
        return true;
    };
    std::vector<std::string> seen;
    Probe::hooks.on_message = [&](const Message& message) {
        EXPECT_EQ(message.raw().port, 2U);
        seen.emplace_back(message.topic());
        EXPECT_EQ(probe().host()->subscribe(probe().host(), 2, borrow("")), DROVER_E_STATE);
    };
    harness.restart();
    harness.deliver("asked.SPX", quote(1), 1);
    harness.deliver("asked.NDX", quote(1), 1);
    EXPECT_THROW(harness.deliver("asked.DAX", quote(1), 1), testing::HarnessError);
    EXPECT_THAT(seen, ElementsAre("asked.SPX", "asked.NDX"));
}

TEST(HarnessDelivery, shows_lost_messages_as_a_gap) {
    ProbeHarness harness;
    harness.start();
    std::vector<std::uint32_t> lost;
    Probe::hooks.on_message = [&](const Message& message) { lost.push_back(message.lost()); };
    harness.deliver_json("note.a", "1", 1);
    harness.lose("note.a", 3);
    harness.deliver_json("note.b", "2", 2);
    harness.deliver_json("note.a", "3", 3);
    harness.deliver_json("note.a", "4", 4);
    EXPECT_THAT(lost, ElementsAre(0, 0, 3, 0));
}

TEST(HarnessDelivery, shows_a_new_life_of_a_publisher) {
    ProbeHarness harness;
    harness.start();
    std::vector<std::string> seen;
    Probe::hooks.on_message = [&](const Message& message) {
        seen.push_back(std::to_string(message.incarnation()) + ":" +
                       std::to_string(message.raw().id.sequence));
    };
    harness.deliver_json("note.a", "1", 1, "feed");
    harness.deliver_json("note.b", "1", 1, "feed");
    harness.restart_publisher("feed");
    harness.deliver_json("note.a", "1", 1, "feed");
    EXPECT_THAT(seen, ElementsAre("1:1", "1:2", "2:1"));
}

TEST(HarnessDelivery, passes_on_what_another_agent_published) {
    ProbeHarness harness;
    harness.start();
    testing::PublishedMessage message;
    message.topic = "market.quote.SPX";
    message.type = &drover_quote_type;
    message.event_time = 9;
    message.count = 1;
    const drover_quote record = quote(8);
    message.payload.assign(reinterpret_cast<const char*>(&record), sizeof(record));
    std::int64_t bid = 0;
    Probe::hooks.on_message = [&](const Message& seen) {
        bid = seen.records(Probe::quotes).begin()->bid;
    };
    harness.deliver(message, "other");
    EXPECT_EQ(bid, 8);
}

TEST(HarnessRefusal, reaches_the_agent) {
    ProbeHarness harness;
    harness.start();
    std::string seen;
    Probe::hooks.on_refused = [&](std::string_view topic,
                                  std::uint64_t sequence,
                                  drover_status status,
                                  std::string_view reason) {
        seen = std::string(topic) + " " + std::to_string(sequence) + " " + std::to_string(status) +
               " " + std::string(reason);
    };
    harness.refuse("out.a", 4, DROVER_E_GATED, "The kill switch is engaged.");
    EXPECT_EQ(seen, "out.a 4 -15 The kill switch is engaged.");
}

TEST(HarnessLinks, tells_the_agent_who_is_gone_and_who_is_back) {
    ProbeHarness harness;
    harness.start();
    std::string told;
    Probe::hooks.on_link_lost = [&](const Link& link, std::string_view reason) {
        EXPECT_TRUE(link.feeds(Probe::quotes));
        EXPECT_FALSE(link.is_router());
        told += "lost " + std::string(link.publisher) + ": " + std::string(reason);
    };
    Probe::hooks.on_link_restored = [&](const Link& link) {
        told += ", back " + std::string(link.publisher);
    };
    harness.lose_link("quotes", "feed", "pulled");
    harness.restore_link("quotes", "feed");
    EXPECT_EQ(told, "lost feed: pulled, back feed");
}

TEST(HarnessLinks, has_the_router_as_a_link_too) {
    ProbeHarness harness;
    harness.start();
    bool is_lost = false;
    Probe::hooks.on_link_lost = [&](const Link& link, std::string_view) {
        is_lost = link.is_router() && !link.feeds(Probe::quotes);
    };
    Probe::hooks.on_link_restored = [&](const Link&) { is_lost = false; };
    harness.lose_router();
    EXPECT_TRUE(is_lost);
    harness.restore_router();
    EXPECT_FALSE(is_lost);
}

TEST(HarnessLinks, refuses_a_port_that_the_agent_has_not) {
    ProbeHarness harness;
    harness.start();
    EXPECT_THAT([&] { harness.lose_link("out", "feed"); },
                ThrowsMessage<testing::HarnessError>(HasSubstr("has no IN port 'out'")));
}

}  // namespace
}  // namespace drover
