// Agents start when what they depend on is ready, in parallel where they may, and stop the other
// way round.
#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

std::string waiting_agent(const std::string& name, const std::string& more = {}) {
    return "  " + name +
           ":\n    plugin: @behaving@\n    agent: quiet\n"
           "    config: {journal: @FOLDER@/journal, wait_for: @FOLDER@/go-" +
           name + "}\n" + more;
}
std::string quiet_agent(const std::string& name, const std::string& more = {}) {
    return "  " + name +
           ":\n    plugin: @behaving@\n    agent: quiet\n"
           "    config: {journal: @FOLDER@/journal}\n" +
           more;
}

bool comes_before(const std::string& journal, const std::string& first, const std::string& then) {
    const std::size_t one = journal.find(first + '\n');
    const std::size_t other = journal.find(then + '\n');
    return one != std::string::npos && other != std::string::npos && one < other;
}

TEST(DependencyOrder, starts_in_parallel_what_may_and_waits_with_what_must) {
    FleetUnderTest fleet;
    fleet.write_agents(quiet_agent("last", "    depends_on: [left, right]\n") +
                       waiting_agent("left") + waiting_agent("right"));
    Program up = fleet.start_drover({"up", "-d"});
    EXPECT_TRUE(fleet.reaches([](const FleetStatus& now) {
        return now["left"].state == "starting" && now["right"].state == "starting" &&
               now["last"].state == "waiting" &&
               now["last"].reason.find("left") != std::string::npos;
    }));
    fleet.write("go-left", "");
    EXPECT_TRUE(fleet.reaches([](const FleetStatus& now) {
        return now["left"].is_well() && now["last"].state == "waiting" &&
               now["last"].reason.find("left") == std::string::npos &&
               now["last"].reason.find("right") != std::string::npos;
    }));
    fleet.write("go-right", "");
    EXPECT_TRUE(fleet.gets_well());
    ASSERT_TRUE(up.wait_for_end(patience));
    EXPECT_EQ(up.exit_code(), 0) << up.errors();
    const std::string journal = fleet.read("journal");
    EXPECT_TRUE(comes_before(journal, "start left", "start last")) << journal;
    EXPECT_TRUE(comes_before(journal, "start right", "start last")) << journal;
}

TEST(DependencyOrder, waits_for_the_process_only_where_started_is_enough) {
    FleetUnderTest fleet;
    fleet.write_agents(waiting_agent("slow") +
                       quiet_agent("content", "    depends_on: {slow: {condition: started}}\n"));
    Program up = fleet.start_drover({"up", "-d"});
    EXPECT_TRUE(fleet.reaches([](const FleetStatus& now) {
        return now["slow"].state == "starting" && now["content"].is_well();
    }));
    fleet.write("go-slow", "");
    ASSERT_TRUE(up.wait_for_end(patience));
    EXPECT_EQ(up.exit_code(), 0) << up.errors();
}

TEST(DependencyOrder, waits_for_an_agent_that_its_own_timer_makes_ready) {
    FleetUnderTest fleet;
    fleet.write_agents("  slow: {plugin: @behaving@, agent: ready-by-timer}\n" +
                       quiet_agent("content", "    depends_on: [slow]\n"));
    fleet.up();
    EXPECT_TRUE(fleet.reaches(
        [](const FleetStatus& now) { return now["slow"].is_well() && now["content"].is_well(); }));
}

TEST(DependencyOrder, stops_dependents_first) {
    FleetUnderTest fleet;
    fleet.write_agents(quiet_agent("ground") + quiet_agent("house", "    depends_on: [ground]\n") +
                       quiet_agent("roof", "    depends_on: [house]\n"));
    fleet.up();
    fleet.down();
    const std::string journal = fleet.read("journal");
    EXPECT_TRUE(comes_before(journal, "start ground", "start house")) << journal;
    EXPECT_TRUE(comes_before(journal, "start house", "start roof")) << journal;
    EXPECT_TRUE(comes_before(journal, "stop roof", "stop house")) << journal;
    EXPECT_TRUE(comes_before(journal, "stop house", "stop ground")) << journal;
}

TEST(DependencyOrder, starts_the_dependencies_of_an_agent_that_is_started) {
    FleetUnderTest fleet;
    fleet.write_agents(quiet_agent("ground") + quiet_agent("house", "    depends_on: [ground]\n") +
                       quiet_agent("apart"));
    fleet.up();
    ASSERT_EQ(fleet.drover({"stop", "--all"}).exit_code, 0);
    ASSERT_TRUE(fleet.reaches([](const FleetStatus& now) {
        return now["ground"].state == "stopped" && now["house"].state == "stopped" &&
               now["apart"].state == "stopped";
    }));
    EXPECT_EQ(fleet.drover({"start", "house"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches(
        [](const FleetStatus& now) { return now["ground"].is_well() && now["house"].is_well(); }));
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_EQ((*status)["apart"].state, "stopped");
}

TEST(DependencyOrder, leaves_out_an_agent_that_is_not_enabled) {
    FleetUnderTest fleet;
    fleet.write_agents(quiet_agent("awake") + quiet_agent("asleep", "    enabled: false\n"));
    fleet.up();
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_EQ((*status)["asleep"].state, "disabled");
    EXPECT_TRUE((*status)["awake"].is_well());
}

}  // namespace
}  // namespace drover::scenarios
