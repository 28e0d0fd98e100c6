// The closed trades of an account, as people ask for them.
#include "backtest/trade_list.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "answer/table_answer.hpp"
#include "decimal/decimal_text.hpp"
#include "indicators/reason_text.hpp"

namespace drover {

using Json = nlohmann::json;

namespace {

std::string row_text(const SymbolTrade& trade, const std::string& account) {
    const ClosedTrade& closed = trade.trade;
    return Json{{"account", account},
                {"symbol", trade.symbol},
                {"side", closed.quantity.sign() > 0 ? "long" : "short"},
                {"quantity", to_text(closed.quantity.absolute())},
                {"entry_time", time_text(closed.entry_time)},
                {"entry_price", to_text(closed.entry_price)},
                {"exit_time", time_text(closed.exit_time)},
                {"exit_price", to_text(closed.exit_price)},
                {"pnl", to_text(closed.net_pnl())},
                {"commissions", to_text(closed.commissions)},
                {"return_percent", average_text(closed.return_percent(trade.multiplier))},
                {"forced", closed.is_forced}}
        .dump();
}

}  // namespace

void TradeList::add(const SymbolTrade& trade, const std::string& account) {
    ++total_;
    is_text_old_ = true;
    if (limit_ == 0) {
        return;
    }
    if (rows_.size() == limit_) {
        rows_.pop_front();
    }
    rows_.push_back(Row{trade, account, {}});
}

const std::string& TradeList::text_of(const Row& row) {
    if (row.json.empty()) {
        row.json = row_text(row.trade, row.account);
    }
    return row.json;
}

std::string TradeList::answer(std::optional<std::uint64_t> count,
                              const std::string& account) const {
    TableAnswer answer({{"account"},
                        {"symbol"},
                        {"side"},
                        {"quantity", true},
                        {"entry_time"},
                        {"entry_price", true},
                        {"exit_time"},
                        {"exit_price", true},
                        {"pnl", true},
                        {"commissions", true},
                        {"return_percent", true}});
    const std::size_t shown = std::min<std::uint64_t>(count.value_or(rows_.size()), rows_.size());
    for (std::size_t index = rows_.size() - shown; index < rows_.size(); ++index) {
        answer.add(Json::parse(text_of(rows_[index])));
    }
    std::string sentence = "Account " + account + " has " + std::to_string(total_) +
                           (total_ == 1 ? " closed trade" : " closed trades");
    if (shown < total_) {
        sentence += "; the last " + std::to_string(shown) + " are shown";
    }
    if (rows_.size() < total_) {
        sentence += ", and " + std::to_string(rows_.size()) + " are kept (keep_trades)";
    }
    answer.say(sentence + ".");
    return answer.text();
}

const std::string& TradeList::save() const {
    if (is_text_old_) {
        text_ = "{\"total\":" + std::to_string(total_) + ",\"trades\":[";
        for (const Row& row : rows_) {
            text_ += &row == &rows_.front() ? "" : ",";
            text_ += text_of(row);
        }
        text_ += "]}";
        is_text_old_ = false;
    }
    return text_;
}

void TradeList::load(const std::string& saved) {
    const Json json = Json::parse(saved);
    total_ = json.at("total");
    rows_.clear();
    for (const Json& row : json.at("trades")) {
        rows_.push_back(Row{{}, {}, row.dump()});
    }
    while (rows_.size() > limit_) {
        rows_.pop_front();
    }
    is_text_old_ = true;
}

}  // namespace drover
