/// What the supervisor asks of the world: the only way in which its decisions reach processes.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace drover {

/// Why an agent is asked to stop; the words of `stop` on the control channel.
enum class StopReason { requested, shutdown };

/// Starts and ends the processes of units. Implemented by the daemon and by tests. None of these
/// blocks. An implementation may report back at once (spawned, spawn_failed): the supervisor
/// handles that right after the event it is handling.
class AgentLauncher {
public:
    AgentLauncher() = default;
    AgentLauncher(const AgentLauncher&) = delete;
    AgentLauncher& operator=(const AgentLauncher&) = delete;
    virtual ~AgentLauncher() = default;

    /// Starts the unit's process; answered by `spawned` or `spawn_failed`.
    virtual void spawn(const std::string& name) = 0;
    /// Sends `stop` over the control channel; the unit should be gone by `deadline`.
    virtual void ask_to_stop(const std::string& name, StopReason reason, Monotonic deadline) = 0;
    /// Gives the unit, which runs, nothing more to do: no message, no timer, no request reaches it
    /// until `resume` or its end. `why` is a sentence for its log.
    virtual void pause(const std::string& name, const std::string& why) = 0;
    /// Gives it everything again, also what has waited.
    virtual void resume(const std::string& name) = 0;
    /// SIGTERM to every process of the unit's tree. Like kill_tree, it may find none left.
    virtual void terminate_tree(const std::string& name) = 0;
    /// SIGKILL to every process of the unit's tree. May be asked again while some are left.
    virtual void kill_tree(const std::string& name) = 0;
    /// SIGABRT to the unit's process, so that a core tells where it hung.
    virtual void abort(const std::string& name) = 0;
};

}  // namespace drover
