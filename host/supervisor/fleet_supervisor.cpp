/// One event at a time, names checked, then the fleet settles.
#include "supervisor/fleet_supervisor.hpp"

#include <algorithm>
#include <utility>

#include "base/names.hpp"
#include "supervisor/fleet.hpp"
#include "supervisor/unit_graph.hpp"

namespace drover {

namespace {

bool can_start(const Unit& unit) {
    return unit.plan.enabled && !unit.plan.cannot_run && !unit.is_leaving;
}

}  // namespace

SupervisionConfig router_supervision() {
    // Without the router no message flows, so it is tried at once and for ever: a cooldown of
    // seconds keeps a broken one from burning a core.
    SupervisionConfig config;
    config.restart = RestartMode::always;
    config.backoff = {.initial = std::chrono::milliseconds(5),
                      .factor = 2,
                      .longest = std::chrono::seconds(1),
                      .jitter = 0.1,
                      .reset_after = std::chrono::seconds(1)};
    config.restart_limit = {.max_restarts = 50,
                            .window = std::chrono::seconds(60),
                            .then = AfterLimit::cooldown,
                            .cooldown = std::chrono::seconds(5)};
    return config;
}

Result<std::unique_ptr<FleetSupervisor>> FleetSupervisor::create(std::vector<UnitPlan> units,
                                                                 AgentLauncher& launcher,
                                                                 std::uint64_t jitter_seed,
                                                                 Monotonic now) {
    auto graph = graph_of(units);
    if (!graph) {
        return graph.error();
    }
    std::vector<Unit> supervised;
    supervised.reserve(units.size());
    for (UnitPlan& plan : units) {
        const std::uint64_t seed = drover::jitter_seed(jitter_seed, plan.name);
        supervised.emplace_back(std::move(plan), seed);
    }
    auto fleet = std::make_unique<Fleet>(std::move(supervised), std::move(graph.value()), launcher);
    fleet->begin(now);
    return std::unique_ptr<FleetSupervisor>(new FleetSupervisor(std::move(fleet), jitter_seed));
}

FleetSupervisor::FleetSupervisor(std::unique_ptr<Fleet> fleet, std::uint64_t jitter_seed)
    : fleet_(std::move(fleet)), names_(fleet_->names()), jitter_seed_(jitter_seed) {}

FleetSupervisor::~FleetSupervisor() = default;

void FleetSupervisor::handle(Monotonic now, std::function<void()> wish) {
    are_all_touched_ = true;
    take_in(now, std::move(wish));
}

void FleetSupervisor::take_in(Monotonic now, std::function<void()> event) {
    events_.emplace_back(now, std::move(event));
    if (is_busy_) {
        return;
    }
    is_busy_ = true;
    while (!events_.empty()) {
        const auto [time, next] = std::move(events_.front());
        events_.pop_front();
        next();
        fleet_->settle(time);
        if (fleet_->let_go(time)) {
            names_ = fleet_->names();
        }
    }
    is_busy_ = false;
}

void FleetSupervisor::handle_of(const std::string& name,
                                Monotonic now,
                                std::function<void(Unit&)> event) {
    touched_.insert(name);
    // An event before this one may give the unit another number, or remove it.
    take_in(now, [this, name, event = std::move(event)] {
        const std::size_t number = fleet_->graph().find(name);
        if (number < fleet_->units().size()) {
            event(fleet_->units()[number]);
        }
    });
}

Result<std::vector<std::size_t>> FleetSupervisor::known(
    const std::vector<std::string>& names) const {
    if (fleet_->is_shutting_down()) {
        return Error{ErrorKind::unavailable, "The fleet is shutting down."};
    }
    std::vector<std::size_t> numbers;
    for (const std::string& name : names) {
        const std::size_t number = fleet_->graph().find(name);
        if (number == names_.size()) {
            return Error{
                ErrorKind::not_found,
                "There is no agent '" + name + "' in this fleet." + did_you_mean(name, names_)};
        }
        numbers.push_back(number);
    }
    return numbers;
}

Result<std::vector<std::size_t>> FleetSupervisor::startable(
    const std::vector<std::string>& names) const {
    auto numbers = known(names);
    if (!numbers) {
        return numbers;
    }
    for (const std::size_t number : numbers.value()) {
        const UnitPlan& plan = fleet_->units()[number].plan;
        if (!plan.enabled) {
            return Error{ErrorKind::refused,
                         "'" + plan.name +
                             "' is disabled in agents.yaml; set 'enabled: true' there and start "
                             "the fleet again."};
        }
        if (fleet_->units()[number].is_leaving) {
            return Error{ErrorKind::refused,
                         "'" + plan.name + "' was removed from agents.yaml and is ending."};
        }
        if (plan.cannot_run) {
            return Error{ErrorKind::refused, "'" + plan.name + "' cannot run: " + *plan.cannot_run};
        }
    }
    return numbers;
}

Result<std::vector<std::string>> FleetSupervisor::start(const std::vector<std::string>& names,
                                                        Monotonic now,
                                                        const std::string& by) {
    const auto numbers = startable(names);
    if (!numbers) {
        return numbers.error();
    }
    handle(now, [&] { fleet_->want(numbers.value(), {ChangeCause::person, by}, now); });
    return names;
}

Result<std::vector<std::string>> FleetSupervisor::stop(const std::vector<std::string>& names,
                                                       Monotonic now,
                                                       const std::string& by) {
    const auto numbers = known(names);
    if (!numbers) {
        return numbers.error();
    }
    for (const std::size_t number : numbers.value()) {
        const UnitPlan& plan = fleet_->units()[number].plan;
        if (plan.is_router) {
            return Error{ErrorKind::refused,
                         "'" + plan.name +
                             "' carries every message of the fleet and cannot be stopped alone; "
                             "'drover down' stops the whole fleet."};
        }
    }
    handle(now, [&] {
        for (const std::size_t number : numbers.value()) {
            fleet_->unwant(fleet_->units()[number], {StopCause::person, by}, now);
        }
    });
    return names;
}

Result<std::vector<std::string>> FleetSupervisor::restart(const std::vector<std::string>& names,
                                                          Monotonic now,
                                                          const std::string& by) {
    const auto numbers = startable(names);
    if (!numbers) {
        return numbers.error();
    }
    handle(now, [&] {
        for (const std::size_t number : numbers.value()) {
            fleet_->restart(fleet_->units()[number], {StopCause::person_restarts, by}, now);
        }
        fleet_->want_dependencies(numbers.value(), now);
    });
    return names;
}

std::vector<std::string> FleetSupervisor::agents_that_can_run() const {
    std::vector<std::string> names;
    for (const Unit& unit : fleet_->units()) {
        if (can_start(unit) && !unit.plan.is_router) {
            names.push_back(unit.plan.name);
        }
    }
    return names;
}

std::vector<std::string> FleetSupervisor::start_all(Monotonic now, const std::string& by) {
    std::vector<std::string> names = agents_that_can_run();
    for (const Unit& unit : fleet_->units()) {
        if (unit.plan.is_router) {
            names.push_back(unit.plan.name);
        }
    }
    const auto numbers = startable(names);
    if (!numbers) {
        return {};
    }
    if (by.empty()) {
        handle(now, [&] { fleet_->begin_to_want(numbers.value(), now); });
    } else {
        handle(now, [&] {
            fleet_->want_within_schedules(numbers.value(), {ChangeCause::person, by}, now);
        });
    }
    return names;
}

std::vector<std::string> FleetSupervisor::stop_all(Monotonic now, const std::string& by) {
    const auto stopped = stop(agents_that_can_run(), now, by);
    return stopped ? stopped.value() : std::vector<std::string>{};
}

std::vector<std::string> FleetSupervisor::restart_all(Monotonic now, const std::string& by) {
    std::vector<std::string> names = agents_that_can_run();
    std::vector<std::size_t> left_to_schedules;
    std::erase_if(names, [&](const std::string& name) {
        const std::size_t number = fleet_->graph().find(name);
        const Unit& unit = fleet_->units()[number];
        const bool is_left = is_outside_schedule(unit) && !has_process(unit.state);
        if (is_left) {
            left_to_schedules.push_back(number);
        }
        return is_left;
    });
    const auto restarted = restart(names, now, by);
    if (restarted) {
        handle(now, [&] {
            fleet_->want_within_schedules(left_to_schedules, {ChangeCause::person, by}, now);
        });
    }
    return restarted ? restarted.value() : std::vector<std::string>{};
}

void FleetSupervisor::shutdown(Monotonic now, const std::string& by) {
    handle(now, [this, now, by] { fleet_->shut_down(by, now); });
}

void FleetSupervisor::shutdown_now(Monotonic now, const std::string& by) {
    handle(now, [this, now, by] { fleet_->kill_everything(by, now); });
}

std::vector<std::string> FleetSupervisor::kept_stopped() const {
    std::vector<std::string> names;
    for (const Unit& unit : fleet_->units()) {
        if (unit.is_kept_stopped) {
            names.push_back(unit.plan.name);
        }
    }
    return names;
}

std::uint64_t FleetSupervisor::wishes() const {
    return fleet_->wishes();
}

bool FleetSupervisor::is_shutting_down() const {
    return fleet_->is_shutting_down();
}

const std::optional<std::string>& FleetSupervisor::why_given_up() const {
    return fleet_->why_given_up();
}

void FleetSupervisor::limit_shutdown(Nanoseconds longest) {
    fleet_->limit_shutdown(longest);
}

std::optional<Monotonic> FleetSupervisor::shutdown_deadline() const {
    return fleet_->shutdown_deadline();
}

bool FleetSupervisor::is_down() const {
    return units_with_process().empty();
}

std::vector<std::string> FleetSupervisor::units_with_process() const {
    std::vector<std::string> names;
    for (const Unit& unit : fleet_->units()) {
        if (has_process(unit.state)) {
            names.push_back(unit.plan.name);
        }
    }
    return names;
}

void FleetSupervisor::tick(Monotonic now) {
    take_in(now, [] {});
}

std::optional<Monotonic> FleetSupervisor::next_deadline() const {
    std::optional<Monotonic> nearest = fleet_->shutdown_deadline();
    for (const Unit& unit : fleet_->units()) {
        if (unit.deadline && (!nearest || *unit.deadline < *nearest)) {
            nearest = unit.deadline;
        }
    }
    return nearest;
}

std::optional<UnitStatus> FleetSupervisor::status(const std::string& name, Monotonic now) const {
    const std::size_t number = fleet_->graph().find(name);
    if (number == names_.size()) {
        return std::nullopt;
    }
    const Unit& unit = fleet_->units()[number];
    UnitStatus status;
    status.name = name;
    status.state = unit.state;
    status.health = unit.health;
    status.health_code = unit.health_code;
    status.reason = fleet_->reason(unit, now);
    status.changed = unit.changed;
    status.restarts = unit.restarts;
    // Also of one that a person has stopped since: `log skip` must not take another message for it.
    const bool is_down = unit.state == AgentState::failed ||
                         unit.state == AgentState::backing_off || unit.state == AgentState::stopped;
    if (is_down && unit.poison.position != 0 && unit.life.exit.position == unit.poison.position) {
        status.poison = unit.poison;
    }
    status.last_exit = unit.last_exit;
    if (unit.life.exited) {
        status.end = end_text(unit.life);
    }
    if (has_process(unit.state) && !unit.life.exited) {
        status.started = unit.life.started;
    }
    if (!has_process(unit.state)) {
        status.next_try = unit.deadline;
    }
    status.schedule = unit.plan.schedule;
    return status;
}

std::vector<UnitChange> FleetSupervisor::history(const std::string& name) const {
    const std::size_t number = fleet_->graph().find(name);
    if (number == names_.size()) {
        return {};
    }
    const auto& history = fleet_->units()[number].history;
    return {history.begin(), history.end()};
}

std::vector<UnitChange> FleetSupervisor::take_changes() {
    auto changes = fleet_->take_changes();
    for (const UnitChange& change : changes) {
        touched_.insert(change.name);
    }
    return changes;
}

}  // namespace drover
