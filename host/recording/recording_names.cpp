#include "recording/recording_names.hpp"

#include <algorithm>

#include <drover/message_type.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

RecordedAgent recorded_agent(const Json& json) {
    RecordedAgent agent;
    agent.name = json.at("name").get<std::string>();
    agent.handle = json.at("handle").get<std::uint32_t>();
    agent.plugin = value_or<std::string>(json, "plugin", "");
    agent.library_agent = value_or<std::string>(json, "agent", "");
    agent.build_id = value_or<std::string>(json, "build_id", "");
    agent.flags = value_or<std::uint32_t>(json, "flags", 0);
    agent.config = value_or<std::string>(json, "config", "{}");
    agent.instance_of = value_or<std::string>(json, "instance_of", "");
    agent.distribution = value_or<std::string>(json, "distribution", "all");
    for (const Json& key : value_or(json, "keys", Json::array())) {
        agent.keys.push_back({key.at("type").get<std::uint32_t>(),
                              key.at("offset").get<std::uint32_t>(),
                              key.at("size").get<std::uint32_t>()});
    }
    if (const auto why = value_or<std::string>(json, "left_out", ""); !why.empty()) {
        agent.left_out = why;
    }
    return agent;
}

}  // namespace

Result<void> RecordingNames::add(std::string_view json) {
    const auto parsed = parse_json(json);
    if (!parsed) {
        return parsed.error().within("The recording's names");
    }
    try {
        read(parsed.value());
        return success();
    } catch (const Json::exception& error) {
        return Error{ErrorKind::invalid,
                     std::string("The recording's names cannot be read: ") + error.what()};
    }
}

void RecordingNames::read(const Json& json) {
    fleet_ = json.at("fleet").get<std::string>();
    file_ = value_or<std::string>(json, "file", "");
    rules_ = to_line(json.at("rules"));
    replay_clock_.reset();
    if (const auto clock = value_or<std::string>(json, "replay_clock", ""); !clock.empty()) {
        replay_clock_ = clock;
    }
    agents_.clear();
    for (const Json& agent : json.at("agents")) {
        agents_.push_back(recorded_agent(agent));
        publishers_[agents_.back().handle] = agents_.back().name;
    }
    for (const Json& type : json.at("types")) {
        if (auto read_type = message_type_from_json(type)) {
            types_.insert_or_assign(type.at("handle").get<std::uint32_t>(),
                                    std::move(read_type.value()));
        }
    }
}

const RecordedAgent* RecordingNames::agent(std::string_view name) const {
    const auto found = std::ranges::find(agents_, name, &RecordedAgent::name);
    return found == agents_.end() ? nullptr : &*found;
}

const MessageType* RecordingNames::type(std::uint32_t number) const {
    const auto found = types_.find(number);
    return found == types_.end() ? nullptr : &found->second;
}

std::string RecordingNames::publisher(std::uint32_t number) const {
    const auto found = publishers_.find(number);
    return found == publishers_.end() ? "" : found->second;
}

bool RecordingNames::is_json(const RecordedHeader& header) const {
    const MessageType* const known = type(header.type);
    // A port that takes any type does not know its encoding.
    return header.encoding == DROVER_ENCODING_JSON ||
           (header.encoding == 0 && known != nullptr && known->encoding == DROVER_ENCODING_JSON);
}

Json RecordingNames::payload_json(const RecordedMessage& message) const {
    const RecordedHeader& header = message.header;
    if (is_json(header)) {
        auto value = parse_json(
            {reinterpret_cast<const char*>(message.payload.data()), message.payload.size()});
        return value ? std::move(value.value()) : Json(nullptr);
    }
    const MessageType* const known = type(header.type);
    Json records = Json::array();
    if (known == nullptr || header.record_size < known->record_size) {
        return records;
    }
    for (std::uint32_t index = 0; index < header.count; ++index) {
        records.push_back(decode_record(
            *known, message.payload.data() + std::size_t{index} * header.record_size));
    }
    return records;
}

Json RecordingNames::id_json(const RecordedId& id) const {
    if (id == RecordedId{}) {
        return nullptr;
    }
    const std::string name = publisher(id.publisher);
    return {{"publisher", name.empty() ? Json(id.publisher) : Json(name)},
            {"incarnation", id.incarnation},
            {"sequence", id.sequence}};
}

Json RecordingNames::message_json(const RecordedMessage& message) const {
    const RecordedHeader& header = message.header;
    const MessageType* const known = type(header.type);
    const std::string name = publisher(header.id.publisher);
    Json json = {{"topic", message.topic},
                 {"type", known != nullptr ? Json(known->name) : Json(header.type)},
                 {"publisher", name.empty() ? Json(header.id.publisher) : Json(name)},
                 {"incarnation", header.id.incarnation},
                 {"sequence", header.id.sequence},
                 {"cause", id_json(header.cause)},
                 {"event_time", iso_time(header.event_time)},
                 {"publish_time", iso_time(header.publish_time)}};
    json[is_json(header) ? "value" : "records"] = payload_json(message);
    return json;
}

}  // namespace drover
