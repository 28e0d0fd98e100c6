/// What a simulation in a child does: which callback of which agent runs, and whether it takes
/// long.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/clock.hpp"
#include "command/callback_watch.hpp"
#include "fleet/fleet.hpp"
#include "process/status_page.hpp"

namespace drover {

/// Reads the child's status page. One thread.
class WatchedSimulation {
public:
    /// `fleet` is the one that is simulated, `page` the child's; both are lent.
    WatchedSimulation(const PreparedFleet& fleet, const StatusPageLayout& page);

    /// Call it a few times a second, with the child's process. Returns a sentence once for each
    /// callback that has run longer than the agent's heartbeat allows it to live, and longer than
    /// two seconds: a simulation ends nobody, because what comes out must not depend on the
    /// machine. Time for which the process waited for a processor does not count.
    [[nodiscard]] std::optional<std::string> look(Monotonic now, pid_t child);

    /// " while agent 'bad' (plugin /…/bad.so) was in on_message, port 'bars'", for who died there,
    /// and where its code was, when it left that. Empty while no plugin was called.
    [[nodiscard]] std::string last_place() const;

private:
    struct Agent {
        const AgentConfig* config;
        const AgentDescription* description;
    };
    [[nodiscard]] const Agent* agent() const;
    [[nodiscard]] std::string place_of(const Agent& agent) const;

    std::vector<Agent> agents_;  ///< Those that take part, by handle.
    CallbackWatch watch_;
    bool is_told_ = false;
};

}  // namespace drover
