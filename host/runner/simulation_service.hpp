/// What a runner asks of whoever runs simulations for its agent (drover.simulation/1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <drover/status.h>

namespace drover {

/// What a call of drover.simulation/1 answers.
struct SimulationAnswer {
    drover_status status = DROVER_OK;
    std::string text;  ///< The JSON to write, or the sentence of a failure.
};

/// The functions of drover.simulation/1, with the meanings of <drover/extension/simulation.h>.
/// Called on the agent thread.
class SimulationService {
public:
    SimulationService() = default;
    SimulationService(const SimulationService&) = delete;
    SimulationService& operator=(const SimulationService&) = delete;
    virtual ~SimulationService() = default;

    virtual SimulationAnswer start(std::string_view request, std::uint64_t token) = 0;
    virtual SimulationAnswer read(std::uint64_t token) = 0;
    virtual SimulationAnswer cancel(std::uint64_t token) = 0;
};

}  // namespace drover
