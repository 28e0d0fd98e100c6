#include "runner/simulation_children.hpp"

#include <utility>

#include <drover/extension/simulation.h>

#include "runner/backtest_arguments.hpp"

namespace drover {
namespace {

SimulationAnswer not_found(std::uint64_t token) {
    return {DROVER_E_NOT_FOUND, "There is no simulation " + std::to_string(token) + "."};
}

}  // namespace

SimulationChildren::SimulationChildren(std::filesystem::path program,
                                       std::filesystem::path fleet_file,
                                       std::filesystem::path fleet_copy)
    : program_(std::move(program)),
      fleet_file_(std::move(fleet_file)),
      fleet_copy_(std::move(fleet_copy)) {}

SimulationAnswer SimulationChildren::start(std::string_view request, std::uint64_t token) {
    if (children_.contains(token)) {
        return {DROVER_E_STATE, "Simulation " + std::to_string(token) + " is open already."};
    }
    if (children_.size() >= std::size_t{DROVER_SIMULATION_MOST}) {
        return {DROVER_E_STATE,
                std::to_string(DROVER_SIMULATION_MOST) +
                    " simulations are open already; one must end, or be read to its end, first."};
    }
    auto arguments = backtest_arguments(request, fleet_file_, fleet_copy_);
    if (!arguments) {
        return {DROVER_E_INVALID, arguments.error().message};
    }
    auto child =
        SimulationChild::start({program_, std::move(arguments.value()), fleet_file_.parent_path()});
    if (!child) {
        return {DROVER_E_IO, child.error().message};
    }
    children_[token] = std::move(child.value());
    return {};
}

SimulationAnswer SimulationChildren::read(std::uint64_t token) {
    const auto found = children_.find(token);
    if (found == children_.end()) {
        return not_found(token);
    }
    SimulationAnswer answer = found->second->newest();
    if (found->second->has_ended()) {
        children_.erase(found);
    }
    return answer;
}

SimulationAnswer SimulationChildren::cancel(std::uint64_t token) {
    return children_.erase(token) > 0 ? SimulationAnswer{} : not_found(token);
}

std::vector<int> SimulationChildren::descriptors() const {
    std::vector<int> descriptors;
    for (const auto& [token, child] : children_) {
        if (!child->has_ended()) {
            const auto own = child->descriptors();
            descriptors.insert(descriptors.end(), own.begin(), own.end());
        }
    }
    return descriptors;
}

void SimulationChildren::serve(const std::function<void(std::uint64_t)>& tell) {
    for (const auto& [token, child] : children_) {
        if (child->step()) {
            tell(token);
        }
    }
}

}  // namespace drover
