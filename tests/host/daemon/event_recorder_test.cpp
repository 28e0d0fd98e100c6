// What happens in a fleet is written down, once each, with its reason.
#include "daemon/event_recorder.hpp"

#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "process/kill_switch_page.hpp"
#include "tests/host/daemon/fake_fleet.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;
using test::FakeFleet;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class EventRecorderTest : public testing::Test {
protected:
    EventRecorderTest() : state_(StateDirectory::open(scratch_.path()).value()) {}

    [[nodiscard]] EventRecorder begin() const {
        return std::move(EventRecorder::open(state_, "1.2.3").value());
    }
    void turn_switch(bool engaged, const std::string& who, const std::string& why) const {
        auto page = KillSwitchPage::open(state_.kill_switch(), false);
        EXPECT_TRUE(page.value().write(engaged, who, why));
    }
    [[nodiscard]] std::vector<Json> records(const std::string& kind) const {
        std::vector<Json> found;
        std::ifstream input(state_.events() / "events.jsonl");
        for (std::string line; std::getline(input, line);) {
            Json record = Json::parse(line);
            if (record.at("kind") == kind) {
                found.push_back(std::move(record));
            }
        }
        return found;
    }
    [[nodiscard]] std::vector<std::string> words(const std::string& kind) const {
        std::vector<std::string> found;
        for (const Json& record : records(kind)) {
            found.push_back(std::to_string(record.at("run").get<int>()) + " " +
                            record.at("event").get<std::string>());
        }
        return found;
    }

    test::ScratchFolder scratch_;
    StateDirectory state_;
};

TEST_F(EventRecorderTest, tells_a_run_that_ended_from_one_that_was_killed) {
    begin().ended("the fleet has ended in order");
    (void)begin();  // Killed: it never says that it ended.
    begin().ended("again in order");
    EXPECT_THAT(
        words("supervisor"),
        ElementsAre(
            "1 started", "1 ended", "2 started", "3 predecessor_lost", "3 started", "3 ended"));
    const auto reason = records("supervisor")[3].at("reason").get<std::string>();
    EXPECT_THAT(reason, HasSubstr("run 2"));
    EXPECT_THAT(reason, HasSubstr("pid " + std::to_string(::getpid())));
}

TEST_F(EventRecorderTest, records_who_turned_the_kill_switch_and_why_once) {
    EventRecorder recorder = begin();
    EXPECT_THAT(records("kill_switch"), IsEmpty()) << "a switch nobody touched is no event";
    turn_switch(true, "ann", "looks wrong");
    recorder.look(monotonic_now());
    recorder.look(monotonic_now());
    const auto seen = records("kill_switch");
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].at("event"), "engaged");
    EXPECT_EQ(seen[0].at("cause_name"), "ann");
    EXPECT_EQ(seen[0].at("reason"), "looks wrong");
    EXPECT_EQ(seen[0].at("revision"), 2);
    EXPECT_TRUE(seen[0].contains("changed"));
    turn_switch(false, "bob", "");
    recorder.look(monotonic_now());
    EXPECT_THAT(words("kill_switch"), ElementsAre("1 engaged", "1 released"));
    recorder.ended("in order");
    (void)begin();
    EXPECT_EQ(records("kill_switch").size(), 2U) << "the next run knows of both";
}

TEST_F(EventRecorderTest, tells_an_agent_that_engaged_the_kill_switch_from_a_person) {
    EventRecorder recorder = begin();
    turn_switch(true, "agent guardian", "losses");
    recorder.look(monotonic_now());
    turn_switch(false, "ann", "");
    recorder.look(monotonic_now());
    const auto seen = records("kill_switch");
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].at("cause"), "agent");
    EXPECT_EQ(seen[0].at("cause_name"), "guardian");
    EXPECT_EQ(seen[1].at("cause"), "person");
}

TEST_F(EventRecorderTest, records_at_its_start_what_was_done_to_the_switch_while_it_was_away) {
    begin().ended("in order");
    turn_switch(true, "ann", "night");
    turn_switch(false, "ann", "morning");
    turn_switch(true, "bob", "looks wrong");
    (void)begin();
    const auto seen = records("kill_switch");
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].at("run"), 2);
    EXPECT_EQ(seen[0].at("event"), "engaged");
    EXPECT_EQ(seen[0].at("count"), 3);
    EXPECT_THAT(seen[0].at("reason").get<std::string>(),
                testing::AllOf(HasSubstr("looks wrong"), HasSubstr("no droverd ran")));
}

TEST_F(EventRecorderTest, sees_that_the_switch_is_gone) {
    EventRecorder recorder = begin();
    std::filesystem::remove(state_.kill_switch());
    recorder.look(monotonic_now());
    const auto seen = records("kill_switch");
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].at("event"), "engaged");
    EXPECT_THAT(seen[0].at("reason").get<std::string>(), HasSubstr("Cannot"));
}

