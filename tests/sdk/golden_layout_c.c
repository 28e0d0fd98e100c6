/* Holds the golden layout in C, at compile time. */
#include <assert.h>
#include <stddef.h>

#include <drover/drover.h>
#include <drover/trading/account.h>
#include <drover/trading/market.h>
#include <drover/trading/order.h>
#include <drover/trading/risk.h>
#include <drover/trading/signal.h>

#define VALUE(constant, expected) static_assert((constant) == (expected), #constant);
#define SIZE(type, bytes) static_assert(sizeof(type) == (bytes), #type);
#define MEMBER(type, member, place, bytes)                                                      \
    static_assert(offsetof(type, member) == (place) && sizeof(((type*)0)->member) == (bytes), \
                  #type "." #member);

#include "golden_layout.inc"
