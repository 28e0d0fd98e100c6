// The rest of UnitProcesses: status pages, logs, and what people and the router hear of changes.
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

}  // namespace

void UnitProcesses::tell_changes() {
    for (const UnitChange& change : supervisor_->take_changes()) {
        place_.log.write(level_of(change), sentence_of(change));
        const ProcessLife* const own = life(change.name);
        place_.events.changed(change,
                              own == nullptr ? std::nullopt : std::optional(own->child.pid));
        ProcessLife* const router = live_router();
        if (router != nullptr && change.name != router_unit_name && change.from != change.state) {
            send(*router, FleetMessages::agent_state(change.name, text_of(change.state)));
        }
    }
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
    // A hang is found at most a twentieth of its timeout late, or a pause late where that is short.
    constexpr int looks_in_timeout = 20;
    constexpr Nanoseconds shortest = std::chrono::milliseconds(25);
    constexpr Nanoseconds longest = std::chrono::milliseconds(100);
    std::optional<Nanoseconds> pause;
    for (const auto& [name, life] : lives_) {
        if (life->is_ready && !life->has_ended) {
            pause = std::min(pause.value_or(longest), life->watch.timeout() / looks_in_timeout);
        }
    }
    return pause ? std::optional(std::max(*pause, shortest)) : std::nullopt;
}

void UnitProcesses::scan_pages(Monotonic now) {
    for (const auto& [name, life] : lives_) {
        if (life->is_ready && !life->has_ended && !life->was_hung) {
            scan(*life, now);
        }
    }
}

void UnitProcesses::scan(ProcessLife& life, Monotonic now) {
    if (life.is_paused) {
        notice_resume(life, now);
        return;
    }
    const auto busy = life.watch.overdue(life.page.layout(), now);
    if (!busy) {
        return;
    }
    const auto usage = usage_of(life.child.pid);
    if (usage && (usage->state == 'T' || usage->state == 't')) {
        notice_pause(life, now);
        return;
    }
    life.was_hung = true;
    supervisor_->hung(life.unit, *busy, now);
}

void UnitProcesses::notice_pause(ProcessLife& life, Monotonic now) {
    life.is_paused = true;
    life.watch.process_is_stopped(now);
    supervisor_->health(life.unit,
                        {AgentHealth::degraded,
                         "process.stopped",
                         "its process is stopped by a signal or a debugger"},
                        now);
}

void UnitProcesses::notice_resume(ProcessLife& life, Monotonic now) {
    const auto usage = usage_of(life.child.pid);
    life.watch.process_is_stopped(now);
    if (usage && usage->state != 'T' && usage->state != 't') {
        life.is_paused = false;
        supervisor_->health(life.unit, life.health.value_or(HealthReport{}), now);
    }
}

}  // namespace drover
