#include "fleet/layout_conflicts.hpp"

#include <gtest/gtest.h>

#include <drover/message_type.h>

namespace drover {
namespace {

MessageType bar() {
    MessageType type;
    type.name = "bar";
    type.encoding = DROVER_ENCODING_RECORDS;
    type.record_size = 16;
    FieldDescription open;
    open.name = "open";
    open.kind = DROVER_KIND_DECIMAL64;
    open.scale = 9;
    FieldDescription close = open;
    close.name = "close";
    close.offset = 8;
    type.fields = {open, close};
    return type;
}

TEST(FirstDifference, names_the_field_and_what_differs) {
    MessageType other = bar();
    other.fields[1].offset = 16;
    EXPECT_EQ(first_difference(bar(), other),
              "field 'close' has the offset 8 in the one and 16 in the other");
    other = bar();
    other.fields[1].kind = DROVER_KIND_F64;
    EXPECT_EQ(first_difference(bar(), other),
              "field 'close' has the kind 14 in the one and 10 in the other");
    other = bar();
    other.fields[0].scale = 4;
    EXPECT_EQ(first_difference(bar(), other),
              "field 'open' has the scale 9 in the one and 4 in the other");
    other = bar();
    other.fields[0].count = 2;
    EXPECT_EQ(first_difference(bar(), other),
              "field 'open' has the count 1 in the one and 2 in the other");
    other = bar();
    other.fields[0].name = "first";
    EXPECT_EQ(first_difference(bar(), other),
              "'open' in the one stands where the other has 'first'");
    other = bar();
    other.fields[0].optional = true;
    EXPECT_EQ(first_difference(bar(), other), "field 'open' may be null in only one of them");
    other = bar();
    other.fields.pop_back();
    EXPECT_EQ(first_difference(bar(), other), "only one of them has the field 'close'");
    other = bar();
    other.record_size = 24;
    EXPECT_EQ(first_difference(bar(), other),
              "the record has the size 16 in the one and 24 in the other");
    other = bar();
    other.encoding = DROVER_ENCODING_JSON;
    EXPECT_EQ(first_difference(bar(), other),
              "the type has the encoding 1 in the one and 2 in the other");
}

TEST(FirstDifference, goes_down_into_records) {
    const auto nested = [](std::int32_t scale) {
        MessageType inner = bar();
        inner.fields[1].scale = scale;
        MessageType outer = bar();
        outer.fields[0].kind = DROVER_KIND_RECORD;
        outer.fields[0].record = std::make_shared<const MessageType>(inner);
        return outer;
    };
    EXPECT_EQ(first_difference(nested(9), nested(2)),
              "in the record 'open', field 'close' has the scale 9 in the one and 2 in the other");
}

}  // namespace
}  // namespace drover
