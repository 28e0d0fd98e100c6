/// The configuration of an account's breakers: what each measures, its limit, and what follows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "calendar/day_boundary.hpp"
#include "decimal/decimal.hpp"

namespace drover {

/// What an account may still do; a later one is worse.
enum class TradingState : std::uint8_t {
    active,
    reducing,  ///< Only orders that reduce a position.
    halted     ///< No orders from advice at all.
};

/// "active", "reducing", "halted".
[[nodiscard]] const char* state_name(TradingState state);
/// The state with that name; active for any other text.
[[nodiscard]] TradingState state_from_name(std::string_view name);

enum class BreakerKind : std::uint8_t {
    daily_loss,    ///< The day's baseline - equity.
    peak_drawdown  ///< High water since the account began - equity.
};

/// What ends a tripped state.
enum class ResetRule : std::uint8_t {
    manual,        ///< A person.
    next_session,  ///< The first snapshot of a later day whose measure is inside the limit.
    after          ///< The first such snapshot after a time.
};

struct BreakerRule {
    BreakerKind kind = BreakerKind::daily_loss;
    std::optional<Money> limit;  ///< In money; where there is none, `percent` of the base.
    Factor percent;
    TradingState then = TradingState::reducing;
    ResetRule reset = ResetRule::manual;
    std::int64_t reset_after = 0;  ///< ns of event time.

    [[nodiscard]] const char* name() const;
    /// What the measure starts from, in words: "the day's baseline", "the high water".
    [[nodiscard]] const char* base_words() const;
    /// When it is active again, in words.
    [[nodiscard]] std::string reset_words() const;
};

struct BreakerConfig {
    std::vector<BreakerRule> rules;  ///< At most one of a kind.
    DayBoundary day;
};

/// Reads `breakers` and `day_start` of a config that the schema accepts. Throws
/// std::invalid_argument with a sentence for what a schema cannot say.
[[nodiscard]] BreakerConfig breaker_config_of(const nlohmann::json& config);

}  // namespace drover
