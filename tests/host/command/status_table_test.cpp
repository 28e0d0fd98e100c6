/// The table of `drover status`.
#include "command/status_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::Not;

namespace {

Json document() {
    return parse_json(R"({
        "supervisor": {"pid": 1234, "fleet": "desk", "version": "0.1.0", "uptime_seconds": 131.2,
                       "warnings": [], "kill_switch": {"engaged": false},
                       "replay": {"waiting_for": []}},
        "agents": [
            {"name": "risk", "state": "running", "health": "healthy", "pid": 42, "restarts": 1,
             "uptime_seconds": 3905.0, "messages_in": 7, "messages_out": 3, "lost": 0, "refused": 2,
             "cpu_percent": 12.34, "memory_bytes": 12345678, "reason": "running"},
            {"name": "data", "state": "failed", "health": "unknown", "pid": null, "restarts": 0,
             "uptime_seconds": null, "messages_in": null, "messages_out": null, "lost": null,
             "refused": null, "cpu_percent": null, "memory_bytes": null, "reason": "it broke"}]})")
        .value();
}

}  // namespace

TEST(StatusTable, writes_control_characters_of_reasons_out) {
    Json shown = document();
    shown["agents"][0]["reason"] = "up\x1b[1A";
    shown["supervisor"]["kill_switch"] = {{"engaged", true}, {"who", "ann"}, {"reason", "a\nb"}};
    const std::string text = status_text(shown, 0);
    EXPECT_THAT(text, HasSubstr("up\\x1b[1A\n"));
    EXPECT_THAT(text, HasSubstr("by ann: a\\nb\n"));
}

TEST(StatusTable, shows_every_agent_with_all_that_is_known) {
    EXPECT_EQ(status_text(document(), 0),
              "desk: droverd 0.1.0, pid 1234, up 2 min 11 s\n"
              "\n"
              "NAME  STATE    HEALTH   PID  RESTARTS     UPTIME  IN  OUT  LOST  REFUSED     CPU   "
              "MEMORY  REASON\n"
              "risk  running  healthy   42         1  1 h 5 min   7    3     0        2  12.3 %  "
              "12.3 MB  running\n"
              "data  failed   unknown    -         0          -   -    -     -        -       -  "
              "      -  it broke\n");
}

TEST(StatusTable, keeps_name_state_health_and_reason_on_a_narrow_terminal) {
    const std::string text = status_text(document(), 40);
    EXPECT_THAT(text, HasSubstr("data  failed   unknown"));
    EXPECT_THAT(text, HasSubstr("it broke"));
    EXPECT_THAT(text, Not(HasSubstr("MEMORY")));
}

TEST(StatusTable, says_what_the_fleet_as_a_whole_warns_of) {
    Json told = document();
    told["supervisor"]["warnings"] = {"topic 'a': this rule is never reached"};
    told["supervisor"]["kill_switch"] = {
        {"engaged", true}, {"changed", "2026-01-01T00:00:00Z"}, {"who", "ada"}, {"reason", "test"}};
    told["supervisor"]["replay"]["waiting_for"] = {"risk", "broker"};
    told["supervisor"]["shutting_down"] = true;
    EXPECT_THAT(status_text(told, 0),
                HasSubstr("The fleet is shutting down.\n"
                          "The kill switch is ENGAGED since 2026-01-01T00:00:00Z by ada: test\n"
                          "warning: topic 'a': this rule is never reached\n"
                          "The replay is paused and waits for risk, broker.\n"));
}

TEST(StatusTable, says_below_what_was_refused_replaced_and_void_by_its_cause) {
    Json counted = document();
    counted["agents"][0].update({{"refused", 13},
                                 {"refused_by", {{"denied", 0}, {"gated", 2}, {"quota", 11}}},
                                 {"replaced", 5},
                                 {"voided", 1},
                                 {"malformed", 7}});
    EXPECT_THAT(status_text(counted, 0),
                HasSubstr("risk: refused 13 (2 gated, 11 beyond a quota); 5 replaced by newer "
                          "ones; 1 void, not handed over; 7 malformed frames, not taken.\n"));
    EXPECT_THAT(status_text(document(), 0), Not(HasSubstr("risk: refused")));
}

TEST(StatusTable, says_below_why_the_router_lost_messages) {
    Json counted = document();
    counted["agents"][0].update(
        {{"refused_by", {{"denied", 0}, {"gated", 0}, {"quota", 0}}},
         {"lost", 12},
         {"lost_by", {{"queue_full", 9}, {"link_ended", 2}, {"instance_down", 0}, {"other", 1}}}});
    EXPECT_THAT(status_text(counted, 0),
                HasSubstr("risk: lost 12 (9 in full queues, 2 with links that ended, 1 "
                          "otherwise).\n"));
}

TEST(StatusTable, says_below_for_whom_the_durable_log_is_kept_and_who_is_stuck) {
    Json told = document();
    told["supervisor"]["parked"] = {{{"name", "old-risk"}, {"handled", 11002}}};
    told["agents"][0]["state"] = "backing_off";
    told["agents"][0]["poison"] = {{"position", 17},
                                   {"topic", "advice.SPX"},
                                   {"publisher", "advisor"},
                                   {"crashes", 2},
                                   {"most_crashes", 3}};
    told["agents"][1]["poison"] = told["agents"][0]["poison"];
    const std::string text = status_text(told, 0);
    EXPECT_THAT(text,
                HasSubstr("The durable log is kept from position 11003 on for old-risk, which is "
                          "no receiver any more; 'drover log forget old-risk' lets it go.\n"));
    EXPECT_THAT(text,
                HasSubstr("risk: ended 2 times over the durable message at position 17 "
                          "(advice.SPX of advisor); after 3 it is not tried again.\n"));
    EXPECT_THAT(text, Not(HasSubstr("data: ended"))) << "its reason says it";
}

TEST(StatusTable, writes_uptimes_and_bytes_as_people_say_them) {
    EXPECT_EQ(uptime_text(45.9), "45 s");
    EXPECT_EQ(uptime_text(60), "1 min");
    EXPECT_EQ(uptime_text(3 * 86400 + 4 * 3600), "3 d 4 h");
    EXPECT_EQ(bytes_text(312), "312 B");
    EXPECT_EQ(bytes_text(4200), "4.2 kB");
}

}  // namespace drover::test
