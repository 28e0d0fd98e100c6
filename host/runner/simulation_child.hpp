/// One simulation in a child process: `drover backtest`, its progress and its outcome.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/line_channel.hpp"
#include "base/result.hpp"
#include "process/launcher.hpp"
#include "runner/simulation_service.hpp"

namespace drover {

/// How a child is started.
struct SimulationStart {
    std::filesystem::path program;       ///< `drover`.
    std::vector<std::string> arguments;  ///< Of `drover`, from backtest_arguments.
    std::filesystem::path folder;        ///< Its working directory.
};

/// Passive: its owner waits for the descriptors and calls `step`. Once the simulation has begun it
/// has a lower priority, so that it takes no time from the fleet beside it; looking at the plugins,
/// which has a time limit, comes before. The child stays in the session of the agent, dies with it,
/// and is killed when this object is destroyed. One thread, that of the process.
class SimulationChild {
public:
    [[nodiscard]] static Result<std::unique_ptr<SimulationChild>> start(
        const SimulationStart& start);
    SimulationChild(const SimulationChild&) = delete;
    SimulationChild& operator=(const SimulationChild&) = delete;
    /// Kills and reaps the child where it still runs; it cannot refuse.
    ~SimulationChild();

    /// What to wait for: readable means that `step` has something to do.
    [[nodiscard]] std::vector<int> descriptors() const;

    /// Takes what the child has said, and its end. True where `newest` has changed.
    bool step();

    /// PENDING with the latest progress (empty before the first), or the outcome: OK with the
    /// document, or a failure with its sentence.
    [[nodiscard]] const SimulationAnswer& newest() const { return newest_; }
    [[nodiscard]] bool has_ended() const { return newest_.status != DROVER_PENDING; }
    [[nodiscard]] pid_t pid() const { return child_.pid; }

private:
    SimulationChild(Child child,
                    FileDescriptor channel,
                    FileDescriptor output,
                    FileDescriptor errors);
    /// Lowers the priority of what the child has started.
    void yield() const;
    void read_output();
    void kill();
    [[nodiscard]] SimulationAnswer outcome(const ExitStatus& status) const;

    Child child_;
    LineChannel progress_;
    FileDescriptor output_;
    FileDescriptor errors_;
    std::string document_;
    std::string complaints_;
    SimulationAnswer newest_{DROVER_PENDING, ""};
    bool is_reaped_ = false;
};

/// The sentences among what a program wrote on its error output: without warnings and log lines,
/// and without the "drover: " before them. At most 2000 bytes.
[[nodiscard]] std::string sentences_of(const std::string& error_output);

}  // namespace drover
