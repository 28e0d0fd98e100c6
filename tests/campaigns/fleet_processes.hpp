/// Which process of a fleet under test is which, found without asking the fleet: what is to be
/// killed may be busy with anything.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "scenarios/marked_processes.hpp"

namespace drover::campaigns {

/// The processes that carry a mark, at one moment.
class FleetProcesses {
public:
    explicit FleetProcesses(const std::string& mark) : all_(scenarios::find_marked(mark)) {}

    /// The process of a role, -1 where there is none now.
    [[nodiscard]] pid_t agent(const std::string& name) const;
    [[nodiscard]] pid_t router() const;
    [[nodiscard]] pid_t guard() const;
    /// The guard's child.
    [[nodiscard]] pid_t supervisor() const;
    [[nodiscard]] bool is_empty() const { return all_.empty(); }

private:
    std::vector<scenarios::MarkedProcess> all_;
};

}  // namespace drover::campaigns
