// What the performance agent remembers over a restart, as JSON. It is saved twice a bar, so it is
// written straight into a text; reading happens once and takes nlohmann_json.
#include <array>
#include <concepts>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include <drover/agent.hpp>

#include "backtest/performance_record.hpp"
#include "backtest/state_text.hpp"
#include "decimal/decimal_text.hpp"
#include "ledger/ledger_json.hpp"

namespace drover {

using Json = nlohmann::json;

template <typename Given, typename Wanted>
concept Either = std::same_as<std::remove_const_t<Given>, Wanted>;

// The members of each structure, named once for writing and for reading.

template <Either<PeriodReturns> Of>
static void each_member(Of& of, auto&& visit) {
    visit("number", of.number);
    visit("latest", of.latest);
    visit("before", of.before);
    visit("periods", of.periods);
    visit("count", of.count);
    visit("log_sum", of.log_sum);
    visit("is_ruined", of.is_ruined);
    visit("mean", of.mean);
    visit("squares", of.squares);
    visit("downside", of.downside);
}
template <Either<Drawdowns> Of>
static void each_member(Of& of, auto&& visit) {
    visit("bars", of.bars);
    visit("peak", of.peak);
    visit("deepest", of.deepest);
    visit("square_sum", of.square_sum);
    visit("peak_bar", of.peak_bar);
    visit("peak_time", of.peak_time);
    visit("since_peak", of.since_peak);
    visit("last_time", of.last_time);
    visit("count", of.count);
    visit("size_sum", of.size_sum);
    visit("longest", of.longest);
    visit("duration_sum", of.duration_sum);
}
template <Either<CoveredBars::Interval> Of>
static void each_member(Of& of, auto&& visit) {
    visit("first", of.first);
    visit("last", of.last);
}
template <Either<CoveredBars> Of>
static void each_member(Of& of, auto&& visit) {
    visit("settled", of.settled);
    visit("intervals", of.intervals);
}
template <Either<TradeSeries> Of>
static void each_member(Of& of, auto&& visit) {
    visit("count", of.count);
    visit("forced", of.forced);
    visit("wins", of.wins);
    visit("losses", of.losses);
    visit("win_sum", of.win_sum);
    visit("loss_sum", of.loss_sum);
    visit("pnl_mean", of.pnl_mean);
    visit("pnl_squares", of.pnl_squares);
    visit("best", of.best);
    visit("worst", of.worst);
    visit("return_sum", of.return_sum);
    visit("gain_sum", of.gain_sum);
    visit("fall_sum", of.fall_sum);
    visit("log_sum", of.log_sum);
    visit("is_ruined", of.is_ruined);
    visit("longest", of.longest);
    visit("duration_sum", of.duration_sum);
    visit("covered", of.covered);
}
template <Either<PerformanceRecord::Counts> Of>
static void each_member(Of& of, auto&& visit) {
    visit("bars", of.bars);
    visit("fills", of.fills);
    visit("fills_at_open", of.fills_at_open);
    visit("traded", of.traded);
    visit("lost_messages", of.lost_messages);
    visit("warm_up_until", of.warm_up_until);
}
template <Either<MarketSums> Of>
static void each_member(Of& of, auto&& visit) {
    visit("count", of.count);
    visit("mean_equity", of.mean_equity);
    visit("mean_market", of.mean_market);
    visit("co_squares", of.co_squares);
    visit("market_squares", of.market_squares);
    visit("first_close", of.first_close);
    visit("last_close", of.last_close);
}
template <Either<EquitySeries> Of>
static void each_member(Of& of, auto&& visit) {
    visit("bars", of.bars);
    visit("first_stamp", of.first_stamp);
    visit("last_stamp", of.last_stamp);
    visit("weekend_bars", of.weekend_bars);
    visit("stamps", of.stamps);
    visit("returns", of.returns);
    visit("drawdowns", of.drawdowns);
    visit("market", of.market);
    visit("initial", of.initial);
    visit("first", of.first);
    visit("last", of.last);
    visit("peak", of.peak);
    visit("max_drawdown", of.max_drawdown);
    visit("equity_sum", of.equity_sum);
}

template <Either<drover_account> Of>
static void each_amount(Of& of, auto&& visit) {
    visit("initial_cash", of.initial_cash);
    visit("cash", of.cash);
    visit("equity", of.equity);
    visit("realized_pnl", of.realized_pnl);
    visit("commissions", of.commissions);
}

/// Takes members back from what StateText wrote.
class StateReader {
public:
    explicit StateReader(const Json& json) : json_(json) {}

