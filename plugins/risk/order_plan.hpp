/// What to send to get from the expected position to an advised one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "risk/expected_positions.hpp"
#include "risk/risk_config.hpp"

namespace drover {

/// What is known when an advice is judged.
struct PlanInput {
    std::string symbol;
    int direction = 0;  ///< The advised target: 1 long, 0 flat, -1 short.
    std::string advice_reason;
    std::optional<Money> equity;  ///< Of a snapshot that is not older than the advice.
    std::optional<Price> price;   ///< The last close.
    bool is_book_known = false;   ///< The broker has published positions and working orders.
    bool has_gap = false;         ///< Bars of the symbol were lost just before this.
    TradingState state = TradingState::active;
    std::string breaker;        ///< Which breaker decided the state; empty while it is active.
    std::string breaker_words;  ///< Its value and limit.
};

/// What an advice still waits for.
enum class WaitFor : std::uint8_t { nothing, book, account, cancel };

/// The verdict on an advice, the order that follows at once, and what the rest waits for.
struct OrderPlan {
    std::int32_t kind = 0;  ///< DROVER_VERDICT_...
    Quantity target;
    Quantity expected;
    Quantity order;               ///< Signed; 0: none now.
    bool is_reduce_only = false;  ///< The order only makes the held position smaller.
    int cancel_side = 0;          ///< Working orders of this side are cancelled first; 0: none.
    WaitFor wait = WaitFor::nothing;
    std::string rule;
    std::string reason;
};

/// Decides: order = target - expected. Working orders of the other side are cancelled first and
/// what remains waits for their end. What makes the held position smaller never waits and is never
/// refused by a limit. Changes nothing. Throws DecimalOverflow.
[[nodiscard]] OrderPlan plan_order(const RiskConfig& config,
                                   const SymbolBook& book,
                                   const PlanInput& input);

}  // namespace drover
