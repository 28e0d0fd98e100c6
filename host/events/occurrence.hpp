/// Refusals and losses as router and agents count them and tell them to droverd. Keys:
/// docs/control_channel.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "events/fleet_event.hpp"

namespace drover {

/// Messages of one agent and topic that met one fate. Empty texts: not known, or several.
struct Occurrence {
    EventKind kind = EventKind::loss;  ///< refusal or loss
    std::string agent;                 ///< Who was refused, or who did not get the messages.
    std::string topic;
    std::string publisher;  ///< Of a loss.
    std::string code;       ///< "denied", "gated"; "gap", "queue_full", …
    std::string reason;     ///< A sentence.
    std::uint64_t count = 0;
};

/// The line of the control channel.
[[nodiscard]] Json to_json(const Occurrence& occurrence);

/// Nothing when the message is neither a refusal nor a loss, or counts nothing.
[[nodiscard]] std::optional<Occurrence> occurrence_from_json(const Json& message);

}  // namespace drover
