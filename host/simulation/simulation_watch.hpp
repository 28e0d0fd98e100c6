/// What a simulation tells while it runs.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "runner/transport.hpp"

namespace drover {

/// How far a simulation has come.
struct SimulationProgress {
    std::uint64_t instants = 0;  ///< Moves of the clock by its owner.
    std::uint64_t deliveries = 0;
    std::uint64_t events = 0;  ///< Publications.
    std::int64_t began = 0;    ///< Of the fleet's time: the first instant; ns since the epoch.
    std::int64_t time = 0;     ///< The fleet's time now.
    double seconds = 0;        ///< Of wall time since the first start.
};

/// Called on the simulation's thread; empty functions cost nothing.
struct SimulationWatch {
    /// At most five times a second, and not at the end.
    std::function<void(const SimulationProgress&)> progress = {};
    /// Every publication, in order; the views live until it returns.
    std::function<void(const PublishedMessage&)> event = {};
};

}  // namespace drover
