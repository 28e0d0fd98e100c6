// How large a position an advice asks for.
#include "risk/sizing.hpp"

#include "decimal/decimal_text.hpp"

namespace drover {

namespace {

using Outcome = SizedTarget::Outcome;

SizedTarget refused(std::string rule, std::string words) {
    return {Outcome::refused, {}, std::move(rule), std::move(words)};
}

/// floor(fraction * equity / price), exact: splitting the equity keeps each product in 128 bits.
Quantity affordable(Factor fraction, Money equity, Price price) {
    const Int128 whole = equity.units() / units_per_one;
    const Int128 rest = equity.units() % units_per_one;
    const Int128 part = checked_add(checked_multiply(whole, fraction.units()),
                                    rest * fraction.units() / units_per_one);
    return Quantity::from_units(checked_int64(part / price.units()));
}

SizedTarget size_fraction(const RiskConfig& config, const SizingInput& input) {
    if (!input.equity) {
        return {Outcome::needs_account,
                {},
                "account_wait",
                "fixed_fraction needs an account snapshot that is not older than the advice"};
    }
    if (*input.equity <= Money{}) {
        return refused("equity", "the equity is " + to_text(*input.equity, 2));
    }
    if (!input.price || *input.price <= Price{}) {
        return refused("price",
                       input.price ? "the last close is " + to_text(*input.price)
                                   : "no price of " + input.symbol + " is known");
    }
    return {Outcome::sized,
            affordable(config.sizing.fraction, *input.equity, *input.price),
            "fixed_fraction",
            to_text(config.sizing.fraction) + " of equity " + to_text(*input.equity, 2) + " at " +
                to_text(*input.price)};
}

SizedTarget size_magnitude(const RiskConfig& config, const SizingInput& input) {
    if (config.sizing.method == SizingMethod::fixed_fraction) {
        return size_fraction(config, input);
    }
    return {Outcome::sized,
            config.sizing.units,
            "fixed_units",
            "fixed_units " + to_text(config.sizing.units)};
}

/// The minimums of the instrument, on the magnitude that is already a multiple of the lot.
std::optional<SizedTarget> below_minimum(const InstrumentTerms& terms,
                                         const SizingInput& input,
                                         const SizedTarget& sized,
                                         Quantity before_lot) {
    const std::string size = to_text(sized.quantity) + " " + input.symbol;
    if (sized.quantity.is_zero()) {
        return refused("lot",
                       sized.words + " is " + to_text(before_lot) + " " + input.symbol +
                           ", less than the smallest quantity " +
                           to_text(terms.lot.is_zero() ? Quantity::from_units(1) : terms.lot));
    }
    if (sized.quantity < terms.minimum_quantity) {
        return refused("minimum_quantity",
                       size + " is below the minimum quantity " + to_text(terms.minimum_quantity));
    }
    if (terms.minimum_notional > Money{}) {
        if (!input.price) {
            return refused(
                "price",
                "no price of " + input.symbol + " is known to check the minimum notional with");
        }
        const Money notional = *input.price * sized.quantity;
        if (notional < terms.minimum_notional) {
            return refused("minimum_notional",
                           size + " at " + to_text(*input.price) + " is " + to_text(notional, 2) +
                               ", below the minimum notional " +
                               to_text(terms.minimum_notional, 2));
        }
    }
    return std::nullopt;
}

}  // namespace

SizedTarget size_target(const RiskConfig& config, const SizingInput& input) {
    if (input.direction == 0) {
        return {Outcome::sized, {}, "flat", "flat"};
    }
    const InstrumentTerms& terms = config.terms_of(input.symbol);
    if (input.direction < 0 && !terms.is_shortable) {
        return refused("shortable", input.symbol + " may not be sold short");
    }
    SizedTarget sized = size_magnitude(config, input);
    if (sized.outcome != Outcome::sized) {
        return sized;
    }
    const Quantity before_lot = sized.quantity;
    sized.quantity = before_lot.toward_zero(terms.lot);
    if (auto refusal = below_minimum(terms, input, sized, before_lot)) {
        return *refusal;
    }
    if (input.direction < 0) {
        sized.quantity = -sized.quantity;
    }
    return sized;
}

}  // namespace drover