TEST_F(EventRecorderTest, lets_an_agent_speak_for_itself_only_and_the_router_for_all) {
    EventRecorder recorder = begin();
    recorder.occurred("risk", {EventKind::refusal, "broker", "a.b", "", "denied", "no port", 3});
    recorder.occurred(router_unit_name,
                      {EventKind::loss, "broker", "a.b", "risk", "queue_full", "too slow", 4});
    const auto refusals = records("refusal");
    ASSERT_EQ(refusals.size(), 1U);
    EXPECT_EQ(refusals[0].at("agent"), "risk");
    EXPECT_EQ(refusals[0].at("topic"), "a.b");
    EXPECT_EQ(refusals[0].at("count"), 3);
    EXPECT_EQ(refusals[0].at("reason"), "no port");
    const auto losses = records("loss");
    ASSERT_EQ(losses.size(), 1U);
    EXPECT_EQ(losses[0].at("agent"), "broker");
    EXPECT_EQ(losses[0].at("publisher"), "risk");
    EXPECT_EQ(losses[0].at("code"), "queue_full");
}

TEST_F(EventRecorderTest, counts_what_an_agent_that_floods_says_and_still_hears_others) {
    EventRecorder recorder = begin();
    for (int count = 0; count < 10'000; ++count) {
        recorder.occurred("noisy", {EventKind::refusal, "", "t", "", "denied", "no", 1});
    }
    recorder.occurred("risk", {EventKind::refusal, "", "t", "", "denied", "no", 1});
    recorder.look(monotonic_now());
    std::set<std::string> told;
    for (const Json& record : records("refusal")) {
        told.insert(record.at("agent").get<std::string>());
    }
    EXPECT_TRUE(told.contains("risk"));
    const std::size_t recorded = records("refusal").size() - 1;
    EXPECT_LT(recorded, 1000U);
    const auto suppressed = records("supervisor").back();
    EXPECT_EQ(suppressed.at("event"), "suppressed");
    EXPECT_EQ(suppressed.at("agent"), "noisy");
    EXPECT_EQ(suppressed.at("count").get<std::size_t>() + recorded, 10'000U);
}

TEST_F(EventRecorderTest, tells_of_a_replay_only_when_it_changes) {
    EventRecorder recorder = begin();
    recorder.replay_waits({"risk"});
    recorder.replay_waits({"risk"});
    recorder.replay_waits({});
    const auto seen = records("replay");
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].at("event"), "paused");
    EXPECT_EQ(seen[0].at("reason"), "the replay waits for risk");
    EXPECT_EQ(seen[1].at("event"), "continued");
}

/// "state -> state event" of one agent's transitions in a fleet of fake children.
std::vector<std::string> transitions(const FakeFleet& fleet, const std::string& agent) {
    std::vector<std::string> found;
    for (const Json& event : fleet.events()) {
        if (event.at("kind") == "transition" && event.at("agent") == agent) {
            found.push_back(event.at("state_from").get<std::string>() + " -> " +
                            event.at("state").get<std::string>() + " " +
                            event.at("event").get<std::string>());
        }
    }
    return found;
}

TEST(EventsOfProcesses, are_exactly_the_transitions_with_pid_and_exit) {
    FakeFleet fleet;
    fleet.add("risk", "run");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    const pid_t first = fleet.pid("risk");
    ::kill(first, SIGKILL);
    ASSERT_TRUE(fleet.until_running("risk", 1));
    EXPECT_THAT(transitions(fleet, "risk"),
                ElementsAre("stopped -> waiting start_requested",
                            "waiting -> starting dependencies_met",
                            "starting -> running reported_ready",
                            "running -> stopping process_exited",
                            "stopping -> backing_off ended_to_restart",
                            "backing_off -> starting dependencies_met",
                            "starting -> running reported_ready"));
    std::vector<Json> of_risk;
    for (const Json& event : fleet.events()) {
        if (event.at("kind") == "transition" && event.at("agent") == "risk") {
            of_risk.push_back(event);
        }
    }
    EXPECT_EQ(of_risk[1].at("pid"), first);
    EXPECT_EQ(of_risk[2].at("pid"), first);
    EXPECT_EQ(of_risk[3].at("pid"), first);
    EXPECT_EQ(of_risk[3].at("exit").at("signal"), SIGKILL);
    EXPECT_EQ(of_risk[4].at("exit").at("signal"), SIGKILL);
    EXPECT_EQ(of_risk[5].at("pid"), fleet.pid("risk"));
    EXPECT_FALSE(of_risk[5].contains("exit"));
    EXPECT_THAT(of_risk[3].at("reason").get<std::string>(), HasSubstr("killed by SIGKILL"));
}

TEST(EventsOfProcesses, tell_of_each_epoch_of_the_router) {
    FakeFleet fleet;
    fleet.add("risk", "run");
    fleet.begin();
    ASSERT_TRUE(fleet.until_running("risk"));
    ::kill(fleet.pid("drover-router"), SIGKILL);
    ASSERT_TRUE(fleet.until_running("drover-router", 1));
    std::vector<std::uint64_t> epochs;
    for (const Json& event : fleet.events()) {
        if (event.at("kind") == "router") {
            epochs.push_back(event.at("epoch").get<std::uint64_t>());
        }
    }
    EXPECT_THAT(epochs, ElementsAre(1U, 2U));
}

}  // namespace
}  // namespace drover
