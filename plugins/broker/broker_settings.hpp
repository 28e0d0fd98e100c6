/// The configuration of a paper broker, read and checked.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "broker/commission.hpp"
#include "decimal/decimal.hpp"

namespace drover {

/// What the venue demands of orders in one instrument.
struct InstrumentRules {
    Quantity lot;  ///< Quantities are multiples of it; 0 allows any.
    Factor multiplier = Factor::from_whole(1);
    Quantity minimum_quantity;  ///< Of an order that does not reduce.
    Money minimum_notional;     ///< The same.
    bool is_shortable = true;
};

/// What becomes of open positions when a history ends.
enum class AtEnd : std::uint8_t { mark, close_at_last_open, close_at_last_close };

/// What becomes of working orders when nobody watches over them any more.
enum class OnLinkLost : std::uint8_t { cancel_open_orders, keep };

struct BrokerSettings {
    std::string account;
    std::string currency;
    Money cash;
    Commission commission;
    std::int64_t latency = 0;  ///< ns from an order's event time until it may match.
    std::optional<std::int64_t> most_price_age;  ///< ns
    AtEnd at_end = AtEnd::mark;
    OnLinkLost on_link_lost = OnLinkLost::cancel_open_orders;
    std::int64_t link_grace = 5'000'000'000;  ///< ns that a link may be lost before that.
    std::map<std::string, InstrumentRules, std::less<>> instruments;

    /// The rules of a symbol; those of an unlisted one demand nothing.
    [[nodiscard]] InstrumentRules rules_of(std::string_view symbol) const;
};

/// Reads a configuration that fits the schema. Throws Failure with a sentence for what a schema
/// cannot tell.
[[nodiscard]] BrokerSettings read_broker_settings(std::string_view json);

}  // namespace drover
