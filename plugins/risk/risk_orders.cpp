// The risk agent's way from an advice to orders and verdicts.
#include "decimal/decimal_text.hpp"
#include "risk/client_order_id.hpp"
#include "risk/risk_agent.hpp"

namespace drover {

namespace {

/// An order that the broker has not spoken of for so long (ns) is asked about, by a cancel: twice
/// the age at which a live broker refuses an order.
constexpr std::int64_t longest_silence = 10'000'000'000;

}  // namespace

SymbolDesk& RiskAgent::desk_of(std::string_view symbol) {
    const auto found = desks_.find(symbol);
    if (found != desks_.end()) {
        return found->second;
    }
    SymbolDesk& desk = desks_.emplace(symbol, SymbolDesk{}).first->second;
    desk.symbol = symbol;
    desk.timer = desks_.size();
    return desk;
}

void RiskAgent::open_topics(SymbolDesk& desk) {
    if (desk.has_topics) {
        return;
    }
    const std::string place = config_.account + "." + topic_token(desk.symbol);
    desk.verdicts = topic(verdicts, "risk.verdict." + place);
    desk.orders = topic(orders, "order.submit." + place);
    desk.cancels = topic(cancels, "order.cancel." + place);
    desk.has_topics = true;
}

void RiskAgent::judge(SymbolDesk& desk) {
    OrderPlan decided = plan(desk);
    carry_out(desk, decided);
}

OrderPlan RiskAgent::plan(const SymbolDesk& desk) {
    const OpenAdvice& advice = *desk.advice;
    PlanInput input;
    input.symbol = desk.symbol;
    input.direction = advice.direction;
    input.advice_reason = advice.reason;
    if (desk.snapshot_time >= advice.event_time) {
        input.equity = equity_;
    }
    input.price = desk.last_close ? desk.last_close : advice.price;
    input.is_book_known = broker_.is_adopted;
    input.has_gap = desk.has_gap;
    if (const Breaker* breaker = breakers_.decisive()) {
        input.state = breaker->state;
        input.breaker = breaker->rule.name();
        input.breaker_words = breaker->tripped_words();
    }
    try {
        return plan_order(config_, book_.of(desk.symbol), input);
    } catch (const DecimalOverflow& overflow) {
        OrderPlan refused;
        refused.kind = DROVER_VERDICT_REFUSED;
        refused.rule = "overflow";
        refused.reason = std::string("Refused: ") + overflow.what();
        return refused;
    }
}

void RiskAgent::carry_out(SymbolDesk& desk, OrderPlan& decided) {
    const bool is_news = decided.wait == WaitFor::nothing || decided.wait != desk.advice->wait ||
                         !decided.order.is_zero();
    desk.advice->wait = decided.wait;
    if (decided.cancel_side != 0) {
        send_cancels(desk, decided.cancel_side, desk.advice->reason);
    }
    std::string order_id;
    if (!decided.order.is_zero()) {
        order_id = send_order(desk, decided);
    }
    if (is_news) {
        publish_verdict(desk, decided, order_id);
    }
    if (decided.wait == WaitFor::nothing) {
        desk.advice.reset();
    } else if (is_wall_clock_ && decided.wait != WaitFor::cancel) {
        set_timer(desk.timer, now() + config_.account_wait);
    }
    state_dirty();
}

void RiskAgent::send_cancels(SymbolDesk& desk, int side, const std::string& reason) {
    for (WorkingOrder& order : book_.of(desk.symbol).orders) {
        if (order.open.sign() == side && !order.is_cancelling) {
            send_cancel(desk, order, "Makes room for the opposite: " + reason);
        }
    }
}

void RiskAgent::ask_about_silent_orders() {
    for (auto& [symbol, desk] : desks_) {
        for (WorkingOrder& order : book_.of(symbol).orders) {
            const bool is_silent = !order.is_acknowledged && !order.is_cancelling &&
                                   now() - order.sent_now > longest_silence;
            if (is_silent) {
                send_cancel(
                    desk,
                    order,
                    "The broker has not answered this order; if it has it, it is too late.");
            }
        }
    }
}

void RiskAgent::send_cancel(SymbolDesk& desk, WorkingOrder& order, const std::string& reason) {
    open_topics(desk);
    drover_cancel cancel{};
    set_text(cancel.client_order_id, order.client_order_id);
    set_text(cancel.account, config_.account);
    set_text(cancel.symbol, desk.symbol);
    set_text(cancel.reason, reason);
    if (publish(desk.cancels, cancel) < 0) {
        const std::string text = "A cancel of " + desk.symbol + " was not sent: " + last_error();
        log_warning(text);
        complain("refused", text);
        return;
    }
    order.is_cancelling = true;
    order.cancel_sent_at = event_time_;
    state_dirty();
}

std::string RiskAgent::send_order(SymbolDesk& desk, OrderPlan& decided) {
    open_topics(desk);
    const OpenAdvice& advice = *desk.advice;
    if (desk.cause_time != advice.event_time) {
        desk.cause_time = advice.event_time;
        desk.next_index = 0;
    }
    const std::string id = client_order_id({config_.account,
                                            config_.session,
                                            name_,
                                            desk.symbol,
                                            advice.topic,
                                            advice.event_time,
                                            desk.next_index++});
    drover_order order{};
    set_text(order.client_order_id, id);
    set_text(order.account, config_.account);
    set_text(order.symbol, desk.symbol);
    order.quantity = decided.order.absolute().units();
    order.limit_price = DROVER_NO_VALUE;
    order.stop_price = DROVER_NO_VALUE;
    order.side = decided.order.sign() > 0 ? DROVER_SIDE_BUY : DROVER_SIDE_SELL;
    order.kind = DROVER_ORDER_MARKET;
    order.time_in_force = DROVER_TIF_GTC;
    order.reduce_only = decided.is_reduce_only ? 1 : 0;
    set_text(order.reason, advice.reason);
    std::uint64_t sequence = 0;
    const drover_status status = host()->publish(
        host(), desk.orders.handle, DROVER_EVENT_TIME_INHERIT, &order, 1, sizeof(order), &sequence);
    if (status < 0) {
        decided.kind = DROVER_VERDICT_REFUSED;
        decided.rule = status == DROVER_E_GATED ? "kill_switch" : "not_sent";
        decided.reason = "The order of " + to_text(decided.order) + " " + desk.symbol +
                         " was not sent: " + last_error();
        decided.order = Quantity{};
        decided.wait = WaitFor::nothing;
        return id;
    }
    WorkingOrder working{id, decided.order, event_time_};
    working.sent_now = now();
    working.sequence = sequence;
    book_.of(desk.symbol).orders.push_back(std::move(working));
    return id;
}

void RiskAgent::publish_verdict(SymbolDesk& desk,
                                const OrderPlan& decided,
                                std::string_view order_id) {
    open_topics(desk);
    drover_verdict verdict{};
    set_text(verdict.client_order_id, order_id);
    set_text(verdict.account, config_.account);
    set_text(verdict.symbol, desk.symbol);
    set_text(verdict.rule, decided.rule);
    verdict.target = decided.target.units();
    verdict.expected = decided.expected.units();
    verdict.quantity = decided.order.units();
    verdict.kind = decided.kind;
    set_text(verdict.reason, decided.reason);
    check(publish(desk.verdicts, verdict));
}

}  // namespace drover
