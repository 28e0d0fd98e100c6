/// `drover record` beside a fleet under test, and the questions that its file answers.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {

/// `drover record ARGUMENTS…`, which is there and records what comes.
[[nodiscard]] Program started_recorder(const FleetUnderTest& fleet,
                                       std::vector<std::string> arguments);

/// Records from its construction to `finish`. Begun before `up`, it holds every life whole.
class RecorderProgram {
public:
    explicit RecorderProgram(const FleetUnderTest& fleet);

    /// Ends the recording, then the fleet.
    void finish();
    [[nodiscard]] std::string file() const { return "fleet.recording"; }
    /// What `drover ARGUMENTS… -o json` says; the test fails where it does not exit with
    /// `expected`.
    [[nodiscard]] Json asked(std::vector<std::string> arguments, int expected) const;

private:
    const FleetUnderTest& fleet_;
    Program program_;
};

}  // namespace drover::scenarios
