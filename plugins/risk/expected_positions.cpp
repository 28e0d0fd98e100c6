// What one account holds and is about to hold, as the sender of its orders knows it.
#include "risk/expected_positions.hpp"

#include <algorithm>

#include <drover/agent.hpp>

namespace drover {

namespace {

Quantity signed_quantity(std::int64_t units, std::int32_t side) {
    const Quantity quantity = Quantity::from_units(units);
    return side == DROVER_SIDE_SELL ? -quantity : quantity;
}

bool is_end(std::int32_t kind) {
    return kind == DROVER_ORDER_FILLED || kind == DROVER_ORDER_CANCELLED ||
           kind == DROVER_ORDER_REJECTED || kind == DROVER_ORDER_EXPIRED;
}

bool is_lost(const WorkingOrder& order, std::int64_t event_time, SilenceRule rule) {
    if (order.is_restated) {
        return false;
    }
    // The broker's publications arrive in order: what it has accepted and not ended, it restates.
    if (order.is_acknowledged) {
        return true;
    }
    return rule == SilenceRule::older_is_lost ? order.sent_at < event_time
                                              : order.is_of_earlier_life;
}

void take_lost(const std::string& symbol,
               SymbolBook& book,
               std::int64_t event_time,
               SilenceRule rule,
               std::vector<LostOrder>& lost) {
    const auto gone = std::stable_partition(
        book.orders.begin(), book.orders.end(), [&](const WorkingOrder& order) {
            return !is_lost(order, event_time, rule);
        });
    for (auto order = gone; order != book.orders.end(); ++order) {
        lost.push_back({symbol, std::move(*order)});
    }
    book.orders.erase(gone, book.orders.end());
}

}  // namespace

Quantity SymbolBook::expected() const {
    Quantity sum = filled;
    for (const WorkingOrder& order : orders) {
        sum += order.open;
    }
    return sum;
}

Quantity SymbolBook::working(int side) const {
    Quantity sum;
    for (const WorkingOrder& order : orders) {
        if (order.open.sign() == side) {
            sum += order.open;
        }
    }
    return sum;
}

std::vector<WorkingOrder*> SymbolBook::entries() {
    std::vector<WorkingOrder*> found;
    Quantity held = filled;
    for (WorkingOrder& order : orders) {
        const bool is_reducer =
            order.open.sign() == -held.sign() && order.open.absolute() <= held.absolute();
        if (is_reducer) {
            held += order.open;
        } else if (!order.open.is_zero()) {
            found.push_back(&order);
        }
    }
    return found;
}

WorkingOrder* SymbolBook::find(std::string_view client_order_id) {
    const auto found = std::find_if(orders.begin(), orders.end(), [&](const WorkingOrder& order) {
        return order.client_order_id == client_order_id;
    });
    return found == orders.end() ? nullptr : &*found;
}

SymbolBook& ExpectedPositions::of(std::string_view symbol) {
    const auto found = symbols_.find(symbol);
    return found != symbols_.end() ? found->second
                                   : symbols_.emplace(symbol, SymbolBook{}).first->second;
}

BookChange ExpectedPositions::apply(const drover_order_event& event, std::int64_t event_time) {
    SymbolBook& book = of(text_of(event.symbol));
    const std::string_view id = text_of(event.client_order_id);
    fill(book, event);
    if (is_end(event.kind)) {
        return remove(text_of(event.symbol), id) ? BookChange::order_ended : BookChange::changed;
    }
    WorkingOrder* order = book.find(id);
    if (order == nullptr) {
        book.orders.push_back({std::string(id), {}, event_time});
        order = &book.orders.back();
    }
    const Quantity open = signed_quantity(event.quantity, event.side) -
                          signed_quantity(event.filled_quantity, event.side);
    const bool is_known = order->is_acknowledged && order->open == open;
    order->open = open;
    order->is_acknowledged = true;
    order->is_of_earlier_life = false;
    order->is_restated = order->is_restated || event.kind == DROVER_ORDER_WORKING;
    return is_known ? BookChange::nothing : BookChange::changed;
}

BookChange ExpectedPositions::apply(const drover_position& position) {
    SymbolBook& book = of(text_of(position.symbol));
    const Quantity before = book.filled;
    book.filled = Quantity::from_units(position.quantity);
    book.is_restated = true;
    return book.filled == before ? BookChange::nothing : BookChange::changed;
}

void ExpectedPositions::begin_adoption() {
    for (auto& [symbol, book] : symbols_) {
        book.filled = Quantity{};
        book.is_restated = false;
        for (WorkingOrder& order : book.orders) {
            order.is_acknowledged = false;
            order.is_restated = false;
            order.is_of_earlier_life = true;
        }
    }
}

Reconciliation ExpectedPositions::reconcile(const drover_account& account,
                                            std::int64_t event_time,
                                            SilenceRule rule) {
    Reconciliation found;
    found.is_complete = is_complete(account);
    for (auto& [symbol, book] : symbols_) {
        if (found.is_complete) {
            if (!book.is_restated && !book.filled.is_zero()) {
                book.filled = Quantity{};
                found.is_changed = true;
            }
            take_lost(symbol, book, event_time, rule, found.lost);
        }
        book.is_restated = false;
        for (WorkingOrder& order : book.orders) {
            order.is_restated = false;
        }
    }
    found.is_changed = found.is_changed || !found.lost.empty();
    return found;
}

bool ExpectedPositions::remove(std::string_view symbol, std::string_view client_order_id) {
    SymbolBook& book = of(symbol);
    const WorkingOrder* order = book.find(client_order_id);
    if (order == nullptr) {
        return false;
    }
    book.orders.erase(book.orders.begin() + (order - book.orders.data()));
    return true;
}

void ExpectedPositions::fill(SymbolBook& book, const drover_order_event& event) const {
    if (event.kind == DROVER_ORDER_FILLED || event.kind == DROVER_ORDER_PARTIALLY_FILLED) {
        book.filled += signed_quantity(event.fill_quantity, event.side);
    }
}

bool ExpectedPositions::is_complete(const drover_account& account) const {
    std::uint32_t positions = 0;
    std::uint32_t orders = 0;
    for (const auto& [symbol, book] : symbols_) {
        positions += book.is_restated && !book.filled.is_zero() ? 1U : 0U;
        for (const WorkingOrder& order : book.orders) {
            orders += order.is_restated ? 1U : 0U;
        }
    }
    return positions == account.open_positions && orders == account.working_orders;
}

}  // namespace drover
