/// Three agents under a replay clock, and what the router sent them in the order of their numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tests/host/router/fake_fleet.hpp"

namespace drover {

inline RouterConfig replay_fleet(std::size_t agents) {
    RouterConfig config = fleet_of(agents);
    config.has_replay_clock = true;
    return config;
}

class ReplayFleetTest : public testing::Test {
protected:
    explicit ReplayFleetTest(RouterConfig config = replay_fleet(3)) : fleet_(std::move(config)) {}

    /// Agent 0 owns the clock and publishes, all others receive everything.
    void join_all() {
        for (std::uint16_t agent = 0; agent < size(); ++agent) {
            join(agent);
            fleet_.started(agent);
        }
    }
    void join(std::uint16_t agent, std::uint32_t incarnation = 1, std::int64_t fleet_time = 0) {
        fleet_.join(agent, agent == 0 ? Words{} : Words{">"}, incarnation, fleet_time);
        fleet_.core.set_state(agent, "running");
    }
    /// What was sent to all since the last call: "1 x#1".
    Words take_all() {
        Words all;
        for (std::uint16_t agent = 0; agent < size(); ++agent) {
            for (const std::string& words : fleet_.take_sent(agent)) {
                all.push_back(std::to_string(agent) + " " + words);
            }
        }
        return all;
    }
    [[nodiscard]] std::size_t size() const { return fleet_.core.config().agents.size(); }

    FakeFleet fleet_;
};

}  // namespace drover
