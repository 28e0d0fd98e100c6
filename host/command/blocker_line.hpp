/// Who keeps a fleet from being down, told while one waits for it.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "command/fleet_snapshot.hpp"

namespace drover {

/// "waiting for risk (stopping: …; SIGTERM in 7 s); all that is left is killed in 41 s". Empty when
/// nothing blocks.
[[nodiscard]] std::string waiting_line(const FleetSnapshot& fleet);

/// The line on the standard error output: on a terminal drawn anew in place, so that it counts
/// down; elsewhere a line of its own every few seconds.
class BlockerLine {
public:
    BlockerLine();
    BlockerLine(const BlockerLine&) = delete;
    BlockerLine& operator=(const BlockerLine&) = delete;
    ~BlockerLine() { clear(); }

    void show(const FleetSnapshot& fleet);
    /// Takes the line off the terminal, so that something else can be said.
    void clear();

private:
    bool is_terminal_;
    bool is_shown_ = false;
    Monotonic next_{};
};

}  // namespace drover
