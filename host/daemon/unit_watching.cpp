// The rest of UnitProcesses: status pages, logs, awaited lines, pauses, and what people and the
// router hear of changes.
#include <algorithm>
#include <utility>

#include "base/json_value.hpp"
#include "daemon/unit_processes.hpp"

namespace drover {
namespace {

LogLevel level_of(const UnitChange& change) {
    switch (change.state) {
        case AgentState::failed:
            return LogLevel::error;
        case AgentState::backing_off:
            return LogLevel::warning;
        default:
            break;
    }
    const bool is_unwell = change.health == AgentHealth::degraded ||
                           change.health == AgentHealth::unhealthy ||
                           change.health == AgentHealth::hung;
    return is_unwell ? LogLevel::warning : LogLevel::info;
}

std::string sentence_of(const UnitChange& change) {
    const std::string state(text_of(change.state));
    const std::string health =
        change.health == AgentHealth::unknown ? "" : ", " + std::string(text_of(change.health));
    return change.name + " is " + state + health + ": " + change.reason;
}

/// By what a process is stopped, as /proc tells; nothing when it is not.
std::optional<std::string> holder_of(pid_t pid) {
    const auto entry = process_entry(pid);
    if (entry && entry->state == 'T') {
        return "stopped by a signal (state T)";
    }
    if (entry && entry->state == 't') {
        return "held by a debugger (state t)";
    }
    return std::nullopt;
}

}  // namespace

void UnitProcesses::tell_changes() {
    bool has_state_changed = false;
    for (const UnitChange& change : supervisor_->take_changes()) {
        has_state_changed = has_state_changed || change.from != change.state;
        place_.log.write(level_of(change), sentence_of(change));
        const ProcessLife* const own = life(change.name);
        place_.events.changed(change,
                              own == nullptr ? std::nullopt : std::optional(own->child.pid));
        if (change.state == AgentState::stopped || change.state == AgentState::disabled ||
            change.state == AgentState::failed || change.state == AgentState::completed) {
            spares_.agent_rests(change.name);
        }
        if (listener_) {
            listener_(change);
        }
        ProcessLife* const router = live_router();
        const bool is_agent = place_.fleet.config.find(change.name) != nullptr;
        if (router != nullptr && is_agent && change.from != change.state) {
            send(*router, FleetMessages::agent_state(change.name, text_of(change.state)));
        }
    }
    if (has_state_changed) {
        tell_links();
    }
}

void UnitProcesses::tell_links() {
    if (place_.fleet.config.replay_clock || supervisor_->is_shutting_down()) {
        return;
    }
    // A router that starts is not the one that was lost.
    const ProcessLife* const router = live_router();
    const std::uint64_t ended =
        router == nullptr ? place_.handles.last_epoch() : router->source.life - 1;
    for (const auto& [name, life] : lives_) {
        if (is_router(name) || !life->is_ready || life->has_ended) {
            continue;
        }
        LinkNews::News news = link_news_.for_agent(
            place_.fleet, name, ended, [this](const std::string& unit) { return why_lost(unit); });
        if (news.lost != life->told_lost) {
            life->told_lost = std::move(news.lost);
            send(*life, news.message);
        }
    }
}

std::optional<std::string> UnitProcesses::why_lost(const std::string& unit) const {
    const auto status = supervisor_->status(unit, monotonic_now());
    return !status || status->state == AgentState::running
               ? std::nullopt
               : std::optional(unit + " is " + std::string(text_of(status->state)) + ": " +
                               status->reason);
}

void UnitProcesses::fleet_changed() {
    for (const auto& [name, known] : logs_) {
        if (const auto log = log_of(name); !log) {
            place_.log.error("The log of " + name + " is kept as before: " + log.error().message);
        }
    }
    recording_.tell_names();
    link_news_.fleet_changed();
    const Json news = place_.messages.fleet();
    for (const auto& [name, life] : lives_) {
        const AgentConfig* const agent = place_.fleet.config.find(name);
        if (agent != nullptr && !life->has_ended) {
            life->watch.change(agent->supervision.heartbeat.timeout);
            await_lines(*life);
            send(*life, news);
        }
    }
    for (auto& [name, expected] : expected_) {
        expected.life.channel.write_line(to_line(news));
    }
    prepare_standby();
}

void UnitProcesses::tell_missing_lines(Monotonic now) {
    for (const auto& [name, log] : logs_) {
        if (log) {
            log->tell_missing(now);
        }
    }
}

void UnitProcesses::read_outputs() {
    for (const auto& [name, life] : lives_) {
        for (const auto& output : life->outputs) {
            output->finish();
        }
    }
}

std::optional<Nanoseconds> UnitProcesses::pause_between_scans() const {
    // A hang is found at most a fifth of its timeout late, or a pause late where that is short.
    // What an idle droverd costs is these pauses.
    constexpr int looks_in_timeout = 5;
    constexpr Nanoseconds shortest = std::chrono::milliseconds(25);
    constexpr Nanoseconds longest = std::chrono::milliseconds(400);
    std::optional<Nanoseconds> pause;
    for (const auto& [name, life] : lives_) {
        if (!life->has_ended) {
            pause = std::min(pause.value_or(longest), life->watch.timeout() / looks_in_timeout);
        }
    }
    return pause ? std::optional(std::max(*pause, shortest)) : std::nullopt;
}

void UnitProcesses::scan_pages(Monotonic now) {
    for (const auto& [name, life] : lives_) {
        if (!life->has_ended && !life->was_hung) {
            scan(*life, now);
        }
    }
}

void UnitProcesses::scan(ProcessLife& life, Monotonic now) {
    // Nobody tells of a process that a debugger has stopped while it was idle. A look at /proc for
    // each agent is what costs most here, so it is rare, but for those that are starting.
    constexpr auto between_looks = std::chrono::seconds(10);
    const auto busy = life.is_ready ? life.watch.overdue(life.page.layout(), now) : std::nullopt;
    if (busy || life.held_by || !life.is_ready || now >= life.next_state_look) {
        look_whether_held(life, now);
        life.next_state_look = now + between_looks;
    }
    look_at_memory(life, now);
    judge_hang(life, life.held_by ? std::nullopt : busy, now);
}

void UnitProcesses::judge_hang(ProcessLife& life, std::optional<Nanoseconds> busy, Monotonic now) {
    if (!busy && life.is_overdue) {
        life.is_overdue = false;
        supervisor_->came_back(life.unit, now);
    } else if (busy) {
        const AgentConfig* const agent = place_.fleet.config.find(life.unit);
        const bool is_left = agent != nullptr && agent->supervision.on_hang == OnHang::report;
        const bool is_known = is_left && life.is_overdue;  // The file may have changed meanwhile.
        life.is_overdue = is_left;
        life.was_hung = !is_left;
        if (!is_known) {
            supervisor_->hung(life.unit, *busy, now);
        }
    }
}

void UnitProcesses::await_lines(ProcessLife& life) {
    for (const AgentConfig& agent : place_.fleet.config.agents) {
        for (const Dependency& dependency : agent.depends_on) {
            const bool is_known = std::ranges::any_of(life.awaited, [&](const LinePattern& known) {
                return known.text() == dependency.pattern;
            });
            if (dependency.agent != life.unit || is_known ||
                dependency.condition != DependencyCondition::log_ready) {
                continue;
            }
            if (auto pattern = LinePattern::compile(dependency.pattern)) {
                life.awaited.push_back(std::move(pattern.value()));
            }
        }
    }
    if (!life.awaited.empty()) {
        for (const auto& output : life.outputs) {
            output->show_lines_to([this, &life](std::string_view line) { hear_line(life, line); });
        }
    }
}

void UnitProcesses::hear_line(ProcessLife& life, std::string_view line) {
    if (life.awaited.empty()) {
        return;
    }
    // The runner's own log wraps what the plugin said.
    const auto wrapped = line.starts_with('{') ? parse_json(line) : Result<Json>(Json());
    const std::string said = wrapped && wrapped.value().is_object()
                                 ? value_or<std::string>(wrapped.value(), "message", "")
                                 : std::string();
    // Not of std::ranges, whose result clang 14 cannot make with Debian's library.
    const auto first_seen = std::stable_partition(
        life.awaited.begin(), life.awaited.end(), [&](const LinePattern& pattern) {
            return !pattern.matches(said.empty() ? line : std::string_view(said));
        });
    const std::vector<LinePattern> seen(first_seen, life.awaited.end());
    life.awaited.erase(first_seen, life.awaited.end());
    for (const LinePattern& pattern : seen) {
        supervisor_->line_seen(life.unit, pattern.text(), monotonic_now());
    }
}

void UnitProcesses::tell_of_recorder() {
    const auto order_for = [this](const std::string& name) {
        return Json{{"do", "record"}, {"record", place_.messages.record_order(name)}};
    };
    for (const auto& [name, life] : lives_) {
        if (!is_router(name) && !life->has_ended) {
            send(*life, order_for(name));
        }
    }
    for (auto& [name, expected] : expected_) {
        expected.life.channel.write_line(to_line(order_for(name)));
    }
}

void UnitProcesses::pause(const std::string& name, const std::string& why) {
    ProcessLife* const life = find(name);
    if (life != nullptr && !life->has_ended) {
        send(*life, Json{{"do", "pause"}, {"reason", why}});
    }
}

void UnitProcesses::resume(const std::string& name) {
    ProcessLife* const life = find(name);
    if (life != nullptr && !life->has_ended) {
        send(*life, Json{{"do", "resume"}});
    }
}

void UnitProcesses::look_for_held(Monotonic now) {
    for (const auto& [name, life] : lives_) {
        const bool may_be = life->is_child_of_guard || was_stopped_or_continued(life->child);
        if (!life->has_ended && may_be) {
            look_whether_held(*life, now);
        }
    }
}

void UnitProcesses::look_whether_held(ProcessLife& life, Monotonic now) {
    const auto by = holder_of(life.child.pid);
    if (by || life.held_by) {
        life.watch.process_is_stopped(now);
    }
    if (by == life.held_by) {
        return;
    }
    life.held_by = by;
    if (by) {
        supervisor_->held(life.unit, *by, now);
    } else {
        supervisor_->released(life.unit, now);
    }
}

}  // namespace drover
