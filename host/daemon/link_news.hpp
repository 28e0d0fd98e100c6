/// Which agents may publish what each agent's ports take: whose loss it is told.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json_value.hpp"
#include "fleet/fleet.hpp"

namespace drover {

/// Builds `links` of the control channel. Keys: docs/control_channel.md.
class LinkNews {
public:
    /// Why an agent or the router does not run, as a sentence; nothing when it does.
    using WhyLost = std::function<std::optional<std::string>(const std::string& unit)>;

    /// What one agent is told, and which links that says are lost, as text to compare; reasons
    /// change with the time and are not part of it.
    struct News {
        Json message;
        std::string lost;
    };

    /// The fleet is another one now.
    void fleet_changed() { publishers_.reset(); }
    /// `epoch`: no router that has ended had a later one.
    [[nodiscard]] News for_agent(const PreparedFleet& fleet,
                                 const std::string& agent,
                                 std::uint64_t epoch,
                                 const WhyLost& why_lost);

private:
    using Ports = std::vector<std::uint32_t>;
    /// By receiver, then by publisher.
    using Publishers = std::map<std::string, std::map<std::string, Ports>>;
    [[nodiscard]] static Publishers publishers_of(const PreparedFleet& fleet);

    std::optional<Publishers> publishers_;  ///< Worked out when somebody asks.
};

}  // namespace drover
