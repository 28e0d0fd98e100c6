#include "wire/frame_json.hpp"

#include <utility>

#include "base/json_value.hpp"

namespace drover {
namespace {

Json publisher_json(std::uint32_t handle, const FrameNames& names) {
    std::string name = names.publisher(handle);
    return name.empty() ? Json(handle) : Json(std::move(name));
}

Json cause_json(const MessageCause& cause, const FrameNames& names) {
    if (cause == MessageCause{}) {
        return nullptr;
    }
    return {{"publisher", publisher_json(cause.publisher, names)},
            {"incarnation", cause.incarnation},
            {"sequence", cause.sequence}};
}

void add_undecoded(Json& json, const MessageFrame& message, std::string problem) {
    json["bytes"] = message.payload.size();
    json["problem"] = std::move(problem);
}

void add_value(MessageJson& json, const MessageFrame& message) {
    std::string text(reinterpret_cast<const char*>(message.payload.data()), message.payload.size());
    if (const auto parsed = parse_json(text); parsed) {
        json.value = std::move(text);
    } else {
        add_undecoded(json.keys, message, "This is no JSON: " + parsed.error().message);
    }
}

void add_records(Json& json, const MessageFrame& message, const MessageType& type) {
    Json records = Json::array();
    for (std::uint32_t index = 0; index < message.header.count; ++index) {
        const std::size_t at = std::size_t{index} * message.header.record_size;
        records.push_back(decode_record(type, message.payload.data() + at));
    }
    json["records"] = std::move(records);
}

void add_payload(MessageJson& json, const MessageFrame& message, const MessageType* type) {
    if (message.header.encoding == static_cast<std::uint16_t>(Encoding::json)) {
        add_value(json, message);
    } else if (type == nullptr) {
        add_undecoded(json.keys, message, "The message type of this handle is not known.");
    } else if (message.header.record_size < type->record_size) {
        add_undecoded(json.keys,
                      message,
                      "The records have " + std::to_string(message.header.record_size) +
                          " bytes, those of '" + type->name + "' have " +
                          std::to_string(type->record_size) + ".");
    } else {
        add_records(json.keys, message, *type);
    }
}

}  // namespace

std::string MessageJson::line() const {
    return value ? to_line_with(keys, "value", *value) : to_line(keys);
}

MessageJson message_to_json(const MessageFrame& message, const FrameNames& names) {
    const MessageHeader& header = message.header;
    const MessageType* const type = names.type(header.type);
    MessageJson json;
    json.keys = {{"topic", message.topic},
                 {"type", type != nullptr ? Json(type->name) : Json(header.type)},
                 {"publisher", publisher_json(header.publisher, names)},
                 {"incarnation", header.incarnation},
                 {"sequence", header.sequence},
                 {"topic_sequence", header.topic_sequence},
                 {"cause", cause_json(header.cause, names)},
                 {"event_time", iso_time(header.event_time)},
                 {"publish_time", iso_time(header.publish_time)}};
    add_payload(json, message, type);
    return json;
}

}  // namespace drover
