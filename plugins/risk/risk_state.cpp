// What the risk agent remembers over a restart, as JSON.
#include <nlohmann/json.hpp>

#include "decimal/decimal_text.hpp"
#include "risk/risk_agent.hpp"

namespace drover {

using Json = nlohmann::json;

namespace {

Json order_json(const WorkingOrder& order) {
    return {{"client_order_id", order.client_order_id},
            {"open", order.open.units()},
            {"sent_at", order.sent_at},
            {"sent_now", order.sent_now},
            {"is_acknowledged", order.is_acknowledged},
            {"is_of_earlier_life", order.is_of_earlier_life},
            {"is_cancelling", order.is_cancelling},
            {"cancel_sent_at", order.cancel_sent_at},
            {"is_restated", order.is_restated}};
}

WorkingOrder order_from(const Json& json) {
    WorkingOrder order;
    order.client_order_id = json.at("client_order_id");
    order.open = Quantity::from_units(json.at("open"));
    order.sent_at = json.at("sent_at");
    order.sent_now = json.at("sent_now");
    order.is_acknowledged = json.at("is_acknowledged");
    order.is_of_earlier_life = json.at("is_of_earlier_life");
    order.is_cancelling = json.at("is_cancelling");
    order.cancel_sent_at = json.at("cancel_sent_at");
    order.is_restated = json.value("is_restated", false);
    return order;
}

Json advice_json(const OpenAdvice& advice) {
    return {{"direction", advice.direction},
            {"price", advice.price.units()},
            {"topic", advice.topic},
            {"reason", advice.reason},
            {"event_time", advice.event_time},
            {"wait", static_cast<int>(advice.wait)}};
}

OpenAdvice advice_from(const Json& json) {
    return {json.at("direction"),
            Price::from_units(json.at("price")),
            json.at("topic"),
            json.at("reason"),
            json.at("event_time"),
            static_cast<WaitFor>(json.at("wait").get<int>())};
}

Json desk_json(const SymbolDesk& desk) {
    Json json{{"cause_time", desk.cause_time},
              {"next_index", desk.next_index},
              {"last_close_time", desk.last_close_time},
              {"has_gap", desk.has_gap},
              {"snapshot_time", desk.snapshot_time}};
    if (desk.last_close) {
        json["last_close"] = desk.last_close->units();
    }
    if (desk.advice) {
        json["advice"] = advice_json(*desk.advice);
    }
    return json;
}

}  // namespace

void RiskAgent::save_state(std::string& bytes) const {
    Json books = Json::object();
    for (const auto& [symbol, book] : book_.symbols()) {
        Json working = Json::array();
        for (const WorkingOrder& order : book.orders) {
            working.push_back(order_json(order));
        }
        books[symbol] = {{"filled", book.filled.units()},
                         {"is_restated", book.is_restated},
                         {"orders", std::move(working)}};
    }
    Json desks = Json::object();
    for (const auto& [symbol, desk] : desks_) {
        desks[symbol] = desk_json(desk);
    }
    Json state{{"account", config_.account},
               {"publisher", broker_.publisher},
               {"incarnation", broker_.incarnation},
               {"is_adopted", broker_.is_adopted},
               {"last_open_positions", last_open_positions_},
               {"lost_bar_messages", lost_bar_messages_},
               {"books", std::move(books)},
               {"desks", std::move(desks)}};
    if (equity_) {
        state["equity"] = to_text(*equity_);
    }
    if (breakers_.is_any()) {
        state["breakers"] = breakers_.save();
        if (held_mark_) {
            state["held_mark"] = mark_to_json(*held_mark_);
        }
    }
    bytes = state.dump();
}

void RiskAgent::load_state(std::string_view bytes, std::uint32_t /*version*/) {
    const Json json = Json::parse(bytes);
    if (json.at("account") != config_.account) {
        throw Failure("state.account",
                      "The saved state is of account '" + json.at("account").get<std::string>() +
                          "' and the config names '" + config_.account +
                          "'. Set account back, or begin anew with drover up --fresh.");
    }
    broker_ = {json.at("publisher"), json.at("incarnation"), json.at("is_adopted")};
    for (const auto& [symbol, saved] : json.at("books").items()) {
        SymbolBook& book = book_.of(symbol);
        book.filled = Quantity::from_units(saved.at("filled"));
        book.is_restated = saved.value("is_restated", false);
        for (const Json& order : saved.at("orders")) {
            book.orders.push_back(order_from(order));
        }
    }
    last_open_positions_ = json.value("last_open_positions", std::uint32_t{0});
    lost_bar_messages_ = json.value("lost_bar_messages", std::uint64_t{0});
    if (json.contains("equity")) {
        equity_ = money_from_text(json.at("equity").get_ref<const std::string&>());
    }
    if (json.contains("breakers")) {
        for (const std::string& dropped : breakers_.load(json.at("breakers"))) {
            log_warning(dropped);
        }
    }
    if (json.contains("held_mark") && breakers_.is_any()) {
        held_mark_ = mark_from_json(json.at("held_mark"));
    }
    for (const auto& [symbol, saved] : json.at("desks").items()) {
        SymbolDesk& desk = desk_of(symbol);
        desk.cause_time = saved.at("cause_time");
        desk.next_index = saved.at("next_index");
        desk.last_close_time = saved.value("last_close_time", desk.last_close_time);
        desk.has_gap = saved.value("has_gap", false);
        desk.snapshot_time = saved.value("snapshot_time", desk.snapshot_time);
        if (saved.contains("last_close")) {
            desk.last_close = Price::from_units(saved.at("last_close"));
        }
        if (saved.contains("advice")) {
            desk.advice = advice_from(saved.at("advice"));
        }
    }
}

}  // namespace drover
