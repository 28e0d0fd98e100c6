/// What droverd tells router, agents and taps about the fleet. Keys: docs/control_channel.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
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
    std::optional<std::uint32_t> user{};  ///< Who may connect to it; nothing: droverd's own user.
};

/// Who records the fleet.
struct RecorderPlace {
    std::string socket;
    std::vector<std::string> patterns;  ///< Of topics; empty: all.
    std::vector<std::string> agents;    ///< Empty: all.
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

    /// @name What the next lives of an agent do with its state before they read it: keep it under
    /// the mark of an upgrade, return to what was kept under it, or leave it.
    /// @{
    static constexpr const char* keep_state = "keep";
    static constexpr const char* restore_state = "restore";
    void order_state(const std::string& agent, const char* what, const std::string& mark);
    void leave_state(const std::string& agent) { state_orders_.erase(agent); }
    /// @}

    /// `agent` is the index in the file's order, `config` its config with the secrets in it.
    [[nodiscard]] Json configure_agent(std::size_t agent,
                                       const UnitLink& link,
                                       const std::string& config) const;
    [[nodiscard]] Json configure_router(std::uint64_t epoch) const;
    /// What a router that runs must know of agents that join the fleet or leave it.
    [[nodiscard]] Json change(const std::vector<std::string>& join,
                              const std::vector<std::string>& leave) const;
    /// From now on these instances are about to leave: others have their share.
    void set_retiring(std::set<std::string> names) { retiring_ = std::move(names); }
    [[nodiscard]] const std::set<std::string>& retiring() const { return retiring_; }
    /// What a router that runs must know of it.
    [[nodiscard]] Json retire() const;
    /// What an agent that runs must know of a fleet that has changed.
    [[nodiscard]] Json fleet() const;
    [[nodiscard]] static Json link(const std::string& agent, const UnitLink& link, pid_t process);
    [[nodiscard]] static Json agent_state(const std::string& agent, std::string_view state);
    /// The result of the control socket's `tap`.
    [[nodiscard]] Json tap() const;

    /// From now on agents are told of this recorder; nothing: nobody records.
    void set_recorder(std::optional<RecorderPlace> recorder);
    /// What an agent is told of who records it; null: nobody does.
    [[nodiscard]] Json record_order(const std::string& agent) const;
    /// What a recorder is told of the fleet: docs/recording.md, block of names.
    [[nodiscard]] Json recording_names() const;

private:
    FleetMessages(const PreparedFleet& fleet,
                  HandleStore& handles,
                  const StateDirectory& state,
                  const RunDirectory& run);
    [[nodiscard]] Json rules() const;
    [[nodiscard]] Json publishers() const;
    [[nodiscard]] Json quotas() const;
    [[nodiscard]] Json types() const;
    [[nodiscard]] Json request_ports(const PreparedAgent& agent, std::uint32_t flag) const;
    [[nodiscard]] Json router_agent(std::size_t agent) const;
    [[nodiscard]] Json durable_log() const;
    [[nodiscard]] Json message_names() const;
    [[nodiscard]] Json keys_of(std::size_t agent) const;
    void give_handles();

    const PreparedFleet* fleet_;
    HandleStore* handles_;
    const StateDirectory* state_;
    const RunDirectory* run_;
    std::map<std::string, Json> state_orders_;  ///< By agent.
    std::optional<RecorderPlace> recorder_;
    std::set<std::string> retiring_;
};

/// 128 random bits as 32 hexadecimal digits: what a link's peer must know.
[[nodiscard]] Result<std::string> random_token();

}  // namespace drover
