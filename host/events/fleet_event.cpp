/// Records as lines of JSON.
#include "events/fleet_event.hpp"

#include <algorithm>

#include "base/json_value.hpp"
#include "base/message_type.hpp"

namespace drover {

namespace {

constexpr std::size_t longest_text = 256;
constexpr std::size_t longest_reason = 1024;

bool continues_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// A text of at most `most` bytes, cut between two characters.
std::string cut(const std::string& text, std::size_t most) {
    if (text.size() <= most) {
        return text;
    }
    std::size_t end = most;
    while (end > 0 && continues_character(text[end])) {
        --end;
    }
    return text.substr(0, end) + "…";
}

void put_text(Json& json,
              const char* key,
              const std::string& text,
              std::size_t most = longest_text) {
    if (!text.empty()) {
        json[key] = cut(text, most);
    }
}

template <typename Value>
void put(Json& json, const char* key, const std::optional<Value>& value) {
    if (value) {
        json[key] = *value;
    }
}

template <typename Value>
std::optional<Value> number_in(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_number_integer()) {
        return std::nullopt;
    }
    return found->get<Value>();
}

std::string text_in(const Json& json, const char* key) {
    return value_or<std::string>(json, key, "");
}

Json json_of(const EventExit& exit) {
    Json json = Json::object();
    put(json, "code", exit.code);
    put(json, "signal", exit.signal);
    put_text(json, "text", exit.text);
    return json;
}

}  // namespace

std::string_view text_of(EventKind kind) {
    switch (kind) {
        case EventKind::transition:
            return "transition";
        case EventKind::health:
            return "health";
        case EventKind::refusal:
            return "refusal";
        case EventKind::loss:
            return "loss";
        case EventKind::kill_switch:
            return "kill_switch";
        case EventKind::supervisor:
            return "supervisor";
        case EventKind::replay:
            return "replay";
        case EventKind::router:
            return "router";
        case EventKind::apply:
            return "apply";
    }
    return "unknown";
}

std::optional<EventKind> event_kind_from_text(std::string_view word) {
    const auto found = std::ranges::find_if(all_event_kinds,
                                            [&](EventKind kind) { return text_of(kind) == word; });
    return found == all_event_kinds.end() ? std::nullopt : std::optional(*found);
}

std::string to_line(const FleetEvent& event) {
    Json json = {{"time", iso_time(event.time)},
                 {"time_ns", event.time},
                 {"run", event.run},
                 {"sequence", event.sequence},
                 {"kind", text_of(event.kind)}};
    put_text(json, "event", event.event);
    json["agent"] = event.agent.empty() ? Json(nullptr) : Json(cut(event.agent, longest_text));
    put_text(json, "state_from", event.state_from);
    put_text(json, "state", event.state);
    put_text(json, "health_from", event.health_from);
    put_text(json, "health", event.health);
    put_text(json, "topic", event.topic);
    put_text(json, "publisher", event.publisher);
    put(json, "count", event.count);
    put_text(json, "code", event.code);
    put_text(json, "reason", event.reason, longest_reason);
    put_text(json, "cause", event.cause);
    put_text(json, "cause_name", event.cause_name);
    put(json, "pid", event.pid);
    if (event.exit) {
        json["exit"] = json_of(*event.exit);
    }
    put(json, "revision", event.revision);
    if (event.changed) {
        json["changed"] = iso_time(*event.changed);
        json["changed_ns"] = *event.changed;
    }
    put(json, "epoch", event.epoch);
    return to_line(json);
}

std::optional<FleetEvent> event_from_line(std::string_view line) {
    const auto parsed = parse_json(line);
    if (!parsed || !parsed.value().is_object()) {
        return std::nullopt;
    }
    const Json& json = parsed.value();
    const auto kind = event_kind_from_text(text_in(json, "kind"));
    if (!kind) {
        return std::nullopt;
    }
    FleetEvent event;
    event.time = value_or<std::int64_t>(json, "time_ns", 0);
    event.run = value_or<std::uint64_t>(json, "run", 0);
    event.sequence = value_or<std::uint64_t>(json, "sequence", 0);
    event.kind = *kind;
    event.event = text_in(json, "event");
    event.agent = text_in(json, "agent");
    event.state_from = text_in(json, "state_from");
    event.state = text_in(json, "state");
    event.health_from = text_in(json, "health_from");
    event.health = text_in(json, "health");
    event.topic = text_in(json, "topic");
    event.publisher = text_in(json, "publisher");
    event.count = number_in<std::uint64_t>(json, "count");
    event.code = text_in(json, "code");
    event.reason = text_in(json, "reason");
    event.cause = text_in(json, "cause");
    event.cause_name = text_in(json, "cause_name");
    event.pid = number_in<std::int64_t>(json, "pid");
    if (const auto exit = json.find("exit"); exit != json.end() && exit->is_object()) {
        event.exit = EventExit{
            number_in<int>(*exit, "code"), number_in<int>(*exit, "signal"), text_in(*exit, "text")};
    }
    event.revision = number_in<std::uint64_t>(json, "revision");
    event.changed = number_in<std::int64_t>(json, "changed_ns");
    event.epoch = number_in<std::uint64_t>(json, "epoch");
    return event;
}

}  // namespace drover
