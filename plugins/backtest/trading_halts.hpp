/// From when to when an account's breakers kept it from trading.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <drover/trading/risk.h>

namespace drover {

/// One stretch in which a breaker was not active.
struct TradingHalt {
    std::string breaker;
    std::int32_t state = 0;  ///< DROVER_TRADING_...
    std::string bar;         ///< Label of the bar that tripped it.
    std::string symbol;
    std::string value;  ///< Exact decimal text.
    std::string limit;
    std::string reason;
    std::string until;  ///< When it was active again; empty while it is not.
};

/// Follows the changes of the breakers. Of very many halts the first is kept and the newest.
class TradingHalts {
public:
    static constexpr std::size_t limit = 100;

    void take(const drover_breaker& change);

    [[nodiscard]] bool is_any() const { return !halts_.empty(); }
    /// The bar from which trading was held back for the first time; nothing where it never was.
    [[nodiscard]] std::optional<std::string> first_bar() const;
    /// A list of objects, oldest first.
    [[nodiscard]] std::string json() const;
    /// A sentence for the report.
    [[nodiscard]] std::string words() const;

    void load(const std::string& json);

private:
    std::vector<TradingHalt> halts_;
};

}  // namespace drover
