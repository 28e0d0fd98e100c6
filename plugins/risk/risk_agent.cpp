// The risk agent: judges advice, sizes positions, and is the only sender of an account's orders.
#include "risk/risk_agent.hpp"

#include "decimal/decimal_text.hpp"
#include "indicators/reason_text.hpp"

namespace drover {

void RiskAgent::configure(const Config& config) {
    config_ = RiskConfig::parse(config.json, config.fleet);
    name_ = config.name;
    // The one rule that depends on the kind of clock: how long an entry waits for an account
    // snapshot, and whether silence about an older order means that it is lost.
    is_wall_clock_ = config.mode == DROVER_MODE_LIVE;
}

bool RiskAgent::start() {
    event_time_ = now();
    for (auto& [symbol, desk] : desks_) {
        if (is_wall_clock_ && desk.advice && desk.advice->wait != WaitFor::nothing) {
            set_timer(desk.timer, now() + config_.account_wait);
        }
    }
    return true;
}

void RiskAgent::on_message(const Message& message) {
    event_time_ = message.event_time();
    if (message.is(bars)) {
        take_bars(message);
    } else if (message.is(accounts)) {
        take_accounts(message);
    } else if (message.is(positions)) {
        take_positions(message);
    } else if (message.is(events)) {
        take_events(message);
    } else if (message.is(advices)) {
        take_advices(message);
    }
}

void RiskAgent::on_timer(std::uint64_t id, std::int64_t /*due*/, std::uint32_t /*missed*/) {
    event_time_ = now();
    for (auto& [symbol, desk] : desks_) {
        if (desk.timer == id) {
            expire_waiting(desk, "within account_wait");
        }
    }
}

void RiskAgent::on_refused(std::string_view topic,
                           std::uint64_t sequence,
                           drover_status status,
                           std::string_view reason) {
    if (topic.substr(0, 13) != "order.submit.") {
        const std::string text =
            "A message on " + std::string(topic) + " was refused: " + std::string(reason);
        log_warning(text);
        complain("refused", text);
        return;
    }
    for (auto& [symbol, desk] : desks_) {
        SymbolBook& book = book_.of(symbol);
        for (std::size_t index = book.orders.size(); index-- > 0;) {
            if (book.orders[index].sequence != sequence) {
                continue;
            }
            const WorkingOrder order = book.orders[index];
            OrderPlan plan;
            plan.expected = book.expected();
            plan.kind = DROVER_VERDICT_REFUSED;
            plan.target = plan.expected - order.open;
            plan.order = order.open;
            plan.rule = status == DROVER_E_GATED ? "kill_switch" : "router";
            plan.reason = "The order was not delivered: " + std::string(reason);
            book_.remove(symbol, order.client_order_id);
            desk.advice.reset();
            publish_verdict(desk, plan, order.client_order_id);
            state_dirty();
        }
    }
}

void RiskAgent::take_advices(const Message& message) {
    for (const drover_advice& advice : message.records(advices)) {
        SymbolDesk& desk = desk_of(text_of(advice.symbol));
        if (desk.advice) {
            OrderPlan plan;
            plan.kind = DROVER_VERDICT_REFUSED;
            plan.expected = book_.of(desk.symbol).expected();
            plan.target = plan.expected;
            plan.rule = "superseded";
            plan.reason = "The advice of " + time_text(desk.advice->event_time) +
                          " still waited when a newer one came: " + desk.advice->reason;
            publish_verdict(desk, plan, "");
        }
        desk.advice = OpenAdvice{advice.target,
                                 Price::from_units(advice.price),
                                 std::string(message.topic()),
                                 std::string(text_of(advice.reason)),
                                 message.event_time(),
                                 WaitFor::nothing};
        judge(desk);
        state_dirty();
    }
}

void RiskAgent::take_bars(const Message& message) {
    const auto records = message.records(bars);
    SymbolDesk& desk = desk_of(text_of(records.begin()->symbol));
    if (message.lost() > 0) {
        lost_bar_messages_ += message.lost();
        desk.has_gap = true;
        complain("bars_lost",
                 desk.symbol + ": " + std::to_string(message.lost()) +
                     " bar message(s) were lost before " + bar_label(*records.begin()) +
                     "; no entry in it before its next bar. " + std::to_string(lost_bar_messages_) +
                     " were lost in all.");
    } else if (desk.has_gap) {
        desk.has_gap = false;
        withdraw("bars_lost");
    }
    // A later bar shows that the link works again.
    withdraw("refused");
    for (const drover_bar& bar : records) {
        if (bar.close_time >= desk.last_close_time) {
            desk.last_close = Price::from_units(bar.close);
            desk.last_close_time = bar.close_time;
        }
    }
    if (desk.advice && !is_wall_clock_ && message.event_time() > desk.advice->event_time) {
        expire_waiting(desk, "before the next bar");
    }
}

void RiskAgent::take_accounts(const Message& message) {
    for (const drover_account& account : message.records(accounts)) {
        if (!is_ours(text_of(account.account), message)) {
            continue;
        }
        const Reconciliation found = book_.reconcile(
            account,
            message.event_time(),
            is_wall_clock_ ? SilenceRule::only_of_earlier_life : SilenceRule::older_is_lost);
        if (found.is_changed || (found.is_complete && !broker_.is_adopted)) {
            state_dirty();
        }
        broker_.is_adopted = broker_.is_adopted || found.is_complete;
        equity_ = Money::from_record(account.equity);
        if (found.is_complete) {
            withdraw("restatement");
        } else {
            complain("restatement",
                     "The broker's snapshot counts " + std::to_string(account.open_positions) +
                         " open position(s) and " + std::to_string(account.working_orders) +
                         " working order(s), which is not what it restated; nothing is concluded "
                         "from it.");
        }
        judge_lost(found, account);
        judge_waiting(account, found);
    }
}

void RiskAgent::take_positions(const Message& message) {
    for (const drover_position& position : message.records(positions)) {
        if (is_ours(text_of(position.account), message) &&
            book_.apply(position) != BookChange::nothing) {
            state_dirty();
        }
    }
}

void RiskAgent::take_events(const Message& message) {
    for (const drover_order_event& event : message.records(events)) {
        if (!is_ours(text_of(event.account), message)) {
            continue;
        }
        const BookChange change = book_.apply(event, message.event_time());
        if (change != BookChange::nothing) {
            state_dirty();
        }
        SymbolDesk& desk = desk_of(text_of(event.symbol));
        if (change == BookChange::order_ended && desk.advice &&
            desk.advice->wait == WaitFor::cancel) {
            judge(desk);
        }
        WorkingOrder* order = book_.of(desk.symbol).find(text_of(event.client_order_id));
        if (order != nullptr && event.kind == DROVER_ORDER_WORKING && !is_wall_clock_ &&
            order->is_cancelling && order->cancel_sent_at < message.event_time()) {
            // Under a replay clock everything sent earlier was handled, so the cancel was lost.
            order->is_cancelling = false;
        }
    }
}

bool RiskAgent::is_ours(std::string_view account, const Message& message) {
    if (account != config_.account) {
        if (broker_.incarnation == 0) {
            complain("account",
                     "The broker publishes account '" + std::string(account) +
                         "' and the risk agent's config names '" + config_.account +
                         "'; set account to the same name in both.");
        }
        return false;
    }
    const drover_message_id& id = message.raw().id;
    if (id.publisher == broker_.publisher && id.incarnation < broker_.incarnation) {
        return false;
    }
    if (id.publisher != broker_.publisher || id.incarnation != broker_.incarnation) {
        if (broker_.incarnation != 0) {
            log_info("The broker lives anew: the book of account " + config_.account +
                     " is taken from what it publishes.");
        }
        withdraw("account");
        broker_ = {id.publisher, id.incarnation, false};
        book_.begin_adoption();
        state_dirty();
    }
    return true;
}

void RiskAgent::complain(const char* code, const std::string& text) {
    std::string& said = complaints_[code];
    if (said != text) {
        said = text;
        degraded(code, text);
    }
}

void RiskAgent::withdraw(const char* code) {
    if (complaints_.empty() || complaints_.erase(std::string(code)) == 0) {
        return;
    }
    if (complaints_.empty()) {
        healthy();
    } else {
        degraded(complaints_.begin()->first.c_str(), complaints_.begin()->second);
    }
}

void RiskAgent::judge_lost(const Reconciliation& found, const drover_account& account) {
    for (const LostOrder& lost : found.lost) {
        OrderPlan plan;
        plan.kind = DROVER_VERDICT_LOST;
        const Quantity left = book_.of(lost.symbol).expected();
        plan.expected = left + lost.order.open;
        plan.target = left;
        plan.order = lost.order.open;
        plan.rule = "order_lost";
        plan.reason = "The order of " + to_text(lost.order.open) + " " + lost.symbol + " sent at " +
                      time_text(lost.order.sent_at) +
                      " is neither working nor filled by the broker's snapshot with " +
                      std::to_string(account.working_orders) +
                      " working order(s); it no longer counts.";
        log_warning(plan.reason);
        publish_verdict(desk_of(lost.symbol), plan, lost.order.client_order_id);
    }
}

void RiskAgent::judge_waiting(const drover_account& account, const Reconciliation& found) {
    const std::string_view symbol = text_of(account.symbol);
    const bool concerns_all = symbol.empty();
    if (!concerns_all) {
        desk_of(symbol);
    }
    for (auto& [name, desk] : desks_) {
        const bool concerned = concerns_all || name == symbol;
        if (concerned) {
            desk.snapshot_time = event_time_;
        }
        if (!desk.advice) {
            continue;
        }
        const WaitFor wait = desk.advice->wait;
        if ((wait == WaitFor::book && broker_.is_adopted) ||
            (wait == WaitFor::account && concerned) ||
            (wait == WaitFor::cancel && found.is_complete)) {
            judge(desk);
        }
    }
}

void RiskAgent::expire_waiting(SymbolDesk& desk, const char* words) {
    if (!desk.advice) {
        return;
    }
    // Leaving a position waits for the book as long as it takes; a cancel ends by itself.
    const bool waits_for_account =
        desk.advice->wait == WaitFor::account ||
        (desk.advice->wait == WaitFor::book && desk.advice->direction != 0);
    if (!waits_for_account) {
        return;
    }
    OrderPlan plan;
    plan.kind = DROVER_VERDICT_REFUSED;
    plan.expected = book_.of(desk.symbol).expected();
    plan.target = plan.expected;
    plan.rule = "ACCOUNT_STALE";
    plan.reason = "The entry is refused: no snapshot of account " + config_.account +
                  " at or after " + time_text(desk.advice->event_time) + " came " + words + ".";
    publish_verdict(desk, plan, "");
    desk.advice.reset();
    state_dirty();
}

}  // namespace drover
