/// Occurrences on the control channel.
#include "events/occurrence.hpp"

#include "base/json_value.hpp"

namespace drover {

Json to_json(const Occurrence& occurrence) {
    Json json = {{"event", text_of(occurrence.kind)}};
    const auto put = [&json](const char* key, const std::string& text) {
        if (!text.empty()) {
            json[key] = text;
        }
    };
    put("agent", occurrence.agent);
    put("topic", occurrence.topic);
    put("publisher", occurrence.publisher);
    json["code"] = occurrence.code;
    json["message"] = occurrence.reason;
    json["count"] = occurrence.count;
    return json;
}

std::optional<Occurrence> occurrence_from_json(const Json& message) {
    Occurrence occurrence;
    const auto kind = event_kind_from_text(value_or<std::string>(message, "event", ""));
    if (kind != EventKind::refusal && kind != EventKind::loss) {
        return std::nullopt;
    }
    occurrence.kind = *kind;
    occurrence.agent = value_or<std::string>(message, "agent", "");
    occurrence.topic = value_or<std::string>(message, "topic", "");
    occurrence.publisher = value_or<std::string>(message, "publisher", "");
    occurrence.code = value_or<std::string>(message, "code", "");
    occurrence.reason = value_or<std::string>(message, "message", "");
    occurrence.count = value_or<std::uint64_t>(message, "count", 0);
    return occurrence.count == 0 ? std::nullopt : std::optional(occurrence);
}

}  // namespace drover
