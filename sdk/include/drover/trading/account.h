/* What an account holds and is worth. Topics: position.<account>.<symbol>, account.<account>. */
#ifndef DROVER_TRADING_ACCOUNT_H
#define DROVER_TRADING_ACCOUNT_H

#include <drover/message_type.h>
#include <drover/trading/market.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The position of an account in one symbol, restated before every account snapshot. */
typedef struct drover_position {
    char account[16];
    char symbol[24];
    int64_t quantity;      /* Signed, 1e-9. */
    int64_t average_price; /* Of the open lots, 1e-9, or DROVER_NO_VALUE when flat. */
    int64_t last_price;    /* The mark, 1e-9, or DROVER_NO_VALUE. */
    int64_t reserved;      /* 0 */
    drover_decimal128 market_value; /* Marked. */
    drover_decimal128 realized_pnl; /* Before commissions. */
} drover_position;

DROVER_TABLE drover_field drover_position_fields[] = {
    DROVER_FIELD_ARRAY(drover_position, account, DROVER_KIND_CHARS, 16, NULL, "Account"),
    DROVER_FIELD_ARRAY(drover_position, symbol, DROVER_KIND_CHARS, 24, NULL, "Instrument"),
    DROVER_FIELD(drover_position, quantity, DROVER_KIND_DECIMAL64, 9, NULL, "Signed"),
    {DROVER_U32(sizeof(drover_field)), DROVER_KIND_DECIMAL64,
     DROVER_U32(offsetof(drover_position, average_price)), 1u, 9, DROVER_FIELD_OPTIONAL,
     "average_price", NULL, "Of the open lots", NULL, 0u, 0u, NULL},
    {DROVER_U32(sizeof(drover_field)), DROVER_KIND_DECIMAL64,
     DROVER_U32(offsetof(drover_position, last_price)), 1u, 9, DROVER_FIELD_OPTIONAL, "last_price",
     NULL, "The mark", NULL, 0u, 0u, NULL},
    DROVER_FIELD(drover_position, reserved, DROVER_KIND_PADDING, 0, NULL, NULL),
    DROVER_FIELD(drover_position, market_value, DROVER_KIND_DECIMAL128, 18, NULL, "Marked"),
    DROVER_FIELD(drover_position, realized_pnl, DROVER_KIND_DECIMAL128, 18, NULL,
                 "Before commissions")};

DROVER_TABLE drover_message_type drover_position_type = DROVER_RECORD_TYPE(
    drover_position, "position", 1, drover_position_fields, "A position of an account");

/* One snapshot per bar message, even when nothing has changed. */
typedef struct drover_account {
    char account[16];
    char currency[8];
    char symbol[24];    /* Of the bar; empty for a snapshot that no bar caused. */
    char interval[8];
    int64_t open_time;  /* Of the bar. */
    int64_t close_time;
    drover_decimal128 initial_cash;
    drover_decimal128 cash;
    drover_decimal128 equity; /* cash + sum of marked positions. */
    drover_decimal128 realized_pnl; /* Before commissions. */
    drover_decimal128 commissions;  /* Paid in all. */
    uint32_t open_positions;
    uint32_t working_orders;
} drover_account;

DROVER_TABLE drover_field drover_account_fields[] = {
    DROVER_FIELD_ARRAY(drover_account, account, DROVER_KIND_CHARS, 16, NULL, "Account"),
    DROVER_FIELD_ARRAY(drover_account, currency, DROVER_KIND_CHARS, 8, NULL, "Currency"),
    DROVER_FIELD_ARRAY(drover_account, symbol, DROVER_KIND_CHARS, 24, NULL, "Of the bar"),
    DROVER_FIELD_ARRAY(drover_account, interval, DROVER_KIND_CHARS, 8, NULL, "Of the bar"),
    DROVER_FIELD(drover_account, open_time, DROVER_KIND_TIME, 0, NULL, "Of the bar"),
    DROVER_FIELD(drover_account, close_time, DROVER_KIND_TIME, 0, NULL, "Of the bar"),
    DROVER_FIELD(drover_account, initial_cash, DROVER_KIND_DECIMAL128, 18, NULL, "At the start"),
    DROVER_FIELD(drover_account, cash, DROVER_KIND_DECIMAL128, 18, NULL, "Cash"),
    DROVER_FIELD(drover_account, equity, DROVER_KIND_DECIMAL128, 18, NULL, "Cash and positions"),
    DROVER_FIELD(drover_account, realized_pnl, DROVER_KIND_DECIMAL128, 18, NULL,
                 "Before commissions"),
    DROVER_FIELD(drover_account, commissions, DROVER_KIND_DECIMAL128, 18, NULL, "Paid in all"),
    DROVER_FIELD(drover_account, open_positions, DROVER_KIND_U32, 0, NULL, "Not flat"),
    DROVER_FIELD(drover_account, working_orders, DROVER_KIND_U32, 0, NULL, "Sent and not done")};

DROVER_TABLE drover_message_type drover_account_type = DROVER_RECORD_TYPE(
    drover_account, "account", 1, drover_account_fields, "A snapshot of an account");

#ifdef __cplusplus
}
#endif
#endif
