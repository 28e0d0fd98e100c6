#include "daemon/supervisor_loop.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "daemon/guard.hpp"
#include "daemon/hand_over.hpp"
#include "daemon/switch_signal.hpp"
#include "daemon/take_over.hpp"
#include "daemon/unit_plans.hpp"

namespace drover {
namespace {

/// How often the kill switch is looked at: nobody tells droverd of a change.
constexpr auto look_pause = std::chrono::milliseconds(400);
constexpr auto last_answers = std::chrono::milliseconds(500);

}  // namespace

SupervisorLoop::SupervisorLoop(Workplace workplace,
                               AppliedFiles& applied,
                               LineChannel& guard,
                               ServiceManager& service)
    : place_(workplace),
      applied_(applied),
      guard_(guard),
      service_(service),
      processes_(std::move(workplace)),
      files_(applied),
      stops_(place_.state.kept_stops(),
             [this](const char* event, const std::string& sentence) { tell(event, sentence); }),
      kill_switch_(place_.state.kill_switch()) {}

SupervisorLoop::~SupervisorLoop() = default;

Result<std::unique_ptr<SupervisorLoop>> SupervisorLoop::create(Workplace workplace,
                                                               AppliedFiles& applied,
                                                               DaemonFacts facts,
                                                               LineChannel& guard,
                                                               ServiceManager& service) {
    std::unique_ptr<SupervisorLoop> loop(
        new SupervisorLoop(std::move(workplace), applied, guard, service));
    const auto seed = static_cast<std::uint64_t>(wall_now());
    loop->schedules_.watch(loop->place_.fleet.config, wall_now());
    auto supervisor = FleetSupervisor::create(
        unit_plans(loop->place_.fleet, loop->schedules_, loop->stops_.read()),
        loop->processes_,
        seed,
        monotonic_now());
    if (!supervisor) {
        return supervisor.error();
    }
    loop->supervisor_ = std::move(supervisor.value());
    loop->supervisor_->limit_shutdown(loop->place_.fleet.config.shutdown_timeout);
    loop->processes_.report_to(*loop->supervisor_);
    loop->view_.emplace(std::move(facts),
                        loop->place_.fleet,
                        *loop->supervisor_,
                        loop->processes_,
                        loop->place_.state,
                        loop->place_.run);
    loop->requests_.emplace(
        loop->place_.fleet,
        *loop->supervisor_,
        [processes = &loop->processes_](const Json& order) {
            return processes->tell_router(order);
        },
        [loop = loop.get()](RpcPromise promise, RpcAnswer answer) {
            loop->server_->fulfil(promise, std::move(answer));
        },
        loop->place_.events.run());
    loop->processes_.report_replies_to(*loop->requests_);
    loop->make_application();
    loop->machine_.emplace(loop->place_.state.path(),
                           [loop = loop.get()](const char* event, const std::string& sentence) {
                               loop->tell(event, sentence);
                           });
    loop->view_->report_trouble_of(*loop->machine_);
    loop->view_->report_stops_of(loop->stops_);
    loop->make_upgrades();
    loop->view_->report_file_of(loop->files_);
    loop->methods_.emplace(*loop->supervisor_,
                           *loop->view_,
                           loop->place_.messages,
                           *loop->requests_,
                           loop->place_.events,
                           *loop->application_,
                           loop->processes_,
                           *loop->self_upgrade_,
                           *loop->plugin_upgrade_);
    auto server =
        ControlServer::open(loop->place_.run.control_socket(),
                            loop->place_.loop,
                            [loop = loop.get()](const std::string& method, const Json& params) {
                                return loop->with_stops_kept(loop->methods_->call(method, params));
                            });
    if (!server) {
        return server.error();
    }
    loop->server_ = std::move(server.value());
    loop->server_->refuse(
        [loop = loop.get()](pid_t peer) { return loop->processes_.is_in_sandbox(peer); });
    return loop;
}

void SupervisorLoop::make_application() {
    saves_.emplace(
        place_.loop, processes_.family(), place_.log, place_.programs, place_.state.path());
    application_.emplace(place_,
                         *supervisor_,
                         processes_,
                         schedules_,
                         applied_,
                         [this](std::vector<std::string> warnings) {
                             view_->warn_of(std::move(warnings));
                             watch_fleet_file();
                         });
    processes_.report_retired_to(
        [this](const std::vector<std::string>& names) { application_->retired(names); });
    watch_fleet_file();
}

void SupervisorLoop::make_upgrades() {
    const auto fulfil = [this](RpcPromise promise, RpcAnswer answer) {
        server_->fulfil(promise, std::move(answer));
    };
    self_upgrade_.emplace(
        place_.loop, processes_.family(), place_.fleet, place_.state.path(), fulfil);
    auto plugins = UpgradedPlugins::open(place_.state.upgraded());
    if (!plugins) {
        place_.log.error(plugins.error().message);
        plugins = UpgradedPlugins::none(place_.state.upgraded(), plugins.error().message);
    }
    plugin_upgrade_.emplace(
        place_, *supervisor_, processes_, *application_, std::move(plugins.value()), fulfil);
    processes_.report_changes_to(
        [this](const UnitChange& change) { plugin_upgrade_->heard(change); });
    view_->report_upgrades_of(plugin_upgrade_->plugins());
}

void SupervisorLoop::watch_fleet_file() {
    const FleetConfig& config = place_.fleet.config;
    saves_->watch(config.watch ? std::optional(config.file) : std::nullopt);
}

Result<void> SupervisorLoop::watch_outside(int lifeline) {
    sigset_t watched;
    ::sigemptyset(&watched);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD}) {
        ::sigaddset(&watched, signal);
    }
    signals_ = FileDescriptor(::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals_.is_open()) {
        return Error{ErrorKind::unavailable,
                     std::string("Cannot watch signals: ") + std::strerror(errno) + "."};
    }
    place_.loop.watch(signals_.number(), EPOLLIN, [this](std::uint32_t) { serve_signals(); });
    place_.loop.watch(guard_.descriptor(), EPOLLIN, [this](std::uint32_t) { serve_guard(); });
    if (place_.custody.descriptor() >= 0) {
        place_.loop.watch(place_.custody.descriptor(), EPOLLIN, [this](std::uint32_t) {
            processes_.hear_guard();
        });
    }
    if (lifeline >= 0) {
        place_.loop.watch(
            lifeline, EPOLLIN, [this, lifeline](std::uint32_t) { serve_lifeline(lifeline); });
    }
    return success();
}

