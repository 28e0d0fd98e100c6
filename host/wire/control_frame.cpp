#include "wire/control_frame.hpp"

#include <string_view>

#include "base/json_value.hpp"

namespace drover {
namespace {

struct ControlHead {
    std::uint8_t zero;
    std::uint8_t kind;
    std::uint16_t version;
    std::uint32_t length;
};
static_assert(sizeof(ControlHead) == control_head_size);

bool is_kind(std::uint8_t kind) {
    return kind >= static_cast<std::uint8_t>(ControlKind::welcome) &&
           kind <= static_cast<std::uint8_t>(ControlKind::unhandled);
}

std::vector<std::byte> encode_json(ControlKind kind, const Json& body) {
    const std::string text = to_line(body);
    std::vector<std::byte> frame(control_head_size + text.size());
    encode_control_head(std::span(frame).first<control_head_size>(), kind, text.size());
    std::memcpy(frame.data() + control_head_size, text.data(), text.size());
    return frame;
}

/// Parses the JSON body of a frame of `kind` and reads it by `read`, whose JSON exceptions become
/// an error that names the frame.
template <typename Body, typename Read>
Result<Body> decode_json(const ControlFrame& frame, ControlKind kind, const char* name, Read read) {
    if (frame.kind != kind) {
        return Error{ErrorKind::invalid, std::string("This control frame is not a ") + name + "."};
    }
    const auto json =
        parse_json({reinterpret_cast<const char*>(frame.body.data()), frame.body.size()});
    if (!json) {
        return json.error().within(name);
    }
    try {
        return read(json.value());
    } catch (const Json::exception& error) {
        return Error{ErrorKind::invalid, std::string(name) + " lacks a key: " + error.what()};
    }
}

}  // namespace

std::optional<ControlFrame> ControlFrame::decode(std::span<const std::byte> frame) {
    if (frame.size() < control_head_size) {
        return std::nullopt;
    }
    ControlHead head;
    std::memcpy(&head, frame.data(), sizeof(head));
    if (head.zero != 0 || !is_kind(head.kind) || head.version != control_version ||
        head.length != frame.size() - control_head_size) {
        return std::nullopt;
    }
    return ControlFrame{ControlKind{head.kind}, frame.subspan(control_head_size)};
}

void encode_control_head(std::span<std::byte, control_head_size> head,
                         ControlKind kind,
                         std::size_t length) {
    const ControlHead bytes{
        0, static_cast<std::uint8_t>(kind), control_version, static_cast<std::uint32_t>(length)};
    std::memcpy(head.data(), &bytes, sizeof(bytes));
}

std::vector<std::byte> encode_hello(const HelloBody& body) {
    return encode_json(ControlKind::hello,
                       {{"agent", body.agent},
                        {"incarnation", body.incarnation},
                        {"token", body.token},
                        {"epoch", body.epoch},
                        {"fleet_time", body.fleet_time},
                        {"subscriptions", body.subscriptions},
                        {"log", to_text(body.log)},
                        {"cursor", body.cursor},
                        {"durable_sequence", body.durable_sequence}});
}

Result<HelloBody> decode_hello(const ControlFrame& frame) {
    const auto read = [](const Json& json) -> Result<HelloBody> {
        HelloBody body;
        body.agent = json.at("agent").get<std::string>();
        body.incarnation = json.at("incarnation").get<std::uint32_t>();
        body.token = json.at("token").get<std::string>();
        body.epoch = json.at("epoch").get<std::uint64_t>();
        body.fleet_time = json.at("fleet_time").get<std::int64_t>();
        body.subscriptions = json.at("subscriptions").get<std::vector<std::string>>();
        const auto log = log_id_from_text(json.at("log").get<std::string>());
        if (!log) {
            return Error{ErrorKind::invalid, "HELLO: 'log' is no UUID."};
        }
        body.log = *log;
        body.cursor = json.at("cursor").get<std::uint64_t>();
        body.durable_sequence = json.at("durable_sequence").get<std::uint64_t>();
        return body;
    };
    return decode_json<HelloBody>(frame, ControlKind::hello, "HELLO", read);
}

std::vector<std::byte> encode_heartbeat(const HeartbeatBody& body) {
    Json topics = Json::object();
    for (const auto& [topic, sequence] : body.topics) {
        topics[topic] = sequence;
    }
    return encode_json(ControlKind::heartbeat,
                       {{"publisher", body.publisher},
                        {"incarnation", body.incarnation},
                        {"topics", std::move(topics)}});
}

Result<HeartbeatBody> decode_heartbeat(const ControlFrame& frame) {
    return decode_json<HeartbeatBody>(
        frame, ControlKind::heartbeat, "HEARTBEAT", [](const Json& json) {
            HeartbeatBody body;
            body.publisher = json.at("publisher").get<std::uint32_t>();
            body.incarnation = json.at("incarnation").get<std::uint32_t>();
            for (const auto& [topic, sequence] : json.at("topics").items()) {
                body.topics.emplace_back(topic, sequence.get<std::uint64_t>());
            }
            return body;
        });
}

std::vector<std::byte> encode_unhandled(const UnhandledBody& body) {
    return encode_json(ControlKind::unhandled,
                       {{"topic", body.topic},
                        {"publisher", body.publisher},
                        {"incarnation", body.incarnation},
                        {"sequence", body.sequence}});
}

Result<UnhandledBody> decode_unhandled(const ControlFrame& frame) {
    return decode_json<UnhandledBody>(
        frame, ControlKind::unhandled, "UNHANDLED", [](const Json& json) {
            UnhandledBody body;
            body.topic = json.at("topic").get<std::string>();
            body.publisher = json.at("publisher").get<std::uint32_t>();
            body.incarnation = json.at("incarnation").get<std::uint32_t>();
            body.sequence = json.at("sequence").get<std::uint64_t>();
            return body;
        });
}

std::vector<std::byte> encode_refused(const RefusedBody& body) {
    return encode_json(ControlKind::refused,
                       {{"topic", body.topic},
                        {"sequence", body.sequence},
                        {"status", body.status},
                        {"reason", body.reason},
                        {"incarnation", body.incarnation}});
}

Result<RefusedBody> decode_refused(const ControlFrame& frame) {
    return decode_json<RefusedBody>(frame, ControlKind::refused, "REFUSED", [](const Json& json) {
        RefusedBody body;
        body.topic = json.at("topic").get<std::string>();
        body.sequence = json.at("sequence").get<std::uint64_t>();
        body.status = json.at("status").get<std::int32_t>();
        body.reason = json.at("reason").get<std::string>();
        body.incarnation = json.value("incarnation", std::uint32_t{0});
        return body;
    });
}

std::vector<std::byte> encode_declined(const DeclinedBody& body) {
    return encode_json(ControlKind::declined, {{"reason", body.reason}});
}

Result<DeclinedBody> decode_declined(const ControlFrame& frame) {
    const auto read = [](const Json& json) {
        return DeclinedBody{json.at("reason").get<std::string>()};
    };
    return decode_json<DeclinedBody>(frame, ControlKind::declined, "DECLINED", read);
}

}  // namespace drover