    template <typename Value>
    void operator()(const char* key, Value& value) const {
        take(json_.at(key), value);
    }

private:
    static void take(const Json& json, double& value) {
        value = json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
    }
    static void take(const Json& json, Money& value) {
        value = money_from_text(json.get_ref<const std::string&>());
    }
    template <typename Value>
    requires std::is_integral_v<Value>
    static void take(const Json& json, Value& value) { value = json.get<Value>(); }
    template <typename Value, std::size_t Size>
    static void take(const Json& json, std::array<Value, Size>& list) {
        for (std::size_t index = 0; index < Size; ++index) {
            take(json.at(index), list[index]);
        }
    }
    static void take(const Json& json, std::deque<std::int64_t>& list) {
        list = json.get<std::deque<std::int64_t>>();
    }
    static void take(const Json& json, std::vector<CoveredBars::Interval>& list) {
        list.resize(json.size());
        for (std::size_t index = 0; index < list.size(); ++index) {
            take(json[index], list[index]);
        }
    }
    template <typename Structure>
    requires std::is_class_v<Structure>
    static void take(const Json& json, Structure& structure) {
        each_member(structure, StateReader(json));
    }

    const Json& json_;
};

static void write(StateText& text, const drover_account& account) {
    text("account", text_of(account.account));
    text("currency", text_of(account.currency));
    text("symbol", text_of(account.symbol));
    text("interval", text_of(account.interval));
    text("open_time", account.open_time);
    text("close_time", account.close_time);
    text("open_positions", account.open_positions);
    text("working_orders", account.working_orders);
    each_amount(account, [&](const char* key, const drover_decimal128& amount) {
        text(key, Money::from_record(amount));
    });
}

static drover_account read_account(const Json& json) {
    drover_account account{};
    set_text(account.account, json.at("account").get<std::string>());
    set_text(account.currency, json.at("currency").get<std::string>());
    set_text(account.symbol, json.at("symbol").get<std::string>());
    set_text(account.interval, json.at("interval").get<std::string>());
    const StateReader read(json);
    read("open_time", account.open_time);
    read("close_time", account.close_time);
    read("open_positions", account.open_positions);
    read("working_orders", account.working_orders);
    each_amount(account, [&](const char* key, drover_decimal128& amount) {
        Money money;
        read(key, money);
        amount = money.to_record();
    });
    return account;
}

void PerformanceRecord::save(std::string& bytes) const {
    bytes.clear();
    StateText text(bytes);
    StateText equity = text.object("equity");
    each_member(equity_, equity);
    equity("has_all_day_returns", equity_.has_all_day_returns);
    equity("day_returns", static_cast<std::uint64_t>(equity_.day_returns.size()));
    equity.end();
    text("trades", trades_);
    text("counts", counts_);
    StateText symbols = text.object("symbols");
    for (const auto& [name, record] : symbols_) {
        StateText symbol = symbols.object(name);
        symbol.add_json("book", book_to_json(record.book).dump());
        symbol("close_time", record.close_time);
        symbol("close", record.close);
        symbol.end();
    }
    symbols.end();
    if (held_) {
        StateText held = text.object("held");
        held("event_time", held_->event_time);
        held("stamp", held_->point.stamp);
        held("equity", held_->point.equity);
        held("close", held_->point.close);
        held.end();
    }
    if (account_) {
        StateText account = text.object("account");
        write(account, *account_);
        account.end();
    }
    text.end();
}

void PerformanceRecord::restore_day_returns(std::vector<double> list) {
    equity_.day_returns = std::move(list);
    equity_.has_all_day_returns = true;
}

void PerformanceRecord::load(std::string_view bytes) {
    const Json json = Json::parse(bytes);
    const StateReader read(json);
    read("equity", equity_);
    read("trades", trades_);
    read("counts", counts_);
    const bool had_all = json.at("equity").at("has_all_day_returns");
    saved_day_returns_ =
        had_all ? json.at("equity").value("day_returns", std::size_t{0}) : std::size_t{0};
    equity_.has_all_day_returns = had_all && saved_day_returns_ == 0;
    equity_.lowest = equity_.peak;  // It only spares computing what is not deeper.
    for (const auto& [name, saved] : json.at("symbols").items()) {
        SymbolRecord& record = symbol(name);
        restore_book(record.book, saved.at("book"));
        const StateReader members(saved);
        members("close", record.close);
        members("close_time", record.close_time);
    }
    if (json.contains("held")) {
        const StateReader members(json.at("held"));
        HeldPoint held;
        members("event_time", held.event_time);
        members("stamp", held.point.stamp);
        members("equity", held.point.equity);
        members("close", held.point.close);
        held_ = held;
    }
    if (json.contains("account")) {
        account_ = read_account(json.at("account"));
    }
}

}  // namespace drover
