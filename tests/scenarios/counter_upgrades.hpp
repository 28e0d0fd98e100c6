/// A fleet whose agent is given other builds of its plugin: what tests of upgrades begin with.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {

/// The counter of upgrades.cpp, which notes every start in a journal, and somebody who listens.
class CounterUpgrades : public ::testing::Test {
protected:
    /// `build` is a plugin's name; the rest is YAML.
    void write(const std::string& build,
               const std::string& more_of_agent,
               const std::string& more_agents,
               const std::string& more) {
        fleet_.write_agents("  counter: {plugin: @" + build +
                                "@, config: {journal: @FOLDER@/journal}" + more_of_agent + "}\n" +
                                "  listener: {plugin: @behaving@, agent: listener}\n" + more_agents,
                            more);
    }
    /// The first build runs, and is heard.
    void begin_with(const std::string& more_of_agent,
                    const std::string& more_agents,
                    const std::string& more) {
        write("upgrade_first", more_of_agent, more_agents, more);
        fleet_.up();
        ASSERT_TRUE(fleet_.hears_more("listener"));
        before_ = fleet_.status().value_or(FleetStatus{});
    }
    /// The lines of the journal: which version started with which state.
    [[nodiscard]] std::vector<std::string> starts() const {
        std::istringstream journal(fleet_.read("journal"));
        std::vector<std::string> lines;
        for (std::string line; std::getline(journal, line);) {
            lines.push_back(line);
        }
        return lines;
    }
    /// The same processes as before, never restarted.
    void expect_same_processes(const std::vector<const char*>& names) {
        const FleetStatus now = fleet_.status().value_or(FleetStatus{});
        for (const char* name : names) {
            EXPECT_EQ(now[name].pid, before_[name].pid) << name;
            EXPECT_EQ(now[name].restarts, 0) << name;
        }
    }

    FleetUnderTest fleet_;
    FleetStatus before_;  ///< As it was when the first build was heard.
};

}  // namespace drover::scenarios
