/// How large a position an advice asks for.
#pragma once

#include <optional>
#include <string>

#include "risk/risk_config.hpp"

namespace drover {

/// What sizing knows at the moment of a decision.
struct SizingInput {
    int direction = 0;  ///< Of the advice: 1 long, 0 flat, -1 short.
    std::string symbol;
    std::optional<Money> equity;  ///< Of a snapshot that is not older than the advice.
    std::optional<Price> price;   ///< The last close.
};

/// The position to hold, or why there is none.
struct SizedTarget {
    enum class Outcome { sized, refused, needs_account };
    Outcome outcome = Outcome::sized;
    Quantity quantity;  ///< Signed.
    std::string rule;   ///< "fixed_units", or the rule that refused.
    std::string words;  ///< How the quantity came about, or why there is none.
};

/// Sizes by the configured method, then down to a lot. A target below the minimum quantity or
/// notional is refused with the numbers. Flat is always sized: 0. Throws DecimalOverflow.
[[nodiscard]] SizedTarget size_target(const RiskConfig& config, const SizingInput& input);

}  // namespace drover
