#include "daemon/unit_counts.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

TEST(UnitCounts, of_the_router_say_why_messages_were_lost) {
    const StatusPage page = StatusPage::local();
    page.layout().lost = 12;
    page.layout().lost_queue_full = 7;
    page.layout().lost_link_ended = 2;
    page.layout().lost_instance_down = 1;
    Json unit;
    set_counts(unit, page.layout(), true);
    EXPECT_EQ(unit.at("lost"), 12);
    EXPECT_EQ(unit.at("lost_by"),
              (Json{{"queue_full", 7}, {"link_ended", 2}, {"instance_down", 1}, {"other", 2}}));
    page.layout().lost_queue_full = 20;  // It is written at another moment than the sum.
    set_counts(unit, page.layout(), true);
    EXPECT_EQ(unit.at("lost_by").at("other"), 0);
}

TEST(UnitCounts, of_an_agent_say_what_was_refused_and_why) {
    const StatusPage page = StatusPage::local();
    page.layout().messages_in = 5;
    page.layout().refused = 6;
    page.layout().refused_denied = 1;
    page.layout().refused_gated = 2;
    page.layout().refused_quota = 3;
    Json unit;
    set_counts(unit, page.layout(), false);
    EXPECT_EQ(unit.at("messages_in"), 5);
    EXPECT_EQ(unit.at("refused"), 6);
    EXPECT_EQ(unit.at("refused_by"), (Json{{"denied", 1}, {"gated", 2}, {"quota", 3}}));
    EXPECT_TRUE(unit.at("lost_by").is_null()) << "it sees only that they are missing";
}

TEST(UnitCounts, without_a_process_are_null) {
    const StatusPage page = StatusPage::local();
    Json counted;
    set_counts(counted, page.layout(), true);
    Json none;
    set_no_counts(none);
    EXPECT_EQ(none.size(), counted.size());
    for (const auto& [key, value] : none.items()) {
        EXPECT_TRUE(value.is_null()) << key;
        EXPECT_TRUE(counted.contains(key)) << key;
    }
}

}  // namespace
}  // namespace drover
