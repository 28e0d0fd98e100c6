/// The simulations of one live agent, each in a child process.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runner/simulation_child.hpp"
#include "runner/simulation_service.hpp"

namespace drover {

/// Implements drover.simulation/1 for the agent of this process. Its owner waits for `descriptors`
/// and calls `serve`. All on one thread, that of the process; the children are killed when this
/// object is destroyed.
class SimulationChildren final : public SimulationService {
public:
    /// `program` is the file of `drover`; `fleet_file` is the file of the running fleet, and
    /// `fleet_copy` what droverd keeps of it as it was applied; empty: nothing.
    SimulationChildren(std::filesystem::path program,
                       std::filesystem::path fleet_file,
                       std::filesystem::path fleet_copy = {});

    SimulationAnswer start(std::string_view request, std::uint64_t token) override;
    SimulationAnswer read(std::uint64_t token) override;
    SimulationAnswer cancel(std::uint64_t token) override;

    /// What to wait for.
    [[nodiscard]] std::vector<int> descriptors() const;
    /// Takes what the children have said and calls `tell` with the token of each that has news.
    void serve(const std::function<void(std::uint64_t)>& tell);
    /// Ends all of them.
    void kill_all() { children_.clear(); }

private:
    std::filesystem::path program_;
    std::filesystem::path fleet_file_;
    std::filesystem::path fleet_copy_;
    std::map<std::uint64_t, std::unique_ptr<SimulationChild>> children_;
};

}  // namespace drover
