/// Messages as JSON for people.
#include "wire/frame_json.hpp"

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <drover/message_type.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

MessageType price_type() {
    MessageType type;
    type.name = "test.price";
    type.encoding = DROVER_ENCODING_RECORDS;
    type.record_size = 8;
    FieldDescription field;
    field.name = "price";
    field.kind = DROVER_KIND_DECIMAL64;
    field.scale = 2;
    type.fields.push_back(field);
    return type;
}

FrameNames names_with(const MessageType& type) {
    return {[&type](std::uint32_t handle) { return handle == 1 ? &type : nullptr; },
            [](std::uint32_t handle) { return handle == 7 ? std::string("risk") : std::string(); }};
}

MessageFrame frame_of(const MessageHeader& header, std::span<const std::byte> payload) {
    return {"a.b", header, payload};
}

MessageHeader header_of(std::uint32_t type,
                        Encoding encoding,
                        std::uint32_t count,
                        std::uint32_t size) {
    MessageHeader header;
    header.type = type;
    header.encoding = static_cast<std::uint16_t>(encoding);
    header.publisher = 7;
    header.incarnation = 2;
    header.sequence = 11;
    header.topic_sequence = 4;
    header.count = count;
    header.record_size = size;
    return header;
}

TEST(FrameJson, decodes_every_record) {
    const MessageType type = price_type();
    const std::int64_t prices[] = {150, -25};
    MessageHeader header = header_of(1, Encoding::records, 2, 8);
    header.cause = {9, 1, 3};
    header.event_time = 1'000'000'000;
    header.publish_time = 1'500'000'000;
    EXPECT_EQ(message_to_json(frame_of(header, std::as_bytes(std::span(prices))), names_with(type))
                  .line(),
              R"({"topic":"a.b","type":"test.price","publisher":"risk","incarnation":2,)"
              R"("sequence":11,"topic_sequence":4,)"
              R"("cause":{"publisher":9,"incarnation":1,"sequence":3},)"
              R"("event_time":"1970-01-01T00:00:01Z","publish_time":"1970-01-01T00:00:01.500Z",)"
              R"("records":[{"price":"1.5"},{"price":"-0.25"}]})");
}

TEST(FrameJson, shows_json_digit_for_digit_on_one_line_and_no_cause_as_null) {
    const MessageType type = price_type();
    const std::string text =
        "{\"amount\":100000.123456789012345678,\n \"id\":123456789012345678901234567890}";
    MessageHeader header = header_of(5, Encoding::json, 1, static_cast<std::uint32_t>(text.size()));
    header.delivery = 31;  // Of a publication it says how it is delivered: no place in a log.
    EXPECT_EQ(
        message_to_json(frame_of(header, std::as_bytes(std::span(text))), names_with(type)).line(),
        R"({"topic":"a.b","type":5,"publisher":"risk","incarnation":2,)"
        R"("sequence":11,"topic_sequence":4,"cause":null,)"
        R"("event_time":"1970-01-01T00:00:00Z","publish_time":"1970-01-01T00:00:00Z",)"
        R"("value":{"amount":100000.123456789012345678,  )"
        R"("id":123456789012345678901234567890}})");
}

TEST(FrameJson, says_why_a_payload_cannot_be_decoded) {
    const MessageType type = price_type();
    const std::vector<std::byte> four(4);
    for (const MessageHeader& header : {header_of(2, Encoding::records, 1, 4),
                                        header_of(1, Encoding::records, 1, 4),
                                        header_of(1, Encoding::json, 1, 4)}) {
        const Json json = message_to_json(frame_of(header, four), names_with(type)).keys;
        EXPECT_EQ(json["bytes"], 4);
        EXPECT_FALSE(json["problem"].get<std::string>().empty());
        EXPECT_FALSE(json.contains("records"));
    }
}

}  // namespace
}  // namespace drover
