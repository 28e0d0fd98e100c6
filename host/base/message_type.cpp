#include "base/message_type.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>

#include <drover/message_type.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

constexpr std::uint32_t largest_record = 65536;

__extension__ using Unsigned128 = unsigned __int128;

template <typename Value>
Value load(const char* at) {
    Value value;
    std::memcpy(&value, at, sizeof(Value));
    return value;
}

class Fnv1a {
public:
    void add(std::string_view text) {
        for (const char letter : text) {
            hash_ ^= static_cast<unsigned char>(letter);
            hash_ *= 0x100000001B3ULL;
        }
    }
    void add(std::int64_t number) { add(std::to_string(number)); }
    [[nodiscard]] std::uint64_t value() const { return hash_; }

private:
    std::uint64_t hash_ = 0xCBF29CE484222325ULL;
};

Json decode_floating(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json named(const FieldDescription& field, std::int64_t value) {
    for (const auto& [number, name] : field.enumerators) {
        if (number == value) {
            return name;
        }
    }
    return value;
}

Json decode_text(const FieldDescription& field, const char* at) {
    return std::string(at, strnlen(at, field.count));
}

Json decode_bytes(const FieldDescription& field, const char* at) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::uint32_t index = 0; index < field.count; ++index) {
        const auto byte = static_cast<unsigned char>(at[index]);
        text.push_back(digits[byte >> 4U]);
        text.push_back(digits[byte & 15U]);
    }
    return text;
}

Json decode_decimal64(const FieldDescription& field, const char* at) {
    const auto value = load<std::int64_t>(at);
    if (field.optional && value == INT64_MIN) {
        return nullptr;
    }
    return decimal64_text(value, field.scale);
}

Json decode_element(const FieldDescription& field, const char* at) {
    switch (field.kind) {
        case DROVER_KIND_I8:
            return named(field, load<std::int8_t>(at));
        case DROVER_KIND_U8:
            return named(field, load<std::uint8_t>(at));
        case DROVER_KIND_I16:
            return named(field, load<std::int16_t>(at));
        case DROVER_KIND_U16:
            return named(field, load<std::uint16_t>(at));
        case DROVER_KIND_I32:
            return named(field, load<std::int32_t>(at));
        case DROVER_KIND_U32:
            return named(field, load<std::uint32_t>(at));
        case DROVER_KIND_I64:
            return named(field, load<std::int64_t>(at));
        case DROVER_KIND_U64:
            return load<std::uint64_t>(at);
        case DROVER_KIND_F32:
            return decode_floating(static_cast<double>(load<float>(at)));
        case DROVER_KIND_F64:
            return decode_floating(load<double>(at));
        case DROVER_KIND_BOOL8:
            return load<std::uint8_t>(at) != 0;
        case DROVER_KIND_TIME:
            return field.optional && load<std::int64_t>(at) == INT64_MIN
                       ? Json(nullptr)
                       : Json(iso_time(load<std::int64_t>(at)));
        case DROVER_KIND_DECIMAL64:
            return decode_decimal64(field, at);
        case DROVER_KIND_DECIMAL128:
            return decimal128_text(load<std::uint64_t>(at), load<std::int64_t>(at + 8));
        case DROVER_KIND_RECORD:
            return field.record ? decode_record(*field.record, at) : Json(nullptr);
        default:
            return nullptr;
    }
}

Json decode_field(const FieldDescription& field, const char* at) {
    if (field.kind == DROVER_KIND_CHARS) {
        return decode_text(field, at);
    }
    if (field.kind == DROVER_KIND_BYTES) {
        return decode_bytes(field, at);
    }
    if (field.count == 1) {
        return decode_element(field, at);
    }
    Json elements = Json::array();
    for (std::uint32_t index = 0; index < field.count; ++index) {
        elements.push_back(decode_element(field, at + std::size_t{index} * size_of_kind(field)));
    }
    return elements;
}

Error layout_error(const MessageType& type, const std::string& what) {
    return {ErrorKind::invalid, "Message type '" + type.name + "': " + what};
}

/// Digits of `magnitude` with a point before the last `scale` of them.
std::string with_point(Unsigned128 magnitude, int scale) {
    std::string digits;
    do {
        digits.push_back(static_cast<char>('0' + static_cast<int>(magnitude % 10)));
        magnitude /= 10;
    } while (magnitude != 0);
    while (digits.size() <= static_cast<std::size_t>(scale)) {
        digits.push_back('0');
    }
    std::reverse(digits.begin(), digits.end());
    if (scale > 0) {
        digits.insert(digits.size() - static_cast<std::size_t>(scale), 1, '.');
    }
    return digits;
}

