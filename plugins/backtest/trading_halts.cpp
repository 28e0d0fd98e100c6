// From when to when an account's breakers kept it from trading.
#include "backtest/trading_halts.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include <drover/agent.hpp>

#include "decimal/decimal_text.hpp"
#include "indicators/reason_text.hpp"

namespace drover {

using Json = nlohmann::json;

namespace {

const char* state_text(std::int32_t state) {
    for (const drover_enumerator& name : drover_trading_state_names) {
        if (name.value == state) {
            return name.name;
        }
    }
    return "unknown";
}

std::int32_t state_from(const std::string& text) {
    for (const drover_enumerator& name : drover_trading_state_names) {
        if (text == name.name) {
            return static_cast<std::int32_t>(name.value);
        }
    }
    return 0;
}

}  // namespace

void TradingHalts::take(const drover_breaker& change) {
    const std::string_view breaker = text_of(change.breaker);
    if (change.state == DROVER_TRADING_ACTIVE) {
        const auto open = std::find_if(halts_.rbegin(), halts_.rend(), [&](const auto& halt) {
            return halt.breaker == breaker && halt.until.empty();
        });
        if (open != halts_.rend()) {
            open->until = time_text(change.time);
        }
        return;
    }
    if (halts_.size() == limit) {
        halts_.erase(halts_.begin() + 1);
    }
    TradingHalt halt;
    halt.breaker = breaker;
    halt.state = change.state;
    halt.symbol = text_of(change.symbol);
    halt.bar = time_text(halt.symbol.empty() ? change.time : change.open_time);
    halt.value = to_text(Money::from_record(change.value));
    halt.limit = to_text(Money::from_record(change.limit));
    halt.reason = text_of(change.reason);
    halts_.push_back(std::move(halt));
}

std::optional<std::string> TradingHalts::first_bar() const {
    return halts_.empty() ? std::nullopt : std::optional(halts_.front().bar);
}

std::string TradingHalts::json() const {
    Json list = Json::array();
    for (const TradingHalt& halt : halts_) {
        list.push_back({{"breaker", halt.breaker},
                        {"state", state_text(halt.state)},
                        {"bar", halt.bar},
                        {"symbol", halt.symbol},
                        {"value", halt.value},
                        {"limit", halt.limit},
                        {"reason", halt.reason},
                        {"until", halt.until.empty() ? Json(nullptr) : Json(halt.until)}});
    }
    return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string TradingHalts::words() const {
    const TradingHalt& first = halts_.front();
    std::string text =
        "Trading was " + std::string(state_text(first.state)) + " from the bar of " + first.bar +
        (first.until.empty() ? " to the end: " : " until " + first.until + ": ") + first.reason;
    if (halts_.size() > 1) {
        text += " It was held back " + std::to_string(halts_.size()) + " times in all.";
    }
    return text;
}

void TradingHalts::load(const std::string& text) {
    halts_.clear();
    for (const Json& saved : Json::parse(text)) {
        TradingHalt halt;
        halt.breaker = saved.at("breaker");
        halt.state = state_from(saved.at("state"));
        halt.bar = saved.at("bar");
        halt.symbol = saved.at("symbol");
        halt.value = saved.at("value");
        halt.limit = saved.at("limit");
        halt.reason = saved.at("reason");
        halt.until = saved.at("until").is_null() ? "" : saved.at("until").get<std::string>();
        halts_.push_back(std::move(halt));
    }
}

}  // namespace drover
