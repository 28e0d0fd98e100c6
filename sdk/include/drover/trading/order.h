/* Orders and what became of them. Topics: risk.verdict.<account>.<symbol>,
 * order.submit.<account>.<symbol>, order.cancel.<account>.<symbol>,
 * order.event.<account>.<symbol>. */
#ifndef DROVER_TRADING_ORDER_H
#define DROVER_TRADING_ORDER_H

#include <drover/message_type.h>
#include <drover/trading/market.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { DROVER_SIDE_SELL = -1, DROVER_SIDE_BUY = 1 };
DROVER_TABLE drover_enumerator drover_side_names[] = {{DROVER_SIDE_SELL, "sell"},
                                                      {DROVER_SIDE_BUY, "buy"}};

enum { DROVER_ORDER_MARKET = 1, DROVER_ORDER_LIMIT = 2, DROVER_ORDER_STOP = 3 };
DROVER_TABLE drover_enumerator drover_order_kind_names[] = {{DROVER_ORDER_MARKET, "market"},
                                                            {DROVER_ORDER_LIMIT, "limit"},
                                                            {DROVER_ORDER_STOP, "stop"}};

enum { DROVER_TIF_GTC = 1, DROVER_TIF_DAY = 2, DROVER_TIF_IOC = 3, DROVER_TIF_FOK = 4 };
DROVER_TABLE drover_enumerator drover_time_in_force_names[] = {{DROVER_TIF_GTC, "gtc"},
                                                               {DROVER_TIF_DAY, "day"},
                                                               {DROVER_TIF_IOC, "ioc"},
                                                               {DROVER_TIF_FOK, "fok"}};

/* An order to a broker. The header's event time decides which bars it may match. */
typedef struct drover_order {
    char client_order_id[48]; /* Equal in a replay and after any restart. */
    char account[16];
    char symbol[24];
    int64_t quantity;    /* 1e-9, above 0. */
    int64_t limit_price; /* 1e-9, or DROVER_NO_VALUE. */
    int64_t stop_price;  /* 1e-9, or DROVER_NO_VALUE. */
    int32_t side;        /* DROVER_SIDE_... */
    int32_t kind;        /* DROVER_ORDER_... */
    int32_t time_in_force;
    uint32_t reduce_only; /* 1: must not add to the position. */
    char reason[160];
} drover_order;

DROVER_TABLE drover_field drover_order_fields[] = {
    DROVER_FIELD_ARRAY(drover_order, client_order_id, DROVER_KIND_CHARS, 48, NULL, "Our id"),
    DROVER_FIELD_ARRAY(drover_order, account, DROVER_KIND_CHARS, 16, NULL, "Account"),
    DROVER_FIELD_ARRAY(drover_order, symbol, DROVER_KIND_CHARS, 24, NULL, "Instrument"),
    DROVER_FIELD(drover_order, quantity, DROVER_KIND_DECIMAL64, 9, NULL, "How many"),
    {DROVER_U32(sizeof(drover_field)), DROVER_KIND_DECIMAL64,
     DROVER_U32(offsetof(drover_order, limit_price)), 1u, 9, DROVER_FIELD_OPTIONAL, "limit_price",
     NULL, "Worst price accepted", NULL, 0u, 0u, NULL},
    {DROVER_U32(sizeof(drover_field)), DROVER_KIND_DECIMAL64,
     DROVER_U32(offsetof(drover_order, stop_price)), 1u, 9, DROVER_FIELD_OPTIONAL, "stop_price",
     NULL, "Trigger price", NULL, 0u, 0u, NULL},
    DROVER_FIELD_ENUM(drover_order, side, DROVER_KIND_I32, drover_side_names, "Buy or sell"),
    DROVER_FIELD_ENUM(drover_order, kind, DROVER_KIND_I32, drover_order_kind_names, "Kind"),
    DROVER_FIELD_ENUM(drover_order, time_in_force, DROVER_KIND_I32, drover_time_in_force_names,
                      "How long it works"),
    DROVER_FIELD(drover_order, reduce_only, DROVER_KIND_U32, 0, NULL, "1: may only reduce"),
    DROVER_FIELD_ARRAY(drover_order, reason, DROVER_KIND_CHARS, 160, NULL, "Why, in words")};

