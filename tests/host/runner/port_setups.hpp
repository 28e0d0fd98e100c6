/// The ports of an agent of a test as droverd would describe them to the runner.
#pragma once

#include <cstdint>
#include <vector>

#include <drover/agent.hpp>

#include "runner/agent_setup.hpp"

namespace drover {

/// One setup a port, in the order of `ports`; all carry the message type with the handle 1.
template <typename Ports>
std::vector<PortSetup> port_setups(const Ports& ports,
                                   std::uint16_t encoding,
                                   std::uint32_t record_size) {
    std::vector<PortSetup> setups;
    for (const drover_port& port : ports) {
        PortSetup& setup = setups.emplace_back();
        setup.flags = port.flags;
        setup.name = port.name;
        setup.topic = port.topic;
        setup.type = 1;
        setup.encoding = encoding;
        setup.record_size = record_size;
    }
    return setups;
}

}  // namespace drover
