// The summary of a run as JSON.
#include "backtest/performance_summary.hpp"

#include <vector>

#include <drover/agent.hpp>

#include "backtest/figure.hpp"
#include "backtest/json_text.hpp"
#include "backtest/statistics.hpp"
#include "decimal/decimal_text.hpp"
#include "decimal/percentage.hpp"
#include "indicators/reason_text.hpp"

namespace drover {

namespace {

std::string list_json(const std::vector<std::string>& sentences) {
    std::string text = "[";
    for (const std::string& sentence : sentences) {
        text += (text.size() > 1 ? "," : "") + json_quoted(sentence);
    }
    return text + "]";
}

/// What the figures rest on, as far as this agent can see it.
std::string assumptions_json(const PerformanceRecord& record,
                             const EquitySeries& equity,
                             double periods_per_year) {
    const PerformanceRecord::Counts& counts = record.counts();
    const Money commissions = Money::from_record(record.account()->commissions);
    std::vector<std::string> sentences{
        "Fills: " + std::to_string(counts.fills) + ", of which " +
            std::to_string(counts.fills_at_open) + " at the open of a bar.",
        commissions.is_zero() ? "Costs: no commissions were paid."
                              : "Costs: commissions of " + to_text(commissions, 2) + " in all.",
        "Calendar: days are UTC dates of the bars' starts; " +
            to_text(Quantity::from_whole(static_cast<std::int64_t>(periods_per_year))) +
            " periods make a year.",
        "End: open positions are marked at the last close and are no trades.",
        "Risk-free rate 0."};
    if (record.symbols() == 1) {
        sentences.push_back("Buy and hold begins with bar " +
                            std::to_string(equity.buy_and_hold_from) + " (the first is 0).");
    }
    return list_json(sentences);
}

std::string notes_json(const PerformanceRecord& record,
                       const TradingHalts& halts,
                       const EquitySeries& equity) {
    std::vector<std::string> notes;
    if (halts.is_any()) {
        notes.push_back(halts.words());
    }
    if (!equity.has_all_day_returns) {
        notes.emplace_back(
            "Value at risk needs the list of all day returns, and the agent's store has not all of "
            "them.");
    }
    if (record.counts().lost_messages > 0) {
        notes.push_back(std::to_string(record.counts().lost_messages) +
                        " message(s) of bars or of the broker were lost: trades and counts may be "
                        "incomplete.");
    }
    if (record.symbols() > 1) {
        notes.emplace_back("Several symbols: buy and hold, alpha and beta have no single market.");
    }
    return list_json(notes);
}

std::string statistics_json(const Statistics& values,
                            const EquitySeries& equity,
                            const PerformanceRecord& record) {
    JsonText json;
    json.add("start", time_text(equity.first_stamp))
        .add("end", time_text(equity.last_stamp))
        .add("duration_seconds", values.duration_seconds)
        .add("exposure_time_percent", values.exposure_time_percent)
        .add("equity_final", equity.last)
        .add("equity_peak", equity.peak)
        .add("commissions", Money::from_record(record.account()->commissions))
        .add("return_percent", values.return_percent)
        .add("buy_and_hold_return_percent", values.buy_and_hold_return_percent)
        .add("annual_return_percent", values.annual_return_percent)
        .add("annual_volatility_percent", values.annual_volatility_percent)
        .add("cagr_percent", values.cagr_percent)
        .add("sharpe_ratio", values.sharpe_ratio)
        .add("sortino_ratio", values.sortino_ratio)
        .add("calmar_ratio", values.calmar_ratio)
        .add("alpha_percent", values.alpha_percent)
        .add("beta", values.beta)
        .add("max_drawdown_percent", values.max_drawdown_percent)
        .add("average_drawdown_percent", values.average_drawdown_percent)
        .add("max_drawdown_duration_seconds", values.max_drawdown_seconds)
        .add("average_drawdown_duration_seconds", values.average_drawdown_seconds)
        .add("trades", record.trades().count)
        .add("win_rate_percent", values.win_rate_percent)
        .add("best_trade_percent", values.best_trade_percent)
        .add("worst_trade_percent", values.worst_trade_percent)
        .add("average_trade_percent", values.average_trade_percent)
        .add("max_trade_duration_seconds", values.max_trade_seconds)
        .add("average_trade_duration_seconds", values.average_trade_seconds)
        .add("profit_factor", values.profit_factor)
        .add("expectancy_percent", values.expectancy_percent)
        .add("sqn", values.sqn)
        .add("kelly_criterion", values.kelly_criterion)
        .add("value_at_risk_95_percent", values.value_at_risk_95_percent)
        .add("conditional_value_at_risk_95_percent", values.conditional_value_at_risk_95_percent)
        .add("ulcer_index_percent", values.ulcer_index_percent)
        .add("turnover", values.turnover);
    return json.text();
}

}  // namespace

std::string summary_json(const PerformanceRecord& record,
                         const TradingHalts& halts,
                         const std::string& reason) {
    const drover_account account = record.account().value_or(drover_account{});
    const EquitySeries equity = record.equity();
    const Statistics values = compute_statistics(equity, record.trades(), record.counts().traded);
    const Money final_equity = equity.bars > 0 ? equity.last : Money::from_record(account.equity);
    JsonText json;
    json.add("account", text_of(account.account))
        .add("currency", text_of(account.currency))
        .add("reason", reason)
        .add("trades", record.trades().count)
        .add("forced_trades", record.trades().forced)
        .add("initial_equity", equity.initial)
        .add("final_equity", final_equity)
        .add("return_percent", percentage(final_equity - equity.initial, equity.initial))
        .add("max_drawdown_percent", equity.max_drawdown * hundred_percent)
        .add("bars", record.counts().bars)
        .add("open_positions", std::uint64_t{account.open_positions})
        .add("open_orders", std::uint64_t{account.working_orders})
        .add_json("halted_from", halts.is_any() ? json_quoted(*halts.first_bar()) : "null")
        .add_json("halts", halts.json())
        .add_json(
            "assumptions",
            record.account() ? assumptions_json(record, equity, values.periods_per_year) : "[]")
        .add_json("notes", notes_json(record, halts, equity));
    if (equity.bars > 0) {
        json.add_json("statistics", statistics_json(values, equity, record));
    } else {
        json.add_json("statistics", "{}");
    }
    return json.text();
}

std::string trade_json(const SymbolTrade& trade, const std::string& account) {
    const ClosedTrade& closed = trade.trade;
    JsonText json;
    json.add("account", account)
        .add("symbol", trade.symbol)
        .add("side", closed.quantity.sign() > 0 ? "long" : "short")
        .add("quantity", closed.quantity.absolute())
        .add("entry_price", closed.entry_price)
        .add("exit_price", closed.exit_price)
        .add("entry_time", time_text(closed.entry_time))
        .add("exit_time", time_text(closed.exit_time))
        .add("entry_bar", closed.entry_bar)
        .add("exit_bar", closed.exit_bar)
        .add("pnl", closed.net_pnl())
        .add("commissions", closed.commissions)
        .add("return_percent", closed.return_percent(trade.multiplier))
        .add("forced", closed.is_forced)
        .add("order", closed.order_id);
    return json.text();
}

}  // namespace drover