std::string trim_zeros(std::string text, std::size_t least) {
    const std::size_t point = text.find('.');
    if (point == std::string::npos) {
        return text;
    }
    const std::size_t shortest = least == 0 ? point : point + 1 + least;
    while (text.size() > shortest && (text.back() == '0' || text.back() == '.')) {
        const bool was_point = text.back() == '.';
        text.pop_back();
        if (was_point) {
            break;
        }
    }
    return text;
}

}  // namespace

std::uint32_t size_of_kind(const FieldDescription& field) {
    switch (field.kind) {
        case DROVER_KIND_I8:
        case DROVER_KIND_U8:
        case DROVER_KIND_BOOL8:
        case DROVER_KIND_CHARS:
        case DROVER_KIND_BYTES:
            return 1;
        case DROVER_KIND_I16:
        case DROVER_KIND_U16:
            return 2;
        case DROVER_KIND_I32:
        case DROVER_KIND_U32:
        case DROVER_KIND_F32:
        case DROVER_KIND_PADDING:
            return 4;
        case DROVER_KIND_I64:
        case DROVER_KIND_U64:
        case DROVER_KIND_F64:
        case DROVER_KIND_TIME:
        case DROVER_KIND_DECIMAL64:
            return 8;
        case DROVER_KIND_DECIMAL128:
            return 16;
        case DROVER_KIND_RECORD:
            return field.record ? field.record->record_size : 0;
        default:
            return 0;
    }
}

std::uint64_t layout_hash(const MessageType& type) {
    Fnv1a hash;
    hash.add(type.name);
    hash.add("/");
    hash.add(type.version);
    hash.add("/");
    hash.add(type.encoding);
    hash.add("/");
    hash.add(type.record_size);
    for (const FieldDescription& field : type.fields) {
        hash.add(";");
        hash.add(field.name);
        for (const std::int64_t number : {std::int64_t{field.kind},
                                          std::int64_t{field.offset},
                                          std::int64_t{field.count},
                                          std::int64_t{field.scale},
                                          std::int64_t{field.optional}}) {
            hash.add(":");
            hash.add(number);
        }
        if (field.record) {
            hash.add(":");
            hash.add(static_cast<std::int64_t>(layout_hash(*field.record)));
        }
    }
    return hash.value();
}

Result<void> check_layout(const MessageType& type) {
    if (type.encoding == DROVER_ENCODING_JSON) {
        return success();
    }
    if (type.encoding != DROVER_ENCODING_RECORDS) {
        return layout_error(type, "unknown encoding " + std::to_string(type.encoding) + ".");
    }
    if (type.record_size == 0 || type.record_size % 8 != 0 || type.record_size > largest_record) {
        return layout_error(type,
                            "the record size " + std::to_string(type.record_size) +
                                " is not a multiple of 8 up to 65536.");
    }
    std::vector<const FieldDescription*> in_order;
    for (const FieldDescription& field : type.fields) {
        if (size_of_kind(field) == 0 || field.count == 0) {
            return layout_error(type, "field '" + field.name + "' has an unknown kind or no size.");
        }
        in_order.push_back(&field);
    }
    std::sort(in_order.begin(), in_order.end(), [](const auto* left, const auto* right) {
        return left->offset < right->offset;
    });
    std::uint64_t end = 0;
    for (const FieldDescription* field : in_order) {
        if (field->offset != end) {
            return layout_error(type,
                                "field '" + field->name + "' begins at byte " +
                                    std::to_string(field->offset) + ", expected " +
                                    std::to_string(end) + "; declare holes as padding fields.");
        }
        // A padding field reaches to the next field.
        end += std::uint64_t{size_of_kind(*field)} * field->count;
        if (field->kind == DROVER_KIND_PADDING) {
            const auto next =
                std::find_if(in_order.begin(), in_order.end(), [&](const auto* other) {
                    return other->offset > field->offset;
                });
            end = next == in_order.end() ? type.record_size : (*next)->offset;
        }
    }
    if (end != type.record_size) {
        return layout_error(type,
                            "the fields end at byte " + std::to_string(end) + ", the record at " +
                                std::to_string(type.record_size) + ".");
    }
    return success();
}

