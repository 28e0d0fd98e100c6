/// The doing side of supervision: starts, watches and ends the processes of router and agents, and
/// tells the decider what happened to them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "daemon/crash_reporter.hpp"
#include "daemon/daemon_log.hpp"
#include "daemon/event_loop.hpp"
#include "daemon/event_recorder.hpp"
#include "daemon/family.hpp"
#include "daemon/fleet_messages.hpp"
#include "daemon/person_requests.hpp"
#include "daemon/process_life.hpp"
#include "process/process_tree.hpp"
#include "supervisor/fleet_supervisor.hpp"

namespace drover {

/// What the processes work with. All is lent and must live longer.
struct Workplace {
    EventLoop& loop;
    const PreparedFleet& fleet;
    HandleStore& handles;
    const FleetMessages& messages;
    const StateDirectory& state;
    const RunDirectory& run;
    DaemonLog& log;
    EventRecorder& events;
    std::filesystem::path programs;  ///< The folder of drover-router and drover-agent.
};

/// How the last process of a unit ended.
struct LastEnd {
    ExitStatus status;
    std::int64_t time = 0;  ///< Wall ns.
};

/// One thread. Implements what the supervisor asks of the world.
class UnitProcesses final : public AgentLauncher {
public:
    explicit UnitProcesses(Workplace workplace)
        : place_(std::move(workplace)), crashes_(place_.state.crashes(), place_.fleet) {}

    /// Who decides. Call it once, before anything is spawned. Lent.
    void report_to(FleetSupervisor& supervisor) { supervisor_ = &supervisor; }

    /// Who waits for replies that come through the router. Lent.
    void report_replies_to(PersonRequests& requests) { requests_ = &requests; }
    /// Sends the router an order; false when none runs.
    [[nodiscard]] bool tell_router(const Json& order);

    void spawn(const std::string& name) override;
    void ask_to_stop(const std::string& name, StopReason reason, Monotonic deadline) override;
    void terminate_tree(const std::string& name) override;
    void kill_tree(const std::string& name) override;
    void abort(const std::string& name) override;

    /// Logs and records the changes that the supervisor made and tells them to the router.
    void tell_changes();
    /// Reaps orphans; reports the trees that are empty now.
    void check_trees();
    /// Looks at the status pages for callbacks that run too long.
    void scan_pages(Monotonic now);
    /// How long to wait before the pages are looked at again; nothing where there is none to look
    /// at.
    [[nodiscard]] std::optional<Nanoseconds> pause_between_scans() const;

    /// Says in their logs what they miss. Call it about ten times a second.
    void tell_missing_lines(Monotonic now);

    /// Logs what is left in the pipes of processes that were all killed.
    void read_outputs();

    /// The process that runs now; nullptr when there is none.
    [[nodiscard]] const ProcessLife* life(const std::string& name) const;
    [[nodiscard]] std::optional<LastEnd> last_end(const std::string& name) const;
    /// For whom a paused replay waits, as the router told.
    [[nodiscard]] const std::vector<std::string>& replay_waits_for() const {
        return replay_waits_for_;
    }

private:
    [[nodiscard]] Result<void> start_router();
    [[nodiscard]] Result<void> start_agent(std::size_t agent);
    [[nodiscard]] Result<ProcessLife*> start(LifeRequest request);
    [[nodiscard]] Result<AgentLog*> log_of(const std::string& name);
    [[nodiscard]] std::string mark_of(const std::string& name, std::uint64_t life) const;

    void watch(ProcessLife& life);
    void watch_output(OutputPipe& output);
    void send(ProcessLife& life, const Json& message);
    void serve_channel(const std::string& name, std::uint32_t events);
    void hear(ProcessLife& life, const std::string& line);
    void hear_event(ProcessLife& life, const Json& message);
    void process_ended(const std::string& name);
    void bury(const std::string& name);
    void signal_tree(const std::string& name, int signal);
    void scan(ProcessLife& life, Monotonic now);
    void notice_pause(ProcessLife& life, Monotonic now);
    void notice_resume(ProcessLife& life, Monotonic now);

    [[nodiscard]] ProcessLife* find(const std::string& name);
    [[nodiscard]] ProcessLife* live_router();
    [[nodiscard]] std::size_t index_of(const std::string& name) const;

    Workplace place_;
    FleetSupervisor* supervisor_ = nullptr;
    PersonRequests* requests_ = nullptr;
    Family family_;
    CrashReporter crashes_;
    std::map<std::string, std::unique_ptr<AgentLog>> logs_;  ///< Outlive the lives.
    std::map<std::string, std::unique_ptr<ProcessLife>> lives_;
    std::map<std::string, LastEnd> last_ends_;
    std::vector<std::string> replay_waits_for_;
};

}  // namespace drover
