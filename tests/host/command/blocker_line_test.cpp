/// Who keeps a fleet from being down.
#include "command/blocker_line.hpp"

#include <gtest/gtest.h>

namespace drover::test {

namespace {

AgentSnapshot blocking_unit(const std::string& name,
                            const std::string& state,
                            const std::string& reason) {
    AgentSnapshot snapshot;
    snapshot.name = name;
    snapshot.state = state;
    snapshot.health = state == "running" ? "healthy" : "unknown";
    snapshot.reason = reason;
    return snapshot;
}

}  // namespace

TEST(WaitingLine, names_those_that_stop_and_when_all_is_killed) {
    FleetSnapshot fleet;
    AgentSnapshot later = blocking_unit("broker", "running", "works");
    later.pid = 7;
    fleet.agents = {blocking_unit("risk", "stopping", "SIGTERM in 7 s"), later};
    EXPECT_EQ(waiting_line(fleet), "waiting for risk (stopping: SIGTERM in 7 s)");
    fleet.shutdown_seconds_left = 41;
    EXPECT_EQ(waiting_line(fleet),
              "waiting for risk (stopping: SIGTERM in 7 s); all that is left is killed in 41 s");
}

TEST(WaitingLine, names_what_still_runs_where_nothing_stops) {
    FleetSnapshot fleet;
    AgentSnapshot runs = blocking_unit("broker", "running", "works");
    runs.pid = 7;
    fleet.agents = {blocking_unit("risk", "stopped", "stopped"), runs};
    EXPECT_EQ(waiting_line(fleet), "waiting for broker (healthy: works)");
}

TEST(WaitingLine, is_empty_where_nothing_blocks) {
    FleetSnapshot fleet;
    fleet.shutdown_seconds_left = 3;
    EXPECT_EQ(waiting_line(fleet), "");
    fleet.agents = {blocking_unit("risk", "stopped", "stopped")};
    EXPECT_EQ(waiting_line(fleet), "");
}

}  // namespace drover::test
