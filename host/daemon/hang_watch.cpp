#include "daemon/hang_watch.hpp"

#include <algorithm>

namespace drover {

std::optional<Nanoseconds> HangWatch::overdue(const StatusPageLayout& page, Monotonic now) const {
    const std::int64_t began = page.began.load(std::memory_order_relaxed);
    if (began == 0) {
        return std::nullopt;
    }
    const std::int64_t extended = page.extended_to.load(std::memory_order_relaxed);
    const std::int64_t from = std::max({began, extended, counts_from_.time_since_epoch().count()});
    // A child writes the page: a time in the future, however far, only means "not overdue".
    const std::int64_t present = now.time_since_epoch().count();
    if (from >= present || Nanoseconds(present - from) <= timeout_) {
        return std::nullopt;
    }
    return Nanoseconds(present - std::max(began, counts_from_.time_since_epoch().count()));
}

}  // namespace drover
