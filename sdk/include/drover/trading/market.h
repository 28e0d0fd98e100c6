/* Market data records. Topics: market.bar.<symbol>.<interval>, market.quote.<symbol>,
 * market.trade.<symbol>; a dot in a symbol is written `_` in a topic. */
#ifndef DROVER_TRADING_MARKET_H
#define DROVER_TRADING_MARKET_H

#include <drover/message_type.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 128-bit two's complement times 1e-18: money. Frozen. */
typedef struct drover_decimal128 {
    uint64_t low;
    int64_t high;
} drover_decimal128;

/* An optional decimal or time that has no value. */
#define DROVER_NO_VALUE INT64_MIN

enum {
    DROVER_BAR_SYNTHETIC = 1, /* Made to fill a hole; never used for fills. */
    DROVER_BAR_WARM_UP = 2,   /* Before the asked range: no order may be caused by it. */
    DROVER_BAR_NO_VOLUME = 4  /* The source has no volume; `volume` is NaN. */
};

/* A completed bar. The header's event time is close_time. */
typedef struct drover_bar {
    char symbol[24];
    char interval[8];   /* "1m", "1h", "1d" */
    int64_t open_time;  /* ns since the epoch. */
    int64_t close_time; /* Exclusive end. */
    int64_t open;       /* Prices in 1e-9. */
    int64_t high;
    int64_t low;
    int64_t close;
    double volume;
    uint32_t flags; /* DROVER_BAR_... */
    uint32_t reserved;
} drover_bar;

DROVER_TABLE drover_field drover_bar_fields[] = {
    DROVER_FIELD_ARRAY(drover_bar, symbol, DROVER_KIND_CHARS, 24, NULL, "Instrument"),
    DROVER_FIELD_ARRAY(drover_bar, interval, DROVER_KIND_CHARS, 8, NULL, "Length of the bar"),
    DROVER_FIELD(drover_bar, open_time, DROVER_KIND_TIME, 0, NULL, "Start, inclusive"),
    DROVER_FIELD(drover_bar, close_time, DROVER_KIND_TIME, 0, NULL, "End, exclusive"),
    DROVER_FIELD(drover_bar, open, DROVER_KIND_DECIMAL64, 9, NULL, "First price"),
    DROVER_FIELD(drover_bar, high, DROVER_KIND_DECIMAL64, 9, NULL, "Highest price"),
    DROVER_FIELD(drover_bar, low, DROVER_KIND_DECIMAL64, 9, NULL, "Lowest price"),
    DROVER_FIELD(drover_bar, close, DROVER_KIND_DECIMAL64, 9, NULL, "Last price"),
    DROVER_FIELD(drover_bar, volume, DROVER_KIND_F64, 0, NULL, "Units traded, null if unknown"),
    DROVER_FIELD(drover_bar, flags, DROVER_KIND_U32, 0, NULL, "1 synthetic, 2 warm-up, 4 no volume"),
    DROVER_FIELD(drover_bar, reserved, DROVER_KIND_PADDING, 0, NULL, NULL)};

DROVER_TABLE drover_message_type drover_bar_type =
    DROVER_RECORD_TYPE(drover_bar, "market.bar", 1, drover_bar_fields, "A completed bar");

/* The best bid and ask. The header's event time is the venue's time. */
typedef struct drover_quote {
    char symbol[24];
    int64_t bid; /* Prices in 1e-9. */
    int64_t ask;
    int64_t bid_size; /* Quantities in 1e-9. */
    int64_t ask_size;
} drover_quote;

DROVER_TABLE drover_field drover_quote_fields[] = {
    DROVER_FIELD_ARRAY(drover_quote, symbol, DROVER_KIND_CHARS, 24, NULL, "Instrument"),
    DROVER_FIELD(drover_quote, bid, DROVER_KIND_DECIMAL64, 9, NULL, "Best price to sell at"),
    DROVER_FIELD(drover_quote, ask, DROVER_KIND_DECIMAL64, 9, NULL, "Best price to buy at"),
    DROVER_FIELD(drover_quote, bid_size, DROVER_KIND_DECIMAL64, 9, NULL, "Quantity at the bid"),
    DROVER_FIELD(drover_quote, ask_size, DROVER_KIND_DECIMAL64, 9, NULL, "Quantity at the ask")};

DROVER_TABLE drover_message_type drover_quote_type = DROVER_RECORD_TYPE(
    drover_quote, "market.quote", 1, drover_quote_fields, "The best bid and ask");

/* A trade of others at a venue. */
typedef struct drover_trade {
    char symbol[24];
    char trade_id[24]; /* The venue's id. */
    int64_t price;     /* 1e-9 */
    int64_t quantity;  /* 1e-9 */
    int32_t aggressor; /* 1 buyer, -1 seller, 0 unknown */
    uint32_t reserved;
} drover_trade;

DROVER_TABLE drover_field drover_trade_fields[] = {
    DROVER_FIELD_ARRAY(drover_trade, symbol, DROVER_KIND_CHARS, 24, NULL, "Instrument"),
    DROVER_FIELD_ARRAY(drover_trade, trade_id, DROVER_KIND_CHARS, 24, NULL, "The venue's id"),
    DROVER_FIELD(drover_trade, price, DROVER_KIND_DECIMAL64, 9, NULL, "Price"),
    DROVER_FIELD(drover_trade, quantity, DROVER_KIND_DECIMAL64, 9, NULL, "Quantity"),
    DROVER_FIELD(drover_trade, aggressor, DROVER_KIND_I32, 0, NULL,
                 "1 the buyer crossed the spread, -1 the seller, 0 unknown"),
    DROVER_FIELD(drover_trade, reserved, DROVER_KIND_PADDING, 0, NULL, NULL)};

DROVER_TABLE drover_message_type drover_trade_type = DROVER_RECORD_TYPE(
    drover_trade, "market.trade", 1, drover_trade_fields, "A trade at a venue");

/* market.end: a history provider has published its last bar. JSON {"reason", "bars"}. */
DROVER_TABLE drover_message_type drover_market_end_type = DROVER_JSON_TYPE(
    "market.end", 1,
    "{\"type\":\"object\",\"required\":[\"reason\",\"bars\"],\"properties\":{"
    "\"reason\":{\"type\":\"string\"},\"bars\":{\"type\":\"integer\"}}}",
    "The history has ended");

#ifdef __cplusplus
}
#endif
#endif