DROVER_TABLE drover_message_type drover_order_type =
    DROVER_RECORD_TYPE(drover_order, "order.submit", 1, drover_order_fields, "An order");

/* Withdraws a working order. */
typedef struct drover_cancel {
    char client_order_id[48];
    char account[16];
    char symbol[24];
    char reason[160];
} drover_cancel;

DROVER_TABLE drover_field drover_cancel_fields[] = {
    DROVER_FIELD_ARRAY(drover_cancel, client_order_id, DROVER_KIND_CHARS, 48, NULL, "Our id"),
    DROVER_FIELD_ARRAY(drover_cancel, account, DROVER_KIND_CHARS, 16, NULL, "Account"),
    DROVER_FIELD_ARRAY(drover_cancel, symbol, DROVER_KIND_CHARS, 24, NULL, "Instrument"),
    DROVER_FIELD_ARRAY(drover_cancel, reason, DROVER_KIND_CHARS, 160, NULL, "Why, in words")};

DROVER_TABLE drover_message_type drover_cancel_type = DROVER_RECORD_TYPE(
    drover_cancel, "order.cancel", 1, drover_cancel_fields, "Withdraws a working order");

enum {
    DROVER_ORDER_ACCEPTED = 1,
    DROVER_ORDER_FILLED = 2,           /* A fill that completes the order. */
    DROVER_ORDER_PARTIALLY_FILLED = 3, /* A fill that leaves some of it working. */
    DROVER_ORDER_CANCELLED = 4,
    DROVER_ORDER_REJECTED = 5,
    DROVER_ORDER_EXPIRED = 6,
    DROVER_ORDER_WORKING = 7 /* A restatement before a snapshot; nothing has changed. */
};
DROVER_TABLE drover_enumerator drover_order_event_names[] = {
    {DROVER_ORDER_ACCEPTED, "accepted"},
    {DROVER_ORDER_FILLED, "filled"},
    {DROVER_ORDER_PARTIALLY_FILLED, "partially_filled"},
    {DROVER_ORDER_CANCELLED, "cancelled"},
    {DROVER_ORDER_REJECTED, "rejected"},
    {DROVER_ORDER_EXPIRED, "expired"},
    {DROVER_ORDER_WORKING, "working"}};

/* Something happened to an order. */
typedef struct drover_order_event {
    char client_order_id[48];
    char account[16];
    char symbol[24];
    int64_t time;            /* The moment assumed: a bar's open for a fill at the open. */
    int64_t quantity;        /* Of the order, 1e-9. */
    int64_t filled_quantity; /* In all so far, 1e-9. */
    int64_t fill_quantity;   /* Of this fill, 1e-9; 0 for other events. */
    int64_t fill_price;      /* 1e-9, or DROVER_NO_VALUE. */
    drover_decimal128 commission; /* Of this fill; negative is a rebate. */
    int32_t kind;            /* DROVER_ORDER_ACCEPTED ... */
    int32_t side;            /* DROVER_SIDE_... */
    char code[24];           /* Stable: "STALE_PRICE"; empty where nothing is wrong. */
    char reason[160];
} drover_order_event;

DROVER_TABLE drover_field drover_order_event_fields[] = {
    DROVER_FIELD_ARRAY(drover_order_event, client_order_id, DROVER_KIND_CHARS, 48, NULL, "Our id"),
    DROVER_FIELD_ARRAY(drover_order_event, account, DROVER_KIND_CHARS, 16, NULL, "Account"),
    DROVER_FIELD_ARRAY(drover_order_event, symbol, DROVER_KIND_CHARS, 24, NULL, "Instrument"),
    DROVER_FIELD(drover_order_event, time, DROVER_KIND_TIME, 0, NULL, "The moment assumed"),
    DROVER_FIELD(drover_order_event, quantity, DROVER_KIND_DECIMAL64, 9, NULL, "Of the order"),
    DROVER_FIELD(drover_order_event, filled_quantity, DROVER_KIND_DECIMAL64, 9, NULL, "So far"),
    DROVER_FIELD(drover_order_event, fill_quantity, DROVER_KIND_DECIMAL64, 9, NULL,
                 "Of this fill"),
    {DROVER_U32(sizeof(drover_field)), DROVER_KIND_DECIMAL64,
     DROVER_U32(offsetof(drover_order_event, fill_price)), 1u, 9, DROVER_FIELD_OPTIONAL,
     "fill_price", NULL, "Of this fill", NULL, 0u, 0u, NULL},
    DROVER_FIELD(drover_order_event, commission, DROVER_KIND_DECIMAL128, 18, NULL,
                 "Of this fill"),
    DROVER_FIELD_ENUM(drover_order_event, kind, DROVER_KIND_I32, drover_order_event_names,
                      "What happened"),
    DROVER_FIELD_ENUM(drover_order_event, side, DROVER_KIND_I32, drover_side_names,
                      "Buy or sell"),
    DROVER_FIELD_ARRAY(drover_order_event, code, DROVER_KIND_CHARS, 24, NULL, "Stable code"),
    DROVER_FIELD_ARRAY(drover_order_event, reason, DROVER_KIND_CHARS, 160, NULL,
                       "Why, in words")};

