// The message types of the trading records: described without holes, decoded by name.
#include <cmath>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include <drover/trading/records.hpp>

#include "base/json_value.hpp"
#include "base/message_type.hpp"

namespace drover {
namespace {

/// The description of a type as the host keeps it.
MessageType described(const drover_message_type& from) {
    MessageType type;
    type.name = from.name;
    type.version = from.version;
    type.encoding = from.encoding;
    type.record_size = from.record_size;
    for (std::uint32_t index = 0; index < from.field_count; ++index) {
        const drover_field& field = from.fields[index];
        FieldDescription description;
        description.name = field.name;
        description.kind = field.kind;
        description.offset = field.offset;
        description.count = field.count;
        description.scale = field.scale;
        description.optional = (field.flags & DROVER_FIELD_OPTIONAL) != 0;
        for (std::uint32_t name = 0; name < field.enumerator_count; ++name) {
            description.enumerators.emplace_back(field.enumerators[name].value,
                                                 field.enumerators[name].name);
        }
        type.fields.push_back(std::move(description));
    }
    return type;
}

const std::vector<const drover_message_type*>& trading_types() {
    static const std::vector<const drover_message_type*> types{&drover_bar_type,
                                                               &drover_quote_type,
                                                               &drover_trade_type,
                                                               &drover_signal_type,
                                                               &drover_advice_type,
                                                               &drover_order_type,
                                                               &drover_cancel_type,
                                                               &drover_order_event_type,
                                                               &drover_verdict_type,
                                                               &drover_breaker_type,
                                                               &drover_position_type,
                                                               &drover_account_type};
    return types;
}

TEST(TradingRecords, have_layouts_that_the_host_accepts) {
    for (const drover_message_type* type : trading_types()) {
        const auto checked = check_layout(described(*type));
        EXPECT_TRUE(checked) << (checked ? "" : checked.error().message);
        EXPECT_EQ(type->size, sizeof(drover_message_type)) << type->name;
        EXPECT_EQ(type->field_stride, sizeof(drover_field)) << type->name;
    }
}

TEST(TradingRecords, name_their_fields_and_say_what_they_are) {
    for (const drover_message_type* type : trading_types()) {
        for (std::uint32_t index = 0; index < type->field_count; ++index) {
            const drover_field& field = type->fields[index];
            EXPECT_EQ(field.size, sizeof(drover_field)) << type->name << "." << field.name;
            EXPECT_TRUE(field.kind == DROVER_KIND_PADDING || field.description != nullptr)
                << type->name << "." << field.name;
        }
    }
}

TEST(TradingRecords, decode_by_their_descriptions) {
    drover_bar bar{};
    set_text(bar.symbol, "SPX");
    bar.close = 3'245'500'000'000;
    bar.volume = std::nan("");
    const Json decoded = decode_record(described(drover_bar_type), &bar);
    EXPECT_EQ(decoded.at("symbol"), "SPX");
    EXPECT_EQ(decoded.at("close"), "3245.5");
    EXPECT_TRUE(decoded.at("volume").is_null());
    EXPECT_FALSE(decoded.contains("reserved"));
}

TEST(TradingRecords, decode_what_has_no_value_to_null) {
    drover_order order{};
    order.limit_price = DROVER_NO_VALUE;
    order.side = DROVER_SIDE_SELL;
    const Json decoded = decode_record(described(drover_order_type), &order);
    EXPECT_TRUE(decoded.at("limit_price").is_null());
    EXPECT_EQ(decoded.at("side"), "sell");
}

}  // namespace
}  // namespace drover
