/// The orders that ended last, as people ask for them.
#pragma once

#include <cstddef>
#include <deque>

#include <nlohmann/json_fwd.hpp>

#include <drover/trading/order.h>

namespace drover {

/// Keeps the ends of the last `limit` orders. They are saved after every bar, so there are few.
/// FinishedOrders remembers more of them, for orders that come twice.
class OrderHistory {
public:
    static constexpr std::size_t limit = 100;

    void add(const drover_order_event& end);
    /// Oldest first.
    [[nodiscard]] const std::deque<drover_order_event>& all() const { return ends_; }

    [[nodiscard]] nlohmann::json save() const;
    void load(const nlohmann::json& saved);

private:
    std::deque<drover_order_event> ends_;
};

}  // namespace drover
