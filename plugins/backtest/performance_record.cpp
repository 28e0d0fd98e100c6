// What a run has come to so far: equity by instant, closed trades, counts.
#include "backtest/performance_record.hpp"

#include <algorithm>
#include <cmath>

#include <drover/agent.hpp>

#include "backtest/figure.hpp"

namespace drover {

namespace {

constexpr double units_per_price = 1e9;

bool is_fill(const drover_order_event& event) {
    return (event.kind == DROVER_ORDER_FILLED || event.kind == DROVER_ORDER_PARTIALLY_FILLED) &&
           event.fill_quantity > 0;
}

}  // namespace

PerformanceRecord::PerformanceRecord(Multipliers multipliers, std::uint64_t buy_and_hold_from)
    : multipliers_(std::move(multipliers)) {
    equity_.buy_and_hold_from = buy_and_hold_from;
}

void PerformanceRecord::take(const drover_bar& bar) {
    SymbolRecord& record = symbol(text_of(bar.symbol));
    record.close = static_cast<double>(bar.close) / units_per_price;
    record.close_time = bar.close_time;
    if ((bar.flags & DROVER_BAR_WARM_UP) != 0) {
        counts_.warm_up_until = std::max(counts_.warm_up_until, bar.close_time);
    } else {
        ++counts_.bars;
    }
}

bool PerformanceRecord::take(const drover_account& account, std::int64_t event_time) {
    if (!account_) {
        equity_.begin(Money::from_record(account.initial_cash));
    }
    account_ = account;
    const bool is_of_held = held_ && event_time == held_->event_time;
    if (is_of_held) {
        held_->point.equity = Money::from_record(account.equity);
    }
    // A snapshot that no bar caused is no point of the series.
    const bool begins_point = !is_of_held && account.symbol[0] != '\0' &&
                              event_time > counts_.warm_up_until &&
                              (!held_ || event_time > held_->event_time);
    if (!begins_point) {
        return false;
    }
    const bool completes = held_.has_value();
    if (completes) {
        equity_.add(held_->point);
    }
    held_ = HeldPoint{
        event_time, {account.open_time, Money::from_record(account.equity), close_at(event_time)}};
    if (symbols_.size() > 1) {
        equity_.market = MarketSums{};
        equity_.market.first_close = undefined;
    }
    return completes;
}

std::vector<SymbolTrade> PerformanceRecord::take(const drover_order_event& event,
                                                 std::int64_t event_time) {
    std::vector<SymbolTrade> trades;
    if (!is_fill(event)) {
        return trades;
    }
    const std::string_view name = text_of(event.symbol);
    LotBook& book = symbol(name).book;
    const Fill fill{text_of(event.client_order_id),
                    event.side,
                    Quantity::from_units(event.fill_quantity),
                    Price::from_units(event.fill_price),
                    Money::from_record(event.commission),
                    event.time,
                    bar_index(event_time),
                    text_of(event.code) == "FORCED"};
    std::vector<ClosedTrade> closed;
    book.apply(fill, closed);
    ++counts_.fills;
    counts_.fills_at_open += event.time < event_time ? 1U : 0U;
    counts_.traded += std::abs(to_double(book.notional(fill.price, fill.quantity)));
    for (ClosedTrade& trade : closed) {
        trades_.add(trade, book.multiplier());
        trades.push_back({std::string(name), book.multiplier(), std::move(trade)});
    }
    if (!closed.empty()) {
        std::int64_t oldest = bar_index(event_time);
        for (const auto& [other, record] : symbols_) {
            for (const Lot& lot : record.book.lots()) {
                oldest = std::min(oldest, lot.entry_bar);
            }
        }
        trades_.covered.settle_before(oldest);
    }
    return trades;
}

EquitySeries PerformanceRecord::equity() const {
    EquitySeries series = equity_;
    if (held_) {
        series.add(held_->point);
    }
    return series;
}

SymbolRecord& PerformanceRecord::symbol(std::string_view name) {
    const auto found = symbols_.find(name);
    if (found != symbols_.end()) {
        return found->second;
    }
    const auto multiplier = multipliers_.find(name);
    SymbolRecord record;
    if (multiplier != multipliers_.end()) {
        record.book = LotBook(multiplier->second);
    }
    return symbols_.emplace(name, std::move(record)).first->second;
}

double PerformanceRecord::close_at(std::int64_t event_time) const {
    if (symbols_.size() != 1) {
        return undefined;
    }
    const SymbolRecord& only = symbols_.begin()->second;
    return only.close_time == event_time ? only.close : undefined;
}

std::int64_t PerformanceRecord::bar_index(std::int64_t event_time) const {
    const auto completed = static_cast<std::int64_t>(equity_.bars);
    return held_ && event_time > held_->event_time ? completed + 1 : completed;
}

}  // namespace drover
