/// `drover up` in the foreground: shows what changes until the fleet is gone or is told to go.
#pragma once

#include <csignal>
#include <filesystem>
#include <initializer_list>
#include <string>

#include "base/file_descriptor.hpp"
#include "command/droverd_start.hpp"

namespace drover {

/// Makes signals readable instead of deadly, until it is destroyed.
class StopSignals {
public:
    StopSignals() : StopSignals({SIGINT, SIGTERM, SIGHUP}) {}
    StopSignals(std::initializer_list<int> watched);
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    [[nodiscard]] int descriptor() const { return readable_.number(); }
    /// Whether one has come since the last call.
    [[nodiscard]] bool take() const;

private:
    sigset_t before_{};
    FileDescriptor readable_;
};

/// The fleet that was started.
struct FleetToWatch {
    std::string name;
    std::filesystem::path state_directory;
    std::size_t told_warnings = 0;  ///< Of droverd's, the first ones that were printed already.
};

/// Prints where to look next, then a line for each change of an agent. The first signal shuts the
/// fleet down in order and shows who blocks; the second one kills. Returns the exit code.
[[nodiscard]] int watch_in_foreground(const FleetToWatch& fleet,
                                      StartedDroverd& droverd,
                                      const StopSignals& signals);

}  // namespace drover
