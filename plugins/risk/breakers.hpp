/// The breakers of one account: what each measures now, whether it has tripped, and how it ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "risk/breaker_config.hpp"

namespace drover {

/// What the account was worth at a moment, from one snapshot.
struct AccountMark {
    Money equity;
    Money initial_cash;
    std::int64_t time = 0;  ///< Event time of the snapshot.
    std::string symbol;     ///< Of its bar; empty where no bar caused it.
    std::string interval;
    std::int64_t open_time = 0;
};

[[nodiscard]] nlohmann::json mark_to_json(const AccountMark& mark);
[[nodiscard]] AccountMark mark_from_json(const nlohmann::json& json);

/// One breaker as it stands. All amounts are of the last snapshot.
struct Breaker {
    BreakerRule rule;
    std::optional<Money> base;  ///< Baseline or high water; none before the first snapshot.
    Money value;                ///< base - equity.
    Money limit;
    TradingState state = TradingState::active;

    // What tripped it; meaningful unless it is active.
    Money tripped_value;
    Money tripped_limit;
    Money tripped_base;
    AccountMark tripped_by;

    /// "daily_loss was 512.30 against a limit of 500.00 (0.5% of the day's baseline 100000.00) with
    /// the bar of 2008-10-09".
    [[nodiscard]] std::string tripped_words() const;
};

/// A breaker has tripped or is active again.
struct BreakerChange {
    std::string breaker;
    TradingState state = TradingState::active;
    TradingState account_state = TradingState::active;
    Money value;
    Money limit;
    Money base;
    AccountMark mark;  ///< What decided; without a symbol where a person did.
    std::string by;    ///< The person; empty where the rules decided.
    std::string reason;
};

/// Rules: value = base - equity trips at >= limit. The base of daily_loss is the equity of the last
/// snapshot at or before the day's boundary, of peak_drawdown the highest equity seen, the initial
/// cash included. Only a person's reset moves the base of a tripped breaker to the equity of now;
/// the others wait until the measure is inside the limit. Not thread-safe.
class Breakers {
public:
    explicit Breakers(BreakerConfig config = {});

    [[nodiscard]] bool is_any() const { return !all_.empty(); }
    [[nodiscard]] const std::vector<Breaker>& all() const { return all_; }
    [[nodiscard]] const DayBoundary& day() const { return day_; }

    /// Measures at a snapshot; returns what changed.
    std::vector<BreakerChange> take(const AccountMark& mark);

    /// A person's reset at `time` of the breaker named, or of all that have tripped where none is.
    /// Returns what changed; empty where none of them has tripped.
    std::vector<BreakerChange> reset(std::string_view breaker,
                                     const std::string& by,
                                     const std::string& reason,
                                     std::int64_t time);

    /// The worst state of all.
    [[nodiscard]] TradingState state() const;
    /// The first breaker in that state; nullptr while all are active.
    [[nodiscard]] const Breaker* decisive() const;

    /// All that survives a restart. `load` returns a sentence for each saved breaker that had
    /// tripped and that the config does not have any more.
    [[nodiscard]] nlohmann::json save() const;
    std::vector<std::string> load(const nlohmann::json& saved);

private:
    void move_base(Breaker& breaker, const AccountMark& mark, bool is_new_day) const;
    /// False where an amount is too large for exact arithmetic.
    [[nodiscard]] static bool measure(Breaker& breaker, Money equity);
    [[nodiscard]] bool is_due(const Breaker& breaker, const AccountMark& mark) const;
    [[nodiscard]] BreakerChange change_of(const Breaker& breaker, const AccountMark& mark) const;

    std::vector<Breaker> all_;
    DayBoundary day_;
    std::optional<std::int64_t> day_start_;  ///< Of the day of the last snapshot.
    std::optional<Money> last_equity_;
};

}  // namespace drover
