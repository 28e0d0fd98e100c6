// What to send to get from the expected position to an advised one.
#include "risk/order_plan.hpp"

#include "decimal/decimal_text.hpp"
#include "risk/limits.hpp"
#include "risk/sizing.hpp"

namespace drover {

namespace {

using Outcome = SizedTarget::Outcome;

std::string holdings(const SymbolBook& book, Quantity expected) {
    return "expected " + to_text(expected) + " (held " + to_text(book.filled) + ", working " +
           to_text(expected - book.filled) + ")";
}

std::string order_words(Quantity order, const std::string& symbol) {
    return (order.sign() > 0 ? "Buy " : "Sell ") + to_text(order.absolute()) + " " + symbol;
}

OrderPlan settled(OrderPlan plan, std::int32_t kind, std::string rule, std::string reason) {
    plan.kind = kind;
    plan.rule = std::move(rule);
    plan.reason = std::move(reason);
    return plan;
}

/// What of `order` may go out while working orders of the other side are being cancelled: as much
/// as brings what is held, with the working orders of its own side, towards the target.
Quantity exit_before_cancels(const SymbolBook& book, Quantity target, Quantity order) {
    const Quantity base = book.filled + book.working(order.sign());
    if (base.sign() != -order.sign()) {
        return {};
    }
    const Quantity goal = target.sign() == base.sign() ? target : Quantity{};
    const Quantity exit = goal - base;
    return exit.sign() == order.sign() ? exit : Quantity{};
}

/// Working orders of the other side end first; only an exit goes out before that.
OrderPlan plan_after_cancels(OrderPlan plan,
                             const SymbolBook& book,
                             const PlanInput& input,
                             Quantity order) {
    plan.cancel_side = -order.sign();
    plan.wait = WaitFor::cancel;
    plan.order = exit_before_cancels(book, plan.target, order);
    plan.is_reduce_only = !plan.order.is_zero();
    const std::string cancelled = "working orders of " + to_text(book.working(-order.sign())) +
                                  " " + input.symbol + " are cancelled first";
    if (plan.order.is_zero()) {
        return settled(plan,
                       DROVER_VERDICT_WAITING,
                       "opposite_orders",
                       "Target " + to_text(plan.target) + ", " + holdings(book, plan.expected) +
                           ": " + cancelled + ".");
    }
    return settled(plan,
                   DROVER_VERDICT_APPROVED,
                   "opposite_orders",
                   order_words(plan.order, input.symbol) + " of what is held; " + cancelled + ".");
}

/// What the trading state leaves of an order: nothing while halted, else what reduces.
LimitedOrder permitted_order(const OrderPlan& plan, const PlanInput& input, Quantity order) {
    const bool is_halted = input.state == TradingState::halted;
    if (input.state == TradingState::active || (!is_halted && is_reducing(plan.expected, order))) {
        return {order, false, "", ""};
    }
    const bool is_reversal = plan.expected.sign() == -order.sign();
    return {!is_halted && is_reversal ? -plan.expected : Quantity{},
            true,
            input.breaker,
            std::string("trading is ") + state_name(input.state) + ": " + input.breaker_words};
}

/// The order after the limits. Bars that were lost just before the advice refuse an entry too.
LimitedOrder limited_order(const OrderPlan& plan,
                           const RiskConfig& config,
                           const PlanInput& input,
                           Quantity order) {
    if (input.has_gap && !is_reducing(plan.expected, order)) {
        const bool is_reversal = plan.expected.sign() == -order.sign();
        return {is_reversal ? -plan.expected : Quantity{},
                true,
                "bar_gap",
                "bars of " + input.symbol + " were lost just before this advice"};
    }
    return apply_limits(config.limits, config.terms_of(input.symbol).lot, plan.expected, order);
}

OrderPlan plan_limited(OrderPlan plan, const LimitedOrder& limited, const PlanInput& input) {
    plan.order = limited.quantity;
    if (plan.order.is_zero()) {
        return settled(plan,
                       DROVER_VERDICT_REFUSED,
                       limited.rule,
                       "Refused: " + limited.words + "; expected " + to_text(plan.expected) + ".");
    }
    return settled(plan,
                   DROVER_VERDICT_APPROVED,
                   limited.rule,
                   order_words(plan.order, input.symbol) + " only: " + limited.words +
                       "; expected " + to_text(plan.expected) + ".");
}

OrderPlan plan_sized(OrderPlan plan,
                     const RiskConfig& config,
                     const SizedTarget& sized,
                     const SymbolBook& book,
                     const PlanInput& input) {
    plan.target = sized.quantity;
    Quantity order = plan.target - plan.expected;
    const std::string target = "target " + to_text(plan.target) + " (" + sized.words + "), " +
                               holdings(book, plan.expected);
    if (order.is_zero()) {
        return settled(plan,
                       DROVER_VERDICT_NO_ORDER,
                       "expected",
                       "No order of " + input.symbol + ": " + target + ".");
    }
    const LimitedOrder permitted = permitted_order(plan, input, order);
    if (permitted.is_limited && permitted.quantity.is_zero()) {
        // Working orders of the other side reduce: they are left alone.
        return plan_limited(plan, permitted, input);
    }
    order = permitted.quantity;
    plan.target = plan.expected + order;
    if (!book.working(-order.sign()).is_zero()) {
        return plan_after_cancels(plan, book, input, order);
    }
    const LimitedOrder limited =
        permitted.is_limited ? permitted : limited_order(plan, config, input, order);
    if (limited.is_limited) {
        plan = plan_limited(plan, limited, input);
    } else {
        plan.order = order;
        plan =
            settled(plan,
                    DROVER_VERDICT_APPROVED,
                    sized.rule,
                    order_words(order, input.symbol) + ": " + target + ". " + input.advice_reason);
    }
    plan.is_reduce_only = is_reducing(book.filled, plan.order) && !plan.order.is_zero();
    return plan;
}

/// A target that could not be sized. Leaving a position of the other side does not depend on it.
OrderPlan plan_unsized(OrderPlan plan,
                       const RiskConfig& config,
                       const SizedTarget& sized,
                       const SymbolBook& book,
                       const PlanInput& input) {
    const bool waits = sized.outcome == Outcome::needs_account;
    const std::string words =
        "The entry " + std::string(waits ? "waits: " : "is refused: ") + sized.words + ".";
    if (plan.expected.sign() != -input.direction) {
        plan.wait = waits ? WaitFor::account : WaitFor::nothing;
        return settled(
            plan, waits ? DROVER_VERDICT_WAITING : DROVER_VERDICT_REFUSED, sized.rule, words);
    }
    const SizedTarget flat{Outcome::sized, {}, sized.rule, "to leave the position"};
    plan = plan_sized(plan, config, flat, book, input);
    if (plan.wait == WaitFor::nothing && waits) {
        plan.wait = WaitFor::account;
    }
    plan.reason = words + " " + plan.reason;
    return plan;
}

}  // namespace

OrderPlan plan_order(const RiskConfig& config, const SymbolBook& book, const PlanInput& input) {
    OrderPlan plan;
    plan.expected = book.expected();
    if (!input.is_book_known) {
        plan.wait = WaitFor::book;
        return settled(plan,
                       DROVER_VERDICT_WAITING,
                       "unknown_book",
                       "Waiting: the broker has not yet published what account " + config.account +
                           " holds and has working.");
    }
    const SizedTarget sized =
        size_target(config, {input.direction, input.symbol, input.equity, input.price});
    if (sized.outcome != Outcome::sized) {
        return plan_unsized(plan, config, sized, book, input);
    }
    return plan_sized(plan, config, sized, book, input);
}

}  // namespace drover
