/// The paper venue's state as JSON, exact and bounded.
#include <nlohmann/json.hpp>

#include <drover/agent.hpp>

#include "broker/paper_venue.hpp"
#include "decimal/decimal_text.hpp"
#include "ledger/ledger_json.hpp"

namespace drover {
using Json = nlohmann::json;

namespace {

Json order_to_json(const OpenOrder& open) {
    const drover_order& order = open.order;
    return {{"id", text_of(order.client_order_id)},
            {"quantity", order.quantity},
            {"side", order.side},
            {"time_in_force", order.time_in_force},
            {"reduce_only", order.reduce_only},
            {"reason", text_of(order.reason)},
            {"event_time", open.event_time},
            {"day", open.day},
            {"person", open.person}};
}

OpenOrder order_from_json(const Json& json, const std::string& account, const std::string& symbol) {
    OpenOrder open{};
    drover_order& order = open.order;
    set_text(order.client_order_id, json.at("id").get_ref<const std::string&>());
    set_text(order.account, account);
    set_text(order.symbol, symbol);
    order.quantity = json.at("quantity");
    order.limit_price = DROVER_NO_VALUE;
    order.stop_price = DROVER_NO_VALUE;
    order.side = json.at("side");
    order.kind = DROVER_ORDER_MARKET;
    order.time_in_force = json.at("time_in_force");
    order.reduce_only = json.at("reduce_only");
    set_text(order.reason, json.at("reason").get_ref<const std::string&>());
    open.event_time = json.at("event_time");
    open.day = json.at("day");
    open.person = json.value("person", "");
    return open;
}

Json bar_to_json(const LastBar& bar) {
    return {{"interval", bar.interval},
            {"open_time", bar.open_time},
            {"close_time", bar.close_time},
            {"open", bar.open.units()},
            {"close", bar.close.units()}};
}

LastBar bar_from_json(const Json& json) {
    return {json.at("interval"),
            json.at("open_time"),
            json.at("close_time"),
            Price::from_units(json.at("open")),
            Price::from_units(json.at("close"))};
}

}  // namespace

std::string PaperVenue::save() const {
    Json instruments = Json::array();
    for (const Instrument& instrument : instruments_) {
        const LotBook& book = ledger_.position(instrument.position).book;
        Json orders = Json::array();
        for (const OpenOrder& open : instrument.orders) {
            orders.push_back(order_to_json(open));
        }
        instruments.push_back({{"symbol", instrument.symbol},
                               {"bar", bar_to_json(instrument.last_bar)},
                               {"bars", instrument.last_close_time},
                               {"lots", lots_to_json(book.lots())},
                               {"realized", to_text(book.realized())},
                               {"orders", std::move(orders)}});
    }
    const Json state{{"account", settings_.account},
                     {"initial_cash", to_text(ledger_.initial_cash())},
                     {"cash", to_text(ledger_.cash())},
                     {"commissions", to_text(ledger_.commissions())},
                     {"halted", is_halted_},
                     {"late_bars", late_bars_},
                     {"flattens", flattens_},
                     {"ended", has_ended_},
                     {"instruments", std::move(instruments)}};
    // The long parts that most bars leave alone come first, so that they stay where they are and
    // the host need not write them again. Digits, blanks and semicolons need no escapes.
    return "{\"finished\":\"" + finished_.to_text() + "\",\"history\":" + history_.to_text() + "," +
           state.dump().substr(1);
}

void PaperVenue::load(std::string_view text) {
    const Json state = Json::parse(text);
    if (state.at("account") != settings_.account) {
        throw Failure("state.account",
                      "The saved state is of the account '" +
                          state.at("account").get<std::string>() + "', and the config names '" +
                          settings_.account +
                          "'. Name the account as before, or begin anew with drover up --fresh.");
    }
    const auto money = [&](const char* key) {
        return money_from_text(state.at(key).get_ref<const std::string&>());
    };
    ledger_.restore(money("initial_cash"), money("cash"), money("commissions"));
    is_halted_ = state.at("halted");
    late_bars_ = state.at("late_bars");
    flattens_ = state.value("flattens", std::uint64_t{0});
    has_ended_ = state.value("ended", false);
    history_.load(state.value("history", Json::array()));
    for (const Json& saved : state.at("instruments")) {
        Instrument& instrument = instruments_[number_of(saved.at("symbol").get<std::string>())];
        instrument.last_bar = bar_from_json(saved.at("bar"));
        for (const auto& [interval, time] : saved.at("bars").items()) {
            instrument.last_close_time[interval] = time;
        }
        const bool has_price = instrument.last_bar.close_time != 0;
        ledger_.restore_position(
            instrument.position,
            lots_from_json(saved.at("lots")),
            money_from_text(saved.at("realized").get_ref<const std::string&>()),
            has_price ? std::optional(instrument.last_bar.close) : std::nullopt);
        for (const Json& order : saved.at("orders")) {
            instrument.orders.push_back(
                order_from_json(order, settings_.account, instrument.symbol));
            ++open_orders_;
        }
    }
    if (!finished_.add_text(state.at("finished").get_ref<const std::string&>())) {
        throw Failure("state.finished", "The saved memory of finished orders cannot be read.");
    }
}

}  // namespace drover
