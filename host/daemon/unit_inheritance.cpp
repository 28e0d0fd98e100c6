// The rest of UnitProcesses: what is given to the guard for the next supervisor, and going on with
// the processes that an earlier one left.
#include <algorithm>
#include <csignal>
#include <set>
#include <utility>

#include <poll.h>

#include "base/json_value.hpp"
#include "daemon/hand_over.hpp"
#include "daemon/unit_processes.hpp"

namespace drover {
namespace {

bool is_readable(int descriptor) {
    pollfd wanted{descriptor, POLLIN, 0};
    return ::poll(&wanted, 1, 0) > 0;
}

}  // namespace

std::string UnitProcesses::run_name() const {
    return place_.run.path().filename().string();
}

// --- giving

void UnitProcesses::keep(const std::string& name) {
    if (!place_.custody.is_on()) {
        return;
    }
    const auto found = lives_.find(name);
    place_.custody.keep(name,
                        supervisor_->memory_of(name),
                        found == lives_.end() ? nullptr : found->second.get(),
                        last_end_of(name));
}

Json UnitProcesses::last_end_of(const std::string& name) const {
    const auto end = last_ends_.find(name);
    if (end == last_ends_.end()) {
        return {};
    }
    // On the wall clock, which is what a person is shown.
    return to_json(ProcessEnd{end->second.status, Monotonic(Nanoseconds(end->second.time))});
}

void UnitProcesses::tell_guard() {
    if (!place_.custody.is_on()) {
        return;
    }
    std::set<std::string> names = place_.custody.take_unsent();
    for (std::string& name : supervisor_->take_touched()) {
        names.insert(std::move(name));
    }
    const auto& known = supervisor_->names();
    for (const std::string& name : names) {
        if (std::ranges::find(known, name) != known.end()) {
            keep(name);
        } else {
            place_.custody.forget(name);
        }
    }
}

Json UnitProcesses::hand_over() const {
    Json units = Json::array();
    for (const std::string& name : supervisor_->names()) {
        Json unit = {{"unit", name},
                     {"memory", supervisor_->memory_of(name)},
                     {"process", Json()},
                     {"last_end", last_end_of(name)},
                     {"descriptors", Json::array()}};
        if (const auto found = lives_.find(name); found != lives_.end()) {
            const LineChannel::Unfinished unfinished = found->second->channel.unfinished();
            unit["process"] = to_json(*found->second);
            unit["descriptors"] = descriptors_of(*found->second);
            unit["received"] = unfinished.received;
            unit["unsent"] = unfinished.unsent;
        }
        units.push_back(std::move(unit));
    }
    return units;
}

bool UnitProcesses::has_guards_children() const {
    return family_.looks_below_guard();
}

// --- taking over

Result<void> UnitProcesses::inherit(const std::string& name,
                                    InheritedUnit& unit,
                                    bool is_from_guard) {
    const auto log = log_of(name);
    if (!log) {
        return log.error();
    }
    auto read = life_from_json(
        name, unit.process, std::move(unit.descriptors), place_.events.run(), *log.value());
    if (!read) {
        return read.error();
    }
    auto& life = lives_[name];
    life = std::move(read.value());
    life->told_lost = "what an earlier supervisor told";
    hold_again(*life, *log.value());
    life->is_child_of_guard = life->is_child_of_guard || is_from_guard;
    life->channel.go_on_with({std::move(unit.received), std::move(unit.unsent)});
    std::vector<OpenFile> outputs;
    for (const auto& output : life->outputs) {
        outputs.push_back(open_file(output->descriptor()));
    }
    family_.started(name, life->child.pid, life->mark, std::move(outputs));
    log.value()->note(life->source,
                      "info",
                      "another supervisor goes on with life " + std::to_string(life->source.life));
    log.value()->flush();
    if (life->has_ended) {
        family_.ended(name);
        for (const auto& output : life->outputs) {
            watch_output(*output);
        }
    } else {
        watch(*life);
    }
    return success();
}

void UnitProcesses::inherit(Inheritance& inheritance, pid_t guard) {
    if (inheritance.has_guards_children) {
        family_.look_below_guard(guard);
    }
    std::set<std::string> kept;
    for (auto& [name, unit] : inheritance.units) {
        const bool is_known = is_router(name) || place_.fleet.config.find(name) != nullptr;
        if (!is_known) {
            continue;
        }
        if (unit.last_end.is_object()) {
            const ProcessEnd end = process_end_from_json(unit.last_end);
            last_ends_[name] = LastEnd{end.status, end.time.time_since_epoch().count()};
        }
        if (!unit.process.is_object()) {
            continue;
        }
        if (const auto taken = inherit(name, unit, inheritance.is_from_guard); !taken) {
            place_.log.error(taken.error().message + " It is ended and started anew.");
            continue;
        }
        kept.insert(lives_.at(name)->mark.substr(std::string(life_variable).size() + 1));
    }
    family_.look();
    std::set<pid_t> members;  // A copy of another process may carry that one's environment.
    for (const auto& [name, life] : lives_) {
        const auto tree = family_.tree(name);
        members.insert(tree.begin(), tree.end());
    }
    // A process that was being started, one of a unit that is in no file any more: nobody's.
    for (const pid_t pid : processes_with_environment(life_variable, run_name() + "/")) {
        const auto mark = environment_value(pid, life_variable);
        if (mark && !kept.contains(*mark) && !members.contains(pid)) {
            place_.log.warning("The process " + std::to_string(pid) + " (" + *mark +
                               ") belongs to no unit that goes on and is ended.");
            ::kill(pid, SIGKILL);
        }
    }
}

void UnitProcesses::catch_up(const Inheritance& inheritance) {
    const Monotonic now = monotonic_now();
    for (const std::string& name : std::vector<std::string>(supervisor_->names())) {
        const auto status = supervisor_->status(name, now);
        ProcessLife* const life = find(name);
        if (life == nullptr) {
            if (has_process(status->state)) {
                supervisor_->spawn_failed(
                    name, "the supervisor was lost while it started or ended this process", now);
            }
            continue;
        }
        const auto unit = inheritance.units.find(name);
        const bool is_known = unit != inheritance.units.end();
        await_lines(*life);
        if (!life->has_ended && is_known && unit->second.end) {
            end_life(name, unit->second.end->status, unit->second.end->time);
        } else if (life->is_child_of_guard && !life->has_ended &&
                   is_readable(life->child.watch.number())) {
            // Either the guard is about to tell, or the last supervisor has reaped it.
            life->presumed_ended = now;
        } else if (!life->has_ended) {
            // An answer on its way may have been lost with the last supervisor.
            send(*life, Json{{"do", "report"}});
        }
    }
    if (ProcessLife* const router = live_router()) {
        send(*router, place_.messages.retire());  // Whom the last supervisor meant to remove stays.
    }
    for (const AgentConfig& agent : place_.fleet.config.agents) {
        if (ProcessLife* const router = live_router()) {
            const auto status = supervisor_->status(agent.name, now);
            send(*router, FleetMessages::agent_state(agent.name, text_of(status->state)));
        }
    }
    check_trees();
    tell_links();
}

void UnitProcesses::end_presumed(Monotonic now) {
    constexpr auto time_to_tell = std::chrono::seconds(1);
    std::vector<std::pair<std::string, Monotonic>> ended;
    for (const auto& [name, life] : lives_) {
        if (!life->has_ended && life->presumed_ended &&
            now - *life->presumed_ended > time_to_tell) {
            ended.emplace_back(name, *life->presumed_ended);
        }
    }
    for (const auto& [name, when] : ended) {
        end_life(name, ExitStatus{}, when);
    }
}

void UnitProcesses::hear_guard() {
    for (const Json& news : place_.custody.news()) {
        if (news.contains("unit") && news.contains("end")) {
            const auto name = value_or<std::string>(news, "unit", "");
            const ProcessLife* const life = find(name);
            const bool is_it = life != nullptr && !life->has_ended && life->is_child_of_guard &&
                               life->child.pid == value_or<pid_t>(news, "pid", -1);
            if (is_it) {
                const ProcessEnd end = process_end_from_json(news.at("end"));
                end_life(name, end.status, end.time);
            }
        }
    }
    check_trees();
    look_for_held(monotonic_now());
}

void UnitProcesses::end_whole_run(Nanoseconds longest) const {
    kill_all_with_environment(life_variable, run_name() + "/", longest);
}

}  // namespace drover
