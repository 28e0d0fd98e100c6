// What the performance agent remembers over a restart, as JSON.
#include <limits>

#include <nlohmann/json.hpp>

#include <drover/agent.hpp>

#include "backtest/performance_record.hpp"
#include "decimal/decimal_text.hpp"
#include "ledger/ledger_json.hpp"

namespace drover {

using Json = nlohmann::json;

// JSON cannot hold NaN; nlohmann writes null for it and would not read it back.
static void put(Json& json, const char* key, double value) {
    json[key] = value;
}
static double number(const Json& json, const char* key) {
    const Json& value = json.at(key);
    return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}
static void put(Json& json, const char* key, Money value) {
    json[key] = to_text(value);
}
static Money money(const Json& json, const char* key) {
    return money_from_text(json.at(key).get<std::string>());
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PeriodReturns,
                                   number,
                                   latest,
                                   before,
                                   periods,
                                   count,
                                   log_sum,
                                   is_ruined,
                                   mean,
                                   squares,
                                   downside)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Drawdowns,
                                   bars,
                                   peak,
                                   deepest,
                                   square_sum,
                                   peak_bar,
                                   peak_time,
                                   since_peak,
                                   last_time,
                                   count,
                                   size_sum,
                                   longest,
                                   duration_sum)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CoveredBars::Interval, first, last)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CoveredBars, settled, intervals)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TradeSeries,
                                   count,
                                   forced,
                                   wins,
                                   losses,
                                   win_sum,
                                   loss_sum,
                                   pnl_mean,
                                   pnl_squares,
                                   best,
                                   worst,
                                   return_sum,
                                   gain_sum,
                                   fall_sum,
                                   log_sum,
                                   is_ruined,
                                   longest,
                                   duration_sum,
                                   covered)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(
    PerformanceRecord::Counts, bars, fills, fills_at_open, traded, lost_messages, warm_up_until)

static Json market_json(const MarketSums& sums) {
    Json json{{"count", sums.count}};
    put(json, "mean_equity", sums.mean_equity);
    put(json, "mean_market", sums.mean_market);
    put(json, "co_squares", sums.co_squares);
    put(json, "market_squares", sums.market_squares);
    put(json, "first_close", sums.first_close);
    put(json, "last_close", sums.last_close);
    return json;
}

static MarketSums market_from(const Json& json) {
    return {json.at("count"),
            number(json, "mean_equity"),
            number(json, "mean_market"),
            number(json, "co_squares"),
            number(json, "market_squares"),
            number(json, "first_close"),
            number(json, "last_close")};
}

static Json equity_json(const EquitySeries& series) {
    Json json{{"bars", series.bars},
              {"first_stamp", series.first_stamp},
              {"last_stamp", series.last_stamp},
              {"weekend_bars", series.weekend_bars},
              {"stamps", series.stamps},
              {"returns", series.returns},
              {"drawdowns", series.drawdowns},
              {"market", market_json(series.market)},
              {"has_all_day_returns", series.has_all_day_returns && series.day_returns.empty()}};
    put(json, "initial", series.initial);
    put(json, "first", series.first);
    put(json, "last", series.last);
    put(json, "peak", series.peak);
    put(json, "max_drawdown", series.max_drawdown);
    put(json, "equity_sum", series.equity_sum);
    return json;
}

static void restore_equity(EquitySeries& series, const Json& json) {
    series.bars = json.at("bars");
    series.first_stamp = json.at("first_stamp");
    series.last_stamp = json.at("last_stamp");
    series.weekend_bars = json.at("weekend_bars");
    series.stamps = json.at("stamps").get<std::deque<std::int64_t>>();
    series.returns = json.at("returns");
    series.drawdowns = json.at("drawdowns");
    series.market = market_from(json.at("market"));
    series.has_all_day_returns = json.at("has_all_day_returns");
    series.initial = money(json, "initial");
    series.first = money(json, "first");
    series.last = money(json, "last");
    series.peak = money(json, "peak");
    series.lowest = series.peak;  // Only spares computing what is not deeper.
    series.max_drawdown = number(json, "max_drawdown");
    series.equity_sum = number(json, "equity_sum");
}

static Json account_json(const drover_account& account) {
    Json json{{"account", text_of(account.account)},
              {"currency", text_of(account.currency)},
              {"symbol", text_of(account.symbol)},
              {"interval", text_of(account.interval)},
              {"open_time", account.open_time},
              {"close_time", account.close_time},
              {"open_positions", account.open_positions},
              {"working_orders", account.working_orders}};
    put(json, "initial_cash", Money::from_record(account.initial_cash));
    put(json, "cash", Money::from_record(account.cash));
    put(json, "equity", Money::from_record(account.equity));
    put(json, "realized_pnl", Money::from_record(account.realized_pnl));
    put(json, "commissions", Money::from_record(account.commissions));
    return json;
}

static drover_account account_from(const Json& json) {
    drover_account account{};
    set_text(account.account, json.at("account").get<std::string>());
    set_text(account.currency, json.at("currency").get<std::string>());
    set_text(account.symbol, json.at("symbol").get<std::string>());
    set_text(account.interval, json.at("interval").get<std::string>());
    account.open_time = json.at("open_time");
    account.close_time = json.at("close_time");
    account.open_positions = json.at("open_positions");
    account.working_orders = json.at("working_orders");
    account.initial_cash = money(json, "initial_cash").to_record();
    account.cash = money(json, "cash").to_record();
    account.equity = money(json, "equity").to_record();
    account.realized_pnl = money(json, "realized_pnl").to_record();
    account.commissions = money(json, "commissions").to_record();
    return account;
}

void PerformanceRecord::save(std::string& bytes) const {
    Json symbols = Json::object();
    for (const auto& [name, record] : symbols_) {
        symbols[name] = {{"book", book_to_json(record.book)}, {"close_time", record.close_time}};
        put(symbols[name], "close", record.close);
    }
    Json json{{"equity", equity_json(equity_)},
              {"trades", trades_},
              {"counts", counts_},
              {"symbols", std::move(symbols)}};
    if (held_) {
        json["held"] = {{"event_time", held_->event_time}, {"stamp", held_->point.stamp}};
        put(json["held"], "equity", held_->point.equity);
        put(json["held"], "close", held_->point.close);
    }
    if (account_) {
        json["account"] = account_json(*account_);
    }
    bytes = json.dump();
}

void PerformanceRecord::load(std::string_view bytes) {
    const Json json = Json::parse(bytes);
    restore_equity(equity_, json.at("equity"));
    trades_ = json.at("trades");
    counts_ = json.at("counts");
    for (const auto& [name, saved] : json.at("symbols").items()) {
        SymbolRecord& record = symbol(name);
        restore_book(record.book, saved.at("book"));
        record.close = number(saved, "close");
        record.close_time = saved.at("close_time");
    }
    if (json.contains("held")) {
        const Json& held = json.at("held");
        held_ = HeldPoint{held.at("event_time"),
                          {held.at("stamp"), money(held, "equity"), number(held, "close")}};
    }
    if (json.contains("account")) {
        account_ = account_from(json.at("account"));
    }
}

}  // namespace drover
