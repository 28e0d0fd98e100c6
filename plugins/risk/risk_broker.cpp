// What the broker tells the risk agent: snapshots, positions, and what became of orders.
#include "decimal/decimal_text.hpp"
#include "indicators/reason_text.hpp"
#include "risk/risk_agent.hpp"

namespace drover {

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
        if (breakers_.is_any()) {
            note_mark(account);
        }
        judge_waiting(account, found);
        if (is_wall_clock_) {
            ask_about_silent_orders();
        }
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
        SymbolDesk& desk = desk_of(text_of(event.symbol));
        if (text_of(event.code) == "FLATTEN") {
            drop_advice(desk);
        }
        std::optional<LostOrder> unknown;
        if (text_of(event.code) == "UNKNOWN_ORDER") {
            if (const WorkingOrder* asked =
                    book_.of(desk.symbol).find(text_of(event.client_order_id))) {
                unknown = LostOrder{desk.symbol, *asked};
            }
        }
        const BookChange change = book_.apply(event, message.event_time());
        if (unknown) {
            publish_lost(*unknown, "is not known to the broker");
        }
        if (change != BookChange::nothing) {
            state_dirty();
        }
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

void RiskAgent::judge_lost(const Reconciliation& found, const drover_account& account) {
    for (const LostOrder& lost : found.lost) {
        publish_lost(lost,
                     "is neither working nor filled by the broker's snapshot with " +
                         std::to_string(account.working_orders) + " working order(s)");
    }
}

void RiskAgent::publish_lost(const LostOrder& lost, const std::string& why) {
    OrderPlan plan;
    plan.kind = DROVER_VERDICT_LOST;
    plan.target = book_.of(lost.symbol).expected();
    plan.expected = plan.target + lost.order.open;
    plan.order = lost.order.open;
    plan.rule = "order_lost";
    plan.reason = "The order of " + to_text(lost.order.open) + " " + lost.symbol + " sent at " +
                  time_text(lost.order.sent_at) + " " + why + "; it no longer counts.";
    log_warning(plan.reason);
    publish_verdict(desk_of(lost.symbol), plan, lost.order.client_order_id);
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

}  // namespace drover
