/// The doing side of supervision: starts, watches and ends the processes of router and agents, and
/// tells the decider what happened to them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "daemon/agent_isolation.hpp"
#include "daemon/crash_reporter.hpp"
#include "daemon/custody.hpp"
#include "daemon/daemon_log.hpp"
#include "daemon/event_loop.hpp"
#include "daemon/event_recorder.hpp"
#include "daemon/family.hpp"
#include "daemon/fleet_messages.hpp"
#include "daemon/link_news.hpp"
#include "daemon/person_requests.hpp"
#include "daemon/process_life.hpp"
#include "daemon/recording_link.hpp"
#include "daemon/spares.hpp"
#include "daemon/standby_plan.hpp"
#include "daemon/zygotes.hpp"
#include "fleet/plugin_exchange.hpp"
#include "process/process_tree.hpp"
#include "supervisor/fleet_supervisor.hpp"

namespace drover {

/// The variable in the environment of every process of a fleet that tells which life of which unit
/// it belongs to: "RUN/NAME.LIFE", RUN being the name of the run directory.
inline constexpr const char* life_variable = "DROVER_LIFE";

[[nodiscard]] inline bool is_router(const std::string& name) {
    return name == router_unit_name;
}

struct Inheritance;
struct InheritedUnit;

/// What the processes work with. All is lent and must live longer.
struct Workplace {
    EventLoop& loop;
    PreparedFleet& fleet;  ///< Only who applies a new file changes it.
    HandleStore& handles;
    FleetMessages& messages;
    const StateDirectory& state;
    const RunDirectory& run;
    DaemonLog& log;
    EventRecorder& events;
    std::filesystem::path programs;  ///< The folder of drover-router and drover-agent.
    Custody& custody;
};

/// How the last process of a unit ended.
struct LastEnd {
    ExitStatus status;
    std::int64_t time = 0;  ///< Wall ns.
};

/// A cursor in the durable log whose agent is no receiver any more.
struct ParkedCursor {
    std::string name;
    std::uint64_t handled = 0;  ///< Everything up to this position.
};

/// One thread. Implements what the supervisor asks of the world.
class UnitProcesses final : public AgentLauncher {
public:
    explicit UnitProcesses(Workplace workplace);

    /// Who decides. Call it once, before anything is spawned. Lent.
    void report_to(FleetSupervisor& supervisor) { supervisor_ = &supervisor; }

    /// Who hears of every change before anything is spawned for it.
    void report_changes_to(std::function<void(const UnitChange&)> listener) {
        listener_ = std::move(listener);
    }
    /// Who waits for replies that come through the router. Lent.
    void report_replies_to(PersonRequests& requests) { requests_ = &requests; }
    /// Who hears that instances which are to leave are through with what they were given.
    void report_retired_to(std::function<void(const std::vector<std::string>&)> listener) {
        retired_ = std::move(listener);
    }
    /// Who records the fleet.
    [[nodiscard]] RecordingLink& recording() { return recording_; }
    /// Sends the router an order; false when none runs.
    [[nodiscard]] bool tell_router(const Json& order);

    /// @name Going on with the processes that another supervisor left.
    /// @{
    /// Takes over the processes of the fleet's units and ends all others of the run directory.
    /// `guard` is the process that is their parent now. Call it before the supervisor resumes.
    void inherit(Inheritance& inheritance, pid_t guard);
    /// Right after it has resumed: tells it what has happened to them since, and asks those that
    /// live how they are.
    void catch_up(const Inheritance& inheritance);
    /// What the guard has told.
    void hear_guard();
    /// The end of processes of which the guard has not told how they ended.
    void end_presumed(Monotonic now);
    /// Gives the guard what has changed.
    void tell_guard();
    /// All units for a program that goes on in this process, see TakeOver.
    [[nodiscard]] Json hand_over() const;
    [[nodiscard]] bool has_guards_children() const;
    /// Ends every process that was started for this run directory, whoever its parent is.
    void end_whole_run(Nanoseconds longest) const;
    /// @}

    void spawn(const std::string& name) override;
    void ask_to_stop(const std::string& name, StopReason reason, Monotonic deadline) override;
    void pause(const std::string& name, const std::string& why) override;
    void resume(const std::string& name) override;
    void terminate_tree(const std::string& name) override;
    void kill_tree(const std::string& name) override;
    void abort(const std::string& name) override;