Result<void> SupervisorLoop::go_on_with(Inheritance& inheritance, pid_t guard) {
    plugin_upgrade_->go_on();
    processes_.inherit(inheritance, guard);
    std::map<std::string, Json> memories;
    for (const auto& [name, unit] : inheritance.units) {
        memories[name] = unit.memory;
    }
    has_begun_ = true;
    if (inheritance.is_from_guard) {
        const std::string what = "the last supervisor (pid " + std::to_string(inheritance.from) +
                                 ") was lost: " + inheritance.why +
                                 "; this one goes on with the processes of the fleet";
        place_.log.warning(what + ".");
        place_.events.machine("adopted", what);
    }
    if (const auto resumed = supervisor_->resume(memories, monotonic_now()); !resumed) {
        return resumed;
    }
    processes_.catch_up(inheritance);
    stops_.keep_anew(supervisor_->kept_stopped());
    return success();
}

void SupervisorLoop::shut_down(const std::string& why) {
    if (!supervisor_->is_shutting_down()) {
        place_.log.info("The fleet is shut down: " + why + ".");
        place_.events.stopping(why, "");
        service_.stopping();
        supervisor_->shutdown(monotonic_now(), why);
    }
}

std::optional<std::string> SupervisorLoop::keep_stops_of_people() {
    return stops_.keep(supervisor_->wishes(), supervisor_->kept_stopped());
}

RpcAnswer SupervisorLoop::with_stops_kept(RpcAnswer answer) {
    const auto why_not = keep_stops_of_people();
    const auto* const said = std::get_if<std::unique_ptr<Json>>(&answer);
    if (why_not && said != nullptr) {
        (**said)["warning"] = *why_not;
    }
    return answer;
}

void SupervisorLoop::tell(const char* event, const std::string& sentence) {
    place_.log.warning(sentence);
    place_.events.machine(event, sentence);
}

void SupervisorLoop::note_given_up() {
    const auto& why = supervisor_->why_given_up();
    if (why && !has_given_up_) {
        has_given_up_ = true;
        place_.log.error("The fleet shuts down: " + *why);
        place_.events.stopping(*why, "");
        service_.stopping();
    }
}

void SupervisorLoop::serve_guard() {
    for (const std::string& word : guard_.read_lines()) {
        if (word == shutdown_now_word) {
            place_.log.warning("A second interrupt: every process is ended at once.");
            supervisor_->shutdown_now(monotonic_now());
        } else {
            shut_down("droverd was asked to end by a signal");
        }
    }
}

