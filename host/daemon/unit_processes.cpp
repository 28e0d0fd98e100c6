#include "daemon/unit_processes.hpp"

#include <csignal>
#include <optional>
#include <utility>

#include <sys/epoll.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "process/memory_kills.hpp"

namespace drover {

namespace {

std::vector<ParkedCursor> parked_in(const Json& message) {
    std::vector<ParkedCursor> parked;
    for (const Json& entry : value_or<Json>(message, "receivers", Json::array())) {
        parked.push_back({value_or<std::string>(entry, "name", ""),
                          value_or<std::uint64_t>(entry, "handled", 0)});
    }
    return parked;
}

bool was_killed_from_outside(const ProcessLife& life, const ExitStatus& status) {
    return status.signal == SIGKILL && !life.is_condemned && life.memory_kills_before &&
           life.memory_kills_before == count_memory_kills();
}

}  // namespace

UnitProcesses::UnitProcesses(Workplace workplace)
    : place_(std::move(workplace)),
      crashes_(place_.state.crashes(), place_.fleet),
      isolation_([this](const std::string& sentence) { place_.log.warning(sentence); }),
      recording_(place_.loop,
                 place_.messages,
                 place_.run,
                 place_.log,
                 place_.events,
                 [this] { tell_of_recorder(); }),
      zygotes_(place_.loop,
               place_.log,
               family_,
               mark_of(" zygote", ""),
               {[this](const std::string& unit, Child copy) { copied(unit, std::move(copy)); },
                [this](const std::string& unit, const std::string& why) { not_copied(unit, why); },
                [this](const std::string& unit, const std::string& why) {
                    begin(unit, why.empty() ? std::nullopt : std::optional(why));
                }}),
      spares_(place_.loop,
              place_.log,
              family_,
              "spare",
              [this](const std::string& unit) {
                  return mark_of(unit, "spare" + std::to_string(next_spare_++));
              }),
      candidates_(place_.loop, place_.log, family_, "candidate", [this](const std::string& unit) {
          return mark_of(unit, "candidate" + std::to_string(next_spare_++));
      }) {}

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

std::string UnitProcesses::mark_of(const std::string& name, const std::string& life) const {
    return std::string(life_variable) + "=" + run_name() + "/" + name + "." + life;
}

// --- watching

void UnitProcesses::watch(ProcessLife& life) {
    const std::string name = life.unit;
    if (!life.is_child_of_guard) {  // Otherwise the guard tells.
        place_.loop.watch(life.child.watch.number(),
                          EPOLLIN,
                          [this, name](std::uint32_t /*events*/) { process_ended(name); });
    }
    place_.loop.watch(life.channel.descriptor(), EPOLLIN, [this, name](std::uint32_t events) {
        serve_channel(name, events);
    });
    if (life.channel.has_unsent()) {
        place_.loop.change(life.channel.descriptor(), EPOLLIN | EPOLLOUT);
    }
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
        stand_by_again(life.unit);
    } else if (event == "failed") {
        supervisor_->failed(life.unit, code, text, now);
    } else if (event == "completed") {
        life.has_completed = true;
        supervisor_->completed(life.unit, text, now);
    } else if (event == "health") {
        const auto level = health_from_text(value_or<std::string>(message, "level", ""));
        supervisor_->health(life.unit, {level.value_or(AgentHealth::unknown), code, text}, now);
    } else if (event == "state_copied") {
        life.copy_answer = text;
        drop_unwanted_copy(life.unit);
    } else if (event == "replay" && is_router(life.unit)) {
        replay_waits_for_ = value_or(message, "waiting_for", std::vector<std::string>{});
        place_.events.replay_waits(replay_waits_for_);
    } else if (event == "parked" && is_router(life.unit)) {
        parked_ = parked_in(message);
    } else if (event == "retired" && is_router(life.unit) && retired_) {
        retired_(value_or(message, "agents", std::vector<std::string>{}));
    } else if (event == "reply" && is_router(life.unit) && requests_ != nullptr) {
        requests_->heard(message);
    } else if (event == "log" && is_router(life.unit) && requests_ != nullptr) {
        requests_->heard_of_log(message);
    } else if (auto occurrence = occurrence_from_json(message)) {
        if (occurrence->kind == EventKind::loss && occurrence->code == "recorder_still") {
            recording_.given_up(life.unit, occurrence->reason, monotonic_now());
        }
        place_.events.occurred(life.unit, std::move(*occurrence));
    }
}

// --- ending

void UnitProcesses::process_ended(const std::string& name) {
    ProcessLife* const life = find(name);
    const auto status = life == nullptr || life->has_ended ? std::nullopt : reap(life->child);
    if (status) {
        end_life(name, *status, monotonic_now());
    }
}

void UnitProcesses::end_life(const std::string& name, const ExitStatus& status, Monotonic when) {
    ProcessLife* const life = find(name);
    // What it said last counts before that it is gone.
    serve_channel(name, EPOLLIN);
    tell_changes();  // As long as its pid is known.
    place_.loop.forget(life->channel.descriptor());
    place_.loop.forget(life->child.watch.number());
    life->has_ended = true;
    life->ended = when;
    last_ends_[name] = LastEnd{status, wall_now() - (monotonic_now() - when).count()};
    if (is_router(name)) {
        replay_waits_for_.clear();
        parked_.clear();
        if (requests_ != nullptr) {
            requests_->router_ended();
        }
    }
    family_.ended(name);
    family_.look();
    tell_breach(*life, monotonic_now());
    supervisor_->exited(name,
                        {.text = status.text(),
                         .success = status.is_success(),
                         .code = status.code,
                         .signal = status.signal,
                         .pid = life->child.pid,
                         .was_killed_from_outside = was_killed_from_outside(*life, status),
                         .position = life->page.layout().position.load(std::memory_order_acquire),
                         .topic = life->page.layout().handled.topic_text(),
                         .publisher = life->page.layout().handled.publisher_text()},
                        when);
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
            place_.custody.forget(name);
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
    if (life == nullptr) {
        cancel_start(name);
    }
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
    cancel_start(name);
    signal_tree(name, SIGTERM);
}

void UnitProcesses::kill_tree(const std::string& name) {
    if (ProcessLife* const life = find(name)) {
        life->is_condemned = true;
        if (life->limits.group) {
            life->limits.group->kill();
        }
        signal_tree(name, SIGKILL);
    } else {
        cancel_start(name);
    }
}

void UnitProcesses::abort(const std::string& name) {
    ProcessLife* const life = find(name);
    if (life == nullptr) {
        cancel_start(name);
    } else if (!life->has_ended) {
        send_signal(life->child, SIGABRT);
    }
}

}  // namespace drover
