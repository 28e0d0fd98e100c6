/// Why an order is refused.
#include "broker/order_check.hpp"

#include <drover/agent.hpp>

#include "decimal/decimal_text.hpp"
#include "indicators/reason_text.hpp"

namespace drover {
namespace {

Money absolute(Money amount) {
    return amount < Money{} ? -amount : amount;
}

std::string kind_sentence(const drover_order& order) {
    const bool is_limit = order.kind == DROVER_ORDER_LIMIT;
    const bool is_stop = order.kind == DROVER_ORDER_STOP;
    const std::string kind = is_limit  ? "Limit orders"
                             : is_stop ? "Stop orders"
                                       : "Orders of kind " + std::to_string(order.kind);
    return kind + " are not matched by the paper venue; it takes market orders only.";
}

}  // namespace

Quantity signed_quantity(const drover_order& order) {
    const Quantity quantity = Quantity::from_units(order.quantity);
    return order.side < 0 ? -quantity : quantity;
}

bool reduces(const drover_order& order, Quantity held) {
    return held.sign() * order.side < 0 && Quantity::from_units(order.quantity) <= held.absolute();
}

std::optional<Refusal> check_form(const drover_order& order) {
    if (text_of(order.client_order_id).empty()) {
        return Refusal{"NO_ID", "The order has no client order id."};
    }
    if (order.side != DROVER_SIDE_BUY && order.side != DROVER_SIDE_SELL) {
        return Refusal{"SIDE", "Side " + std::to_string(order.side) + " is neither 1 nor -1."};
    }
    if (order.quantity <= 0) {
        return Refusal{"QUANTITY",
                       "The quantity " + decimal_text(order.quantity) + " is not above 0."};
    }
    if (order.kind != DROVER_ORDER_MARKET) {
        return Refusal{"UNSUPPORTED", kind_sentence(order)};
    }
    if (order.limit_price != DROVER_NO_VALUE || order.stop_price != DROVER_NO_VALUE) {
        return Refusal{"UNSUPPORTED",
                       "A market order carries a limit or stop price, which would not be "
                       "honoured."};
    }
    if (order.time_in_force < DROVER_TIF_GTC || order.time_in_force > DROVER_TIF_FOK) {
        return Refusal{"UNSUPPORTED",
                       "Time in force " + std::to_string(order.time_in_force) + " is not known."};
    }
    return std::nullopt;
}

std::optional<Refusal> check_rules(const drover_order& order,
                                   const InstrumentRules& rules,
                                   const LotBook& book,
                                   Price price) {
    const Quantity quantity = Quantity::from_units(order.quantity);
    if (!quantity.is_multiple_of(rules.lot)) {
        return Refusal{"LOT",
                       "The quantity " + to_text(quantity) + " is no multiple of the lot " +
                           to_text(rules.lot) + "."};
    }
    if (reduces(order, book.quantity())) {
        return std::nullopt;
    }
    if (order.reduce_only != 0) {
        return Refusal{
            "REDUCE_ONLY",
            "The order may only reduce, and the position is " + to_text(book.quantity()) + "."};
    }
    if (quantity < rules.minimum_quantity) {
        return Refusal{"MINIMUM_QUANTITY",
                       "The quantity " + to_text(quantity) + " is below the minimum " +
                           to_text(rules.minimum_quantity) + "."};
    }
    const Money notional = book.notional(price, quantity);
    if (notional < rules.minimum_notional) {
        return Refusal{"MINIMUM_NOTIONAL",
                       "The order's value " + to_text(notional) + " is below the minimum " +
                           to_text(rules.minimum_notional) + "."};
    }
    const Quantity after = book.quantity() + signed_quantity(order);
    if (!rules.is_shortable && after.sign() < 0) {
        return Refusal{"NOT_SHORTABLE",
                       "The position would be " + to_text(after) +
                           ", and the instrument cannot be sold short."};
    }
    return std::nullopt;
}

std::optional<Refusal> check_price_age(const drover_order& order,
                                       std::int64_t event_time,
                                       std::int64_t price_time,
                                       std::int64_t most_age) {
    if (event_time - price_time <= most_age) {
        return std::nullopt;
    }
    return Refusal{"STALE_PRICE",
                   "The last price of " + std::string(text_of(order.symbol)) + " is from " +
                       time_text(price_time) + ", older than max_price_age allows at " +
                       time_text(event_time) + "."};
}

std::optional<Refusal> check_buying_power(const drover_order& order,
                                          const AccountLedger& ledger,
                                          std::size_t position,
                                          Price price,
                                          const BrokerSettings& settings) {
    const AccountLedger::Position& held = ledger.position(position);
    const Quantity before = held.book.quantity();
    if (reduces(order, before)) {
        return std::nullopt;
    }
    const Quantity after = before + signed_quantity(order);
    const Quantity quantity = Quantity::from_units(order.quantity);
    const Money charged =
        settings.commission.charge(quantity, absolute(held.book.notional(price, quantity)));
    const Money others = ledger.gross_exposure() - absolute(held.value);
    const Money needed = others + absolute(held.book.notional(price, after));
    const Money worth = ledger.equity() - held.value + held.book.notional(price, before) - charged;
    if (needed <= worth) {
        return std::nullopt;
    }
    return Refusal{"BUYING_POWER",
                   "A position of " + to_text(after) + " at " + to_text(price) +
                       " brings all positions to " + to_text(needed, 2) + " " + settings.currency +
                       ", and the account is worth " + to_text(worth, 2) + "."};
}

Refusal overflow_refusal() {
    return {"OVERFLOW",
            "The amounts of this order are too large for exact arithmetic; the account takes no "
            "more orders."};
}

}  // namespace drover
