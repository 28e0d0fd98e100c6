/// The orders that ended last, as people ask for them.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include <drover/trading/order.h>

namespace drover {

/// Keeps the ends of the last `limit` orders. The state is saved after every bar, so there are few.
/// FinishedOrders remembers more of them, for orders that come twice.
class OrderHistory {
public:
    static constexpr std::size_t limit = 100;

    void add(const drover_order_event& end);
    /// Oldest first.
    [[nodiscard]] const std::deque<drover_order_event>& all() const { return ends_; }

    /// A JSON list for the state. The text is kept until an order ends: most bars end none.
    [[nodiscard]] const std::string& to_text() const;
    void load(const nlohmann::json& saved);

private:
    std::deque<drover_order_event> ends_;
    mutable std::string text_;  ///< Empty once something was added.
};

}  // namespace drover
