// Processes that have loaded a plugin and are copied into agents: who gets which copy, and what
// follows when they fail.
#include "daemon/zygotes.hpp"

#include <csignal>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "process/process_tree.hpp"
#include "tests/host/daemon/zygotes_of_a_fleet.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;
using test::is_running;
using test::ZygotesOfAFleet;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

// --- which there are

TEST_F(ZygotesOfAFleet, are_one_for_all_agents_that_are_started_alike) {
    const StandbyPlan risk = plan("risk", "works");
    const StandbyPlan broker = plan("broker", "works");
    const StandbyPlan advisor = plan("advisor", "works.too");
    StandbyPlan other = plan("other", "works");
    other.launch.environment = {"TZ=UTC"};
    zygotes_->keep({risk, broker, advisor, other});
    EXPECT_EQ(zygotes_->status(risk).state, StandbyStatus::State::preparing);
    EXPECT_EQ(pid_of(risk), pid_of(broker));
    EXPECT_EQ((std::set<pid_t>{pid_of(risk), pid_of(advisor), pid_of(other)}).size(), 3U);
    EXPECT_TRUE(until_ready(risk));
    EXPECT_TRUE(until_ready(advisor));
    EXPECT_EQ(zygotes_->status(risk).reason, "");
}

TEST_F(ZygotesOfAFleet, are_none_for_agents_that_want_nothing_or_a_spare) {
    StandbyPlan spare = plan("risk", "works");
    spare.mode = Standby::spare;
    zygotes_->keep({spare});
    EXPECT_EQ(zygotes_->status(spare).state, StandbyStatus::State::none);
    EXPECT_EQ(zygotes_->status(spare).reason, "it was not started yet");
    EXPECT_THAT(children_of(::getpid()), IsEmpty());
}

TEST_F(ZygotesOfAFleet, are_known_as_processes_of_the_fleet) {
    const StandbyPlan risk = plan("risk", "works");
    const pid_t pid = ready_zygote(risk);
    EXPECT_THAT(environment_value(pid, "DROVER_LIFE").value_or(""), StartsWith("run/ zygote."));
    EXPECT_TRUE(family_.is_leader(pid));
    zygotes_->keep({});
    EXPECT_FALSE(family_.is_leader(pid));
}

TEST_F(ZygotesOfAFleet, stay_as_they_are_when_they_are_wanted_again) {
    const StandbyPlan risk = plan("risk", "works");
    const pid_t pid = ready_zygote(risk);
    zygotes_->keep({plan("broker", "works")});
    EXPECT_EQ(pid_of(risk), pid);
    EXPECT_EQ(zygotes_->status(risk).state, StandbyStatus::State::ready);
}

TEST_F(ZygotesOfAFleet, end_when_no_agent_wants_them_and_with_who_keeps_them) {
    const pid_t unwanted = ready_zygote(plan("risk", "works"));
    const pid_t kept = ready_zygote(plan("broker", "works.too"));
    EXPECT_TRUE(until_gone(unwanted));
    EXPECT_TRUE(is_running(kept));
    zygotes_.reset();
    EXPECT_TRUE(test::eventually([&] { return !is_running(kept); }));
}

// --- what can be had

TEST_F(ZygotesOfAFleet, that_were_never_started_are_offered_to_nobody) {
    const StandbyPlan risk = plan("risk", "works");
    const auto offer = zygotes_->offer_for(risk);
    EXPECT_EQ(offer.kind, Kind::none);
    EXPECT_EQ(offer.why, "its zygote was not started yet");
    EXPECT_FALSE(order(risk));
}

TEST_F(ZygotesOfAFleet, that_are_loading_are_waited_for) {
    const StandbyPlan risk = plan("risk", "works");
    const StandbyPlan broker = plan("broker", "works");
    zygotes_->keep({risk, broker});
    EXPECT_EQ(zygotes_->offer_for(risk).kind, Kind::soon);
    EXPECT_EQ(zygotes_->offer_for(broker).kind, Kind::soon);
    EXPECT_TRUE(zygotes_->forget("broker"));
    EXPECT_FALSE(zygotes_->forget("broker")) << "it waits no more";
    ASSERT_TRUE(until_ready(risk));
    EXPECT_THAT(news_, ElementsAre("risk looks again: "));
    EXPECT_EQ(zygotes_->offer_for(risk).kind, Kind::ready);
}

