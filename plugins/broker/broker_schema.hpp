/// What the configuration of a broker may hold, as the host checks it.
#pragma once

namespace drover {

/// The JSON Schema of the configuration. Amounts may be text, so that they stay exact.
inline constexpr const char* broker_settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "definitions": {
    "amount": {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"}]},
    "positive": {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?$"}]},
    "duration": {"type": "string", "pattern": "^[0-9]{1,9}(ns|us|ms|s|m|h|d)$"}
  },
  "properties": {
    "venue": {"enum": ["paper"], "default": "paper",
      "description": "Where orders are matched. paper: against the bars, in this agent."},
    "account": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,16}$", "default": "paper",
      "description": "Name of the account, part of its topics."},
    "currency": {"type": "string", "pattern": "^[A-Z0-9]{1,8}$", "default": "USD",
      "description": "Currency of the account and of all its instruments."},
    "cash": {"$ref": "#/definitions/positive", "default": 100000,
      "description": "Cash at the start. Text keeps more than 15 digits exact."},
    "commission": {"type": "object", "additionalProperties": false,
      "description": "For each order: fixed + per_unit * quantity + percent of the notional, not below minimum, not above maximum. Negative amounts are rebates.",
      "properties": {
        "fixed": {"$ref": "#/definitions/amount", "description": "Money for each order."},
        "per_unit": {"$ref": "#/definitions/amount", "description": "Money for each unit of quantity."},
        "percent": {"$ref": "#/definitions/amount", "description": "Percent of the notional; 0.1 is a tenth of a percent."},
        "minimum": {"$ref": "#/definitions/amount", "description": "The least charged for an order."},
        "maximum": {"$ref": "#/definitions/amount", "description": "The most charged for an order."}}},
    "latency": {"$ref": "#/definitions/duration", "default": "0s",
      "description": "An order matches no bar that opens earlier than its event time plus this."},
    "max_price_age": {"$ref": "#/definitions/duration",
      "description": "An order is rejected when the last price of its symbol is older than this at the order's event time."},
    "at_end": {"enum": ["mark", "close_at_last_open", "close_at_last_close"], "default": "mark",
      "description": "When the history ends: mark leaves positions open at the last close, the others close them at the last bar's open or close."},
    "on_link_lost": {"enum": ["cancel_open_orders", "keep"], "default": "cancel_open_orders",
      "description": "What becomes of working orders when the router, or an agent that sends orders, is gone for longer than link_grace. cancel_open_orders: they are withdrawn, but for those that can only reduce a position; keep: they go on working. Means nothing under a replay clock and in a backtest."},
    "link_grace": {"$ref": "#/definitions/duration", "default": "5s",
      "description": "How long the router or an agent that sends orders may be gone: a restart is no reason to withdraw anything."},
    "instruments": {"type": "object",
      "description": "What the venue demands of orders, by symbol. An unlisted symbol has no demands.",
      "additionalProperties": {"type": "object", "additionalProperties": false,
        "properties": {
          "lot": {"$ref": "#/definitions/positive", "description": "Quantities are multiples of it."},
          "multiplier": {"$ref": "#/definitions/positive", "default": 1, "description": "Money that one unit of price is worth for one unit of quantity."},
          "minimum_quantity": {"$ref": "#/definitions/positive", "description": "The smallest order that does not reduce a position."},
          "minimum_notional": {"$ref": "#/definitions/positive", "description": "The smallest value of an order that does not reduce a position."},
          "shortable": {"type": "boolean", "default": true, "description": "Whether the position may go below 0."}}}}
  }
})json";

/// A configuration that fits the schema.
inline constexpr const char* broker_settings_example =
    R"json({"venue": "paper", "account": "paper", "cash": 100000, "commission": {"percent": "0.05", "minimum": 1}})json";

}  // namespace drover
