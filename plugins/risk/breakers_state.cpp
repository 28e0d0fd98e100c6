// What the breakers remember over a restart, as JSON.
#include <nlohmann/json.hpp>

#include "decimal/decimal_text.hpp"
#include "risk/breakers.hpp"

namespace drover {

using Json = nlohmann::json;

namespace {

Money money_at(const Json& json, const char* key) {
    return money_from_text(json.at(key).get_ref<const std::string&>());
}

}  // namespace

Json mark_to_json(const AccountMark& mark) {
    return {{"equity", to_text(mark.equity)},
            {"initial_cash", to_text(mark.initial_cash)},
            {"time", mark.time},
            {"symbol", mark.symbol},
            {"interval", mark.interval},
            {"open_time", mark.open_time}};
}

AccountMark mark_from_json(const Json& json) {
    AccountMark mark;
    mark.equity = money_at(json, "equity");
    mark.initial_cash = money_at(json, "initial_cash");
    mark.time = json.at("time");
    mark.symbol = json.at("symbol");
    mark.interval = json.at("interval");
    mark.open_time = json.at("open_time");
    return mark;
}

Json Breakers::save() const {
    Json breakers = Json::object();
    for (const Breaker& breaker : all_) {
        Json& saved = breakers[breaker.rule.name()];
        saved["state"] = state_name(breaker.state);
        if (breaker.base) {
            saved["base"] = to_text(*breaker.base);
            saved["value"] = to_text(breaker.value);
            saved["limit"] = to_text(breaker.limit);
        }
        if (breaker.state != TradingState::active) {
            saved["tripped"] = {{"value", to_text(breaker.tripped_value)},
                                {"limit", to_text(breaker.tripped_limit)},
                                {"base", to_text(breaker.tripped_base)},
                                {"by", mark_to_json(breaker.tripped_by)}};
        }
    }
    Json json{{"breakers", std::move(breakers)}};
    if (day_start_) {
        json["day_start"] = *day_start_;
    }
    if (last_equity_) {
        json["last_equity"] = to_text(*last_equity_);
    }
    return json;
}

std::vector<std::string> Breakers::load(const Json& saved) {
    std::vector<std::string> dropped;
    if (saved.contains("day_start")) {
        day_start_ = saved.at("day_start").get<std::int64_t>();
    }
    if (saved.contains("last_equity")) {
        last_equity_ = money_at(saved, "last_equity");
    }
    for (const auto& [name, one] : saved.at("breakers").items()) {
        const TradingState state = state_from_name(one.at("state").get<std::string>());
        Breaker* breaker = nullptr;
        for (Breaker& candidate : all_) {
            breaker = name == candidate.rule.name() ? &candidate : breaker;
        }
        if (breaker == nullptr) {
            if (state != TradingState::active) {
                dropped.push_back("The breaker " + name + " had tripped and was " +
                                  state_name(state) +
                                  "; the config has it no more, and it holds nothing back.");
            }
            continue;
        }
        breaker->state = state;
        if (one.contains("base")) {
            breaker->base = money_at(one, "base");
            breaker->value = money_at(one, "value");
            breaker->limit = money_at(one, "limit");
        }
        if (one.contains("tripped")) {
            const Json& tripped = one.at("tripped");
            breaker->tripped_value = money_at(tripped, "value");
            breaker->tripped_limit = money_at(tripped, "limit");
            breaker->tripped_base = money_at(tripped, "base");
            breaker->tripped_by = mark_from_json(tripped.at("by"));
        }
    }
    return dropped;
}

}  // namespace drover
