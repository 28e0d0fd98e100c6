// The performance agent: computes what a run comes to, in a backtest and live.
#include "backtest/performance_agent.hpp"

#include <nlohmann/json.hpp>

#include "answer/question.hpp"
#include "answer/table_answer.hpp"
#include "backtest/day_return_store.hpp"
#include "backtest/json_text.hpp"
#include "backtest/performance_summary.hpp"
#include "decimal/decimal_text.hpp"

namespace drover {

namespace {

constexpr std::uint64_t settled_timer = 1;

}  // namespace

void PerformanceAgent::configure(const Config& config) {
    const auto json = nlohmann::json::parse(config.json.empty() ? "{}" : config.json);
    account_ = json.value("account", "paper");
    summary_every_bars_ = json.value("summary_every_bars", std::uint64_t{0});
    trade_list_ = TradeList(json.value("keep_trades", std::size_t{1000}));
    PerformanceRecord::Multipliers multipliers;
    const auto named = json.value("multipliers", nlohmann::json::object());
    for (const auto& [symbol, multiplier] : named.items()) {
        try {
            multipliers.emplace(symbol, factor_from_text(multiplier.dump()));
        } catch (const std::invalid_argument& fault) {
            throw Failure("config.multipliers", fault.what());
        }
    }
    record_ = std::make_unique<PerformanceRecord>(
        std::move(multipliers), json.value("buy_and_hold_from_bar", std::uint64_t{0}));
}

bool PerformanceAgent::start() {
    healthy("follows account " + account_);
    summary_topic_ = topic(summaries, "performance.summary");
    if (is_summary_due_) {
        set_timer(settled_timer, now());
    }
    return true;
}

void PerformanceAgent::on_message(const Message& message) {
    if (message.is(bars)) {
        note_loss(message);
        for (const drover_bar& bar : message.records(bars)) {
            record_->take(bar);
        }
    } else if (message.is(accounts)) {
        note_loss(message);
        take_accounts(message);
    } else if (message.is(events)) {
        note_loss(message);
        take_events(message);
    } else if (message.is(breakers)) {
        for (const drover_breaker& change : message.records(breakers)) {
            if (text_of(change.account) == account_) {
                halts_.take(change);
            }
        }
    } else if (message.is(end)) {
        const auto json = nlohmann::json::parse(message.json());
        end_reason_ = json.value("reason", "history ended");
    }
    // The snapshot of the last bar is published in the instant of the end: the timer fires when
    // all messages of the instant were handled. Off the replay clock later ones come by themselves.
    if (!end_reason_.empty()) {
        is_summary_due_ = true;
        set_timer(settled_timer, now());
    }
    keep_day_returns();
    state_dirty();
}

void PerformanceAgent::on_request(const Request& request) {
    const Question question(request.json(), {"account", "count"});
    const std::string account = question.text("account");
    if (!account.empty() && account != account_) {
        check(reply(request.id(), TableAnswer::of_another_account(account, account_)));
        return;
    }
    check(reply(request.id(), trade_list_.answer(question.count("count"), account_)));
}

void PerformanceAgent::on_timer(std::uint64_t /*id*/,
                                std::int64_t /*due*/,
                                std::uint32_t /*missed*/) {
    publish_summary(end_reason_);
    is_summary_due_ = false;
    state_dirty();
}

void PerformanceAgent::save_state(std::string& bytes) const {
    record_->save(bytes);
    bytes = JsonText()
                .add("end_reason", end_reason_)
                .add("is_summary_due", is_summary_due_)
                .add_json("record", bytes)
                .add_json("halts", halts_.json())
                .add_json("trade_list", trade_list_.save())
                .text();
}

void PerformanceAgent::load_state(std::string_view bytes, std::uint32_t /*version*/) {
    const auto json = nlohmann::json::parse(bytes);
    end_reason_ = json.at("end_reason");
    is_summary_due_ = json.at("is_summary_due");
    record_->load(json.at("record").dump());
    if (json.contains("trade_list")) {
        halts_.load(json.at("halts").dump());
        trade_list_.load(json.at("trade_list").dump());
    }
    if (auto list = read_day_returns(store(), record_->saved_day_returns())) {
        kept_day_returns_ = list->size();
        record_->restore_day_returns(std::move(*list));
    }
}

void PerformanceAgent::keep_day_returns() {
    const auto& list = record_->day_returns();
    if (list.size() != kept_day_returns_) {
        write_day_returns(store(), list, kept_day_returns_);
        kept_day_returns_ = list.size();
    }
}

void PerformanceAgent::note_loss(const Message& message) {
    if (message.lost() == 0) {
        return;
    }
    record_->note_lost(message.lost());
    degraded("lost",
             std::to_string(record_->counts().lost_messages) +
                 " message(s) of bars or of the broker were lost: trades and counts may "
                 "be incomplete.");
}

void PerformanceAgent::take_accounts(const Message& message) {
    for (const drover_account& account : message.records(accounts)) {
        if (text_of(account.account) != account_) {
            if (!record_->account() && !is_other_account_noted_) {
                is_other_account_noted_ = true;
                degraded("account",
                         "The broker publishes account '" + std::string(text_of(account.account)) +
                             "' and this agent's config names '" + account_ + "'.");
            }
            continue;
        }
        if (is_other_account_noted_) {
            is_other_account_noted_ = false;
            healthy("follows account " + account_);
        }
        const bool completed = record_->take(account, message.event_time());
        if (completed && summary_every_bars_ > 0 &&
            record_->counts().bars % summary_every_bars_ == 0) {
            publish_summary("every " + std::to_string(summary_every_bars_) + " bars");
        }
    }
}

void PerformanceAgent::take_events(const Message& message) {
    for (const drover_order_event& event : message.records(events)) {
        if (text_of(event.account) != account_) {
            continue;
        }
        for (const SymbolTrade& trade : record_->take(event, message.event_time())) {
            trade_list_.add(trade, account_);
            publish_trade(trade);
        }
    }
}

void PerformanceAgent::publish_summary(const std::string& reason) {
    if (publish_json(summary_topic_, summary_json(*record_, halts_, reason)) < 0) {
        log_warning("The summary was not published: " + last_error());
    }
}

void PerformanceAgent::publish_trade(const SymbolTrade& trade) {
    auto found = trade_topics_.find(trade.symbol);
    if (found == trade_topics_.end()) {
        const auto made = topic(trades, "performance.trade." + topic_token(trade.symbol));
        found = trade_topics_.emplace(trade.symbol, made).first;
    }
    if (publish_json(found->second, trade_json(trade, account_)) < 0) {
        log_warning("A trade was not published: " + last_error());
    }
}

}  // namespace drover
