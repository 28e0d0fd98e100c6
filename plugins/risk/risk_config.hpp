/// The configuration of the risk agent: how positions are sized and what bounds them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "decimal/decimal.hpp"
#include "risk/breaker_config.hpp"

namespace drover {

enum class SizingMethod {
    fixed_units,    ///< The same quantity each time.
    fixed_fraction  ///< A fraction of the account's equity.
};

struct Sizing {
    SizingMethod method = SizingMethod::fixed_units;
    Quantity units = Quantity::from_whole(1);
    Factor fraction;  ///< Of equity, 1 = all of it.
};

enum class OnBreach { refuse, trim };

struct Limits {
    std::optional<Quantity> max_position =
        Quantity::from_whole(1);  ///< Either side; none: no limit.
    OnBreach on_breach = OnBreach::refuse;
};

/// What may be traded of an instrument.
struct InstrumentTerms {
    Quantity lot;               ///< Quantities are multiples of it; 0: any.
    Quantity minimum_quantity;  ///< Of a position that is entered.
    Money minimum_notional;     ///< Of a position that is entered, at the last close.
    bool is_shortable = true;
};

/// The JSON Schema of what RiskConfig::parse takes.
inline constexpr const char* risk_config_schema = R"json({
    "type": "object",
    "additionalProperties": false,
    "definitions": {
        "terms": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "lot": {"type": "number", "exclusiveMinimum": 0, "maximum": 9000000000,
                        "description": "Quantities are multiples of it; any quantity if absent."},
                "minimum_quantity": {
                    "type": "number", "minimum": 0, "maximum": 9000000000, "default": 0,
                    "description": "A smaller target is refused."},
                "minimum_notional": {
                    "type": "number", "minimum": 0, "maximum": 9000000000, "default": 0,
                    "description": "A target worth less at the last close is refused."},
                "shortable": {"type": "boolean", "default": true,
                              "description": "Whether a short position may be entered."}
            }
        },
        "then": {"enum": ["reducing", "halted"], "default": "reducing",
                 "description": "What follows: only orders that reduce a position, or no orders from advice at all."},
        "reset": {
            "anyOf": [
                {"enum": ["manual", "next_session"]},
                {"type": "object", "additionalProperties": false, "required": ["after"],
                 "properties": {"after": {"type": "string", "pattern": "^[1-9][0-9]{0,5}[smhd]$"}}}],
            "default": "manual",
            "description": "What ends it: a person, the next day, or {after: 2h}; the last two only inside the limit."}
    },
    "properties": {
        "account": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,16}$", "default": "paper",
                    "description": "The account this agent sends orders for; as the broker's."},
        "session": {"type": "string", "minLength": 1, "maxLength": 100,
                    "description": "Goes into client order ids; the fleet's name if absent."},
        "account_wait": {
            "type": "string", "pattern": "^[0-9]{1,6}(ms|s|m)$", "default": "1s",
            "description": "How long an entry waits for an account snapshot on the wall clock."},
        "sizing": {
            "type": "object",
            "additionalProperties": false,
            "required": ["method"],
            "default": {"method": "fixed_units", "units": 1},
            "properties": {
                "method": {"enum": ["fixed_units", "fixed_fraction"],
                           "description": "units each time, or a fraction of the equity."},
                "units": {"type": "number", "exclusiveMinimum": 0, "maximum": 9000000000,
                          "default": 1, "description": "For fixed_units."},
                "fraction": {"type": "number", "exclusiveMinimum": 0, "maximum": 100,
                             "description": "For fixed_fraction: 0.25 is a quarter."}
            }
        },
        "limits": {
            "type": "object",
            "additionalProperties": false,
            "default": {"max_position": 1},
            "properties": {
                "max_position": {
                    "type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 9000000000,
                    "default": 1,
                    "description": "Units held and working on either side; null: no limit."},
                "on_breach": {"enum": ["refuse", "trim"], "default": "refuse",
                              "description": "What happens to an entry beyond a limit."}
            }
        },
        "breakers": {
            "type": "object",
            "additionalProperties": false,
            "description": "What stops trading by itself, judged at every account snapshot.",
            "properties": {
                "daily_loss": {
                    "type": "object", "additionalProperties": false, "required": ["limit"],
                    "description": "The equity at the start of the day - equity, marked.",
                    "properties": {
                        "limit": {
                            "anyOf": [{"type": "number", "exclusiveMinimum": 0},
                                      {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?%?$"}],
                            "description": "Money, or a percentage of the day's baseline: 500 or 2%."},
                        "then": {"$ref": "#/definitions/then"},
                        "reset": {"$ref": "#/definitions/reset"}}},
                "peak_drawdown": {
                    "type": "object", "additionalProperties": false, "required": ["limit"],
                    "description": "The highest equity since the account began - equity, marked.",
                    "properties": {
                        "limit": {
                            "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?%$",
                            "description": "A percentage of that highest equity: 10%."},
                        "then": {"$ref": "#/definitions/then"},
                        "reset": {"$ref": "#/definitions/reset"}}}
            }
        },
        "day_start": {
            "type": "string", "pattern": "^[0-9]{2}:[0-9]{2}( [A-Za-z0-9_+/-]+)?$",
            "default": "00:00 UTC",
            "description": "When a day of daily_loss begins: 17:00 America/New_York."},
        "instrument": {"$ref": "#/definitions/terms",
                       "description": "Of every instrument that is not named below."},
        "instruments": {"type": "object", "additionalProperties": {"$ref": "#/definitions/terms"},
                        "description": "By symbol; what is absent is as in instrument."}
    }
})json";

struct RiskConfig {
    std::string account = "paper";
    std::string session;                        ///< Goes into client order ids.
    std::int64_t account_wait = 1'000'000'000;  ///< ns, on the wall clock only.
    Sizing sizing;
    Limits limits;
    InstrumentTerms terms;  ///< Of instruments that are not named.
    std::map<std::string, InstrumentTerms, std::less<>> instruments;
    BreakerConfig breakers;

    [[nodiscard]] const InstrumentTerms& terms_of(std::string_view symbol) const;

    /// Reads a config that the schema accepts. Throws Failure with a sentence for what a schema
    /// cannot say. `fleet` is the session where none is given.
    [[nodiscard]] static RiskConfig parse(std::string_view json, std::string_view fleet);
};

}  // namespace drover
