/// What agents of tests have in common that are given numbers and publish numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <drover/agent.hpp>

#include "runner/agent_setup.hpp"
#include "runner/deliveries.hpp"
#include "tests/host/runner/number_record.hpp"
#include "tests/host/runner/port_setups.hpp"

namespace drover {

class NumberAgent : public Agent {
public:
    static constexpr In<Number> in{0, "in", "in.>", "Numbers"};
    static constexpr Out<Number> out{1, "out", "out.>", "Numbers"};
    static constexpr auto ports = drover::ports(in, out);

    using Agent::last_error;
    using Agent::publish;
    using Agent::topic;
};

/// The agent `name` of the fleet "test", as droverd would configure it.
inline AgentSetup number_agent_setup(const std::string& name,
                                     const drover_agent_description* description) {
    AgentSetup setup;
    setup.name = name;
    setup.fleet = "test";
    setup.handle = 3;
    setup.description = description;
    setup.ports = port_setups(NumberAgent::ports, DROVER_ENCODING_RECORDS, sizeof(Number));
    return setup;
}

/// A stream message of the agent "other", whose handle is 9. `number` must outlive it.
inline Delivery number_delivery(const Number& number,
                                std::uint64_t sequence,
                                std::string_view topic = "in.x") {
    Delivery delivery;
    delivery.topic = topic;
    delivery.publisher = "other";
    delivery.type = 1;
    delivery.id = {9, 1, sequence};
    delivery.topic_sequence = sequence;
    delivery.data = &number;
    delivery.bytes = sizeof(number);
    delivery.count = 1;
    delivery.record_size = sizeof(number);
    return delivery;
}

}  // namespace drover
