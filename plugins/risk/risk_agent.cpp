// The risk agent: judges advice, sizes positions, and is the only sender of an account's orders.
#include "risk/risk_agent.hpp"

#include "decimal/decimal_text.hpp"
#include "indicators/reason_text.hpp"

namespace drover {

void RiskAgent::configure(const Config& config) {
    config_ = RiskConfig::parse(config.json, config.fleet);
    name_ = config.name;
    breakers_ = Breakers(config_.breakers);
    // The one rule that depends on the kind of clock: how long an entry waits for an account
    // snapshot, and whether silence about an older order means that it is lost.
    is_wall_clock_ = config.mode == DROVER_MODE_LIVE;
}

bool RiskAgent::start() {
    report_sound();
    event_time_ = now();
    if (breakers_.is_any()) {
        breaker_topic_ = topic(breaker_changes, "risk.breaker." + config_.account);
        report_trading_state();
        if (held_mark_) {
            set_timer(mark_timer, now());
        }
    }
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
    // A delivery that is committed as handled never comes again, so all that it told is kept.
    state_dirty();
}

void RiskAgent::on_timer(std::uint64_t id, std::int64_t /*due*/, std::uint32_t /*missed*/) {
    event_time_ = now();
    if (id == mark_timer) {
        judge_breakers();
        return;
    }
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

void RiskAgent::complain(const char* code, const std::string& text) {
    std::string& said = complaints_[code];
    if (said != text) {
        said = text;
        degraded(code, text);
    }
}

void RiskAgent::report_sound() const {
    const Sizing& sizing = config_.sizing;
    const std::string size = sizing.method == SizingMethod::fixed_units
                                 ? "fixed_units " + to_text(sizing.units)
                                 : "fixed_fraction " + to_text(sizing.fraction);
    healthy("account " + config_.account + ": " + size + ", " +
            (config_.limits.max_position ? "max_position " + to_text(*config_.limits.max_position)
                                         : std::string("no position limit")));
}

void RiskAgent::withdraw(const char* code) {
    if (complaints_.empty() || complaints_.erase(std::string(code)) == 0) {
        return;
    }
    if (complaints_.empty()) {
        report_sound();
    } else {
        degraded(complaints_.begin()->first.c_str(), complaints_.begin()->second);
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
