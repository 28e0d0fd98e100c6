/// Lots, first in, first out.
#include "ledger/lot_book.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "decimal/percentage.hpp"

namespace drover {

Price Lot::entry_price() const {
    return quantity.sign() < 0 ? drover::average_price(-cost, -quantity)
                               : drover::average_price(cost, quantity);
}

double ClosedTrade::return_fraction(Factor multiplier) const {
    const double entry = to_double(entry_price);
    const double stake = to_double(quantity.absolute()) * entry * to_double(multiplier);
    if (entry == 0 || stake == 0) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return quantity.sign() * (to_double(exit_price) / entry - 1) - to_double(commissions) / stake;
}

double ClosedTrade::return_percent(Factor multiplier) const {
    const Money stake = entry_price * quantity.absolute() * multiplier;
    const Money gain = (exit_price - entry_price) * quantity * multiplier;
    return percentage(gain - commissions, stake);
}

void LotBook::apply(const Fill& fill, std::vector<ClosedTrade>& closed) {
    if (fill.quantity.is_zero()) {
        return;
    }
    // All is done on a copy, so that an overflow half way leaves the book as it was.
    LotBook next = *this;
    const std::size_t closed_before = closed.size();
    try {
        const bool reduces = quantity_.sign() * fill.side < 0;
        const Quantity exits = reduces ? std::min(fill.quantity, quantity_.absolute()) : Quantity{};
        const Money exit_commission = share_of(fill.commission, exits, fill.quantity);
        if (!exits.is_zero()) {
            next.close(fill, exits, exit_commission, closed);
        }
        if (exits < fill.quantity) {
            next.enter(fill, fill.quantity - exits, fill.commission - exit_commission);
        }
    } catch (...) {
        closed.resize(closed_before);
        throw;
    }
    *this = std::move(next);
}

void LotBook::close(const Fill& fill,
                    Quantity quantity,
                    Money commission,
                    std::vector<ClosedTrade>& closed) {
    const int held = -fill.side;
    Quantity left = quantity;
    std::size_t used_up = 0;
    while (!left.is_zero()) {
        Lot& lot = lots_[used_up];
        const Quantity whole = lot.quantity.absolute();
        const Quantity part = std::min(left, whole);
        const Money exit_commission = share_of(commission, part, left);
        ClosedTrade trade;
        trade.order_id = lot.order_id;
        trade.quantity = held < 0 ? -part : part;
        trade.entry_price = lot.entry_price();
        trade.exit_price = fill.price;
        trade.entry_time = lot.entry_time;
        trade.exit_time = fill.time;
        trade.entry_bar = lot.entry_bar;
        trade.exit_bar = fill.bar;
        trade.is_forced = fill.is_forced;
        // Shares of what is left: the last part takes the rest, so that nothing gets lost.
        const Money cost = share_of(lot.cost, part, whole);
        const Money entry_commission = share_of(lot.commission, part, whole);
        trade.pnl = (fill.price * trade.quantity - cost) * multiplier_;
        trade.commissions = entry_commission + exit_commission;
        realized_ += trade.pnl;
        quantity_ -= trade.quantity;
        lot.quantity -= trade.quantity;
        lot.cost -= cost;
        lot.commission -= entry_commission;
        commission -= exit_commission;
        left -= part;
        used_up += lot.quantity.is_zero() ? std::size_t{1} : std::size_t{0};
        closed.push_back(std::move(trade));
    }
    lots_.erase(lots_.begin(), lots_.begin() + static_cast<std::ptrdiff_t>(used_up));
}

void LotBook::enter(const Fill& fill, Quantity quantity, Money commission) {
    const Quantity entered = fill.side < 0 ? -quantity : quantity;
    if (lots_.empty() || lots_.back().order_id != fill.order_id) {
        Lot lot;
        lot.order_id = std::string(fill.order_id);
        lot.entry_time = fill.time;
        lot.entry_bar = fill.bar;
        lots_.push_back(std::move(lot));
    }
    Lot& lot = lots_.back();
    lot.quantity += entered;
    lot.cost += fill.price * entered;
    lot.commission += commission;
    quantity_ += entered;
}

std::optional<Price> LotBook::average_price() const {
    if (quantity_.is_zero()) {
        return std::nullopt;
    }
    Money cost;
    for (const Lot& lot : lots_) {
        cost += lot.cost;
    }
    return quantity_.sign() < 0 ? drover::average_price(-cost, -quantity_)
                                : drover::average_price(cost, quantity_);
}

Money LotBook::notional(Price price, Quantity quantity) const {
    const Money amount = price * quantity;
    return multiplier_ == Factor::from_whole(1) ? amount : amount * multiplier_;
}

void LotBook::restore(std::vector<Lot> lots, Money realized) {
    lots_ = std::move(lots);
    realized_ = realized;
    quantity_ = Quantity{};
    for (const Lot& lot : lots_) {
        quantity_ += lot.quantity;
    }
}

}  // namespace drover
