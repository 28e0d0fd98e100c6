/// One function for each part of a unit, and one for the way back beside it.
#include "supervisor/unit_memory.hpp"

#include <utility>

#include "base/json_value.hpp"

namespace drover {
namespace {

template <typename Word>
int number_of(Word word) {
    return static_cast<int>(word);
}

template <typename Word>
void read(const Json& from, const char* key, Word& target) {
    if constexpr (std::is_enum_v<Word>) {
        target = static_cast<Word>(value_or(from, key, number_of(target)));
    } else {
        target = value_or(from, key, std::move(target));
    }
}

std::int64_t count_of(Monotonic time) {
    return time.time_since_epoch().count();
}

void read(const Json& from, const char* key, Monotonic& target) {
    target = Monotonic(Nanoseconds(value_or(from, key, count_of(target))));
}

template <typename Value>
Json or_null(const std::optional<Value>& value) {
    return value ? Json(*value) : Json();
}

Json or_null(const std::optional<Monotonic>& time) {
    return time ? Json(count_of(*time)) : Json();
}

template <typename Value>
void read(const Json& from, const char* key, std::optional<Value>& target) {
    const auto found = from.find(key);
    if (found != from.end() && !found->is_null()) {
        target = found->template get<Value>();
    }
}

void read(const Json& from, const char* key, std::optional<Monotonic>& target) {
    const auto found = from.find(key);
    if (found != from.end() && found->is_number_integer()) {
        target = Monotonic(Nanoseconds(found->get<std::int64_t>()));
    }
}

Json json_of(const NamedCause& cause) {
    return {number_of(cause.cause), cause.name};
}

NamedCause cause_in(const Json& json) {
    return {static_cast<ChangeCause>(json.at(0).get<int>()), json.at(1).get<std::string>()};
}

Json json_of(const UnitExit& exit) {
    return {{"text", exit.text},
            {"success", exit.success},
            {"code", or_null(exit.code)},
            {"signal", or_null(exit.signal)},
            {"pid", exit.pid},
            {"was_killed_from_outside", exit.was_killed_from_outside},
            {"position", exit.position},
            {"topic", exit.topic},
            {"publisher", exit.publisher}};
}

UnitExit exit_in(const Json& json) {
    UnitExit exit;
    read(json, "text", exit.text);
    read(json, "success", exit.success);
    read(json, "code", exit.code);
    read(json, "signal", exit.signal);
    read(json, "pid", exit.pid);
    read(json, "was_killed_from_outside", exit.was_killed_from_outside);
    read(json, "position", exit.position);
    read(json, "topic", exit.topic);
    read(json, "publisher", exit.publisher);
    return exit;
}

Json json_of(const Poison& poison) {
    return {poison.position, poison.crashes, poison.topic, poison.publisher};
}

Poison poison_in(const Json& json) {
    Poison poison{json.at(0).get<std::uint64_t>(), json.at(1).get<int>()};
    if (json.size() > 3) {  // An older droverd kept no names.
        poison.topic = json.at(2).get<std::string>();
        poison.publisher = json.at(3).get<std::string>();
    }
    return poison;
}

Json json_of(const UnitLife& life) {
    Json json = {{"started", or_null(life.started)},
                 {"is_executed", life.is_executed},
                 {"exited", life.exited},
                 {"exit", json_of(life.exit)},
                 {"exit_time", count_of(life.exit_time)},
                 {"was_ready", life.was_ready},
                 {"has_completed", life.has_completed},
                 {"completion", life.completion},
                 {"complaint", or_null(life.complaint)},
                 {"patterns_seen", life.patterns_seen},
                 {"paused_for", life.paused_for},
                 {"held", or_null(life.held)},
                 {"overdue", or_null(life.overdue)},
                 {"grace_left", life.grace_left.count()},
                 {"origin", life.origin}};
    if (life.report) {
        json["report"] = {number_of(life.report->level), life.report->code, life.report->message};
    }
    return json;
}

UnitLife life_in(const Json& json) {
    UnitLife life;
    read(json, "started", life.started);
    read(json, "is_executed", life.is_executed);
    read(json, "exited", life.exited);
    life.exit = exit_in(json.at("exit"));
    read(json, "exit_time", life.exit_time);
    read(json, "was_ready", life.was_ready);
    read(json, "has_completed", life.has_completed);
    read(json, "completion", life.completion);
    read(json, "complaint", life.complaint);
    read(json, "patterns_seen", life.patterns_seen);
    read(json, "paused_for", life.paused_for);
    read(json, "held", life.held);
    read(json, "overdue", life.overdue);
    life.grace_left = Nanoseconds(value_or<std::int64_t>(json, "grace_left", 0));
    read(json, "origin", life.origin);
    if (const auto report = json.find("report"); report != json.end()) {
        life.report = HealthReport{static_cast<AgentHealth>(report->at(0).get<int>()),
                                   report->at(1).get<std::string>(),
                                   report->at(2).get<std::string>()};
    }
    return life;
}

Json json_of(const UnitChange& change) {
    Json json = {{"from", number_of(change.from)},
                 {"state", number_of(change.state)},
                 {"health", number_of(change.health)},
                 {"reason", change.reason},
                 {"time", count_of(change.time)},
                 {"health_from", number_of(change.health_from)},
                 {"health_code", change.health_code},
                 {"cause", json_of(change.cause)}};
    if (change.event) {
        json["event"] = number_of(*change.event);
    }
    if (change.exit) {
        json["exit"] = json_of(*change.exit);
    }
    return json;
}

UnitChange change_in(const std::string& name, const Json& json) {
    UnitChange change;
    change.name = name;
    read(json, "from", change.from);
    read(json, "state", change.state);
    read(json, "health", change.health);
    read(json, "reason", change.reason);
    read(json, "time", change.time);
    read(json, "health_from", change.health_from);
    read(json, "health_code", change.health_code);
    change.cause = cause_in(json.at("cause"));
    if (const auto event = json.find("event"); event != json.end()) {
        change.event = static_cast<AgentEvent>(event->get<int>());
    }
    if (const auto exit = json.find("exit"); exit != json.end()) {
        change.exit = exit_in(*exit);
    }
    return change;
}

Json json_of(const RestartDecision& decision) {
    return {{"kind", number_of(decision.kind)},
            {"due", count_of(decision.due)},
            {"exits", decision.exits},
            {"over_limit", decision.over_limit}};
}

RestartDecision decision_in(const Json& json) {
    RestartDecision decision;
    read(json, "kind", decision.kind);
    read(json, "due", decision.due);
    read(json, "exits", decision.exits);
    read(json, "over_limit", decision.over_limit);
    return decision;
}

Json json_of(const RestartCounts& counts) {
    Json exits = Json::array();
    for (const Monotonic exit : counts.exits) {
        exits.push_back(count_of(exit));
    }
    return {{"exits", std::move(exits)},
            {"delays", counts.delays_given},
            {"cooldowns", counts.cooldowns_given},
            {"group_restarts", counts.group_restarts},
            {"healthy_since", or_null(counts.healthy_since)}};
}

RestartCounts counts_in(const Json& json) {
    RestartCounts counts;
    for (const Json& exit : json.at("exits")) {
        counts.exits.emplace_back(Nanoseconds(exit.get<std::int64_t>()));
    }
    read(json, "delays", counts.delays_given);
    read(json, "cooldowns", counts.cooldowns_given);
    read(json, "group_restarts", counts.group_restarts);
    read(json, "healthy_since", counts.healthy_since);
    return counts;
}

void read_wishes(Unit& unit, const Json& memory) {
    read(memory, "wanted", unit.wanted);
    read(memory, "is_kept_stopped", unit.is_kept_stopped);
    read(memory, "stop_pending", unit.stop_pending);
    read(memory, "start_again", unit.start_again);
    read(memory, "dependency_failed", unit.dependency_failed);
    read(memory, "stop_cause", unit.stop_cause);
    read(memory, "stop_cause_name", unit.stop_cause_name);
    unit.start_cause = cause_in(memory.at("start_cause"));
    read(memory, "lost_dependency", unit.lost_dependency);
    read(memory, "stop_step", unit.stop_step);
    read(memory, "end_note", unit.end_note);
    read(memory, "next_start_is_restart", unit.next_start_is_restart);
    read(memory, "next_origin", unit.next_origin);
    read(memory, "ends_awaited", unit.ends_awaited);
}

}  // namespace

Json memory_of(const Unit& unit) {
    Json memory = {{"state", number_of(unit.state)},
                   {"health", number_of(unit.health)},
                   {"health_code", unit.health_code},
                   {"health_message", unit.health_message},
                   {"reason", unit.reason},
                   {"changed", count_of(unit.changed)},
                   {"wanted", unit.wanted},
                   {"is_kept_stopped", unit.is_kept_stopped},
                   {"stop_pending", unit.stop_pending},
                   {"start_again", unit.start_again},
                   {"dependency_failed", unit.dependency_failed},
                   {"stop_cause", number_of(unit.stop_cause)},
                   {"stop_cause_name", unit.stop_cause_name},
                   {"start_cause", json_of(unit.start_cause)},
                   {"lost_dependency", unit.lost_dependency},
                   {"stop_step", number_of(unit.stop_step)},
                   {"end_note", unit.end_note},
                   {"deadline", or_null(unit.deadline)},
                   {"decision", json_of(unit.decision)},
                   {"next_start_is_restart", unit.next_start_is_restart},
                   {"next_origin", unit.next_origin},
                   {"ends_awaited", unit.ends_awaited},
                   {"life", json_of(unit.life)},
                   {"lives", unit.lives},
                   {"lives_of_dependencies", unit.lives_of_dependencies},
                   {"restarts", unit.restarts},
                   {"poison", json_of(unit.poison)},
                   {"counts", json_of(unit.policy.counts())}};
    if (unit.last_exit) {
        memory["last_exit"] = {{"text", unit.last_exit->text},
                               {"success", unit.last_exit->success},
                               {"time", count_of(unit.last_exit->time)}};
    }
    Json& history = memory["history"] = Json::array();
    for (const UnitChange& change : unit.history) {
        history.push_back(json_of(change));
    }
    return memory;
}

void remember(Unit& unit, const Json& memory) {
    read(memory, "state", unit.state);
    read(memory, "health", unit.health);
    read(memory, "health_code", unit.health_code);
    read(memory, "health_message", unit.health_message);
    read(memory, "reason", unit.reason);
    read(memory, "changed", unit.changed);
    read_wishes(unit, memory);
    unit.deadline.reset();
    read(memory, "deadline", unit.deadline);
    unit.decision = decision_in(memory.at("decision"));
    unit.life = life_in(memory.at("life"));
    read(memory, "lives", unit.lives);
    read(memory, "lives_of_dependencies", unit.lives_of_dependencies);
    read(memory, "restarts", unit.restarts);
    if (const auto poison = memory.find("poison"); poison != memory.end()) {
        unit.poison = poison_in(*poison);
    }
    unit.policy.go_on_with(counts_in(memory.at("counts")));
    if (const auto exit = memory.find("last_exit"); exit != memory.end()) {
        unit.last_exit.emplace();
        read(*exit, "text", unit.last_exit->text);
        read(*exit, "success", unit.last_exit->success);
        read(*exit, "time", unit.last_exit->time);
    }
    unit.history.clear();
    for (const Json& change : value_or(memory, "history", Json::array())) {
        unit.history.push_back(change_in(unit.plan.name, change));
    }
}

}  // namespace drover
