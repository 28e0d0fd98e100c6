/// What a fill costs.
#include "broker/commission.hpp"

namespace drover {

Money Commission::charge(Quantity quantity, Money notional) const {
    // Only the percentage is rounded; the other two are exact in units of money.
    Money charged = fixed + per_unit * quantity + percent_of(notional, percent);
    if (minimum && charged < *minimum) {
        charged = *minimum;
    }
    if (maximum && charged > *maximum) {
        charged = *maximum;
    }
    return charged;
}

}  // namespace drover
