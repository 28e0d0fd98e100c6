// The rest of UnitProcesses: how a unit gets a process, by exec, from a zygote or from a spare.
#include <csignal>
#include <utility>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "daemon/unit_processes.hpp"

namespace drover {

void UnitProcesses::spawn(const std::string& name) {
    // The router must hear of the last life's end before it hears of the new life's link.
    tell_changes();
    if (!is_router(name)) {
        begin(name, std::nullopt);
        return;
    }
    if (const auto started = start_router(); started) {
        keep(name);  // At once: of a process that the guard does not know nobody goes on with.
        supervisor_->spawned(name, monotonic_now());
    } else {
        supervisor_->spawn_failed(name, started.error().message, monotonic_now());
    }
}

void UnitProcesses::begin(const std::string& name, const std::optional<std::string>& why_by_exec) {
    const AgentConfig* const config = place_.fleet.config.find(name);
    const auto started = config == nullptr
                             ? Result<bool>(Error{ErrorKind::unavailable, "it is being removed"})
                             : start_agent(*config, why_by_exec);
    if (!started && started.error().kind == ErrorKind::refused) {
        supervisor_->spawn_refused(name, started.error().message, monotonic_now());
    } else if (!started) {
        supervisor_->spawn_failed(name, started.error().message, monotonic_now());
    } else if (started.value()) {
        keep(name);
        supervisor_->spawned(name, monotonic_now());
    }
}

Result<AgentLog*> UnitProcesses::log_of(const std::string& name) {
    const AgentConfig* const agent = place_.fleet.config.find(name);
    const LogConfig& config = agent == nullptr ? place_.fleet.config.log : agent->supervision.log;
    auto& log = logs_[name];
    if (log) {
        const auto kept = log->keep(config);
        return kept ? Result<AgentLog*>(log.get()) : kept.error();
    }
    auto opened = AgentLog::open(place_.state.log_of(name), config);
    if (!opened) {
        return opened.error();
    }
    log = std::make_unique<AgentLog>(std::move(opened.value()));
    return log.get();
}

ProcessLife& UnitProcesses::enter(UnbornLife unborn, Child child, AgentLog& log) {
    const std::string unit = unborn.request.unit;
    const std::string mark = unborn.request.mark;
    std::vector<OpenFile> outputs = unborn.open_outputs();
    auto& life = lives_[unit];
    life = bear_life(std::move(unborn), std::move(child), log);
    await_lines(*life);
    family_.started(unit, life->child.pid, mark, std::move(outputs));
    watch(*life);
    keep(unit);  // At once: of a process that the guard does not know nobody goes on with.
    return *life;
}

Result<ProcessLife*> UnitProcesses::start(LifeRequest request) {
    const auto log = log_of(request.unit);
    if (!log) {
        return log.error();
    }
    request.run = place_.events.run();
    request.outlives_supervisor = place_.custody.is_on();
    auto unborn = prepare_life(std::move(request));
    if (!unborn) {
        return unborn.error();
    }
    auto child = launch(unborn.value().launch_request());
    if (!child) {
        return child.error();
    }
    return &enter(std::move(unborn.value()), std::move(child.value()), *log.value());
}

Result<void> UnitProcesses::start_router() {
    const auto epoch = place_.handles.next_epoch();
    if (!epoch) {
        return epoch.error();
    }
    LifeRequest request;
    request.unit = router_unit_name;
    request.program = place_.programs / "drover-router";
    request.mark = mark_of(request.unit, std::to_string(epoch.value()));
    request.life = epoch.value();
    request.hang_timeout = router_supervision().heartbeat.timeout;
    const auto router = start(std::move(request));
    if (!router) {
        return router.error();
    }
    place_.events.router_started(epoch.value(), router.value()->child.pid);
    send(*router.value(), place_.messages.configure_router(epoch.value()));
    for (const auto& [name, life] : lives_) {
        const bool is_known = place_.fleet.config.find(name) != nullptr;  // Not being removed.
        if (is_known && !life->has_ended) {
            send(*router.value(), FleetMessages::link(name, life->link, life->child.pid));
        }
    }
    for (const AgentConfig& agent : place_.fleet.config.agents) {
        const auto status = supervisor_->status(agent.name, monotonic_now());
        send(*router.value(), FleetMessages::agent_state(agent.name, text_of(status->state)));
    }
    return success();
}

Result<LifeRequest> UnitProcesses::request_for(const AgentConfig& config, UnitLink& link) {
    const auto incarnation = place_.handles.next_incarnation(config.name);
    if (!incarnation) {
        return incarnation.error();
    }
    auto endpoint = place_.run.link_endpoint(config.name, incarnation.value());
    if (!endpoint) {
        return endpoint.error();
    }
    auto token = random_token();
    if (!token) {
        return token.error();
    }
    link = {incarnation.value(), std::move(endpoint.value()), std::move(token.value()), {}};
    if (const SystemUser* const user = other_user_of(config)) {
        link.user = user->user;
    }
    const LaunchRequest launch = standby_plan(config).launch;
    LifeRequest request;
    request.unit = config.name;
    request.program = launch.program;
    request.arguments = launch.arguments;
    request.environment = launch.environment;
    request.mark = mark_of(config.name, std::to_string(incarnation.value()));
    request.run = place_.events.run();
    request.life = incarnation.value();
    request.hang_timeout = config.supervision.heartbeat.timeout;
    request.outlives_supervisor = place_.custody.is_on();
    return request;
}

Result<bool> UnitProcesses::start_agent(const AgentConfig& config,
                                        const std::optional<std::string>& why_by_exec) {
    const auto log = log_of(config.name);
    if (!log) {
        return log.error();
    }
    const StandbyPlan plan = standby_plan(config);
    std::string why = why_by_exec.value_or(why_no_standby(config).value_or(""));
    bool is_copied = false;
    std::optional<SpareProcess> spare = take_candidate(config);
    if (spare) {
        why.clear();
    } else if (plan.mode == Standby::zygote && !why_by_exec) {
        const Zygotes::Offer offer = zygotes_.offer_for(plan);
        if (offer.kind == Zygotes::Offer::Kind::soon) {
            return false;
        }
        is_copied = offer.kind == Zygotes::Offer::Kind::ready;
        why = offer.why;
    } else if (plan.mode == Standby::spare) {
        spare = spares_.take(plan, why);
    }
    UnitLink link;
    auto request = request_for(config, link);
    if (!request) {
        return request.error();
    }
    const auto config_text = equip(request.value(), config);
    if (!config_text) {
        return config_text.error();
    }
    if (const auto& user = request.value().limits.user; user && (spare || is_copied)) {
        // What stands by became this user earlier, and so nobody has looked for this life.
        if (auto looked = look_as(*user); !looked) {
            return looked.error();
        }
    }
    if (spare) {
        request.value().mark = spare->mark;
        spare->life.request = std::move(request.value());
    }
    auto prepared = spare ? Result<UnbornLife>(std::move(spare->life))
                          : prepare_life(std::move(request.value()));
    if (!prepared) {
        return prepared.error();
    }
    UnbornLife& unborn = prepared.value();
    unborn.link = std::move(link);
    // Before there is a process: it finds them when it looks first.
    const auto index = static_cast<std::size_t>(&config - place_.fleet.config.agents.data());
    unborn.channel.write_line(
        to_line(place_.messages.configure_agent(index, unborn.link, config_text.value())));
    unborn.channel.write_line(to_line(Json{{"do", "start"}}));
    if (is_copied && order_copy(plan, unborn)) {
        expected_.insert_or_assign(config.name, Expected{std::move(unborn), false});
        return false;
    }
    if (is_copied) {
        why = "its zygote could not be asked";
    }
    auto child = spare ? Result<Child>(std::move(spare->child)) : launch(unborn.launch_request());
    if (!child) {
        return child.error();
    }
    ProcessLife& life = enter(std::move(unborn), std::move(child.value()), *log.value());
    order_link(life);
    life.origin = spare ? Origin::spare : Origin::exec;
    life.why_by_exec = spare ? "" : why;
    if (!life.why_by_exec.empty()) {
        place_.log.warning(config.name + " was started by exec: " + why + ".");
    }
    return true;
}

void UnitProcesses::order_link(const ProcessLife& life) {
    if (ProcessLife* const router = live_router()) {
        send(*router, FleetMessages::link(life.unit, life.link, life.child.pid));
    }
}

bool UnitProcesses::order_copy(const StandbyPlan& plan, UnbornLife& unborn) {
    Zygotes::Order order;
    order.mark = unborn.request.mark;
    order.output = unborn.output.writing.number();
    order.errors = unborn.errors.writing.number();
    order.channel = unborn.their_channel.number();
    order.page = unborn.page.descriptor();
    order.outputs = unborn.open_outputs();
    if (!zygotes_.order(plan, order)) {
        return false;
    }
    family_.expects(plan.unit, order.mark, order.outputs);
    unborn.close_their_ends();
    return true;
}

void UnitProcesses::copied(const std::string& name, Child copy) {
    auto node = expected_.extract(name);
    const auto log = log_of(name);
    if (node.empty() || !log) {
        send_signal(copy, SIGKILL);
        return;
    }
    ProcessLife& life = enter(std::move(node.mapped().life), std::move(copy), *log.value());
    order_link(life);
    life.origin = Origin::zygote;
    if (node.mapped().is_cancelled) {
        life.is_condemned = true;
        send_signal(life.child, SIGKILL);
    } else {
        keep(name);
        supervisor_->spawned(name, monotonic_now());
    }
    if (expected_.empty()) {
        family_.look();  // What it left unreaped while it could have been this one.
    }
}

void UnitProcesses::not_copied(const std::string& name, const std::string& why) {
    const auto node = expected_.extract(name);
    family_.forget(name);
    if (node.empty()) {
        return;
    }
    if (node.mapped().is_cancelled) {
        supervisor_->spawn_failed(name, "it was stopped before it had a process", monotonic_now());
    } else {
        begin(name, why);
    }
}

void UnitProcesses::cancel_start(const std::string& name) {
    if (zygotes_.forget(name)) {
        supervisor_->spawn_failed(name, "it was stopped before it had a process", monotonic_now());
    }
    const auto found = expected_.find(name);
    if (found != expected_.end()) {
        found->second.is_cancelled = true;  // Its copy is ended once it is there.
    }
}

// --- standing by

StandbyPlan UnitProcesses::standby_plan(const AgentConfig& config) const {
    StandbyPlan plan;
    plan.unit = config.name;
    plan.mode = why_no_standby(config) ? Standby::none : config.supervision.standby;
    plan.plugin = config.plugin_file;
    plan.launch.program = place_.programs / "drover-agent";
    plan.launch.arguments = {"--live", config.name};
    plan.launch.environment = variables_of(config);
    plan.launch.user = standby_user(config, plan.launch.program);
    plan.launch.dies_with_parent = !place_.custody.is_on();
    return plan;
}

StandbyPlan UnitProcesses::candidate_plan(const AgentConfig& config) const {
    StandbyPlan plan = standby_plan(config);
    plan.mode = Standby::spare;
    return plan;
}

std::optional<SpareProcess> UnitProcesses::take_candidate(const AgentConfig& config) {
    std::string why_none;
    const StandbyPlan plan = candidate_plan(config);
    return candidates_.stands_for(plan) ? candidates_.take(plan, why_none) : std::nullopt;
}

void UnitProcesses::prepare_standby() {
    std::vector<StandbyPlan> plans;
    for (std::size_t i = 0; i < place_.fleet.config.agents.size(); ++i) {
        const AgentConfig& agent = place_.fleet.config.agents[i];
        if (agent.enabled && !place_.fleet.agents[i].cannot_run &&
            standby_plan(agent).mode != Standby::none) {
            plans.push_back(standby_plan(agent));
        }
    }
    zygotes_.keep(plans);
    spares_.keep(plans);
    for (const StandbyPlan& plan : plans) {
        const ProcessLife* const own = life(plan.unit);
        if (own != nullptr && own->is_ready) {
            stand_by_again(plan.unit);
        }
    }
}

bool UnitProcesses::rest_standby() {
    if (!expected_.empty()) {
        return false;
    }
    zygotes_.keep({});
    spares_.keep({});
    candidates_.keep({});
    return true;
}

void UnitProcesses::stand_by_again(const std::string& name) {
    const AgentConfig* const config = place_.fleet.config.find(name);
    if (config == nullptr || supervisor_->is_shutting_down()) {
        return;
    }
    const StandbyPlan plan = standby_plan(*config);
    if (plan.mode == Standby::zygote) {
        zygotes_.agent_is_ready(plan);
    } else if (plan.mode == Standby::spare) {
        spares_.agent_is_ready(plan);
    }
}

std::optional<StandbyStatus> UnitProcesses::standby_of(const AgentConfig& agent) const {
    if (const auto why = why_no_standby(agent)) {
        return StandbyStatus{StandbyStatus::State::none, std::nullopt, *why};
    }
    switch (agent.supervision.standby) {
        case Standby::none:
            return std::nullopt;
        case Standby::zygote:
            return zygotes_.status(standby_plan(agent));
        case Standby::spare:
            return spares_.status(standby_plan(agent));
    }
    return std::nullopt;
}

}  // namespace drover