Json to_json(const MessageType& type) {
    Json fields = Json::array();
    for (const FieldDescription& field : type.fields) {
        Json enumerators = Json::array();
        for (const auto& [value, name] : field.enumerators) {
            enumerators.push_back({{"value", value}, {"name", name}});
        }
        fields.push_back({{"name", field.name},
                          {"kind", field.kind},
                          {"offset", field.offset},
                          {"count", field.count},
                          {"scale", field.scale},
                          {"optional", field.optional},
                          {"unit", field.unit},
                          {"description", field.description},
                          {"enumerators", enumerators},
                          {"record", field.record ? to_json(*field.record) : Json(nullptr)}});
    }
    return {{"name", type.name},
            {"version", type.version},
            {"encoding", type.encoding},
            {"record_size", type.record_size},
            {"layout_hash", std::to_string(layout_hash(type))},
            {"fields", fields},
            {"description", type.description},
            {"json_schema", type.json_schema}};
}

Result<MessageType> message_type_from_json(const Json& json) {
    try {
        MessageType type;
        type.name = json.at("name").get<std::string>();
        type.version = json.at("version").get<std::uint32_t>();
        type.encoding = json.at("encoding").get<std::uint32_t>();
        type.record_size = json.at("record_size").get<std::uint32_t>();
        type.description = value_or<std::string>(json, "description", "");
        type.json_schema = value_or<std::string>(json, "json_schema", "");
        for (const Json& entry : json.at("fields")) {
            FieldDescription field;
            field.name = entry.at("name").get<std::string>();
            field.kind = entry.at("kind").get<std::uint32_t>();
            field.offset = entry.at("offset").get<std::uint32_t>();
            field.count = entry.at("count").get<std::uint32_t>();
            field.scale = entry.at("scale").get<std::int32_t>();
            field.optional = entry.at("optional").get<bool>();
            field.unit = value_or<std::string>(entry, "unit", "");
            field.description = value_or<std::string>(entry, "description", "");
            for (const Json& enumerator : entry.at("enumerators")) {
                field.enumerators.emplace_back(enumerator.at("value").get<std::int64_t>(),
                                               enumerator.at("name").get<std::string>());
            }
            if (entry.contains("record") && entry.at("record").is_object()) {
                auto nested = message_type_from_json(entry.at("record"));
                if (!nested) {
                    return nested.error();
                }
                field.record = std::make_shared<const MessageType>(std::move(nested.value()));
            }
            type.fields.push_back(std::move(field));
        }
        return type;
    } catch (const Json::exception& error) {
        return Error{ErrorKind::invalid, std::string("Not a message type: ") + error.what()};
    }
}

Json decode_record(const MessageType& type, const void* record) {
    const auto* const start = static_cast<const char*>(record);
    Json object = Json::object();
    for (const FieldDescription& field : type.fields) {
        if (field.kind != DROVER_KIND_PADDING) {
            object[field.name] = decode_field(field, start + field.offset);
        }
    }
    return object;
}

std::string iso_time(std::int64_t nanoseconds) {
    constexpr std::int64_t per_second = 1'000'000'000;
    std::int64_t seconds = nanoseconds / per_second;
    std::int64_t fraction = nanoseconds % per_second;
    if (fraction < 0) {
        fraction += per_second;
        --seconds;
    }
    std::tm parts{};
    const std::time_t moment = seconds;
    ::gmtime_r(&moment, &parts);
    std::array<char, 64> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::string result(text.data());
    if (fraction != 0) {
        std::array<char, 16> decimals{};
        std::snprintf(
            decimals.data(), decimals.size(), ".%09lld", static_cast<long long>(fraction));
        std::string tail(decimals.data());
        while (tail.size() > 4 && tail.ends_with("000")) {
            tail.resize(tail.size() - 3);
        }
        result += tail;
    }
    return result + "Z";
}

std::string decimal128_text(std::uint64_t low, std::int64_t high, int least) {
    const auto bits = (static_cast<Unsigned128>(static_cast<std::uint64_t>(high)) << 64U) | low;
    const bool is_negative = high < 0;
    const Unsigned128 magnitude = is_negative ? ~bits + 1 : bits;
    std::string text = trim_zeros(with_point(magnitude, 18), static_cast<std::size_t>(least));
    return is_negative ? "-" + text : text;
}

std::string decimal64_text(std::int64_t value, int scale) {
    const auto bits = static_cast<std::uint64_t>(value);
    const std::uint64_t magnitude = value < 0 ? ~bits + 1 : bits;
    std::string text = trim_zeros(with_point(magnitude, scale), 0);
    return value < 0 ? "-" + text : text;
}

}  // namespace drover
