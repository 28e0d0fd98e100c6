/// What a fill costs.
#pragma once

#include <optional>

#include "decimal/decimal.hpp"

namespace drover {

/// clamp(fixed + per_unit * quantity + percent of the notional, minimum, maximum), rounded once,
/// half to even, to 1e-18. A negative amount is a rebate.
struct Commission {
    Money fixed;
    Price per_unit;  ///< Money for one unit of quantity.
    Factor percent;  ///< Hundredths of the notional: 0.1 is a tenth of a percent.
    std::optional<Money> minimum;
    std::optional<Money> maximum;

    /// For an order filled whole. `quantity` and `notional` are not negative. Throws
    /// DecimalOverflow.
    [[nodiscard]] Money charge(Quantity quantity, Money notional) const;
};

}  // namespace drover
