#include "daemon/supervisor_process.hpp"

#include <csignal>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/line_channel.hpp"
#include "base/logging.hpp"
#include "daemon/applied_files.hpp"
#include "daemon/custody.hpp"
#include "daemon/fleet_reading.hpp"
#include "daemon/hand_over.hpp"
#include "daemon/service_manager.hpp"
#include "daemon/supervisor_loop.hpp"
#include "daemon/take_over.hpp"
#include "process/process_tree.hpp"
#include "process/state_lock.hpp"

namespace drover {
namespace {

constexpr int channel_descriptor = 3;
constexpr int lock_descriptor = 5;
constexpr int packets_descriptor = 8;
constexpr int failed = 1;
constexpr int given_up = 70;  // EX_SOFTWARE of sysexits.h: an agent passed its restart_limit.

/// Signals are read from a descriptor; without a reader a write must not end the program.
void block_signals() {
    sigset_t watched;
    ::sigemptyset(&watched);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD}) {
        ::sigaddset(&watched, signal);
    }
    ::sigprocmask(SIG_BLOCK, &watched, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

std::filesystem::path program_of_this_process() {
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored);
}

/// The parts of the supervisor that live as long as the fleet, in the order of their making.
class SupervisorProcess {
public:
    SupervisorProcess(const DaemonOptions& options, std::filesystem::path programs)
        : options_(options),
          programs_(std::move(programs)),
          lock_(StateLock::adopt(lock_descriptor)),
          guard_(FileDescriptor(channel_descriptor)),
          packets_(FileDescriptor(packets_descriptor)),
          guard_pid_(::getppid()) {
        ::fcntl(channel_descriptor, F_SETFD, FD_CLOEXEC);
        ::fcntl(lock_descriptor, F_SETFD, FD_CLOEXEC);
        ::fcntl(packets_descriptor, F_SETFD, FD_CLOEXEC);
    }

    int run() {
        // While plugins are described nobody looks at the guard's channel.
        ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        const auto prepared = prepare();
        if (!prepared) {
            faults_.push_back(prepared.error().message);
        }
        if (!faults_.empty() && take_over_ && take_over_->went_back.empty()) {
            const std::string why = faults_.front() + " The droverd before it goes on.";
            service_.return_to_environment();
            faults_.push_back(return_to_former(*take_over_, why, handed_over()).message);
        }
        if (!faults_.empty()) {
            say_ended("the fleet cannot start: " + faults_.front());
            report_faults(options_.ready, faults_);
            return failed;
        }
        ::prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
        report_started(options_.ready, run_->path());
        FileDescriptor(options_.ready).close();
        if (::getppid() != guard_pid_) {
            say_ended("the guard was lost while the fleet was read");
            return end_at_once();
        }
        if (take_over_) {
            close_originals(*take_over_);
        }
        return run_to_the_end();
    }

private:
    int run_to_the_end() {
        while (true) {
            switch (loop_->run()) {
                case SupervisorLoop::End::in_order:
                    return end_in_order();
                case SupervisorLoop::End::guard_is_lost:
                    return end_at_once();
                case SupervisorLoop::End::upgrade:
                    loop_->upgrade_failed(become(loop_->next_program()).message);
                    break;
            }
        }
    }

    /// Another program goes on in this process. Returns only when it cannot.
    Error become(const std::filesystem::path& program) {
        constexpr int no_descriptor = -1;
        DaemonOptions next = options_;
        next.ready = no_descriptor;  // Who waited for the start was told long ago.
        log_->info("droverd is replaced by " + program.string() + ".");
        recorder_->machine("upgrading", "droverd is replaced by " + program.string());
        service_.return_to_environment();
        const Error error =
            replace_program(program,
                            next.for_supervisor(options_.lifeline, no_descriptor, false),
                            loop_->hand_over(),
                            handed_over());
        ServiceManager::from_environment(guard_pid_);  // Away from there again.
        return error;
    }

    /// What stays open for another program, beside all that belongs to units.
    [[nodiscard]] std::vector<int> handed_over() const {
        return {channel_descriptor, lock_descriptor, packets_descriptor, options_.lifeline};
    }

