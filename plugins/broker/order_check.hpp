/// Why an order is refused: what the venue demands, and whether the account can carry it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <drover/trading/order.h>

#include "broker/broker_settings.hpp"
#include "ledger/account_ledger.hpp"

namespace drover {

/// A stable code and a sentence.
struct Refusal {
    std::string code;
    std::string reason;
};

/// What is wrong with the order by itself, whatever the account holds.
[[nodiscard]] std::optional<Refusal> check_form(const drover_order& order);

/// What the instrument's rules forbid, at `price`. Throws DecimalOverflow.
[[nodiscard]] std::optional<Refusal> check_rules(const drover_order& order,
                                                 const InstrumentRules& rules,
                                                 const LotBook& book,
                                                 Price price);

/// Whether the price is too old to accept an order by it.
[[nodiscard]] std::optional<Refusal> check_price_age(const drover_order& order,
                                                     std::int64_t event_time,
                                                     std::int64_t price_time,
                                                     std::int64_t most_age);

/// Whether the account can carry the position that the order makes at `price`: the size of all
/// positions must not exceed what the account is then worth. An order that only reduces always
/// may. Throws DecimalOverflow.
[[nodiscard]] std::optional<Refusal> check_buying_power(const drover_order& order,
                                                        const AccountLedger& ledger,
                                                        std::size_t position,
                                                        Price price,
                                                        const BrokerSettings& settings);

/// An amount went beyond exact arithmetic.
[[nodiscard]] Refusal overflow_refusal();

/// The quantity with its sign: below 0 for a sell.
[[nodiscard]] Quantity signed_quantity(const drover_order& order);

/// Whether filling the order leaves less of the position and does not cross zero.
[[nodiscard]] bool reduces(const drover_order& order, Quantity held);

}  // namespace drover