    /// The fleet is another one now: tells router-independent news to the agents that run, and
    /// watches them by their new timeouts.
    void fleet_changed();
    /// By what the limits of an agent are held, by their keys.
    [[nodiscard]] std::map<std::string, std::string> isolation_of(const AgentConfig& agent) const {
        return drover::isolation_of(agent, isolation_.machine());
    }
    /// Whether a process belongs to an agent in a sandbox: what such a one asks is not heard.
    [[nodiscard]] bool is_in_sandbox(pid_t pid) const;
    /// The processes below this one, told apart by unit: to add a helper that is no unit.
    [[nodiscard]] Family& family() { return family_; }

    /// Logs and records the changes that the supervisor made and tells them to the router.
    void tell_changes();
    /// Reaps orphans; reports the trees that are empty now.
    void check_trees();
    /// After SIGCHLD: finds the processes that a signal has stopped or continued.
    void look_for_held(Monotonic now);
    /// Looks at the status pages for callbacks that run too long, and now and then for processes
    /// that a debugger holds.
    void scan_pages(Monotonic now);
    /// How long to wait before the pages are looked at again; nothing where there is none to look
    /// at.
    [[nodiscard]] std::optional<Nanoseconds> pause_between_scans() const;

    /// Makes what should stand by, and ends what should not: at the start and for another fleet.
    void prepare_standby();
    /// @name A second process for an agent with another plugin, loaded ahead; one at a time. The
    /// next start of the agent takes it when the fleet has that plugin by then.
    /// @{
    void prepare_candidate(const AgentConfig& agent) {
        candidates_.agent_is_ready(candidate_plan(agent));
    }
    [[nodiscard]] StandbyStatus candidate(const AgentConfig& agent) const {
        return candidates_.status(candidate_plan(agent));
    }
    void drop_candidate() { candidates_.keep({}); }
    /// @}

    /// @name The rehearsal of an agent's next plugin, see PluginRehearsal; one at a time.
    /// @{
    /// The rehearsal's name in logs and in the family. No agent can have it.
    [[nodiscard]] static std::string rehearsal_of(const std::string& agent) {
        return agent + "~rehearsal";
    }
    /// Where the copy of the agent's state lies, in a folder of its own.
    [[nodiscard]] std::filesystem::path state_copy_of(const std::string& agent) const;
    /// Asks the agent's process to write that copy; `copy_answer` of its life tells what came of
    /// it. False: there is no process that could be asked now.
    [[nodiscard]] bool ask_for_copy(const std::string& agent);
    /// All that the rehearsal's process needs, with its orders on their way. It makes the copy
    /// itself unless that `is_copied`.
    [[nodiscard]] Result<UnbornLife> prepare_rehearsal(const FleetEntry& entry, bool is_copied);
    /// No process of it is left.
    void rehearsal_is_over() {
        rehearsed_in_sandbox_.reset();
        copied_for_rehearsal_.reset();
    }
    /// @}

    /// Ends all that stands by: another program goes on in this process. False while a process is
    /// being copied; then nothing was ended.
    [[nodiscard]] bool rest_standby();
    /// Gives up on what stands by and does not answer.
    void tick(Monotonic now) { zygotes_.tick(now); }
    [[nodiscard]] std::optional<Monotonic> next_deadline() const {
        return zygotes_.next_deadline();
    }
    /// What stands by for an agent; nothing when nothing should.
    [[nodiscard]] std::optional<StandbyStatus> standby_of(const AgentConfig& agent) const;

    /// Says in their logs what they miss. Call it several times a second.
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
    /// Who is no receiver any more and still keeps the durable log from being trimmed, as the
    /// router told.
    [[nodiscard]] const std::vector<ParkedCursor>& parked() const { return parked_; }

private:
    /// A life whose process is being copied.
    struct Expected {
        UnbornLife life;
        bool is_cancelled = false;
    };

