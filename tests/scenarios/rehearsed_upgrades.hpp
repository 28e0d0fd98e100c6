/// Upgrades that are rehearsed first, and what a rehearsal that is refused must leave as it was.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/counter_upgrades.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/marked_processes.hpp"

namespace drover::scenarios {

/// Those of a fleet's processes that rehearse.
inline std::vector<MarkedProcess> rehearsing(const FleetUnderTest& fleet) {
    std::vector<MarkedProcess> found;
    for (MarkedProcess& process : fleet.processes()) {
        if (process.command.find("--rehearse") != std::string::npos) {
            found.push_back(std::move(process));
        }
    }
    return found;
}

inline bool comes_to_rehearse(const FleetUnderTest& fleet, std::size_t processes = 1) {
    return eventually([&] { return rehearsing(fleet).size() >= processes; });
}

class RehearsedUpgrades : public CounterUpgrades {
protected:
    void begin(const std::string& more_of_agent = {}, const std::string& more = {}) {
        begin_with(more_of_agent, "", more);
    }
    [[nodiscard]] ProgramResult upgrade(const std::string& build) const {
        return fleet_.drover({"upgrade", "counter", misbehaving_plugin(build), "--trial", "500ms"});
    }
    [[nodiscard]] Program begin_upgrade(const std::string& build) const {
        return fleet_.start_drover({"upgrade", "counter", misbehaving_plugin(build)});
    }
    /// Nothing has happened to the old plugin and to who depends on it.
    void expect_untouched() {
        EXPECT_TRUE(fleet_.hears_more("listener"));
        const std::vector<const char*> others{"counter", "listener", "drover-router"};
        expect_same_processes(others);
        const FleetStatus now = fleet_.status().value_or(FleetStatus{});
        for (const char* name : others) {
            EXPECT_EQ(now[name].lost, 0U) << name;
        }
        EXPECT_TRUE(now["counter"].is_well());
        EXPECT_THAT(now.text, ::testing::HasSubstr(misbehaving_plugin("upgrade_first")));
        EXPECT_THAT(now.text, ::testing::Not(::testing::HasSubstr("was upgraded to")));
        expect_no_trace();
    }
    void expect_no_trace() {
        EXPECT_TRUE(eventually(
            [&] { return rehearsing(fleet_).empty() && !std::filesystem::exists(copies()); }));
    }
    /// The fleet goes down while an upgrade waits for its rehearsal.
    void expect_nothing_left_after_down(Program& waiting) {
        fleet_.down();
        EXPECT_TRUE(waiting.wait_for_end(patience));
        EXPECT_TRUE(fleet_.is_gone_within(patience));
        EXPECT_FALSE(std::filesystem::exists(copies()));
    }
    /// An agent that dies again and again is upgraded with the state that it committed last.
    void expect_state_of_one_that_does_not_run(const std::string& more_of_agent = {}) {
        write(
            "upgrade_dies_on_trial", more_of_agent + ", backoff: {initial: 10m, max: 10m}", "", "");
        fleet_.up_well_or_not();
        ASSERT_TRUE(fleet_.reaches(
            "counter", [](const AgentStatus& now) { return now.state == "backing_off"; }));
        const auto known = starts().size();
        const ProgramResult upgraded = upgrade("upgrade_second");
        EXPECT_EQ(upgraded.exit_code, 0) << upgraded.text();
        const auto lines = starts();
        ASSERT_EQ(lines.size(), known + 2) << fleet_.read("journal");
        EXPECT_THAT(lines[known], ::testing::HasSubstr("2.0.0 two:"));
        EXPECT_EQ(lines[known + 1], lines[known]) << "nobody has worked since";
    }
    [[nodiscard]] std::filesystem::path copies() const {
        return fleet_.state_directory() / "agents" / "counter" / "rehearsal";
    }
    /// It is refused for this reason, and nothing else has happened.
    void expect_refusal(const std::string& build, const std::string& why) {
        const ProgramResult result = upgrade(build);
        EXPECT_EQ(result.exit_code, 1) << result.text();
        EXPECT_THAT(result.errors, ::testing::HasSubstr("works on with")) << build;
        EXPECT_THAT(result.errors, ::testing::HasSubstr(why)) << build;
        EXPECT_THAT(result.errors, ::testing::HasSubstr("--without-rehearsal")) << build;
        EXPECT_THAT(fleet_.drover({"events", "--kind", "apply"}).output,
                    ::testing::HasSubstr("has failed beside it"));
        expect_untouched();
    }
};

}  // namespace drover::scenarios
