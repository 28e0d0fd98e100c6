// The configuration of the risk agent: how positions are sized and what bounds them.
#include "risk/risk_config.hpp"

#include <stdexcept>

#include <nlohmann/json.hpp>

#include <drover/agent.hpp>

#include "decimal/decimal_text.hpp"

namespace drover {

using Json = nlohmann::json;

namespace {

/// A number as it was written: the shortest text that gives this double.
Quantity quantity_of(const Json& number) {
    return quantity_from_text(number.dump());
}

std::int64_t nanoseconds_of(std::string_view text) {
    std::size_t length = 0;
    const std::int64_t count = std::stoll(std::string(text), &length);
    const std::string_view unit = text.substr(length);
    constexpr std::int64_t millisecond = 1'000'000;
    return count * (unit == "ms"  ? millisecond
                    : unit == "s" ? 1000 * millisecond
                                  : 60'000 * millisecond);
}

Sizing sizing_of(const Json& json) {
    Sizing sizing;
    if (json.at("method") == "fixed_units") {
        if (json.contains("fraction")) {
            throw Failure("config.sizing",
                          "sizing.fraction belongs to the method fixed_fraction; the method is "
                          "fixed_units.");
        }
        if (json.contains("units")) {
            sizing.units = quantity_of(json.at("units"));
        }
        return sizing;
    }
    sizing.method = SizingMethod::fixed_fraction;
    if (json.contains("units")) {
        throw Failure("config.sizing",
                      "sizing.units belongs to the method fixed_units; the method is "
                      "fixed_fraction.");
    }
    if (!json.contains("fraction")) {
        throw Failure("config.sizing",
                      "The method fixed_fraction needs sizing.fraction, such as 0.25.");
    }
    sizing.fraction = factor_from_text(json.at("fraction").dump());
    return sizing;
}

Limits limits_of(const Json& json) {
    Limits limits;
    if (json.contains("max_position")) {
        const Json& maximum = json.at("max_position");
        limits.max_position =
            maximum.is_null() ? std::nullopt : std::optional(quantity_of(maximum));
    }
    limits.on_breach =
        json.value("on_breach", "refuse") == "trim" ? OnBreach::trim : OnBreach::refuse;
    return limits;
}

InstrumentTerms terms_from(const Json& json, InstrumentTerms terms) {
    if (json.contains("lot")) {
        terms.lot = quantity_of(json.at("lot"));
    }
    if (json.contains("minimum_quantity")) {
        terms.minimum_quantity = quantity_of(json.at("minimum_quantity"));
    }
    if (json.contains("minimum_notional")) {
        terms.minimum_notional = money_from_text(json.at("minimum_notional").dump());
    }
    terms.is_shortable = json.value("shortable", terms.is_shortable);
    return terms;
}

}  // namespace

const InstrumentTerms& RiskConfig::terms_of(std::string_view symbol) const {
    const auto found = instruments.find(symbol);
    return found == instruments.end() ? terms : found->second;
}

RiskConfig RiskConfig::parse(std::string_view text, std::string_view fleet) {
    const Json json = Json::parse(text.empty() ? "{}" : text);
    RiskConfig config;
    config.account = json.value("account", config.account);
    config.session = json.value("session", std::string(fleet));
    config.account_wait = nanoseconds_of(json.value("account_wait", "1s"));
    try {
        if (json.contains("sizing")) {
            config.sizing = sizing_of(json.at("sizing"));
        }
        if (json.contains("limits")) {
            config.limits = limits_of(json.at("limits"));
        }
        config.terms = terms_from(json.value("instrument", Json::object()), config.terms);
        const Json named = json.value("instruments", Json::object());
        for (const auto& [symbol, terms] : named.items()) {
            config.instruments.emplace(symbol, terms_from(terms, config.terms));
        }
        config.breakers = breaker_config_of(json);
    } catch (const std::invalid_argument& fault) {
        throw Failure("config.value", fault.what());
    }
    return config;
}

}  // namespace drover