    [[nodiscard]] Result<void> start_router();
    /// Starts a process for an agent, by exec for the reason given. Returns false when it is there
    /// only later.
    [[nodiscard]] Result<bool> start_agent(const AgentConfig& config,
                                           const std::optional<std::string>& why_by_exec);
    [[nodiscard]] Result<LifeRequest> request_for(const AgentConfig& config, UnitLink& link);
    [[nodiscard]] Result<ProcessLife*> start(LifeRequest request);
    /// Adds what this agent alone is given; returns its config with the secrets in it.
    [[nodiscard]] Result<std::string> equip(LifeRequest& request, const AgentConfig& agent);
    /// How a life of this agent is held within its limits.
    [[nodiscard]] Result<LifeLimits> limits_of(const AgentConfig& agent, std::uint64_t life);
    /// The same for a life that an earlier supervisor began, whose secrets are hidden again.
    void hold_again(ProcessLife& life, AgentLog& log);
    void look_at_memory(ProcessLife& life, Monotonic now);
    /// Before the end of its process is told: whether the kernel ended it for its memory.
    void tell_breach(const ProcessLife& life, Monotonic now);
    ProcessLife& enter(UnbornLife unborn, Child child, AgentLog& log);
    [[nodiscard]] Result<AgentLog*> log_of(const std::string& name);
    [[nodiscard]] std::string mark_of(const std::string& name, const std::string& life) const;

    void tell_of_recorder();
    /// Tells the agents that are ready who publishes to them no more, or again, and so of the
    /// router. Not while the fleet shuts down, nor under a replay clock.
    void tell_links();
    [[nodiscard]] std::optional<std::string> why_lost(const std::string& unit) const;
    void begin(const std::string& name, const std::optional<std::string>& why_by_exec);
    void copied(const std::string& name, Child copy);
    void not_copied(const std::string& name, const std::string& why);
    void cancel_start(const std::string& name);
    /// Has the router bind the link of a life for its process.
    void order_link(const ProcessLife& life);
    [[nodiscard]] bool order_copy(const StandbyPlan& plan, UnbornLife& unborn);
    [[nodiscard]] StandbyPlan standby_plan(const AgentConfig& config) const;
    [[nodiscard]] StandbyPlan candidate_plan(const AgentConfig& config) const;
    [[nodiscard]] std::optional<SpareProcess> take_candidate(const AgentConfig& config);
    void stand_by_again(const std::string& name);

    void watch(ProcessLife& life);
    void watch_output(OutputPipe& output);
    void await_lines(ProcessLife& life);
    void hear_line(ProcessLife& life, std::string_view line);
    void send(ProcessLife& life, const Json& message);
    void serve_channel(const std::string& name, std::uint32_t events);
    void hear(ProcessLife& life, const std::string& line);
    void hear_event(ProcessLife& life, const Json& message);
    void process_ended(const std::string& name);
    void end_life(const std::string& name, const ExitStatus& status, Monotonic when);
    void keep(const std::string& name);
    [[nodiscard]] Result<void> inherit(const std::string& name,
                                       InheritedUnit& unit,
                                       bool is_from_guard);
    [[nodiscard]] Json last_end_of(const std::string& name) const;
    [[nodiscard]] std::string run_name() const;
    void bury(const std::string& name);
    void signal_tree(const std::string& name, int signal);
    void scan(ProcessLife& life, Monotonic now);
    /// Gives the agent's files to the user it runs as, and lets that user reach what it needs.
    [[nodiscard]] Result<void> open_to_user(const AgentConfig& agent);
    /// Removes a copy that came too late for the rehearsal that wanted it.
    void drop_unwanted_copy(const std::string& agent) const;
    void judge_hang(ProcessLife& life, std::optional<Nanoseconds> busy, Monotonic now);
    void look_whether_held(ProcessLife& life, Monotonic now);

    [[nodiscard]] ProcessLife* find(const std::string& name);
    [[nodiscard]] ProcessLife* live_router();

    Workplace place_;
    FleetSupervisor* supervisor_ = nullptr;
    std::function<void(const std::vector<std::string>&)> retired_;
    PersonRequests* requests_ = nullptr;
    std::function<void(const UnitChange&)> listener_;
    Family family_;
    CrashReporter crashes_;
    AgentIsolation isolation_;
    RecordingLink recording_;
    LinkNews link_news_;
    Zygotes zygotes_;
    Spares spares_;
    Spares candidates_;
    std::uint64_t next_spare_ = 1;
    std::optional<std::string> rehearsed_in_sandbox_;  ///< The name of a rehearsal in a sandbox.
    std::optional<std::string> copied_for_rehearsal_;  ///< Whose state is copied for one.
    std::map<std::string, Expected> expected_;
    std::map<std::string, std::unique_ptr<AgentLog>> logs_;  ///< Outlive the lives.
    std::map<std::string, std::unique_ptr<ProcessLife>> lives_;
    std::map<std::string, LastEnd> last_ends_;
    std::vector<std::string> replay_waits_for_;
    std::vector<ParkedCursor> parked_;
};

}  // namespace drover
