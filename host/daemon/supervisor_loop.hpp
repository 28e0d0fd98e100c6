/// The supervisor's loop: waits for events of processes, people and time, and lets the decider
/// decide.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/line_channel.hpp"
#include "daemon/control_methods.hpp"
#include "daemon/control_server.hpp"
#include "daemon/daemon_options.hpp"
#include "daemon/fleet_application.hpp"
#include "daemon/fleet_view.hpp"
#include "daemon/hang_watch.hpp"
#include "daemon/kept_stops.hpp"
#include "daemon/kill_switch_keeper.hpp"
#include "daemon/machine_watch.hpp"
#include "daemon/plugin_upgrade.hpp"
#include "daemon/save_watch.hpp"
#include "daemon/schedule_watch.hpp"
#include "daemon/self_upgrade.hpp"
#include "daemon/service_manager.hpp"
#include "daemon/unit_processes.hpp"

namespace drover {

struct TakeOver;

/// Members are destroyed last to first: the server before what it asks. One thread.
class SupervisorLoop {
public:
    /// `workplace` and what it names live longer; so do `applied`, the files that the fleet ran
    /// with, `guard`, the channel to the guard, and `service`.
    [[nodiscard]] static Result<std::unique_ptr<SupervisorLoop>> create(Workplace workplace,
                                                                        AppliedFiles& applied,
                                                                        DaemonFacts facts,
                                                                        LineChannel& guard,
                                                                        ServiceManager& service);
    SupervisorLoop(const SupervisorLoop&) = delete;
    SupervisorLoop& operator=(const SupervisorLoop&) = delete;
    ~SupervisorLoop();

    /// Begins to watch signals (blocked by the caller) and the lifeline (-1: none).
    [[nodiscard]] Result<void> watch_outside(int lifeline);
    /// Goes on with the processes that another supervisor left, in the place of starting the fleet.
    /// `guard` is their parent now. Fails when what is known of them cannot be understood.
    [[nodiscard]] Result<void> go_on_with(Inheritance& inheritance, pid_t guard);
    /// Why a run has returned.
    enum class End {
        in_order,       ///< Nothing of the fleet is left.
        guard_is_lost,  ///< The caller ends all descendants at once.
        upgrade         ///< Another program is to go on, see `next_program`.
    };
    /// Starts the fleet, or goes on with it, and runs it until one of these.
    [[nodiscard]] End run();
    /// The program that is to go on in this process.
    [[nodiscard]] const std::filesystem::path& next_program() const { return next_program_; }
    /// All that it needs.
    [[nodiscard]] TakeOver hand_over() const;
    /// It could not: this one goes on. Call `run` again.
    void upgrade_failed(const std::string& why);
    /// Whether the fleet shut itself down because of a restart_limit.
    [[nodiscard]] bool has_given_up() const { return has_given_up_; }

    /// Logs what processes that were all killed had written.
    void read_outputs() { processes_.read_outputs(); }
    /// Ends every process of this run directory, whoever its parent is.
    void end_whole_run(Nanoseconds longest) const { processes_.end_whole_run(longest); }

private:
    SupervisorLoop(Workplace workplace,
                   AppliedFiles& applied,
                   LineChannel& guard,
                   ServiceManager& service);
    void make_application();
    void make_upgrades();
    void watch_fleet_file();
    void serve_guard();
    void serve_signals();
    void serve_lifeline(int lifeline);
    void shut_down(const std::string& why);
    void note_given_up();
    /// Before anybody hears that a wish is taken: the answer says so where it is not kept.
    [[nodiscard]] RpcAnswer with_stops_kept(RpcAnswer answer);
    std::optional<std::string> keep_stops_of_people();
    /// For the log and the record.
    void tell(const char* event, const std::string& sentence);
    void tell_changes();
    void follow_schedules(Monotonic now);
    [[nodiscard]] std::optional<Monotonic> next_deadline() const;

    Workplace place_;
    AppliedFiles& applied_;
    LineChannel& guard_;
    ServiceManager& service_;
    UnitProcesses processes_;
    ScheduleWatch schedules_;
    std::unique_ptr<FleetSupervisor> supervisor_;
    std::optional<FleetView> view_;
    std::optional<PersonRequests> requests_;
    std::optional<SaveWatch> saves_;
    FileComparison files_;
    std::optional<FleetApplication> application_;
    std::optional<SelfUpgrade> self_upgrade_;
    std::optional<PluginUpgrade> plugin_upgrade_;
    std::filesystem::path next_program_;
    std::optional<ControlMethods> methods_;
    std::unique_ptr<ControlServer> server_;
    std::optional<MachineWatch> machine_;
    KeptStops stops_;
    KillSwitchKeeper kill_switch_;
    FileDescriptor signals_;
    PageLooks page_looks_;
    Monotonic next_look_{};
    bool has_begun_ = false;  ///< It goes on with what another one started.
    bool has_given_up_ = false;
    bool has_child_news_ = false;
};

}  // namespace drover