    Result<void> receive() {
        if (options_.take_over >= 0) {
            auto take_over = read_take_over(options_.take_over);
            if (!take_over) {
                return take_over.error();
            }
            take_over_.emplace(std::move(take_over.value()));
            auto inheritance = inheritance_of(*take_over_);
            if (!inheritance) {
                return inheritance.error();
            }
            inheritance_.emplace(std::move(inheritance.value()));
        } else if (options_.goes_on) {
            auto inheritance = receive_inheritance(packets_);
            if (!inheritance) {
                return inheritance.error();
            }
            inheritance_.emplace(std::move(inheritance.value()));
        }
        return success();
    }

    /// What happened before this run, for the record.
    void say_what_was() {
        if (take_over_ && take_over_->went_back.empty()) {
            log_->info("This droverd goes on in the place of another one: " + take_over_->why);
            recorder_->machine("upgraded", take_over_->why);
        } else if (take_over_) {
            loop_->upgrade_failed(take_over_->went_back);
        }
    }

    Result<void> prepare() {
        if (const auto received = receive(); !received) {
            return received;
        }
        auto run = RunDirectory::prepare(options_.state_directory);
        if (!run) {
            return run.error();
        }
        run_.emplace(std::move(run.value()));
        auto state = StateDirectory::open(options_.state_directory);
        if (!state) {
            return state.error();
        }
        state_.emplace(std::move(state.value()));
        auto log = DaemonLog::open(state_->log_of("droverd"));
        if (!log) {
            return log.error();
        }
        log_.emplace(std::move(log.value()));
        if (!inheritance_ && !RunRecord::read(state_->run_record()).has_ended) {
            // Guard and supervisor were killed both: what they left must not run beside its like.
            constexpr auto patience = std::chrono::seconds(5);
            kill_all_with_environment(
                life_variable, run_->path().filename().string() + "/", patience);
        }
        auto recorder = EventRecorder::open(*state_, DROVER_VERSION, take_over_.has_value());
        if (!recorder) {
            return recorder.error();
        }
        recorder_.emplace(std::move(recorder.value()));
        log_->begin_run(recorder_->run());
        if (auto loaded = load_fleet(); !loaded || !faults_.empty()) {
            return loaded;
        }
        return make_loop();
    }

    /// Fills faults_ when nothing may start.
    Result<void> load_fleet() {
        auto applied = AppliedFiles::open(state_->applied());
        if (!applied) {
            return applied.error();
        }
        applied_.emplace(std::move(applied.value()));
        auto read = inheritance_ ? read_applied_fleet(*applied_, programs_, *state_)
                                 : Result<ReadFleet>(read_fleet(options_.file, programs_, *state_));
        if (!read) {
            return read.error();
        }
        sources_ = std::move(read.value().sources);
        fleet_ = std::move(read.value().fleet);
        faults_ = std::move(read.value().faults);
        if (inheritance_ && faults_.empty()) {
            std::vector<std::string> units;
            for (const auto& [name, unit] : inheritance_->units) {
                units.push_back(name);
            }
            fleet_ = with_instances_of(std::move(fleet_), units);
        }
        if (options_.fresh && !inheritance_ && faults_.empty()) {
            return state_->forget_agents();
        }
        return success();
    }

