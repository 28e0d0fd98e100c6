/// The order events a venue publishes, each with its reason in words.
#pragma once

#include <cstdint>
#include <string_view>

#include <drover/trading/order.h>

#include "broker/finished_orders.hpp"

namespace drover {

/// An event about `order`: nothing filled, no price. `code` is empty where nothing is wrong.
[[nodiscard]] drover_order_event order_event(const drover_order& order,
                                             std::int32_t kind,
                                             std::int64_t time,
                                             std::string_view code,
                                             std::string_view reason);

/// What is said of an order that had ended before: its end once more, without a fill.
[[nodiscard]] drover_order_event restated_end(std::string_view client_order_id,
                                              std::string_view account,
                                              std::string_view symbol,
                                              const FinishedOrders::End& end,
                                              std::int64_t time,
                                              std::string_view code,
                                              std::string_view reason);

/// "filled", "rejected" … as the order record's own table names it.
[[nodiscard]] std::string_view kind_name(std::int32_t kind);

}  // namespace drover
