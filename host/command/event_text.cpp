/// What of an event people want to read, in which order.
#include "command/event_text.hpp"

#include <algorithm>
#include <vector>

#include "base/message_type.hpp"
#include "base/printable_text.hpp"
#include "command/colour.hpp"
#include "command/text_table.hpp"

namespace drover {

namespace {

constexpr std::size_t widest_agent = 32;
constexpr std::size_t widest_what = 40;

/// Milliseconds do for people; the record has them all.
std::string time_text(std::int64_t time) {
    constexpr std::int64_t millisecond = 1'000'000;
    constexpr std::size_t length_without_zone = 19;
    const std::string text = iso_time(time / millisecond * millisecond);
    return text.size() == length_without_zone + 1 ? text.substr(0, length_without_zone) + ".000Z"
                                                  : text;
}

std::string who(const FleetEvent& event) {
    if (!event.agent.empty()) {
        return printable(event.agent);
    }
    return event.kind == EventKind::kill_switch ? "kill-switch" : "droverd";
}

std::string counted(const FleetEvent& event) {
    return event.count ? std::to_string(*event.count) + " " : "";
}

std::string raw_what(const FleetEvent& event) {
    switch (event.kind) {
        case EventKind::transition:
            return event.state_from + " -> " + event.state;
        case EventKind::health:
            return event.health_from == event.health ? event.health + " (" + event.code + ")"
                                                     : event.health_from + " -> " + event.health;
        case EventKind::refusal:
            return "refused " + counted(event) + "(" + event.code + ")";
        case EventKind::loss:
            return "lost " + counted(event) + "(" + event.code + ")";
        case EventKind::kill_switch:
            return event.event == "engaged" ? "ENGAGED" : event.event;
        case EventKind::replay:
            return "replay " + event.event;
        case EventKind::supervisor:
        case EventKind::router:
            return event.event;
        case EventKind::apply:
            return "apply " + event.event;
    }
    return event.event;
}

std::string what(const FleetEvent& event) {
    return printable(raw_what(event));
}

Colour colour_of(const FleetEvent& event) {
    switch (event.kind) {
        case EventKind::refusal:
        case EventKind::loss:
            return Colour::yellow;
        case EventKind::kill_switch:
            return event.event == "engaged" ? Colour::red : Colour::green;
        case EventKind::supervisor:
            return event.event == "predecessor_lost" || event.event == "events_lost"
                       ? Colour::red
                       : Colour::magenta;
        case EventKind::apply:
            return event.event == "refused" ? Colour::red : Colour::magenta;
        default:
            break;
    }
    if (event.state == "failed" || event.health == "unhealthy" || event.health == "hung") {
        return Colour::red;
    }
    if (event.state == "backing_off" || event.health == "degraded") {
        return Colour::yellow;
    }
    return event.health == "healthy" ? Colour::green : Colour::none;
}

std::string cause_text(const FleetEvent& event) {
    // Of most events an agent is the cause and stands in front already; the kill switch has its
    // own.
    const bool stands_in_front =
        event.cause == "agent" || event.cause == "router" || event.cause == "process";
    if (event.cause.empty() || (stands_in_front && event.kind != EventKind::kill_switch)) {
        return "";
    }
    std::string word = event.cause;
    std::ranges::replace(word, '_', ' ');
    return event.cause_name.empty() ? word : word + " " + event.cause_name;
}

/// What stands behind the reason: topic and publisher, cause, pid.
std::string details(const FleetEvent& event) {
    std::vector<std::string> parts;
    if (!event.topic.empty()) {
        parts.push_back("on " + event.topic);
    }
    if (!event.publisher.empty() && event.publisher != event.agent) {
        parts.push_back("of " + event.publisher);
    }
    if (const std::string cause = cause_text(event); !cause.empty()) {
        parts.push_back("by " + cause);
    }
    if (event.pid) {
        parts.push_back("pid " + std::to_string(*event.pid));
    }
    std::string text;
    for (const std::string& part : parts) {
        text += (text.empty() ? "" : ", ") + part;
    }
    return printable(text);
}

std::string one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return printable(text);
}

}  // namespace

void EventText::note(const FleetEvent& event) {
    agent_width_ = std::max(agent_width_, std::min(character_count(who(event)), widest_agent));
    what_width_ = std::max(what_width_, std::min(character_count(what(event)), widest_what));
}

std::string EventText::line(const FleetEvent& event) {
    note(event);
    const Colour colour = in_colour_ ? colour_of(event) : Colour::none;
    const Colour faint = in_colour_ ? Colour::dim : Colour::none;
    const std::string more = details(event);
    return coloured(time_text(event.time), faint) + "  " + padded(who(event), agent_width_) + "  " +
           coloured(padded(what(event), what_width_), colour) + "  " + one_line(event.reason) +
           (more.empty() ? "" : coloured(" (" + more + ")", faint));
}

}  // namespace drover