    Result<void> make_loop() {
        for (const AgentConfig& agent : fleet_.config.agents) {
            const auto longest = run_->link_endpoint(agent.name, ~std::uint32_t{0});
            if (!longest) {
                return longest.error();
            }
        }
        if (const auto kept = log_->keep(fleet_.config.log); !kept) {
            return kept;
        }
        if (const auto checked = state_->check_handles(); !checked) {
            return checked;
        }
        auto handles = HandleStore::open(state_->handles());
        if (!handles) {
            return handles.error();
        }
        handles_.emplace(std::move(handles.value()));
        auto messages = FleetMessages::create(fleet_, *handles_, *state_, *run_);
        if (!messages) {
            return messages.error();
        }
        messages_.emplace(std::move(messages.value()));
        auto events = EventLoop::create();
        if (!events) {
            return events.error();
        }
        events_.emplace(std::move(events.value()));
        if (const auto kept = keep_file(); !kept) {
            return kept;
        }
        custody_ = Custody(std::move(packets_));
        auto loop = SupervisorLoop::create({*events_,
                                            fleet_,
                                            *handles_,
                                            *messages_,
                                            *state_,
                                            *run_,
                                            *log_,
                                            *recorder_,
                                            programs_,
                                            custody_},
                                           *applied_,
                                           facts(),
                                           guard_,
                                           service_);
        if (!loop) {
            return loop.error();
        }
        loop_ = std::move(loop.value());
        const bool adopts = take_over_ ? take_over_->is_adopting
                            : inheritance_
                                ? true
                                : fleet_.config.on_supervisor_death == OnSupervisorDeath::adopt;
        if (adopts) {
            custody_.begin();
        }
        if (inheritance_) {
            if (const auto gone_on = loop_->go_on_with(*inheritance_, guard_pid_); !gone_on) {
                return gone_on;
            }
        }
        if (const auto watched = loop_->watch_outside(options_.lifeline); !watched) {
            return watched;
        }
        if (adopts && take_over_) {
            custody_.name_program(program_of_this_process());
        }
        say_what_was();
        return success();
    }

    /// What the fleet starts with is the first that a rollback can return to.
    Result<void> keep_file() {
        FleetSources sources = sources_;
        sources.file = fleet_.config.file;
        return applied_->keep(sources, "drover up");
    }

    [[nodiscard]] DaemonFacts facts() const {
        return {guard_pid_,
                started_,
                DROVER_VERSION,
                warnings(),
                recorder_->run(),
                program_of_this_process(),
                {}};
    }

    [[nodiscard]] std::vector<std::string> warnings() const {
        std::vector<std::string> warnings = texts_of(fleet_.config.warnings);
        for (const std::string& fault : texts_of(fleet_.unloadable)) {
            warnings.push_back(fault);
        }
        for (const std::string& warning : warnings) {
            log_->warning(warning);
        }
        return warnings;
    }

    /// What no unit is known to own may still be there.
    int end_in_order() {
        constexpr auto patience = std::chrono::seconds(5);
        const bool has_given_up = loop_->has_given_up();
        loop_.reset();
        (void)handles_->give_back();  // Otherwise the next run only counts from further on.
        kill_all_descendants(patience);
        remove_run_directory();
        log_->info("The fleet has ended.");
        say_ended("the fleet has ended in order");
        return has_given_up ? given_up : 0;
    }

    int end_at_once() {
        constexpr auto patience = std::chrono::seconds(10);
        kill_all_descendants(patience);
        loop_->end_whole_run(patience);  // The guard's children too, if there are any.
        loop_->read_outputs();
        loop_.reset();
        remove_run_directory();
        return failed;
    }

    void say_ended(const std::string& why) {
        if (recorder_) {
            recorder_->ended(why);
        }
    }

    void remove_run_directory() const {
        std::error_code ignored;
        std::filesystem::remove_all(run_->path(), ignored);
    }

    const DaemonOptions& options_;
    std::filesystem::path programs_;
    StateLock lock_;
    LineChannel guard_;
    PacketChannel packets_;
    pid_t guard_pid_;
    /// Before any child is started, which must not inherit what it takes.
    ServiceManager service_ = ServiceManager::from_environment(guard_pid_);
    Monotonic started_ = monotonic_now();
    std::vector<std::string> faults_;
    std::optional<RunDirectory> run_;
    std::optional<StateDirectory> state_;
    mutable std::optional<DaemonLog> log_;
    std::optional<EventRecorder> recorder_;
    std::optional<TakeOver> take_over_;
    std::optional<Inheritance> inheritance_;
    Custody custody_;
    FleetSources sources_;  ///< Of agents.yaml.
    PreparedFleet fleet_;
    std::optional<AppliedFiles> applied_;
    std::optional<HandleStore> handles_;
    std::optional<FleetMessages> messages_;
    std::optional<EventLoop> events_;
    std::unique_ptr<SupervisorLoop> loop_;
};

}  // namespace

int run_supervisor(const DaemonOptions& options, const std::filesystem::path& programs) {
    open_log("droverd", LogLevel::info);
    block_signals();
    become_subreaper();
    SupervisorProcess supervisor(options, programs);
    return supervisor.run();
}

}  // namespace drover
