/// An agent of the host's own that plays in a simulation what was recorded of one outside the
/// fleet: its messages, a person's requests, changes of the kill switch.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <drover/agent.h>
#include <drover/extension/replay_clock.h>

#include "simulation/outside_inputs.hpp"

namespace drover {

/// What a player needs of its ports.
struct PlayerPorts {
    /// The OUT port for messages of a type, by the recording's number.
    std::function<std::uint32_t(std::uint32_t type)> out;
    /// The REQUEST_CLIENT port for a request to a port of an agent.
    std::function<std::uint32_t(const std::string& agent, std::uint32_t port)> ask;
    /// Sets the kill switch of the simulation.
    std::function<void(bool engaged)> set_gate;
    /// Gives the simulated fleet other rules for topics.
    std::function<void(const std::string& rules)> set_rules;
};

/// Does each thing at its time: as the owner of the replay clock, which it moves as the recorded
/// one did, or by timers. Must outlive the simulation.
class PlayerAgent {
public:
    /// `inputs` are by time. The clock's owner moves it to `last_time` at the end.
    PlayerAgent(std::vector<OutsideInput> inputs,
                bool owns_clock,
                std::int64_t last_time,
                PlayerPorts ports);
    PlayerAgent(const PlayerAgent&) = delete;
    PlayerAgent& operator=(const PlayerAgent&) = delete;
    ~PlayerAgent() = default;

    [[nodiscard]] const drover_agent_description* description() const { return &about_.raw; }

private:
    /// What create is given, and how it finds its player.
    struct About {
        drover_agent_description raw{};
        PlayerAgent* player = nullptr;
    };
    struct Table;

    [[nodiscard]] drover_status start();
    void moved();
    void act();
    void plan_next();
    void publish(const OutsideInput& input);
    [[nodiscard]] bool is_due() const;

    std::vector<OutsideInput> inputs_;
    bool owns_clock_;
    std::int64_t last_time_;
    PlayerPorts ports_;
    About about_;
    const drover_host* host_ = nullptr;
    const drover_replay_clock_v1* clock_ = nullptr;
    std::size_t next_ = 0;
    std::uint64_t group_ = 0;  ///< The callback whose messages are being played.
    bool is_last_move_ = false;
};

}  // namespace drover
