// How the risk agent applies its breakers: snapshots in, changes out, entries withdrawn.
#include <algorithm>
#include <utility>

#include "indicators/reason_text.hpp"
#include "risk/risk_agent.hpp"

namespace drover {

namespace {

/// How long (ns) further snapshots of an instant are waited for on the wall clock. Under a replay
/// clock a timer of the instant fires when all its messages are handled.
constexpr std::int64_t mark_wait = 100'000'000;

std::int32_t record_state(TradingState state) {
    switch (state) {
        case TradingState::reducing:
            return DROVER_TRADING_REDUCING;
        case TradingState::halted:
            return DROVER_TRADING_HALTED;
        default:
            return DROVER_TRADING_ACTIVE;
    }
}

}  // namespace

void RiskAgent::note_mark(const drover_account& account) {
    if (held_mark_ && held_mark_->time != event_time_) {
        judge_breakers();
    }
    AccountMark mark;
    mark.equity = Money::from_record(account.equity);
    mark.initial_cash = Money::from_record(account.initial_cash);
    mark.time = event_time_;
    mark.symbol = text_of(account.symbol);
    mark.interval = text_of(account.interval);
    mark.open_time = account.open_time;
    held_mark_ = std::move(mark);
    // With one position there is no moment at which some are marked and others not yet.
    const bool is_whole = std::max(last_open_positions_, account.open_positions) <= 1;
    last_open_positions_ = account.open_positions;
    if (is_whole) {
        judge_breakers();
    } else {
        set_timer(mark_timer, now() + (is_wall_clock_ ? mark_wait : 0));
        state_dirty();
    }
}

void RiskAgent::judge_breakers() {
    if (!held_mark_) {
        return;
    }
    const AccountMark mark = *std::exchange(held_mark_, std::nullopt);
    carry_out(breakers_.take(mark));
    cancel_entries();
    // The last equity of a day is the next one's baseline, so each snapshot is kept.
    state_dirty();
}

void RiskAgent::carry_out(const std::vector<BreakerChange>& changes) {
    for (const BreakerChange& change : changes) {
        drover_breaker record{};
        set_text(record.account, config_.account);
        set_text(record.breaker, change.breaker);
        set_text(record.symbol, change.mark.symbol);
        set_text(record.interval, change.mark.interval);
        record.open_time = change.mark.open_time;
        record.time = change.mark.time;
        record.value = change.value.to_record();
        record.limit = change.limit.to_record();
        record.base = change.base.to_record();
        record.state = record_state(change.state);
        record.account_state = record_state(change.account_state);
        set_text(record.by, change.by);
        set_text(record.reason, change.reason);
        log_info(change.reason);  // What stays of it is told by the health.
        if (publish(breaker_topic_, record) < 0) {
            complain("refused", "A change of a breaker was not published: " + last_error());
        }
    }
    if (!changes.empty()) {
        report_trading_state();
        state_dirty();
    }
}

void RiskAgent::report_trading_state() {
    const Breaker* breaker = breakers_.decisive();
    if (breaker == nullptr) {
        withdraw("breaker");
        return;
    }
    complain("breaker",
             "account " + config_.account + " is " + state_name(breaker->state) + ": " +
                 breaker->tripped_words() + "; it stays so " + breaker->rule.reset_words() + ".");
}

void RiskAgent::cancel_entries() {
    const Breaker* breaker = breakers_.decisive();
    if (breaker == nullptr) {
        return;
    }
    for (auto& [symbol, desk] : desks_) {
        SymbolBook& book = book_.of(symbol);
        for (WorkingOrder* entry : book.entries()) {
            if (entry->is_cancelling) {
                continue;
            }
            send_cancel(desk,
                        *entry,
                        std::string("Trading is ") + state_name(breaker->state) + ": " +
                            breaker->tripped_words() + ".");
            // Of an order that would have turned the position round the exit is sent again.
            const bool is_reversal = entry->open.sign() == -book.filled.sign();
            if (is_reversal && breaker->state == TradingState::reducing && !desk.advice) {
                desk.advice = OpenAdvice{0,
                                         desk.last_close.value_or(Price{}),
                                         "risk.breaker." + config_.account,
                                         "Leaves the position, as the order withdrawn for " +
                                             std::string(breaker->rule.name()) + " would have.",
                                         event_time_,
                                         WaitFor::cancel};
            }
        }
    }
}

void RiskAgent::drop_advice(SymbolDesk& desk) {
    if (!desk.advice) {
        return;
    }
    OrderPlan plan;
    plan.kind = DROVER_VERDICT_REFUSED;
    plan.expected = book_.of(desk.symbol).expected();
    plan.target = plan.expected;
    plan.rule = "flatten";
    plan.reason = "The advice of " + time_text(desk.advice->event_time) +
                  " still waited when a person flattened: " + desk.advice->reason;
    publish_verdict(desk, plan, "");
    desk.advice.reset();
    state_dirty();
}

}  // namespace drover