void SupervisorLoop::serve_signals() {
    signalfd_siginfo info{};
    while (::read(signals_.number(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        if (info.ssi_signo == SIGUSR1) {
            engage_by_signal(place_.state.kill_switch(),
                             "droverd",
                             static_cast<pid_t>(info.ssi_pid),
                             info.ssi_uid);
            next_look_ = {};  // The event follows at once.
        } else if (info.ssi_signo != SIGCHLD) {
            shut_down("the supervisor got a signal");
        }
    }
    processes_.check_trees();  // SIGCHLD: an orphan may have ended,
    has_child_news_ = true;    // or a signal has stopped a child.
}

void SupervisorLoop::serve_lifeline(int lifeline) {
    char block[256];
    const ssize_t got = ::read(lifeline, block, sizeof block);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        place_.loop.forget(lifeline);
        shut_down("the command that started it is gone");
    }
}

std::optional<Monotonic> SupervisorLoop::next_deadline() const {
    auto deadline = supervisor_->next_deadline();
    deadline = std::min(deadline.value_or(next_look_), next_look_);
    if (const auto scan = page_looks_.next(processes_.pause_between_scans())) {
        deadline = std::min(deadline.value_or(*scan), *scan);
    }
    if (const auto feeding = service_.next_feeding()) {
        deadline = std::min(deadline.value_or(*feeding), *feeding);
    }
    if (const auto standby = processes_.next_deadline()) {
        deadline = std::min(deadline.value_or(*standby), *standby);
    }
    if (const auto request = requests_->next_deadline()) {
        deadline = std::min(deadline.value_or(*request), *request);
    }
    if (const auto rehearsal = self_upgrade_->next_deadline()) {
        deadline = std::min(deadline.value_or(*rehearsal), *rehearsal);
    }
    if (const auto trial = plugin_upgrade_->next_deadline()) {
        deadline = std::min(deadline.value_or(*trial), *trial);
    }
    return deadline;
}

void SupervisorLoop::follow_schedules(Monotonic now) {
    const std::int64_t wall = wall_now();
    if (auto edges = schedules_.look(wall); !edges.empty()) {
        supervisor_->follow_schedules(std::move(edges), now);
        keep_stops_of_people();
    }
    // A look is due anyway soon; one that is due sooner need not wait for it.
    if (const auto next = schedules_.next_moment()) {
        const Nanoseconds left(std::max<std::int64_t>(*next - wall, 0));
        next_look_ = std::min(next_look_, now + std::min<Nanoseconds>(left, look_pause));
    }
}

void SupervisorLoop::tell_changes() {
    processes_.tell_changes();
    if (place_.custody.is_on() && supervisor_->is_shutting_down()) {
        place_.custody.end();
    }
    processes_.tell_guard();
    if (service_.is_told()) {
        service_.status(view_->sentence());
    }
}

TakeOver SupervisorLoop::hand_over() const {
    TakeOver take_over;
    take_over.units = processes_.hand_over();
    take_over.is_adopting = place_.custody.is_on();
    take_over.has_guards_children = processes_.has_guards_children();
    take_over.why = next_program_.string() + " goes on (" + self_upgrade_->by() + ")";
    return take_over;
}

void SupervisorLoop::upgrade_failed(const std::string& why) {
    place_.log.error("droverd was not replaced: " + why);
    place_.events.machine("upgrade_failed", why);
    view_->note_failed_upgrade(why);
}

SupervisorLoop::End SupervisorLoop::run() {
    processes_.recording().look(has_begun_);
    processes_.prepare_standby();
    if (!std::exchange(has_begun_, true)) {
        plugin_upgrade_->begin_anew();
        supervisor_->start_all(monotonic_now());
        keep_stops_of_people();  // `restart: always` has taken some back.
    }
    service_.ready(view_->sentence());
    while (!(supervisor_->is_shutting_down() && supervisor_->is_down())) {
        tell_changes();
        note_given_up();
        place_.loop.turn(next_deadline());
        if (guard_.is_ended()) {
            place_.log.error("The guard is gone; every process of the fleet is ended at once.");
            place_.events.ended("the guard is gone; every process of the fleet is ended at once");
            return End::guard_is_lost;
        }
        const Monotonic now = monotonic_now();
        if (std::exchange(has_child_news_, false)) {
            processes_.look_for_held(now);
        }
        supervisor_->tick(now);
        processes_.tick(now);
        service_.feed_watchdog(now);
        requests_->tick(now);
        application_->tick();
        self_upgrade_->tick(now);
        plugin_upgrade_->tick(now);
        if (self_upgrade_->is_due() && !supervisor_->is_shutting_down() &&
            processes_.rest_standby()) {
            next_program_ = self_upgrade_->take_program();
            tell_changes();
            server_->finish(last_answers);
            return End::upgrade;
        }
        if (const auto scan = page_looks_.next(processes_.pause_between_scans());
            scan && now >= *scan) {
            processes_.scan_pages(now);
            page_looks_.looked(now);
        }
        if (now >= next_look_) {
            if (const auto news = kill_switch_.look()) {
                place_.log.error(*news);
            }
            place_.events.look(now);
            processes_.tell_missing_lines(now);
            processes_.end_presumed(now);
            machine_->look(now, wall_now());
            stops_.look(now, supervisor_->kept_stopped());
            next_look_ = now + look_pause;
            follow_schedules(now);
        }
    }
    tell_changes();
    server_->finish(last_answers);
    return End::in_order;
}

}  // namespace drover
