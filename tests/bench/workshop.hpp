/// A folder with its stamp sheet in which one measurement happens, and the programs it starts.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/stamps.hpp"
#include "scenarios/fleet_status.hpp"
#include "scenarios/program.hpp"

namespace drover::bench {

using scenarios::FleetStatus;
using scenarios::Program;
using scenarios::ProgramResult;

/// Measures the programs in `folder` instead of those of this build. Before any measurement.
void measure_programs_in(const std::filesystem::path& folder);

/// Where the programs that are measured lie.
[[nodiscard]] std::filesystem::path program(const std::string& name);        ///< drover's own.
[[nodiscard]] std::filesystem::path bench_program(const std::string& name);  ///< Floors, peers.
[[nodiscard]] std::filesystem::path bench_plugin();
[[nodiscard]] std::filesystem::path repository();

/// Whatever was started in it is gone afterwards, also when the measuring process is killed.
class Workshop {
public:
    Workshop();
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;
    ~Workshop();

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] std::filesystem::path state_directory() const { return folder_ / "state"; }
    [[nodiscard]] std::filesystem::path sheet() const { return folder_ / "sheet"; }
    [[nodiscard]] Stamps& stamps() { return stamps_; }
    [[nodiscard]] const Stamps& stamps() const { return stamps_; }
    std::filesystem::path write(const std::string& name, const std::string& text) const;

    /// From now on every drover-agent process stamps its first moment.
    void stamp_new_processes();

    /// Starts a floor or peer; runs one to its end and throws when it fails.
    [[nodiscard]] Program start(const std::filesystem::path& program,
                                std::vector<std::string> arguments) const;
    [[nodiscard]] ProgramResult run(const std::filesystem::path& program,
                                    std::vector<std::string> arguments) const;
    /// Runs `drover ARGUMENTS…` on this workshop's own state directory; throws when it fails.
    ProgramResult drover(std::vector<std::string> arguments) const;
    /// The same; returns whether it succeeded.
    [[nodiscard]] bool can_drover(std::vector<std::string> arguments) const;
    /// Asks `drover status`.
    [[nodiscard]] FleetStatus status() const;
    /// The same; nothing while no droverd answers.
    [[nodiscard]] std::optional<FleetStatus> status_if_any() const;
    /// What all processes that were started here carry (scenarios/marked_processes.hpp).
    [[nodiscard]] const std::string& mark() const { return mark_; }

private:
    [[nodiscard]] scenarios::ProgramStart start_of(const std::filesystem::path& program,
                                                   std::vector<std::string> arguments) const;

    std::filesystem::path folder_;
    std::string mark_;
    std::vector<std::string> environment_;
    Stamps stamps_;
};

}  // namespace drover::bench
