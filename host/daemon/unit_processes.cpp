#include "daemon/unit_processes.hpp"

#include <csignal>
#include <utility>

#include <sys/epoll.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"

namespace drover {
namespace {

bool is_router(const std::string& name) {
    return name == router_unit_name;
}

}  // namespace

ProcessLife* UnitProcesses::find(const std::string& name) {
    const auto found = lives_.find(name);
    return found == lives_.end() ? nullptr : found->second.get();
}

const ProcessLife* UnitProcesses::life(const std::string& name) const {
    const auto found = lives_.find(name);
    return found == lives_.end() || found->second->has_ended ? nullptr : found->second.get();
}

std::optional<LastEnd> UnitProcesses::last_end(const std::string& name) const {
    const auto found = last_ends_.find(name);
    return found == last_ends_.end() ? std::nullopt : std::optional(found->second);
}

ProcessLife* UnitProcesses::live_router() {
    ProcessLife* const router = find(router_unit_name);
    return router == nullptr || router->has_ended ? nullptr : router;
}

bool UnitProcesses::tell_router(const Json& order) {
    ProcessLife* const router = live_router();
    if (router != nullptr) {
        send(*router, order);
    }
    return router != nullptr;
}

std::size_t UnitProcesses::index_of(const std::string& name) const {
    const auto& agents = place_.fleet.config.agents;
    std::size_t index = 0;
    while (index < agents.size() && agents[index].name != name) {
        ++index;
    }
    return index;
}

std::string UnitProcesses::mark_of(const std::string& name, std::uint64_t life) const {
    return "DROVER_LIFE=" + place_.run.path().filename().string() + "/" + name + "." +
           std::to_string(life);
}

// --- starting

void UnitProcesses::spawn(const std::string& name) {
    // The router must hear of the last life's end before it hears of the new life's link.
    tell_changes();
    const auto started = is_router(name) ? start_router() : start_agent(index_of(name));
    if (started) {
        supervisor_->spawned(name, monotonic_now());
    } else if (started.error().kind == ErrorKind::refused) {
        supervisor_->spawn_refused(name, started.error().message, monotonic_now());
    } else {
        supervisor_->spawn_failed(name, started.error().message, monotonic_now());
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

Result<ProcessLife*> UnitProcesses::start(LifeRequest request) {
    const auto log = log_of(request.unit);
    if (!log) {
        return log.error();
    }
    request.run = place_.events.run();
    auto begun = begin_life(request, *log.value());
    if (!begun) {
        return begun.error();
    }
    auto& life = lives_[request.unit];
    life = std::move(begun.value());
    life->limits = std::move(request.limits);
    std::vector<OpenFile> outputs;
    for (const auto& output : life->outputs) {
        outputs.push_back(open_file(output->descriptor()));
    }
    await_lines(*life);
    family_.started(request.unit, life->child.pid, request.mark, std::move(outputs));
    watch(*life);
    return life.get();
}

Result<void> UnitProcesses::start_router() {
    const auto epoch = place_.handles.next_epoch();
    if (!epoch) {
        return epoch.error();
    }
    LifeRequest request;
    request.unit = router_unit_name;
    request.program = place_.programs / "drover-router";
    request.mark = mark_of(request.unit, epoch.value());
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
            send(*router.value(), FleetMessages::link(name, life->link));
        }
    }
    for (const AgentConfig& agent : place_.fleet.config.agents) {
        const auto status = supervisor_->status(agent.name, monotonic_now());
        send(*router.value(), FleetMessages::agent_state(agent.name, text_of(status->state)));
    }
    return success();
}

Result<void> UnitProcesses::start_agent(std::size_t agent) {
    const AgentConfig& config = place_.fleet.config.agents[agent];
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
    LifeRequest request;
    request.unit = config.name;
    request.program = place_.programs / "drover-agent";
    request.arguments = {"--live", config.name};
    request.mark = mark_of(config.name, incarnation.value());
    request.life = incarnation.value();
    request.hang_timeout = config.supervision.heartbeat.timeout;
    const auto config_text = equip(request, config);
    if (!config_text) {
        return config_text.error();
    }
    const auto started = start(std::move(request));
    if (!started) {
        return started.error();
    }
    ProcessLife& life = *started.value();
    life.link = {incarnation.value(), std::move(endpoint.value()), std::move(token.value())};
    if (ProcessLife* const router = live_router()) {
        send(*router, FleetMessages::link(config.name, life.link));
    }
    send(life, place_.messages.configure_agent(agent, life.link, config_text.value()));
    send(life, Json{{"do", "start"}});
    return success();
}

// --- watching

void UnitProcesses::watch(ProcessLife& life) {
    const std::string name = life.unit;
    place_.loop.watch(life.child.watch.number(), EPOLLIN, [this, name](std::uint32_t /*events*/) {
        process_ended(name);
    });
    place_.loop.watch(life.channel.descriptor(), EPOLLIN, [this, name](std::uint32_t events) {
        serve_channel(name, events);
    });
    for (const auto& output : life.outputs) {
        watch_output(*output);
    }
}

void UnitProcesses::watch_output(OutputPipe& output) {
    place_.loop.watch(output.descriptor(), EPOLLIN, [this, &output](std::uint32_t /*events*/) {
        if (!output.read_some()) {
            place_.loop.forget(output.descriptor());
        }
    });
}

void UnitProcesses::send(ProcessLife& life, const Json& message) {
    life.channel.write_line(to_line(message));
    if (life.channel.has_unsent()) {
        place_.loop.change(life.channel.descriptor(), EPOLLIN | EPOLLOUT);
    }
}

void UnitProcesses::serve_channel(const std::string& name, std::uint32_t events) {
    ProcessLife* const life = find(name);
    if (life == nullptr) {
        return;
    }
    if ((events & EPOLLOUT) != 0U) {
        life->channel.flush();
    }
    for (const std::string& line : life->channel.read_lines()) {
        hear(*life, line);
    }
    if (life->channel.is_ended()) {
        place_.loop.forget(life->channel.descriptor());
    } else if (!life->channel.has_unsent()) {
        place_.loop.change(life->channel.descriptor(), EPOLLIN);
    }
}

void UnitProcesses::hear(ProcessLife& life, const std::string& line) {
    auto message = parse_json(line);
    if (message && message.value().is_object()) {
        logs_.at(life.unit)->mask().mask_texts(message.value());
        hear_event(life, message.value());
    } else if (!std::exchange(life.has_misspoken, true)) {
        place_.log.warning(life.unit +
                           " wrote a line on its control channel that is no JSON "
                           "object; it and any further one is passed over.");
    }
}

void UnitProcesses::hear_event(ProcessLife& life, const Json& message) {
    const auto event = value_or<std::string>(message, "event", "");
    const auto text = value_or<std::string>(message, "message", "");
    const auto code = value_or<std::string>(message, "code", "");
    const Monotonic now = monotonic_now();
    if (event == "ready") {
        life.is_ready = true;
        supervisor_->ready(life.unit, now);
    } else if (event == "failed") {
        supervisor_->failed(life.unit, code, text, now);
    } else if (event == "completed") {
        life.has_completed = true;
        supervisor_->completed(life.unit, text, now);
    } else if (event == "health") {
        const auto level = health_from_text(value_or<std::string>(message, "level", ""));
        supervisor_->health(life.unit, {level.value_or(AgentHealth::unknown), code, text}, now);
    } else if (event == "replay" && is_router(life.unit)) {
        replay_waits_for_ = value_or(message, "waiting_for", std::vector<std::string>{});
        place_.events.replay_waits(replay_waits_for_);
    } else if (event == "reply" && is_router(life.unit) && requests_ != nullptr) {
        requests_->heard(message);
    } else if (auto occurrence = occurrence_from_json(message)) {
        place_.events.occurred(life.unit, std::move(*occurrence));
    }
}

// --- ending

void UnitProcesses::process_ended(const std::string& name) {
    ProcessLife* const life = find(name);
    const auto status = life == nullptr || life->has_ended ? std::nullopt : reap(life->child);
    if (!status) {
        return;
    }
    // What it said last counts before that it is gone.
    serve_channel(name, EPOLLIN);
    tell_changes();  // As long as its pid is known.
    place_.loop.forget(life->channel.descriptor());
    place_.loop.forget(life->child.watch.number());
    life->has_ended = true;
    life->ended = monotonic_now();
    last_ends_[name] = LastEnd{*status, wall_now()};
    if (is_router(name)) {
        replay_waits_for_.clear();
        if (requests_ != nullptr) {
            requests_->router_ended();
        }
    }
    family_.ended(name);
    family_.look();
    tell_breach(*life, monotonic_now());
    supervisor_->exited(
        name,
        {status->text(), status->is_success(), status->code, status->signal, life->child.pid},
        monotonic_now());
    check_trees();
}

void UnitProcesses::check_trees() {
    family_.look();
    std::vector<std::string> empty;
    for (const auto& [name, life] : lives_) {
        if (life->has_ended && !family_.has_orphans(name)) {
            empty.push_back(name);
        } else if (life->has_ended && life->is_condemned) {
            signal_tree(name, SIGKILL);
        }
    }
    for (const std::string& name : empty) {
        bury(name);
        supervisor_->tree_empty(name, monotonic_now());
        if (!is_router(name) && place_.fleet.config.find(name) == nullptr) {
            logs_.erase(name);  // It was removed from the fleet.
            last_ends_.erase(name);
        }
    }
    // Only now: a restart waits for no disk.
    for (const std::string& sentence : crashes_.write()) {
        place_.log.warning(sentence);
    }
}

void UnitProcesses::bury(const std::string& name) {
    const ProcessLife& life = *lives_.at(name);
    for (const auto& output : life.outputs) {
        place_.loop.forget(output->descriptor());
        output->finish();
    }
    AgentLog& log = *logs_.at(name);
    log.tell_missing();
    log.note(life.source,
             "info",
             "life " + std::to_string(life.source.life) +
                 " has ended: " + last_ends_.at(name).status.text());
    log.flush();
    const ExitStatus& status = last_ends_.at(name).status;
    if (CrashReporter::is_unexpected(life, status)) {
        const auto unit = supervisor_->status(name, monotonic_now());
        crashes_.take(life, status, unit && !unit->end.empty() ? unit->end : status.text(), log);
    }
    lives_.erase(name);
    family_.forget(name);
}

void UnitProcesses::ask_to_stop(const std::string& name, StopReason reason, Monotonic deadline) {
    ProcessLife* const life = find(name);
    if (life == nullptr || life->has_ended) {
        return;
    }
    if (life->channel.is_ended()) {
        life->was_asked_to_stop = true;
        send_signal(life->child, SIGTERM);  // It cannot be asked any more.
        return;
    }
    life->was_asked_to_stop = true;
    const std::int64_t left = (deadline - monotonic_now()).count();
    send(*life,
         Json{{"do", "stop"},
              {"reason", reason == StopReason::shutdown ? "shutdown" : "requested"},
              {"deadline", wall_now() + left}});
}

void UnitProcesses::signal_tree(const std::string& name, int signal) {
    const ProcessLife* const life = find(name);
    if (life == nullptr || (life->has_ended && !family_.has_orphans(name))) {
        return;  // Nothing is left; a look at all processes would only cost time.
    }
    for (const pid_t pid : family_.tree(name)) {
        ::kill(pid, signal);
    }
}

void UnitProcesses::terminate_tree(const std::string& name) {
    signal_tree(name, SIGTERM);
}

void UnitProcesses::kill_tree(const std::string& name) {
    if (ProcessLife* const life = find(name)) {
        life->is_condemned = true;
        if (life->limits.group) {
            life->limits.group->kill();
        }
        signal_tree(name, SIGKILL);
    }
}

void UnitProcesses::abort(const std::string& name) {
    ProcessLife* const life = find(name);
    if (life != nullptr && !life->has_ended) {
        send_signal(life->child, SIGABRT);
    }
}

}  // namespace drover
