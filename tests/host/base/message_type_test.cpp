// Message types: layouts, hashes, and decoding records without their code.
#include "base/message_type.hpp"

#include <cmath>
#include <cstring>
#include <limits>

#include <gtest/gtest.h>

#include <drover/message_type.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

FieldDescription field(const std::string& name,
                       std::uint32_t kind,
                       std::uint32_t offset,
                       std::uint32_t count = 1,
                       std::int32_t scale = 0) {
    FieldDescription made;
    made.name = name;
    made.kind = kind;
    made.offset = offset;
    made.count = count;
    made.scale = scale;
    return made;
}

MessageType record(std::vector<FieldDescription> fields, std::uint32_t size) {
    MessageType type;
    type.name = "test.record";
    type.encoding = DROVER_ENCODING_RECORDS;
    type.record_size = size;
    type.fields = std::move(fields);
    return type;
}

TEST(MessageTypeLayout, accepts_fields_that_fill_the_record) {
    EXPECT_TRUE(check_layout(record({field("a", DROVER_KIND_I64, 0),
                                     field("b", DROVER_KIND_U32, 8),
                                     field("pad", DROVER_KIND_PADDING, 12)},
                                    16)));
}

TEST(MessageTypeLayout, refuses_holes_overlaps_and_odd_sizes) {
    EXPECT_FALSE(check_layout(record({field("a", DROVER_KIND_U32, 0)}, 8)));
    EXPECT_FALSE(
        check_layout(record({field("a", DROVER_KIND_I64, 0), field("b", DROVER_KIND_I64, 4)}, 16)));
    EXPECT_FALSE(check_layout(record({field("a", DROVER_KIND_U32, 0)}, 4)));
    EXPECT_FALSE(check_layout(record({field("a", 99, 0)}, 8)));
    EXPECT_FALSE(check_layout(record({field("a", DROVER_KIND_I64, 8)}, 16)));
}

TEST(MessageTypeLayout, has_a_hash_that_changes_with_the_layout_only) {
    const MessageType type = record({field("a", DROVER_KIND_I64, 0)}, 8);
    MessageType described = type;
    described.fields[0].description = "words";
    described.fields[0].unit = "USD";
    EXPECT_EQ(layout_hash(type), layout_hash(described));
    MessageType renamed = type;
    renamed.fields[0].name = "b";
    EXPECT_NE(layout_hash(type), layout_hash(renamed));
    MessageType newer = type;
    newer.version = 2;
    EXPECT_NE(layout_hash(type), layout_hash(newer));
}

TEST(MessageTypeJson, comes_back_as_it_went) {
    MessageType type = record({field("side", DROVER_KIND_I64, 0)}, 8);
    type.fields[0].enumerators = {{-1, "sell"}, {1, "buy"}};
    const auto back = message_type_from_json(to_json(type));
    ASSERT_TRUE(back);
    EXPECT_EQ(layout_hash(back.value()), layout_hash(type));
    EXPECT_EQ(back.value().fields[0].enumerators, type.fields[0].enumerators);
}

struct Everything {
    char text[8];
    std::int64_t price;
    std::uint64_t money_low;
    std::int64_t money_high;
    double ratio;
    std::int64_t time;
    std::int32_t side;
    std::uint32_t padding;
    std::int64_t limit;
};

TEST(DecodeRecord, gives_exact_numbers_names_times_and_nulls) {
    MessageType type = record({field("text", DROVER_KIND_CHARS, 0, 8),
                               field("price", DROVER_KIND_DECIMAL64, 8, 1, 9),
                               field("money", DROVER_KIND_DECIMAL128, 16, 1, 18),
                               field("ratio", DROVER_KIND_F64, 32),
                               field("time", DROVER_KIND_TIME, 40),
                               field("side", DROVER_KIND_I32, 48),
                               field("padding", DROVER_KIND_PADDING, 52),
                               field("limit", DROVER_KIND_DECIMAL64, 56, 1, 9)},
                              sizeof(Everything));
    type.fields[5].enumerators = {{1, "buy"}};
    type.fields[7].optional = true;
    ASSERT_TRUE(check_layout(type));
    Everything value{};
    std::memcpy(value.text, "SPX", 3);
    value.price = 1'455'219'971'000;
    value.money_low = 1'500'000'000'000'000'000ULL;
    value.ratio = std::nan("");
    value.time = 951'782'400'000'000'000;
    value.side = 1;
    value.limit = std::numeric_limits<std::int64_t>::min();
    EXPECT_EQ(to_line(decode_record(type, &value)),
              R"({"text":"SPX","price":"1455.219971","money":"1.500000","ratio":null,)"
              R"("time":"2000-02-29T00:00:00Z","side":"buy","limit":null})");
}

TEST(DecimalText, is_exact_at_the_edges) {
    EXPECT_EQ(decimal64_text(0, 9), "0");
    EXPECT_EQ(decimal64_text(-1, 9), "-0.000000001");
    EXPECT_EQ(decimal64_text(std::numeric_limits<std::int64_t>::min(), 9), "-9223372036.854775808");
    EXPECT_EQ(decimal64_text(120, 0), "120");
    EXPECT_EQ(decimal128_text(0, 0), "0.000000");
    EXPECT_EQ(decimal128_text(0xFFFFFFFFFFFFFFFFULL, -1), "-0.000000000000000001");
    EXPECT_EQ(decimal128_text(0, 1), "18.446744073709551616");
}

TEST(IsoTime, has_as_many_decimals_as_it_needs) {
    EXPECT_EQ(iso_time(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(iso_time(1'500'000'000), "1970-01-01T00:00:01.500Z");
    EXPECT_EQ(iso_time(1), "1970-01-01T00:00:00.000000001Z");
    EXPECT_EQ(iso_time(-1), "1969-12-31T23:59:59.999999999Z");
}

}  // namespace
}  // namespace drover
