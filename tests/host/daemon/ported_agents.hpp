/// Agents of a fleet with the ports that a test wants, without their plugins.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fleet/fleet.hpp"

namespace drover::test {

struct Port {
    std::uint32_t flags = 0;  ///< DROVER_PORT_...
    std::string topic;
    std::shared_ptr<const MessageType> type{};
    std::shared_ptr<const MessageType> reply_type{};
};

/// The last agent of the fleet now. A port has the name of its topic.
inline AgentConfig& add_agent(PreparedFleet& fleet,
                              const std::string& name,
                              const std::vector<Port>& ports) {
    auto library = std::make_shared<LibraryDescription>();
    AgentDescription& about = library->agents.emplace_back();
    for (const Port& wanted : ports) {
        about.ports.push_back(
            {wanted.topic, wanted.flags, wanted.topic, wanted.type, wanted.reply_type, ""});
    }
    PreparedAgent& prepared = fleet.agents.emplace_back();
    prepared.library = library;
    prepared.description = library->agents.data();
    AgentConfig& config = fleet.config.agents.emplace_back();
    config.name = name;
    return config;
}

}  // namespace drover::test
