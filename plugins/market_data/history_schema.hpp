/// What the configuration of a history provider may hold, as the host checks it.
#pragma once

namespace drover {

/// The JSON Schema of the configuration.
inline constexpr const char* history_settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["file", "symbol"],
  "properties": {
    "provider": {"enum": ["history"], "default": "history",
      "description": "Where the data comes from. history: a CSV file."},
    "file": {"type": "string", "format": "file-path", "minLength": 1,
      "description": "CSV with a header. Columns are found by name: date or time, open, high, low, close, optional volume and adjclose."},
    "symbol": {"type": "string", "minLength": 1, "maxLength": 24, "pattern": "^[^ ]+$",
      "description": "Name of the instrument in the file."},
    "interval": {"type": "string", "pattern": "^[1-9][0-9]{0,3}[smhdw]$", "default": "1d",
      "description": "Length of a bar: a number and s, m, h, d or w."},
    "speed": {"default": "max",
      "description": "Bars per second (250), a multiple of real time (60x), or max.",
      "anyOf": [{"type": "number", "exclusiveMinimum": 0},
                {"type": "string", "pattern": "^(max|[0-9]+(\\.[0-9]+)?x)$"}]},
    "at_end": {"enum": ["idle", "stop"], "default": "idle",
      "description": "When the history has ended: idle stays running, stop completes the agent."},
    "stamp": {"enum": ["start", "end"], "default": "start",
      "description": "Whether a time in the file is the start or the end of its bar. A date alone is always the day of the bar."},
    "from": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].+)?$",
      "description": "First bar, inclusive: a date or a time, compared with the start of the bar."},
    "to": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].+)?$",
      "description": "Last bar, inclusive: a date (all of that day) or a time."},
    "warmup_bars": {"type": "integer", "minimum": 0, "maximum": 1000000, "default": 0,
      "description": "How many bars before from are delivered flagged as warm-up. Without from there are none."},
    "adjusted": {"type": "boolean", "default": false,
      "description": "Use adjclose as the close and scale open, high and low by adjclose / close."},
    "rounding": {"enum": ["exact", "nearest"], "default": "exact",
      "description": "Prices with more than nine decimals: exact makes them a fault, nearest rounds half to even."}
  }
})json";

/// A configuration that fits the schema.
inline constexpr const char* history_settings_example =
    R"json({"provider": "history", "file": "data/sp500-2000.csv", "symbol": "SPX", "interval": "1d", "speed": 250})json";

}  // namespace drover
