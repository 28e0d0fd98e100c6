/// What a run has come to so far: equity by instant, closed trades, counts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <drover/trading/account.h>
#include <drover/trading/market.h>
#include <drover/trading/order.h>

#include "backtest/equity_series.hpp"
#include "backtest/trade_series.hpp"
#include "ledger/lot_book.hpp"

namespace drover {

/// One symbol of the run.
struct SymbolRecord {
    LotBook book;
    double close = 0;
    std::int64_t close_time = INT64_MIN;
};

/// A trade with the symbol it was made in.
struct SymbolTrade {
    std::string symbol;
    Factor multiplier;
    ClosedTrade trade;
};

/// Follows one account. The equity of an instant is the last snapshot of it, so a point is held
/// back until the next instant begins. Snapshots of warm-up bars do not count. Not thread-safe.
class PerformanceRecord {
public:
    using Multipliers = std::map<std::string, Factor, std::less<>>;

    /// `multipliers` are the instruments' contract multipliers, 1 where a symbol is not named.
    PerformanceRecord(Multipliers multipliers, std::uint64_t buy_and_hold_from);

    void take(const drover_bar& bar);
    /// Returns whether a point of the series was completed by it.
    bool take(const drover_account& account, std::int64_t event_time);
    /// Returns the trades that a fill closed. Throws DecimalOverflow.
    std::vector<SymbolTrade> take(const drover_order_event& event, std::int64_t event_time);
    /// `messages` of the broker were lost: trades may be missing.
    void note_lost(std::uint64_t messages) { counts_.lost_messages += messages; }

    /// The series with the point that is held back.
    [[nodiscard]] EquitySeries equity() const;
    [[nodiscard]] const TradeSeries& trades() const { return trades_; }

    struct Counts {
        std::uint64_t bars = 0;  ///< Without warm-up.
        std::uint64_t fills = 0;
        std::uint64_t fills_at_open = 0;  ///< Of those, at the start of the bar.
        double traded = 0;                ///< Sum of abs(price * quantity * multiplier).
        std::uint64_t lost_messages = 0;
        std::int64_t warm_up_until = INT64_MIN;  ///< Close of the last warm-up bar.
    };
    [[nodiscard]] const Counts& counts() const { return counts_; }
    /// The last snapshot; none before the first.
    [[nodiscard]] const std::optional<drover_account>& account() const { return account_; }
    [[nodiscard]] std::size_t symbols() const { return symbols_.size(); }

    /// All of it as JSON text, and back. Of the list of day returns it has only the length: it
    /// grows at its end and is kept elsewhere. Without it the record has no such list any more.
    void save(std::string& bytes) const;
    void load(std::string_view bytes);
    [[nodiscard]] const std::vector<double>& day_returns() const { return equity_.day_returns; }
    /// How many day returns the record had when it was saved.
    [[nodiscard]] std::size_t saved_day_returns() const { return saved_day_returns_; }
    /// Gives back the whole list, after `load`.
    void restore_day_returns(std::vector<double> list);

private:
    struct HeldPoint {
        std::int64_t event_time = 0;
        EquityPoint point;
    };

    SymbolRecord& symbol(std::string_view name);
    [[nodiscard]] double close_at(std::int64_t event_time) const;
    [[nodiscard]] std::int64_t bar_index(std::int64_t event_time) const;

    Multipliers multipliers_;
    std::map<std::string, SymbolRecord, std::less<>> symbols_;
    EquitySeries equity_;
    TradeSeries trades_;
    Counts counts_;
    std::optional<HeldPoint> held_;
    std::optional<drover_account> account_;
    std::size_t saved_day_returns_ = 0;
};

}  // namespace drover
