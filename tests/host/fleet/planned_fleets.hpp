/// Fleets to compare, with plugins that are described by hand.
#pragma once

#include <filesystem>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet/fleet_plan.hpp"
#include "tests/host/fleet/fleet_folder.hpp"

namespace drover {

inline void PrintTo(const PlannedChange& change, std::ostream* stream) {
    *stream << change.name << " for";
    for (const std::string& key : change.keys) {
        *stream << " " << key;
    }
}

MATCHER_P2(changes_for, name, key, "") {
    return arg.name == name && arg.keys == std::vector<std::string>{key};
}

/// Files whose plugins are described by hand: nothing is loaded.
class FleetPlans : public testing::Test {
protected:
    FleetPlans() {
        for (const char* plugin : {"one.so", "two.so"}) {
            (void)folder_.write(plugin, "");
        }
        for (const char* name : {"one", "two"}) {
            (void)folder_.write(std::string(name) + ".env", std::string("MODE=") + name + "\n");
            write_secret(std::string(name) + ".key", std::string("secret ") + name + "\n");
        }
        AgentDescription first;
        first.name = "first";
        first.flags = 0;
        AgentDescription second = first;
        second.name = "second";
        second.ports.push_back({"out", 2, "market.>", nullptr, nullptr, ""});
        library_.build_id = "build-1";
        library_.agents = {first, second};
    }

    void write_secret(const std::string& name, const std::string& value) {
        std::filesystem::permissions(folder_.write(name, value), std::filesystem::perms(0600));
    }
    PreparedFleet fleet(const std::string& text) {
        FleetReading reading =
            read_fleet_text(text, folder_.path() / "agents.yaml", PluginSearch{{folder_.path()}});
        for (const Fault& fault : reading.faults) {
            ADD_FAILURE() << fault.text();
        }
        PreparedFleet prepared;
        prepared.config = std::move(reading.config);
        const auto library = std::make_shared<const LibraryDescription>(library_);
        for (const AgentConfig& agent : prepared.config.agents) {
            PreparedAgent& made = prepared.agents.emplace_back();
            made.library = library;
            made.description = library->find(agent.agent.empty() ? "first" : agent.agent);
            made.grants = agent.grants.value_or(std::vector<std::string>{});
        }
        return prepared;
    }
    FleetPlan plan(const std::string& before,
                   const std::string& after,
                   const std::set<std::string>& resting = {}) {
        return plan_changes(fleet(before), fleet(after), resting);
    }
    /// The same for the keys of one agent beside another one.
    FleetPlan plan_of_agent(const std::string& before, const std::string& after) {
        const std::string head = "agents:\n  other: {plugin: one}\n  risk: {plugin: one";
        return plan(head + before + "}\n", head + after + "}\n");
    }

    FleetFolder folder_;
    LibraryDescription library_;
};

inline constexpr const char* two_agents = R"(agents:
  risk: {plugin: one, config: {limits: {max_position: 1, cash: 1.50}}}
  broker: {plugin: one}
)";

}  // namespace drover