DROVER_TABLE drover_message_type drover_order_event_type =
    DROVER_RECORD_TYPE(drover_order_event, "order.event", 1, drover_order_event_fields,
                       "Something happened to an order");

enum {
    DROVER_VERDICT_APPROVED = 1, /* An order was sent. */
    DROVER_VERDICT_REFUSED = 2,
    DROVER_VERDICT_NO_ORDER = 3, /* The target is already expected. */
    DROVER_VERDICT_WAITING = 4,  /* For an account snapshot or a cancel. */
    DROVER_VERDICT_LOST = 5      /* An order the broker does not know of was dropped. */
};
DROVER_TABLE drover_enumerator drover_verdict_names[] = {{DROVER_VERDICT_APPROVED, "approved"},
                                                         {DROVER_VERDICT_REFUSED, "refused"},
                                                         {DROVER_VERDICT_NO_ORDER, "no_order"},
                                                         {DROVER_VERDICT_WAITING, "waiting"},
                                                         {DROVER_VERDICT_LOST, "lost"}};

/* What risk decided about one advice, or about one of its own orders. */
typedef struct drover_verdict {
    char client_order_id[48]; /* Empty where no order is concerned. */
    char account[16];
    char symbol[24];
    char rule[32];    /* Which rule decided: "max_position". */
    int64_t target;   /* Signed quantity wanted, 1e-9. */
    int64_t expected; /* Signed quantity held and working before, 1e-9. */
    int64_t quantity; /* Signed quantity of the order, 1e-9; 0 for none. */
    int32_t kind;     /* DROVER_VERDICT_... */
    uint32_t reserved;
    char reason[200];
} drover_verdict;

DROVER_TABLE drover_field drover_verdict_fields[] = {
    DROVER_FIELD_ARRAY(drover_verdict, client_order_id, DROVER_KIND_CHARS, 48, NULL, "Our id"),
    DROVER_FIELD_ARRAY(drover_verdict, account, DROVER_KIND_CHARS, 16, NULL, "Account"),
    DROVER_FIELD_ARRAY(drover_verdict, symbol, DROVER_KIND_CHARS, 24, NULL, "Instrument"),
    DROVER_FIELD_ARRAY(drover_verdict, rule, DROVER_KIND_CHARS, 32, NULL, "Which rule decided"),
    DROVER_FIELD(drover_verdict, target, DROVER_KIND_DECIMAL64, 9, NULL, "Wanted"),
    DROVER_FIELD(drover_verdict, expected, DROVER_KIND_DECIMAL64, 9, NULL, "Held and working"),
    DROVER_FIELD(drover_verdict, quantity, DROVER_KIND_DECIMAL64, 9, NULL, "Of the order, signed"),
    DROVER_FIELD_ENUM(drover_verdict, kind, DROVER_KIND_I32, drover_verdict_names, "Decision"),
    DROVER_FIELD(drover_verdict, reserved, DROVER_KIND_PADDING, 0, NULL, NULL),
    DROVER_FIELD_ARRAY(drover_verdict, reason, DROVER_KIND_CHARS, 200, NULL, "Why, in words")};

DROVER_TABLE drover_message_type drover_verdict_type = DROVER_RECORD_TYPE(
    drover_verdict, "risk.verdict", 1, drover_verdict_fields, "What risk decided");

#ifdef __cplusplus
}
#endif
#endif
