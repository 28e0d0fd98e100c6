/// A fleet whose plugins are described by hand and need not exist.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fleet/fleet.hpp"

namespace drover {

class DescribedFleet : public testing::Test {
protected:
    struct Port {
        std::uint32_t flags;
        std::string topic;
        std::string type;
    };

    AgentConfig& add(const std::string& name, const std::vector<Port>& ports) {
        auto library = std::make_shared<LibraryDescription>();
        AgentDescription& about = library->agents.emplace_back();
        about.name = name;
        for (const Port& wanted : ports) {
            PortDescription& port = about.ports.emplace_back();
            port.name = wanted.topic;
            port.flags = wanted.flags;
            port.topic = wanted.topic;
            if (!wanted.type.empty()) {
                auto type = std::make_shared<MessageType>();
                type->name = wanted.type;
                port.type = type;
            }
        }
        PreparedAgent& prepared = fleet_.agents.emplace_back();
        prepared.library = library;
        prepared.description = library->agents.data();
        AgentConfig& config = fleet_.config.agents.emplace_back();
        config.name = name;
        config.plugin = name;
        return config;
    }

    PreparedFleet fleet_;
};

}  // namespace drover
