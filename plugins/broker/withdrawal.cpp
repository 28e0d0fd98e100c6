/// What the paper venue withdraws when nobody watches over its orders any more.
#include <utility>

#include <drover/agent.hpp>

#include "broker/order_events.hpp"
#include "broker/paper_venue.hpp"

namespace drover {
namespace {

/// An exit makes the loss that may come smaller, whoever watches.
bool may_stay(const OpenOrder& open) {
    return open.order.reduce_only != 0 || !open.person.empty();
}

}  // namespace

std::uint32_t PaperVenue::withdraw_unwatched(std::string_view why,
                                             std::int64_t event_time,
                                             OrderEvents& events) {
    std::uint32_t withdrawn = 0;
    for (Instrument& instrument : instruments_) {
        std::vector<OpenOrder> left;
        for (OpenOrder& open : instrument.orders) {
            if (may_stay(open)) {
                left.push_back(std::move(open));
                continue;
            }
            events.push_back(
                order_event(open.order, DROVER_ORDER_CANCELLED, event_time, "LINK_LOST", why));
            finish(events.back());
            --open_orders_;
            ++withdrawn;
        }
        instrument.orders = std::move(left);
    }
    return withdrawn;
}

}  // namespace drover
