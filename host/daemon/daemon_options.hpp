/// droverd's arguments.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace drover {

struct DaemonOptions {
    std::filesystem::path file;
    std::filesystem::path state_directory;
    bool fresh = false;          ///< Remove the agents' state first.
    int lifeline = -1;           ///< A descriptor whose end asks for an orderly shutdown.
    int ready = -1;              ///< A descriptor for the one line that tells how the start went.
    bool is_supervisor = false;  ///< Not the guard, but its child. Nobody else passes this.
    bool is_rehearsal = false;   ///< Only tries whether it could go on with the fleet that runs.
    int take_over = -1;          ///< A descriptor with what another program has left: see TakeOver.
    bool goes_on = false;        ///< With the processes that another supervisor left.

    /// The arguments of the guard's child; `as_successor`: of one that goes on after another.
    [[nodiscard]] std::vector<std::string> for_supervisor(int lifeline_there,
                                                          int ready_there,
                                                          bool as_successor = false) const;
};

/// Reads the arguments without the program's name. Fails with `invalid` and a sentence.
[[nodiscard]] Result<DaemonOptions> read_daemon_options(const std::vector<std::string>& arguments);

/// What `droverd --help` prints.
[[nodiscard]] std::string daemon_usage();

/// Writes the one line of the start to `descriptor` (nothing for -1): {"ok": true, …} or
/// {"ok": false, "faults": […]}.
void report_started(int descriptor, const std::filesystem::path& run_directory);
void report_faults(int descriptor, const std::vector<std::string>& faults);

}  // namespace drover
