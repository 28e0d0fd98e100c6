/// One thing that happened in a fleet, as a record: what `drover events` shows. Keys:
/// docs/events.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drover {

enum class EventKind {
    transition,   ///< A unit went from one state to another.
    health,       ///< A unit that runs says, or shows, that it does better or worse.
    refusal,      ///< Publications that were not let through.
    loss,         ///< Messages that did not arrive.
    kill_switch,  ///< The switch was engaged or released.
    supervisor,   ///< droverd itself.
    replay,       ///< The replay clock stands or goes on.
    router,       ///< A new life of the router.
    apply         ///< A new agents.yaml was taken, or refused.
};

inline constexpr std::array all_event_kinds{EventKind::transition,
                                            EventKind::health,
                                            EventKind::refusal,
                                            EventKind::loss,
                                            EventKind::kill_switch,
                                            EventKind::supervisor,
                                            EventKind::replay,
                                            EventKind::router,
                                            EventKind::apply};

/// The words of the key `kind`: the enumerators' own names.
[[nodiscard]] std::string_view text_of(EventKind kind);
[[nodiscard]] std::optional<EventKind> event_kind_from_text(std::string_view word);

/// How a process ended.
struct EventExit {
    std::optional<int> code;
    std::optional<int> signal;
    std::string text;
};

/// Texts that are empty have no value, and their key is left out.
struct FleetEvent {
    std::int64_t time = 0;       ///< Wall ns: when it happened.
    std::uint64_t run = 0;       ///< Which droverd of the state directory wrote it, from 1.
    std::uint64_t sequence = 0;  ///< In the order of writing, over all runs, from 1.
    EventKind kind = EventKind::transition;
    std::string event;  ///< What happened, a word: "process_exited", "engaged", "started".
    std::string agent;  ///< The agent, or the router.
    std::string state_from;
    std::string state;
    std::string health_from;
    std::string health;
    std::string code;    ///< Of a health, a refusal or a loss.
    std::string reason;  ///< In words.
    std::string cause;   ///< Who or what is behind it, a word.
    std::string cause_name;
    std::optional<std::int64_t> pid;
    std::optional<EventExit> exit;
    std::string topic;
    std::string publisher;
    std::optional<std::uint64_t> count;     ///< Messages, or whatever else is counted.
    std::optional<std::uint64_t> revision;  ///< Of the kill switch.
    std::optional<std::int64_t> changed;    ///< Wall ns: when the switch was changed.
    std::optional<std::uint64_t> epoch;     ///< Of the router.
};

/// The record on one line, without a newline. Texts that are too long are cut, so that no line has
/// more than 32 KiB.
[[nodiscard]] std::string to_line(const FleetEvent& event);

/// Reads such a line. Nothing for a torn line, or a kind that this program does not know.
[[nodiscard]] std::optional<FleetEvent> event_from_line(std::string_view line);

}  // namespace drover
