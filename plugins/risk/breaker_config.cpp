// The configuration of an account's breakers: what each measures, its limit, and what follows.
#include "risk/breaker_config.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "decimal/decimal_text.hpp"

namespace drover {

using Json = nlohmann::json;

namespace {

constexpr std::array state_names{"active", "reducing", "halted"};

/// "2h" in ns; the schema has seen to its form.
std::int64_t duration_of(const std::string& text) {
    std::size_t digits = 0;
    const std::int64_t count = std::stoll(text, &digits);
    constexpr std::int64_t second = 1'000'000'000;
    switch (text[digits]) {
        case 's':
            return count * second;
        case 'm':
            return count * 60 * second;
        case 'h':
            return count * 3'600 * second;
        default:
            return count * 86'400 * second;
    }
}

std::string duration_text(std::int64_t length) {
    constexpr std::int64_t second = 1'000'000'000;
    constexpr std::array<std::pair<std::int64_t, char>, 3> units{
        {{86'400 * second, 'd'}, {3'600 * second, 'h'}, {60 * second, 'm'}}};
    for (const auto& [size, letter] : units) {
        if (length >= size && length % size == 0) {
            return std::to_string(length / size) + letter;
        }
    }
    return std::to_string(length / second) + "s";
}

void read_limit(BreakerRule& rule, const Json& limit) {
    const std::string text = limit.is_string() ? limit.get<std::string>() : limit.dump();
    const std::string key = "breakers." + std::string(rule.name()) + ".limit";
    if (text.back() == '%') {
        rule.percent = factor_from_text(text.substr(0, text.size() - 1));
        if (rule.percent.sign() <= 0) {
            throw std::invalid_argument(key + " is " + text + "; it must be above 0%.");
        }
        return;
    }
    if (rule.kind == BreakerKind::peak_drawdown) {
        throw std::invalid_argument(
            key + " is a share of the high water; write it as 10%, not as " + text + ".");
    }
    rule.limit = money_from_text(text);
    if (*rule.limit <= Money{}) {
        throw std::invalid_argument(key + " is " + text + "; it must be above 0.");
    }
}

BreakerRule rule_of(BreakerKind kind, const Json& json) {
    BreakerRule rule;
    rule.kind = kind;
    read_limit(rule, json.at("limit"));
    rule.then = state_from_name(json.value("then", "reducing"));
    const Json reset = json.value("reset", Json("manual"));
    if (reset.is_object()) {
        rule.reset = ResetRule::after;
        rule.reset_after = duration_of(reset.at("after"));
    } else if (reset == "next_session") {
        rule.reset = ResetRule::next_session;
    }
    return rule;
}

}  // namespace

const char* state_name(TradingState state) {
    return state_names[static_cast<std::size_t>(state)];
}

TradingState state_from_name(std::string_view name) {
    for (const TradingState state : {TradingState::reducing, TradingState::halted}) {
        if (name == state_name(state)) {
            return state;
        }
    }
    return TradingState::active;
}

const char* BreakerRule::name() const {
    return kind == BreakerKind::daily_loss ? "daily_loss" : "peak_drawdown";
}

const char* BreakerRule::base_words() const {
    return kind == BreakerKind::daily_loss ? "the day's baseline" : "the high water";
}

std::string BreakerRule::reset_words() const {
    switch (reset) {
        case ResetRule::next_session:
            return "until a later day finds it inside the limit";
        case ResetRule::after:
            return "for " + duration_text(reset_after) + ", and until it is inside the limit";
        default:
            return "until a person resets it";
    }
}

BreakerConfig breaker_config_of(const Json& config) {
    BreakerConfig made;
    if (config.contains("day_start")) {
        made.day = DayBoundary(config.at("day_start").get<std::string>());
    }
    const Json breakers = config.value("breakers", Json::object());
    if (breakers.contains("daily_loss")) {
        made.rules.push_back(rule_of(BreakerKind::daily_loss, breakers.at("daily_loss")));
    }
    if (breakers.contains("peak_drawdown")) {
        made.rules.push_back(rule_of(BreakerKind::peak_drawdown, breakers.at("peak_drawdown")));
    }
    return made;
}

}  // namespace drover
