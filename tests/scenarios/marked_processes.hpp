/// Finds and ends the processes of one test by a variable in their environment, which every
/// descendant inherits, whatever sessions and parents it has.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace drover::scenarios {

/// The name of the variable.
inline constexpr const char* mark_variable = "DROVER_TEST_MARK";

/// A process that carries the mark.
struct MarkedProcess {
    pid_t pid = -1;
    pid_t parent = -1;
    std::string command;  ///< Its command line, for messages.
};

/// Every living process that carries DROVER_TEST_MARK=`mark`; zombies do not count.
[[nodiscard]] std::vector<MarkedProcess> find_marked(const std::string& mark);

/// Kills every such process until none is left.
void kill_marked(const std::string& mark);

/// Leaves a process behind that sleeps until this one has ended, however it ended, and then kills
/// what carries the mark and removes `folder`.
void clean_up_after_my_end(const std::string& mark, const std::string& folder);

}  // namespace drover::scenarios