TEST_F(ZygotesOfAFleet, that_are_loading_for_two_seconds_are_waited_for_no_more) {
    const StandbyPlan risk = plan("risk", "never_loads");
    zygotes_->keep({risk});
    const Monotonic started = monotonic_now();
    EXPECT_EQ(zygotes_->next_deadline(), std::nullopt) << "nobody waits";
    ASSERT_EQ(zygotes_->offer_for(risk).kind, Kind::soon);
    ASSERT_TRUE(zygotes_->next_deadline());
    EXPECT_LE(*zygotes_->next_deadline(), started + 2s);
    zygotes_->tick(*zygotes_->next_deadline() - 1ms);
    EXPECT_THAT(news_, IsEmpty());
    zygotes_->tick(started + 2s);
    EXPECT_THAT(news_, ElementsAre("risk looks again: its zygote is still loading the plugin"));
    EXPECT_EQ(zygotes_->status(risk).state, StandbyStatus::State::preparing) << "it goes on";
}

TEST_F(ZygotesOfAFleet, whose_plugin_cannot_be_copied_say_why_and_are_not_tried_again_with_it) {
    const StandbyPlan risk = plan("risk", "refuses");
    zygotes_->keep({risk});
    ASSERT_EQ(zygotes_->offer_for(risk).kind, Kind::soon);
    ASSERT_TRUE(until_told());
    EXPECT_THAT(news_, ElementsAre("risk looks again: the plugin starts threads"));
    EXPECT_EQ(zygotes_->offer_for(risk).kind, Kind::none);
    EXPECT_EQ(zygotes_->offer_for(risk).why, "the plugin starts threads");
    zygotes_->agent_is_ready(risk);
    zygotes_->keep({risk});
    EXPECT_EQ(zygotes_->status(risk).state, StandbyStatus::State::none);
    EXPECT_EQ(zygotes_->status(risk).reason, "the plugin starts threads");
    EXPECT_EQ(zygotes_->next_deadline(), std::nullopt);
    build(risk);
    zygotes_->agent_is_ready(risk);
    EXPECT_EQ(zygotes_->status(risk).state, StandbyStatus::State::preparing);
}

TEST_F(ZygotesOfAFleet, that_crash_while_they_load_are_tried_again_once_an_agent_is_ready) {
    const StandbyPlan risk = plan("risk", "crashes_while_loading");
    zygotes_->keep({risk});
    ASSERT_EQ(zygotes_->offer_for(risk).kind, Kind::soon);
    ASSERT_TRUE(until_told());
    EXPECT_THAT(news_, ElementsAre("risk looks again: its zygote has ended: exit code 3"));
    EXPECT_EQ(zygotes_->next_deadline(), std::nullopt) << "not by itself";
    zygotes_->agent_is_ready(risk);
    EXPECT_EQ(zygotes_->status(risk).state, StandbyStatus::State::preparing);
}

TEST_F(ZygotesOfAFleet, that_had_loaded_are_started_again_after_a_second) {
    const StandbyPlan risk = plan("risk", "works");
    const Monotonic before = monotonic_now();
    const pid_t pid = ready_zygote(risk);
    const Monotonic after = monotonic_now();
    ::kill(pid, SIGKILL);
    ASSERT_TRUE(test::eventually([&] {
        loop_.turn(monotonic_now() + 1ms);
        return zygotes_->next_deadline().has_value() || pid_of(risk) != pid;
    }));
    if (zygotes_->next_deadline()) {  // Unless this machine took a second for that.
        EXPECT_GE(*zygotes_->next_deadline(), before + 1s);
        EXPECT_LE(*zygotes_->next_deadline(), after + 1s);
        EXPECT_EQ(zygotes_->offer_for(risk).why, "its zygote has ended: killed by SIGKILL");
        zygotes_->tick(*zygotes_->next_deadline());
    }
    EXPECT_NE(pid_of(risk), pid);
    EXPECT_TRUE(until_ready(risk));
    EXPECT_EQ(zygotes_->next_deadline(), std::nullopt);
}

TEST_F(ZygotesOfAFleet, of_a_plugin_that_was_replaced_make_way_at_the_next_start) {
    const StandbyPlan risk = plan("risk", "works");
    const pid_t pid = ready_zygote(risk);
    build(risk);
    const std::string replaced = "the file " + risk.plugin.string() + " was replaced";
    EXPECT_EQ(zygotes_->status(risk).state, StandbyStatus::State::none);
    EXPECT_THAT(zygotes_->status(risk).reason,
                StartsWith(replaced + "; the next start is by exec"));
    EXPECT_EQ(zygotes_->offer_for(risk).kind, Kind::none);
    EXPECT_EQ(zygotes_->offer_for(risk).why, replaced);
    EXPECT_TRUE(until_gone(pid));
    zygotes_->agent_is_ready(risk);
    EXPECT_TRUE(until_ready(risk));
    EXPECT_EQ(zygotes_->offer_for(risk).kind, Kind::ready);
}

TEST_F(ZygotesOfAFleet, of_a_plugin_that_was_replaced_are_replaced_with_the_fleet) {
    const StandbyPlan risk = plan("risk", "works");
    const pid_t pid = ready_zygote(risk);
    build(risk);
    zygotes_->keep({risk});
    EXPECT_NE(pid_of(risk), pid);
    EXPECT_TRUE(until_gone(pid));
    EXPECT_TRUE(until_ready(risk));
}

