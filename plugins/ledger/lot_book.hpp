/// The position in one instrument as lots, first in, first out, and the trades that closing makes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decimal/decimal.hpp"

namespace drover {

/// Some quantity of an order was filled.
struct Fill {
    std::string_view order_id;  ///< Fills of one order that enter form one lot.
    int side = 0;               ///< DROVER_SIDE_...
    Quantity quantity;          ///< Above 0; a fill of 0 changes nothing.
    Price price;
    Money commission;        ///< Negative is a rebate.
    std::int64_t time = 0;   ///< The moment assumed, ns since the epoch.
    std::int64_t bar = 0;    ///< Index of the bar, as the owner counts.
    bool is_forced = false;  ///< Made by the end of the data and not by an order.
};

/// What one order entered and was not closed yet.
struct Lot {
    std::string order_id;
    Quantity quantity;            ///< Signed.
    Money cost;                   ///< Signed sum of price * quantity, without the multiplier.
    Money commission;             ///< Paid for what is left.
    std::int64_t entry_time = 0;  ///< Of its first fill.
    std::int64_t entry_bar = 0;

    /// Volume-weighted.
    [[nodiscard]] Price entry_price() const;
};

/// A closed lot, or the closed part of one.
struct ClosedTrade {
    std::string order_id;  ///< Of the entry.
    Quantity quantity;     ///< Signed: above 0 for a trade that was long.
    Price entry_price;
    Price exit_price;
    Money pnl;          ///< Before commissions, with the multiplier.
    Money commissions;  ///< Of the entry and the exit, by quantity.
    std::int64_t entry_time = 0;
    std::int64_t exit_time = 0;
    std::int64_t entry_bar = 0;
    std::int64_t exit_bar = 0;
    bool is_forced = false;

    [[nodiscard]] Money net_pnl() const { return pnl - commissions; }
    /// side * (exit / entry - 1) - commissions / (quantity * multiplier * entry); NaN at an entry
    /// price of 0.
    [[nodiscard]] double return_fraction(Factor multiplier) const;
    /// The same in percent and rounded once, as people read it.
    [[nodiscard]] double return_percent(Factor multiplier) const;
};

/// The lots of one instrument. A fill against the position consumes the oldest lots first; what is
/// left of it enters on the other side.
class LotBook {
public:
    /// `multiplier` is the money one unit of price is worth for one unit of quantity.
    explicit LotBook(Factor multiplier = Factor::from_whole(1)) : multiplier_(multiplier) {}

    /// Appends the trades it closes to `closed`. Throws DecimalOverflow and then changes nothing.
    void apply(const Fill& fill, std::vector<ClosedTrade>& closed);

    [[nodiscard]] Quantity quantity() const { return quantity_; }
    [[nodiscard]] const std::vector<Lot>& lots() const { return lots_; }
    /// Of the open lots; nothing when flat.
    [[nodiscard]] std::optional<Price> average_price() const;
    /// Of all trades so far, before commissions, with the multiplier.
    [[nodiscard]] Money realized() const { return realized_; }
    [[nodiscard]] Factor multiplier() const { return multiplier_; }
    /// What the position is worth at a price; below 0 when short.
    [[nodiscard]] Money value_at(Price price) const { return notional(price, quantity_); }
    [[nodiscard]] Money notional(Price price, Quantity quantity) const;

    /// Puts back what was saved.
    void restore(std::vector<Lot> lots, Money realized);

private:
    void close(const Fill& fill,
               Quantity quantity,
               Money commission,
               std::vector<ClosedTrade>& closed);
    void enter(const Fill& fill, Quantity quantity, Money commission);

    Factor multiplier_;
    std::vector<Lot> lots_;  ///< Oldest first, all on one side.
    Quantity quantity_;
    Money realized_;
};

}  // namespace drover
