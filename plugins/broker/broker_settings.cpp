/// Reads the configuration of a paper broker.
#include "broker/broker_settings.hpp"

#include <algorithm>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include <drover/agent.hpp>

#include "decimal/decimal_text.hpp"

namespace drover {
using Json = nlohmann::json;

namespace {

/// The text of an amount as it was written. A JSON number went through a double, which is exact
/// up to 15 digits.
std::string amount_text(const Json& amount, const std::string& key) {
    if (amount.is_string()) {
        return amount.get<std::string>();
    }
    const std::string text = amount.dump();
    const auto digits = std::count_if(
        text.begin(), text.end(), [](char letter) { return letter >= '0' && letter <= '9'; });
    if (amount.is_number_float() && digits > 16) {
        throw Failure("config.amount",
                      "'" + key + ": " + text +
                          "' has more digits than a JSON number keeps; write it in quotes.");
    }
    return text;
}

template <typename Amount>
using FromText = Amount (*)(std::string_view);

template <typename Amount>
std::optional<Amount> amount_setting(const Json& config,
                                     const std::string& key,
                                     FromText<Amount> from_text) {
    if (!config.contains(key)) {
        return std::nullopt;
    }
    try {
        return from_text(amount_text(config.at(key), key));
    } catch (const std::invalid_argument& fault) {
        throw Failure("config.amount", "'" + key + "': " + fault.what());
    }
}

std::optional<std::int64_t> duration_setting(const Json& config, const std::string& key) {
    if (!config.contains(key)) {
        return std::nullopt;
    }
    const auto text = config.at(key).get<std::string>();
    std::size_t digits = 0;
    const long long count = std::stoll(text, &digits);
    const std::string unit = text.substr(digits);
    const std::int64_t length = unit == "ns"   ? 1
                                : unit == "us" ? 1'000
                                : unit == "ms" ? 1'000'000
                                : unit == "s"  ? 1'000'000'000
                                : unit == "m"  ? 60'000'000'000
                                : unit == "h"  ? 3'600'000'000'000
                                               : 86'400'000'000'000;
    // Ten years; a longer one is a slip, and added to a time it must not overflow.
    constexpr std::int64_t longest = 3650 * 86'400'000'000'000;
    if (count > longest / length) {
        throw Failure("config.duration", "'" + key + ": " + text + "' is longer than ten years.");
    }
    return count * length;
}

Commission commission_setting(const Json& config) {
    Commission commission;
    commission.fixed = amount_setting<Money>(config, "fixed", money_from_text).value_or(Money{});
    commission.per_unit =
        amount_setting<Price>(config, "per_unit", price_from_text).value_or(Price{});
    commission.percent =
        amount_setting<Factor>(config, "percent", factor_from_text).value_or(Factor{});
    commission.minimum = amount_setting<Money>(config, "minimum", money_from_text);
    commission.maximum = amount_setting<Money>(config, "maximum", money_from_text);
    if (commission.minimum && commission.maximum && *commission.minimum > *commission.maximum) {
        throw Failure("config.commission",
                      "'commission': the minimum " + to_text(*commission.minimum) +
                          " is above the maximum " + to_text(*commission.maximum) + ".");
    }
    return commission;
}

InstrumentRules rules_setting(const Json& config, const std::string& symbol) {
    InstrumentRules rules;
    rules.lot = amount_setting<Quantity>(config, "lot", quantity_from_text).value_or(rules.lot);
    rules.multiplier =
        amount_setting<Factor>(config, "multiplier", factor_from_text).value_or(rules.multiplier);
    rules.minimum_quantity =
        amount_setting<Quantity>(config, "minimum_quantity", quantity_from_text)
            .value_or(rules.minimum_quantity);
    rules.minimum_notional = amount_setting<Money>(config, "minimum_notional", money_from_text)
                                 .value_or(rules.minimum_notional);
    rules.is_shortable = config.value("shortable", true);
    if (rules.multiplier.sign() <= 0) {
        throw Failure("config.instruments",
                      "'instruments." + symbol + ".multiplier' must be above 0.");
    }
    return rules;
}

AtEnd at_end_setting(const std::string& word) {
    if (word == "close_at_last_open") {
        return AtEnd::close_at_last_open;
    }
    return word == "close_at_last_close" ? AtEnd::close_at_last_close : AtEnd::mark;
}

}  // namespace

InstrumentRules BrokerSettings::rules_of(std::string_view symbol) const {
    const auto found = instruments.find(symbol);
    return found == instruments.end() ? InstrumentRules{} : found->second;
}

BrokerSettings read_broker_settings(std::string_view json) {
    const Json config = Json::parse(json);
    BrokerSettings settings;
    settings.account = config.value("account", "paper");
    settings.currency = config.value("currency", "USD");
    settings.cash =
        amount_setting<Money>(config, "cash", money_from_text).value_or(Money::from_whole(100'000));
    settings.commission = commission_setting(config.value("commission", Json::object()));
    settings.latency = duration_setting(config, "latency").value_or(0);
    settings.most_price_age = duration_setting(config, "max_price_age");
    settings.at_end = at_end_setting(config.value("at_end", "mark"));
    if (config.value("on_link_lost", "cancel_open_orders") == "keep") {
        settings.on_link_lost = OnLinkLost::keep;
    }
    settings.link_grace = duration_setting(config, "link_grace").value_or(settings.link_grace);
    if (config.contains("instruments")) {
        for (const auto& [symbol, rules] : config.at("instruments").items()) {
            if (symbol.empty() || symbol.size() > 24) {
                throw Failure("config.instruments",
                              "'instruments." + symbol + "': a symbol has 1 to 24 characters.");
            }
            settings.instruments.emplace(symbol, rules_setting(rules, symbol));
        }
    }
    return settings;
}

}  // namespace drover