// --- copies

TEST_F(ZygotesOfAFleet, make_copies_that_are_children_of_this_process) {
    const StandbyPlan risk = plan("risk", "works");
    const StandbyPlan broker = plan("broker", "works");
    const pid_t pid = ready_zygote(risk);
    ASSERT_TRUE(order(risk));
    ASSERT_TRUE(order(broker));
    ASSERT_TRUE(until([&] { return copies_.size() == 2; }));
    EXPECT_THAT(news_, ElementsAre("copied risk", "copied broker"));
    EXPECT_THAT(children_of(::getpid()), Contains(copies_["risk"].pid));
    EXPECT_NE(copies_["risk"].pid, pid);
    EXPECT_EQ(output_of("risk"), "risk DROVER_LIFE=run/risk.1\n");
    EXPECT_EQ(output_of("broker"), "broker DROVER_LIFE=run/broker.1\n");
    EXPECT_EQ(zygotes_->next_deadline(), std::nullopt) << "no answer is awaited";
    send_signal(copies_["risk"], SIGKILL);
    EXPECT_TRUE(wait_for_exit(copies_["risk"], 20s)) << "its pidfd came with it";
    EXPECT_EQ(pid_of(risk), pid) << "the zygote lives on";
}

TEST_F(ZygotesOfAFleet, that_cannot_make_a_copy_say_why_and_live_on) {
    const StandbyPlan risk = plan("risk", "cannot_copy");
    const pid_t pid = ready_zygote(risk);
    ASSERT_TRUE(order(risk));
    ASSERT_TRUE(until_told());
    EXPECT_THAT(news_, ElementsAre("no copy of risk: no room"));
    EXPECT_EQ(pid_of(risk), pid);
    EXPECT_EQ(zygotes_->offer_for(risk).kind, Kind::ready);
}

TEST_F(ZygotesOfAFleet, that_do_not_answer_within_a_second_are_killed) {
    const StandbyPlan risk = plan("risk", "is_deaf");
    const pid_t pid = ready_zygote(risk);
    const Monotonic before = monotonic_now();
    ASSERT_TRUE(order(risk));
    ASSERT_TRUE(zygotes_->next_deadline());
    EXPECT_GE(*zygotes_->next_deadline(), before + 1s);
    zygotes_->tick(*zygotes_->next_deadline() - 1ms);
    EXPECT_THAT(news_, IsEmpty());
    zygotes_->tick(*zygotes_->next_deadline());
    EXPECT_THAT(news_, ElementsAre("no copy of risk: its zygote did not answer within a second"));
    EXPECT_TRUE(until_gone(pid));
    EXPECT_FALSE(order(risk));
    EXPECT_EQ(zygotes_->offer_for(risk).why, "its zygote did not answer within a second");
}

TEST_F(ZygotesOfAFleet, that_die_with_an_order_leave_no_copy_behind) {
    const StandbyPlan risk = plan("risk", "dies_with_a_copy");
    (void)ready_zygote(risk);
    ASSERT_TRUE(order(risk));
    ASSERT_TRUE(until_told());
    EXPECT_THAT(news_, ElementsAre("no copy of risk: its zygote has ended: killed by SIGKILL"));
    EXPECT_FALSE(was_copy_alive_);
}

TEST_F(ZygotesOfAFleet, that_were_replaced_leave_no_copy_behind) {
    const StandbyPlan risk = plan("risk", "is_deaf");
    (void)ready_zygote(risk);
    ASSERT_TRUE(order(risk));
    build(risk);
    zygotes_->keep({risk});
    EXPECT_THAT(news_, ElementsAre(StartsWith("no copy of risk: the file ")));
    EXPECT_TRUE(until_ready(risk));
}

TEST_F(ZygotesOfAFleet, that_nobody_wants_any_more_disappoint_who_was_promised_a_copy) {
    const StandbyPlan risk = plan("risk", "is_deaf");
    const pid_t pid = ready_zygote(risk);
    ASSERT_TRUE(order(risk));
    zygotes_->keep({});
    EXPECT_THAT(news_, ElementsAre("no copy of risk: no agent wants this zygote any more"));
    EXPECT_TRUE(until_gone(pid));
}

TEST_F(ZygotesOfAFleet, that_nobody_wants_any_more_are_waited_for_no_more) {
    const StandbyPlan risk = plan("risk", "never_loads");
    zygotes_->keep({risk});
    ASSERT_EQ(zygotes_->offer_for(risk).kind, Kind::soon);
    zygotes_->keep({});
    EXPECT_THAT(news_, ElementsAre("risk looks again: no agent wants this zygote any more"));
}

}  // namespace
}  // namespace drover
