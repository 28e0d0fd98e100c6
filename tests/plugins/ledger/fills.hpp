/// Fills as the tests of the ledger write them.
#pragma once

#include <string_view>

#include "decimal/decimal_text.hpp"
#include "ledger/lot_book.hpp"

namespace drover::testing {

/// `quantity` is signed: below 0 sells. `order` must outlive the fill.
inline Fill fill(std::string_view order,
                 std::string_view quantity,
                 std::string_view price,
                 std::string_view commission = "0",
                 std::int64_t bar = 0) {
    Fill made;
    const Quantity amount = quantity_from_text(quantity);
    made.order_id = order;
    made.side = amount.sign();
    made.quantity = amount.absolute();
    made.price = price_from_text(price);
    made.commission = money_from_text(commission);
    made.time = bar * 1000;
    made.bar = bar;
    return made;
}

}  // namespace drover::testing
