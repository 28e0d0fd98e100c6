/// The performance agent: computes what a run comes to, in a backtest and live.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <drover/trading/records.hpp>

#include "backtest/performance_messages.hpp"
#include "backtest/performance_record.hpp"
#include "backtest/trade_list.hpp"
#include "backtest/trading_halts.hpp"

namespace drover {

/// Publishes each closed trade on performance.trade.<symbol> and a summary on performance.summary
/// when the history has ended and, if asked, every so many bars. The rules are those of
/// docs/performance.md.
class PerformanceAgent : public Agent {
public:
    static constexpr const char* config_schema = R"json({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "account": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,16}$", "default": "paper",
                        "description": "The account to follow; as the broker's."},
            "summary_every_bars": {
                "type": "integer", "minimum": 0, "maximum": 1000000000, "default": 0,
                "description": "Also publish a summary each time so many bars have passed; 0: only at the end."},
            "buy_and_hold_from_bar": {
                "type": "integer", "minimum": 0, "maximum": 1000000000, "default": 0,
                "description": "Index of the bar that buy and hold begins with; 19 for a 20-bar average."},
            "keep_trades": {
                "type": "integer", "minimum": 0, "maximum": 10000, "default": 1000,
                "description": "How many of the last closed trades can be asked for; they are part of the saved state."},
            "multipliers": {
                "type": "object",
                "additionalProperties": {"type": "number", "exclusiveMinimum": 0,
                                         "maximum": 1000000000},
                "description": "Contract multipliers by symbol, as the broker's; 1 if not named."}
        }
    })json";
    static constexpr About about{"performance",
                                 "0.1.0",
                                 "drover",
                                 "Equity, drawdown, trades and statistics of one account",
                                 DROVER_AGENT_DETERMINISTIC,
                                 config_schema,
                                 R"({"account": "paper"})",
                                 1};
    static constexpr In<drover_bar> bars{0, "bars", "market.bar.>", "Completed bars"};
    static constexpr In<MarketEndMessage> end{1, "end", "market.end", "The history has ended"};
    static constexpr In<drover_order_event> events{2, "order_events", "order.event.>", "Fills"};
    static constexpr In<drover_account> accounts{3, "accounts", "account.>", "Snapshots"};
    static constexpr Out<SummaryMessage> summaries{
        4, "summary", "performance.summary", "What the run came to"};
    static constexpr Out<TradeMessage> trades{5, "trades", "performance.trade.>", "Closed trades"};
    static constexpr In<drover_breaker> breakers{
        6, "breakers", "risk.breaker.>", "From when trading was held back"};
    static constexpr RequestServer<AnyJson, AnyJson> ask_trades{
        7, "trades", "performance.trades", "The last closed trades: {account, count}"};
    static constexpr auto ports =
        drover::ports(bars, end, events, accounts, summaries, trades, breakers, ask_trades);
    static constexpr bool keeps_state = true;
    static constexpr bool stores = true;  // The day returns.

    void configure(const Config& config) override;
    bool start() override;
    void on_message(const Message& message) override;
    void on_request(const Request& request) override;
    void on_timer(std::uint64_t id, std::int64_t due, std::uint32_t missed) override;
    void save_state(std::string& bytes) const override;
    void load_state(std::string_view bytes, std::uint32_t version) override;

private:
    void note_loss(const Message& message);
    void take_accounts(const Message& message);
    void take_events(const Message& message);
    void publish_summary(const std::string& reason);
    void publish_trade(const SymbolTrade& trade);
    /// Brings the day returns that are not there yet into the store.
    void keep_day_returns();

    std::string account_;
    std::uint64_t summary_every_bars_ = 0;
    std::unique_ptr<PerformanceRecord> record_;
    TradeList trade_list_{0};
    TradingHalts halts_;
    std::size_t kept_day_returns_ = 0;
    std::string end_reason_;  ///< Empty while the history runs.
    bool is_summary_due_ = false;
    Topic<SummaryMessage> summary_topic_;
    std::map<std::string, Topic<TradeMessage>, std::less<>> trade_topics_;
    bool is_other_account_noted_ = false;
};

}  // namespace drover
