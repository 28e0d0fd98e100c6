/// What droverd tells router, agents and taps about the fleet. Keys: docs/control_channel.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "daemon/handle_store.hpp"
#include "daemon/state_directory.hpp"
#include "fleet/fleet.hpp"
#include "process/run_directory.hpp"

namespace drover {

/// The message link of one life of an agent.
struct UnitLink {
    std::uint32_t incarnation = 0;
    std::string endpoint;
    std::string token;
};

/// Builds the messages. All that it is given is lent and must live longer.
class FleetMessages {
public:
    /// Gives a handle to every publisher and type of the fleet and saves them.
    [[nodiscard]] static Result<FleetMessages> create(const PreparedFleet& fleet,
                                                      HandleStore& handles,
                                                      const StateDirectory& state,
                                                      const RunDirectory& run);

    /// The fleet that was given at the beginning is another one now: gives handles to what is new
    /// in it and saves them.
    [[nodiscard]] Result<void> fleet_changed();

    /// `agent` is the index in the file's order, `config` its config with the secrets in it.
    [[nodiscard]] Json configure_agent(std::size_t agent,
                                       const UnitLink& link,
                                       const std::string& config) const;
    [[nodiscard]] Json configure_router(std::uint64_t epoch) const;
    /// What a router that runs must know of agents that join the fleet or leave it.
    [[nodiscard]] Json change(const std::vector<std::string>& join,
                              const std::vector<std::string>& leave) const;
    /// What an agent that runs must know of a fleet that has changed.
    [[nodiscard]] Json fleet() const;
    [[nodiscard]] static Json link(const std::string& agent, const UnitLink& link);
    [[nodiscard]] static Json agent_state(const std::string& agent, std::string_view state);
    /// The result of the control socket's `tap`.
    [[nodiscard]] Json tap() const;

private:
    FleetMessages(const PreparedFleet& fleet,
                  HandleStore& handles,
                  const StateDirectory& state,
                  const RunDirectory& run);
    [[nodiscard]] Json rules() const;
    [[nodiscard]] Json publishers() const;
    [[nodiscard]] Json request_ports(const PreparedAgent& agent, std::uint32_t flag) const;
    [[nodiscard]] Json router_agent(std::size_t agent) const;
    [[nodiscard]] Json durable_log() const;
    [[nodiscard]] Json keys_of(std::size_t agent) const;
    void give_handles();

    const PreparedFleet* fleet_;
    HandleStore* handles_;
    const StateDirectory* state_;
    const RunDirectory* run_;
};

/// 128 random bits as 32 hexadecimal digits: what a link's peer must know.
[[nodiscard]] Result<std::string> random_token();

}  // namespace drover
