/// The supervisor's loop: waits for events of processes, people and time, and lets the decider
/// decide.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/line_channel.hpp"
#include "daemon/control_methods.hpp"
#include "daemon/control_server.hpp"
#include "daemon/daemon_options.hpp"
#include "daemon/fleet_view.hpp"
#include "daemon/service_manager.hpp"
#include "daemon/unit_processes.hpp"

namespace drover {

/// Members are destroyed last to first: the server before what it asks. One thread.
class SupervisorLoop {
public:
    /// `workplace` and what it names live longer; so do `guard`, the channel to the guard, and
    /// `service`.
    [[nodiscard]] static Result<std::unique_ptr<SupervisorLoop>> create(Workplace workplace,
                                                                        DaemonFacts facts,
                                                                        LineChannel& guard,
                                                                        ServiceManager& service);
    SupervisorLoop(const SupervisorLoop&) = delete;
    SupervisorLoop& operator=(const SupervisorLoop&) = delete;
    ~SupervisorLoop();

    /// Begins to watch signals (blocked by the caller) and the lifeline (-1: none).
    [[nodiscard]] Result<void> watch_outside(int lifeline);
    /// Starts the fleet and runs it until nothing of it is left. Returns false when the guard was
    /// lost: then the caller ends all descendants at once.
    [[nodiscard]] bool run();

    /// Logs what processes that were all killed had written.
    void read_outputs() { processes_.read_outputs(); }

private:
    SupervisorLoop(Workplace workplace, LineChannel& guard, ServiceManager& service);
    void serve_guard();
    void serve_signals();
    void serve_lifeline(int lifeline);
    void shut_down(const std::string& why);
    void tell_changes();
    [[nodiscard]] std::optional<Monotonic> next_deadline() const;

    Workplace place_;
    LineChannel& guard_;
    ServiceManager& service_;
    UnitProcesses processes_;
    std::unique_ptr<FleetSupervisor> supervisor_;
    std::optional<FleetView> view_;
    std::optional<PersonRequests> requests_;
    std::optional<ControlMethods> methods_;
    std::unique_ptr<ControlServer> server_;
    FileDescriptor signals_;
    Monotonic next_scan_{};
    Monotonic next_look_{};
};

}  // namespace drover
