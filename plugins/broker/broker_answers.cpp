/// What the broker answers to people.
#include "broker/broker_answers.hpp"

#include <algorithm>

#include <drover/agent.hpp>

#include "answer/table_answer.hpp"
#include "broker/order_events.hpp"
#include "decimal/decimal_text.hpp"
#include "indicators/reason_text.hpp"

namespace drover {
using Json = nlohmann::json;

namespace {

constexpr const char* ended_words =
    "The history has ended: no bar comes any more, and what waits for one is not filled.";

Json optional_units(std::int64_t units) {
    return units == DROVER_NO_VALUE ? Json(nullptr) : Json(decimal_text(units));
}

/// What the open lots cost, with the multiplier; below 0 when short.
Money cost_of(const LotBook& book) {
    Money cost;
    for (const Lot& lot : book.lots()) {
        cost += lot.cost * book.multiplier();
    }
    return cost;
}

const char* side_name(std::int32_t side) {
    return side < 0 ? "sell" : "buy";
}

Json working_row(const PaperVenue& venue, const OpenOrder& open) {
    const drover_order& order = open.order;
    const bool is_by_hand = !open.person.empty();
    std::string reason = "works since " + time_text(open.event_time) + ": ";
    reason += text_of(order.reason);
    return {{"account", venue.settings().account},
            {"symbol", text_of(order.symbol)},
            {"side", side_name(order.side)},
            {"quantity", decimal_text(order.quantity)},
            {"filled", "0"},
            {"price", nullptr},
            {"status", "working"},
            {"time", time_text(open.event_time)},
            {"by", is_by_hand ? open.person : "an agent"},
            {"id", text_of(order.client_order_id)},
            {"reason", std::move(reason)}};
}

Json ended_row(const drover_order_event& end) {
    const std::string_view id = text_of(end.client_order_id);
    return {{"account", text_of(end.account)},
            {"symbol", text_of(end.symbol)},
            {"side", side_name(end.side)},
            {"quantity", decimal_text(end.quantity)},
            {"filled", decimal_text(end.filled_quantity)},
            {"price", optional_units(end.fill_price)},
            {"status", kind_name(end.kind)},
            {"time", time_text(end.time)},
            {"by", id.substr(0, 8) == "flatten-" ? "a person" : "an agent"},
            {"id", id},
            {"reason", text_of(end.reason)}};
}

}  // namespace

std::string accounts_answer(const PaperVenue& venue) {
    TableAnswer answer({{"account"},
                        {"currency"},
                        {"initial_cash", true},
                        {"cash", true},
                        {"equity", true},
                        {"realized_pnl", true},
                        {"commissions", true},
                        {"open_positions", true},
                        {"working_orders", true}});
    const AccountLedger& ledger = venue.ledger();
    answer.add({{"account", venue.settings().account},
                {"currency", venue.settings().currency},
                {"initial_cash", to_text(ledger.initial_cash())},
                {"cash", to_text(ledger.cash())},
                {"equity", to_text(ledger.equity())},
                {"realized_pnl", to_text(ledger.realized())},
                {"commissions", to_text(ledger.commissions())},
                {"open_positions", ledger.open_positions()},
                {"working_orders", venue.open_orders()}});
    if (venue.is_halted()) {
        answer.say("The account takes no more orders: an amount became too large.");
    }
    return answer.text();
}

std::string positions_answer(const PaperVenue& venue, const std::vector<std::string>& symbols) {
    TableAnswer answer({{"account"},
                        {"symbol"},
                        {"quantity", true},
                        {"average_price", true},
                        {"last_price", true},
                        {"market_value", true},
                        {"unrealized_pnl", true},
                        {"realized_pnl", true}});
    for (const AccountLedger::Position& held : venue.ledger().positions()) {
        const bool is_meant =
            symbols.empty() ||
            std::find(symbols.begin(), symbols.end(), held.symbol) != symbols.end();
        if (!is_meant || held.book.quantity().is_zero()) {
            continue;
        }
        const auto average = held.book.average_price();
        answer.add({{"account", venue.settings().account},
                    {"symbol", held.symbol},
                    {"quantity", to_text(held.book.quantity())},
                    {"average_price", average ? Json(to_text(*average)) : Json(nullptr)},
                    {"last_price", held.mark ? Json(to_text(*held.mark)) : Json(nullptr)},
                    {"market_value", to_text(held.value)},
                    {"unrealized_pnl",
                     held.mark ? Json(to_text(held.value - cost_of(held.book))) : Json(nullptr)},
                    {"realized_pnl", to_text(held.book.realized())}});
    }
    if (!answer.has_rows()) {
        answer.say("Account " + venue.settings().account + " holds no position" +
                   (symbols.empty() ? "." : " in what was named."));
    }
    return answer.text();
}

std::string orders_answer(const PaperVenue& venue, bool all) {
    TableAnswer answer({{"account"},
                        {"symbol"},
                        {"side"},
                        {"quantity", true},
                        {"filled", true},
                        {"price", true},
                        {"status"},
                        {"time"},
                        {"by"},
                        {"id"},
                        {"reason"}});
    if (all) {
        for (const drover_order_event& end : venue.history().all()) {
            answer.add(ended_row(end));
        }
        if (venue.history().all().size() == OrderHistory::limit) {
            answer.say("Of the ended orders the last " + std::to_string(OrderHistory::limit) +
                       " are kept.");
        }
    }
    for (const Instrument& instrument : venue.instruments()) {
        for (const OpenOrder& open : instrument.orders) {
            answer.add(working_row(venue, open));
        }
    }
    if (venue.open_orders() == 0) {
        answer.say("Account " + venue.settings().account + " has no working order.");
    } else if (venue.has_ended()) {
        answer.say(ended_words);
    }
    return answer.text();
}

std::string flatten_answer(const PaperVenue& venue,
                           const std::vector<Flattened>& done,
                           const std::string& person) {
    TableAnswer answer({{"account"}, {"symbol"}, {"held", true}, {"cancelled", true}, {"closing"}});
    const std::string& account = venue.settings().account;
    bool is_closing = false;
    for (const Flattened& what : done) {
        const bool has_position = !what.held.is_zero();
        const std::string order = std::string(what.held.sign() > 0 ? "sell " : "buy ") +
                                  to_text(what.held.absolute()) + " at the next open";
        answer.add({{"account", account},
                    {"symbol", what.symbol},
                    {"held", to_text(what.held)},
                    {"cancelled", what.cancelled},
                    {"closing",
                     !has_position      ? Json("nothing was held")
                     : what.was_closing ? Json("was asked before: " + order)
                                        : Json(order)}});
        is_closing = is_closing || has_position;
    }
    if (done.empty()) {
        answer.say("Account " + account +
                   " has no position and no working order there: nothing "
                   "was done.");
        return answer.text();
    }
    if (is_closing) {
        answer.say(venue.has_ended()
                       ? std::string(ended_words)
                       : "Positions close at the open of the next bar of their symbol, by market "
                         "orders of " +
                             person + " that no agent withdraws.");
    }
    answer.say(
        "What was advised before does not trade any more. A later advice trades again, unless the "
        "kill switch is engaged or risk has halted the account.");
    return answer.text();
}

}  // namespace drover
