/// Where the decisions on one symbol are taken: its topics, its last close, the advice that waits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <drover/trading/records.hpp>

#include "decimal/decimal.hpp"
#include "risk/order_plan.hpp"

namespace drover {

/// The timer that judges the breakers when the messages of an instant are handled. The desks count
/// theirs from 1.
inline constexpr std::uint64_t mark_timer = 0;

/// An advice that has not led to its end yet.
struct OpenAdvice {
    int direction = 0;  ///< 1 long, 0 flat, -1 short.
    Price price;        ///< At which it was given.
    std::string topic;
    std::string reason;
    std::int64_t event_time = 0;
    WaitFor wait = WaitFor::nothing;
};

/// What the risk agent keeps for a symbol beside the position book.
struct SymbolDesk {
    std::string symbol;
    std::uint64_t timer = 0;  ///< Its timer for account_wait.
    std::optional<OpenAdvice> advice;
    std::optional<Price> last_close;
    std::int64_t last_close_time = INT64_MIN;
    bool has_gap = false;                    ///< Bars were lost before the last one.
    std::int64_t snapshot_time = INT64_MIN;  ///< Event time of the last account snapshot for it.
    std::int64_t cause_time = INT64_MIN;  ///< Event time of the advice that caused the last order.
    std::uint32_t next_index = 0;         ///< Of orders caused at cause_time.

    bool has_topics = false;
    Topic<drover_verdict> verdicts;
    Topic<drover_order> orders;
    Topic<drover_cancel> cancels;
};

}  // namespace drover
