/// Books as JSON.
#include "ledger/ledger_json.hpp"

#include <nlohmann/json.hpp>

#include "decimal/decimal_text.hpp"

namespace drover {
using Json = nlohmann::json;

namespace {

Money money_at(const Json& json, const char* key) {
    return money_from_text(json.at(key).get_ref<const std::string&>());
}

}  // namespace

Json lots_to_json(const std::vector<Lot>& lots) {
    Json list = Json::array();
    for (const Lot& lot : lots) {
        list.push_back({{"order", lot.order_id},
                        {"quantity", lot.quantity.units()},
                        {"cost", to_text(lot.cost)},
                        {"commission", to_text(lot.commission)},
                        {"entry_time", lot.entry_time},
                        {"entry_bar", lot.entry_bar}});
    }
    return list;
}

std::vector<Lot> lots_from_json(const Json& json) {
    std::vector<Lot> lots;
    for (const Json& saved : json) {
        Lot lot;
        lot.order_id = saved.at("order");
        lot.quantity = Quantity::from_units(saved.at("quantity"));
        lot.cost = money_at(saved, "cost");
        lot.commission = money_at(saved, "commission");
        lot.entry_time = saved.at("entry_time");
        lot.entry_bar = saved.at("entry_bar");
        lots.push_back(std::move(lot));
    }
    return lots;
}

Json book_to_json(const LotBook& book) {
    return {{"lots", lots_to_json(book.lots())}, {"realized", to_text(book.realized())}};
}

void restore_book(LotBook& book, const Json& json) {
    book.restore(lots_from_json(json.at("lots")), money_at(json, "realized"));
}

Json trade_to_json(const ClosedTrade& trade) {
    return {{"order", trade.order_id},
            {"quantity", trade.quantity.units()},
            {"entry_price", trade.entry_price.units()},
            {"exit_price", trade.exit_price.units()},
            {"pnl", to_text(trade.pnl)},
            {"commissions", to_text(trade.commissions)},
            {"entry_time", trade.entry_time},
            {"exit_time", trade.exit_time},
            {"entry_bar", trade.entry_bar},
            {"exit_bar", trade.exit_bar},
            {"forced", trade.is_forced}};
}

ClosedTrade trade_from_json(const Json& json) {
    ClosedTrade trade;
    trade.order_id = json.at("order");
    trade.quantity = Quantity::from_units(json.at("quantity"));
    trade.entry_price = Price::from_units(json.at("entry_price"));
    trade.exit_price = Price::from_units(json.at("exit_price"));
    trade.pnl = money_at(json, "pnl");
    trade.commissions = money_at(json, "commissions");
    trade.entry_time = json.at("entry_time");
    trade.exit_time = json.at("exit_time");
    trade.entry_bar = json.at("entry_bar");
    trade.exit_bar = json.at("exit_bar");
    trade.is_forced = json.at("forced");
    return trade;
}

}  // namespace drover
