/// Message types as plain data: what the host knows of a third party's records without its code.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace drover {

struct MessageType;

/// One field; the meanings are those of drover_field in <drover/message_type.h>.
struct FieldDescription {
    std::string name;
    std::uint32_t kind = 0;  ///< DROVER_KIND_...
    std::uint32_t offset = 0;
    std::uint32_t count = 1;
    std::int32_t scale = 0;
    bool optional = false;
    std::string unit;
    std::string description;
    std::vector<std::pair<std::int64_t, std::string>> enumerators;
    std::shared_ptr<const MessageType> record;  ///< Only for DROVER_KIND_RECORD.
};

/// One message type; the meanings are those of drover_message_type.
struct MessageType {
    std::string name;
    std::uint32_t version = 1;
    std::uint32_t encoding = 0;  ///< DROVER_ENCODING_...
    std::uint32_t record_size = 0;
    std::vector<FieldDescription> fields;
    std::string description;
    std::string json_schema;
};

/// Bytes of one element of a field's kind; 0 for a kind this host does not know.
[[nodiscard]] std::uint32_t size_of_kind(const FieldDescription& field);

/// FNV-1a 64 over "name/version/encoding/size;field:kind:offset:count:scale;…". Two types with one
/// hash have one layout. Descriptions, units and enumerators take no part.
[[nodiscard]] std::uint64_t layout_hash(const MessageType& type);

/// Says what is wrong with a type's layout: a field outside the record, overlap, a hole that no
/// padding declares, an unknown kind, a size that is no multiple of 8.
[[nodiscard]] Result<void> check_layout(const MessageType& type);

[[nodiscard]] Json to_json(const MessageType& type);
[[nodiscard]] Result<MessageType> message_type_from_json(const Json& json);

/// Decodes one record of `type` to a JSON object in field order. Decimals become exact decimal
/// number texts, times ISO 8601 texts, NaN null. `record` must hold record_size bytes.
[[nodiscard]] Json decode_record(const MessageType& type, const void* record);

/// 2020-04-17T00:00:00Z, with as many decimals (0, 3, 6, 9) as the nanoseconds need.
[[nodiscard]] std::string iso_time(std::int64_t nanoseconds);

/// Text of `value` times 10^-18, exact, with at least `least` decimals. `value` is low, high word.
[[nodiscard]] std::string decimal128_text(std::uint64_t low, std::int64_t high, int least = 6);

/// Text of `value` times 10^-scale, exact, without trailing zeros.
[[nodiscard]] std::string decimal64_text(std::int64_t value, int scale);

}  // namespace drover
