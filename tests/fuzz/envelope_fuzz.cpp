/// Any bytes as a frame: message, bundle, control frame, request, reply, HELLO, HEARTBEAT, REFUSED.
/// What is taken for sound must come out again as it went in, and decode to JSON without a fault.
#include <cstdlib>
#include <cstring>
#include <vector>

#include <drover/message_type.h>

#include "base/json_value.hpp"
#include "base/message_type.hpp"
#include "fuzz/fuzz_target.hpp"
#include "wire/bundle.hpp"
#include "wire/control_frame.hpp"
#include "wire/frame_json.hpp"
#include "wire/message_frame.hpp"
#include "wire/request_frame.hpp"

namespace drover {
namespace {

/// A record with a field of each kind that a payload may confuse.
const MessageType& record_type() {
    static const MessageType type = [] {
        MessageType made;
        made.name = "fuzz.record";
        made.encoding = DROVER_ENCODING_RECORDS;
        made.record_size = 48;
        const auto add =
            [&made](
                const char* name, std::uint32_t kind, std::uint32_t offset, std::uint32_t count) {
                FieldDescription field;
                field.name = name;
                field.kind = kind;
                field.offset = offset;
                field.count = count;
                made.fields.push_back(field);
            };
        add("text", DROVER_KIND_CHARS, 0, 8);
        add("time", DROVER_KIND_TIME, 8, 1);
        add("price", DROVER_KIND_DECIMAL64, 16, 1);
        add("money", DROVER_KIND_DECIMAL128, 24, 1);
        add("share", DROVER_KIND_F64, 40, 1);
        return made;
    }();
    return type;
}

void try_message(std::span<const std::byte> bytes) {
    const auto message = MessageFrame::decode(bytes);
    if (!message) {
        return;
    }
    require(message_frame_size(message->topic.size(), message->payload.size()) == bytes.size());
    std::vector<std::byte> again(bytes.size());
    encode_message(again, message->topic, message->header, message->payload);
    require(std::memcmp(again.data(), bytes.data(), bytes.size()) == 0);
    stamp_gate(again, message->topic.size(), 10);
    const auto stamped = MessageFrame::decode(again);
    require(stamped && (stamped->header.flags & gate_flag) != 0);
    require(!is_of_other_gate(stamped->header.flags, 10));
    const FrameNames names{
        [](std::uint32_t handle) { return handle == 1 ? &record_type() : nullptr; },
        [](std::uint32_t) { return std::string("fuzz"); }};
    (void)message_to_json(*message, names).line();
}

void try_bundle(const ControlFrame& control) {
    std::size_t taken = 0;
    for (BundleReader reader(control.body); !reader.is_at_end();) {
        const auto frame = reader.next();
        if (!frame) {
            require(reader.is_at_end());
            break;
        }
        taken += frame->size();
        try_message(*frame);
    }
    require(taken <= control.body.size());
}

void try_control(std::span<const std::byte> bytes) {
    const auto control = ControlFrame::decode(bytes);
    if (!control) {
        return;
    }
    if (control->kind == ControlKind::bundle) {
        try_bundle(*control);
    }
    (void)decode_control<WelcomeBody>(*control);
    (void)decode_control<CreditBody>(*control);
    (void)decode_control<DoneBody>(*control);
    if (const auto request = RequestFrame::decode(*control)) {
        const auto again =
            encode_request(request->head, request->target, request->topic, request->body);
        require(RequestFrame::decode(ControlFrame::decode(again).value()).has_value());
    }
    if (const auto reply = ReplyFrame::decode(*control)) {
        const auto again = encode_reply(reply->head, reply->error, reply->body);
        require(ReplyFrame::decode(ControlFrame::decode(again).value()).has_value());
    }
    if (const auto hello = decode_hello(*control)) {
        const auto again = encode_hello(hello.value());
        require(bool(decode_hello(ControlFrame::decode(again).value())));
    }
    (void)bool(decode_heartbeat(*control));
    (void)bool(decode_refused(*control));
    (void)bool(decode_unhandled(*control));
}

}  // namespace
}  // namespace drover

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
    drover::try_message(bytes);
    if (drover::is_control_frame(bytes)) {
        drover::try_control(bytes);
    }
    return 0;
}
