// What the rehearsal of an agent's next plugin is judged by, and that nothing of it is left.
#include "daemon/plugin_rehearsal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/daemon/fake_fleet.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;
using test::FakeFleet;
using test::is_running;
using ::testing::HasSubstr;

/// One agent, "risk", which does `act`, and its next plugin.
class PluginRehearsalTest : public ::testing::Test {
protected:
    void begin(const std::string& act = "run") {
        fleet_.add("risk", act).supervision.restart = RestartMode::no;
        fleet_.begin();
        rehearsal_.emplace(fleet_.workplace(), fleet_.processes());
    }
    /// The agent with a plugin that does `act`.
    FleetEntry next(const std::string& act) {
        FleetEntry entry = *entry_of(fleet_.fleet(), "risk");
        entry.config.plugin_file = "/next.so";
        entry.config.config_json =
            to_line(Json{{"act", act}, {"file", fleet_.file("risk").string()}});
        return entry;
    }
    PluginRehearsal::Outcome outcome_of(FleetEntry entry) {
        rehearsal_->begin(std::move(entry), monotonic_now());
        std::optional<PluginRehearsal::Outcome> outcome;
        EXPECT_TRUE(fleet_.until([&] {
            rehearsal_->tick(monotonic_now());
            outcome = rehearsal_->take_outcome();
            return outcome.has_value();
        }));
        EXPECT_FALSE(rehearsal_->next_deadline()) << "nothing is due any more";
        return outcome.value_or(PluginRehearsal::Outcome{"there was none", "", {}});
    }
    static std::string text_of(const PluginRehearsal::Outcome& outcome) {
        std::string text = outcome.fault + "\n";
        for (const Json& line : outcome.last_lines) {
            text += value_or<std::string>(line, "message", "") + "\n";
        }
        return text;
    }
    /// Processes besides router and agent.
    [[nodiscard]] static std::size_t others(std::size_t known) {
        return descendants_of(::getpid()).size() - known;
    }

    FakeFleet fleet_;
    std::optional<PluginRehearsal> rehearsal_;
};

TEST_F(PluginRehearsalTest, passes_once_it_says_that_it_has_rehearsed) {
    begin();
    ASSERT_TRUE(fleet_.until_running("risk"));
    const pid_t working = fleet_.pid("risk");
    const auto outcome = outcome_of(next("run"));
    EXPECT_EQ(outcome.fault, "");
    EXPECT_THAT(outcome.summary, HasSubstr("3 messages and 1 requests of it went nowhere"));
    EXPECT_THAT(text_of(outcome), HasSubstr("a copy of \n")) << "the working process made it";
    EXPECT_EQ(fleet_.pid("risk"), working);
    EXPECT_EQ(others(2), 0U);
}

TEST_F(PluginRehearsalTest, passes_when_it_is_done_at_once) {
    begin();
    ASSERT_TRUE(fleet_.until_running("risk"));
    EXPECT_EQ(outcome_of(next("complete")).fault, "");
}

TEST_F(PluginRehearsalTest, copies_the_state_itself_where_nobody_works) {
    begin("fail");
    ASSERT_TRUE(fleet_.until_state("risk", AgentState::failed));
    const auto outcome = outcome_of(next("run"));
    EXPECT_EQ(outcome.fault, "");
    EXPECT_THAT(text_of(outcome),
                HasSubstr("a copy of " + fleet_.state().state_of("risk").string()));
}

TEST_F(PluginRehearsalTest, fails_for_what_the_plugin_says) {
    begin();
    ASSERT_TRUE(fleet_.until_running("risk"));
    EXPECT_EQ(outcome_of(next("fail")).fault, "the venue refused it");
}

TEST_F(PluginRehearsalTest, fails_when_it_is_not_ready_in_time) {
    begin();
    ASSERT_TRUE(fleet_.until_running("risk"));
    FleetEntry entry = next("never");
    entry.config.supervision.heartbeat.grace = 3s;  // Within which it must have its state.
    EXPECT_EQ(outcome_of(entry).fault, "it was not ready within 3 s (heartbeat.grace)");
}

TEST_F(PluginRehearsalTest, fails_when_it_hangs_or_falls_silent_once_it_is_ready) {
    begin();
    ASSERT_TRUE(fleet_.until_running("risk"));
    FleetEntry entry = next("hang");
    entry.config.supervision.heartbeat.timeout = 50ms;
    EXPECT_THAT(outcome_of(entry).fault, HasSubstr("(heartbeat.timeout)"));
    entry = next("falls_silent");
    entry.config.supervision.heartbeat.grace = 3s;  // Within which it must be ready.
    EXPECT_THAT(outcome_of(entry).fault, HasSubstr("it said nothing more for 3 s"));
}

TEST_F(PluginRehearsalTest, fails_when_the_state_cannot_be_had) {
    begin("cannot_copy");
    ASSERT_TRUE(fleet_.until_running("risk"));
    EXPECT_EQ(outcome_of(next("run")).fault, "its state could not be copied: The disk is full");
}

TEST_F(PluginRehearsalTest, fails_when_the_working_process_does_not_answer) {
    begin("keeps_its_state");
    ASSERT_TRUE(fleet_.until_running("risk"));
    FleetEntry entry = next("run");
    entry.config.supervision.heartbeat.grace = 100ms;
    EXPECT_THAT(outcome_of(entry).fault, HasSubstr("gave no copy of its state within 0.1 s"));
    EXPECT_EQ(fleet_.status("risk").state, AgentState::running);
}

TEST_F(PluginRehearsalTest, ends_with_all_that_it_has_started) {
    begin();
    ASSERT_TRUE(fleet_.until_running("risk"));
    EXPECT_EQ(outcome_of(next("orphan")).fault, "");
    EXPECT_GT(fleet_.orphan_of("risk"), 0);
    EXPECT_FALSE(is_running(fleet_.orphan_of("risk")));
}

TEST_F(PluginRehearsalTest, leaves_nothing_when_it_is_ended_half_way) {
    begin();
    ASSERT_TRUE(fleet_.until_running("risk"));
    rehearsal_->begin(next("falls_silent"), monotonic_now());
    ASSERT_TRUE(fleet_.until([&] {
        rehearsal_->tick(monotonic_now());
        return others(2) == 1;
    }));
    rehearsal_->end();
    EXPECT_EQ(others(2), 0U);
    EXPECT_FALSE(rehearsal_->take_outcome()) << "nobody is told";
    EXPECT_EQ(outcome_of(next("run")).fault, "") << "another one may follow";
}

}  // namespace
}  // namespace drover
