/* Breakers: what stops an account's trading by itself. Topic: risk.breaker.<account>. */
#ifndef DROVER_TRADING_RISK_H
#define DROVER_TRADING_RISK_H

#include <drover/message_type.h>
#include <drover/trading/market.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    DROVER_TRADING_ACTIVE = 1,
    DROVER_TRADING_REDUCING = 2, /* Only orders that reduce a position. */
    DROVER_TRADING_HALTED = 3    /* No orders from advice at all. */
};
DROVER_TABLE drover_enumerator drover_trading_state_names[] = {
    {DROVER_TRADING_ACTIVE, "active"},
    {DROVER_TRADING_REDUCING, "reducing"},
    {DROVER_TRADING_HALTED, "halted"}};

/* A breaker of an account has tripped or was reset. */
typedef struct drover_breaker {
    char account[16];
    char breaker[32];  /* "daily_loss" */
    char symbol[24];   /* Of the bar whose snapshot decided; empty where a person or no bar did. */
    char interval[8];  /* Of that bar. */
    int64_t open_time; /* Of that bar; 0 where there is none. */
    int64_t time;      /* Of the snapshot that decided, or of the person's reset. */
    drover_decimal128 value;      /* Measured against the base: the loss, the drawdown. */
    drover_decimal128 limit;      /* At which it trips. */
    drover_decimal128 base;       /* The day's baseline, the high water. */
    int32_t state;         /* Of this breaker, DROVER_TRADING_... */
    int32_t account_state; /* The worst of all breakers of the account. */
    char by[32];           /* The person who reset it; empty where the rules decided. */
    char reason[200];
} drover_breaker;

DROVER_TABLE drover_field drover_breaker_fields[] = {
    DROVER_FIELD_ARRAY(drover_breaker, account, DROVER_KIND_CHARS, 16, NULL, "Account"),
    DROVER_FIELD_ARRAY(drover_breaker, breaker, DROVER_KIND_CHARS, 32, NULL, "Which breaker"),
    DROVER_FIELD_ARRAY(drover_breaker, symbol, DROVER_KIND_CHARS, 24, NULL, "Of the bar"),
    DROVER_FIELD_ARRAY(drover_breaker, interval, DROVER_KIND_CHARS, 8, NULL, "Of the bar"),
    DROVER_FIELD(drover_breaker, open_time, DROVER_KIND_TIME, 0, NULL, "Of the bar"),
    DROVER_FIELD(drover_breaker, time, DROVER_KIND_TIME, 0, NULL, "When it was decided"),
    DROVER_FIELD(drover_breaker, value, DROVER_KIND_DECIMAL128, 18, NULL, "Loss or drawdown"),
    DROVER_FIELD(drover_breaker, limit, DROVER_KIND_DECIMAL128, 18, NULL, "At which it trips"),
    DROVER_FIELD(drover_breaker, base, DROVER_KIND_DECIMAL128, 18, NULL,
                 "The day's baseline or the high water"),
    DROVER_FIELD_ENUM(drover_breaker, state, DROVER_KIND_I32, drover_trading_state_names,
                      "Of this breaker"),
    DROVER_FIELD_ENUM(drover_breaker, account_state, DROVER_KIND_I32, drover_trading_state_names,
                      "The worst of the account"),
    DROVER_FIELD_ARRAY(drover_breaker, by, DROVER_KIND_CHARS, 32, NULL, "Who reset it"),
    DROVER_FIELD_ARRAY(drover_breaker, reason, DROVER_KIND_CHARS, 200, NULL, "Why, in words")};

DROVER_TABLE drover_message_type drover_breaker_type = DROVER_RECORD_TYPE(
    drover_breaker, "risk.breaker", 1, drover_breaker_fields, "A breaker has tripped or was reset");

#ifdef __cplusplus
}
#endif
#endif
