/* What was seen and what is advised. Topics: pattern.<pattern>.<symbol>, advice.<symbol>. */
#ifndef DROVER_TRADING_SIGNAL_H
#define DROVER_TRADING_SIGNAL_H

#include <drover/message_type.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { DROVER_DIRECTION_DOWN = -1, DROVER_DIRECTION_NONE = 0, DROVER_DIRECTION_UP = 1 };

DROVER_TABLE drover_enumerator drover_direction_names[] = {
    {DROVER_DIRECTION_DOWN, "down"}, {DROVER_DIRECTION_NONE, "none"}, {DROVER_DIRECTION_UP, "up"}};

/* A pattern was recognised in a bar. */
typedef struct drover_signal {
    char symbol[24];
    char interval[8];
    char pattern[32];  /* "sma_crossover" */
    int64_t price;     /* Close of the bar, 1e-9. */
    double fast;       /* The pattern's two values, for display; NaN where it has none. */
    double slow;
    int32_t direction; /* DROVER_DIRECTION_... */
    uint32_t reserved;
    char reason[160];  /* In words. */
} drover_signal;

DROVER_TABLE drover_field drover_signal_fields[] = {
    DROVER_FIELD_ARRAY(drover_signal, symbol, DROVER_KIND_CHARS, 24, NULL, "Instrument"),
    DROVER_FIELD_ARRAY(drover_signal, interval, DROVER_KIND_CHARS, 8, NULL, "Of the bars used"),
    DROVER_FIELD_ARRAY(drover_signal, pattern, DROVER_KIND_CHARS, 32, NULL, "What was seen"),
    DROVER_FIELD(drover_signal, price, DROVER_KIND_DECIMAL64, 9, NULL, "Close of the bar"),
    DROVER_FIELD(drover_signal, fast, DROVER_KIND_F64, 0, NULL, "Fast value, for display"),
    DROVER_FIELD(drover_signal, slow, DROVER_KIND_F64, 0, NULL, "Slow value, for display"),
    DROVER_FIELD_ENUM(drover_signal, direction, DROVER_KIND_I32, drover_direction_names,
                      "Where the price is expected to go"),
    DROVER_FIELD(drover_signal, reserved, DROVER_KIND_PADDING, 0, NULL, NULL),
    DROVER_FIELD_ARRAY(drover_signal, reason, DROVER_KIND_CHARS, 160, NULL, "Why, in words")};

DROVER_TABLE drover_message_type drover_signal_type = DROVER_RECORD_TYPE(
    drover_signal, "pattern.signal", 1, drover_signal_fields, "A recognised pattern");

enum { DROVER_TARGET_SHORT = -1, DROVER_TARGET_FLAT = 0, DROVER_TARGET_LONG = 1 };

DROVER_TABLE drover_enumerator drover_target_names[] = {
    {DROVER_TARGET_SHORT, "short"}, {DROVER_TARGET_FLAT, "flat"}, {DROVER_TARGET_LONG, "long"}};

/* A target position, not an order: risk decides its size and what must be sent to get there. */
typedef struct drover_advice {
    char symbol[24];
    char interval[8];
    int64_t price;     /* The price the advice was made at, 1e-9. */
    int64_t stop;      /* A protective price, 1e-9, or DROVER_NO_VALUE. */
    double confidence; /* 0 to 1 */
    int32_t target;    /* DROVER_TARGET_... */
    uint32_t reserved;
    char reason[160];  /* In words. */
} drover_advice;

DROVER_TABLE drover_field drover_advice_fields[] = {
    DROVER_FIELD_ARRAY(drover_advice, symbol, DROVER_KIND_CHARS, 24, NULL, "Instrument"),
    DROVER_FIELD_ARRAY(drover_advice, interval, DROVER_KIND_CHARS, 8, NULL, "Of the bars used"),
    DROVER_FIELD(drover_advice, price, DROVER_KIND_DECIMAL64, 9, NULL, "Price at the advice"),
    {DROVER_U32(sizeof(drover_field)), DROVER_KIND_DECIMAL64,
     DROVER_U32(offsetof(drover_advice, stop)), 1u, 9, DROVER_FIELD_OPTIONAL, "stop", NULL,
     "Protective price", NULL, 0u, 0u, NULL},
    DROVER_FIELD(drover_advice, confidence, DROVER_KIND_F64, 0, NULL, "0 to 1"),
    DROVER_FIELD_ENUM(drover_advice, target, DROVER_KIND_I32, drover_target_names,
                      "The position to hold"),
    DROVER_FIELD(drover_advice, reserved, DROVER_KIND_PADDING, 0, NULL, NULL),
    DROVER_FIELD_ARRAY(drover_advice, reason, DROVER_KIND_CHARS, 160, NULL, "Why, in words")};

DROVER_TABLE drover_message_type drover_advice_type = DROVER_RECORD_TYPE(
    drover_advice, "advice", 1, drover_advice_fields, "A target position");

#ifdef __cplusplus
}
#endif
#endif
