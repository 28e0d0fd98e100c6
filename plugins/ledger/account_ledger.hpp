/// The books of one account: cash, positions, what was realised and paid, and what it is worth.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/lot_book.hpp"

namespace drover {

/// Positions are reached by a number that `open` gives out, so that the way of a bar needs no
/// look-up by name.
class AccountLedger {
public:
    struct Position {
        std::string symbol;
        LotBook book;
        std::optional<Price> mark;  ///< The last price.
        Money value;                ///< At the mark.
    };

    explicit AccountLedger(Money initial_cash) : initial_cash_(initial_cash), cash_(initial_cash) {}

    /// The number of a symbol's position; a flat one is made where there is none.
    [[nodiscard]] std::size_t open(std::string_view symbol, Factor multiplier);

    /// Books a fill and appends the trades it closes. Throws DecimalOverflow and then changes
    /// nothing.
    void apply(std::size_t position, const Fill& fill, std::vector<ClosedTrade>& closed);
    /// Values a position at a price. Throws DecimalOverflow and then changes nothing.
    void mark(std::size_t position, Price price);

    [[nodiscard]] const std::vector<Position>& positions() const { return positions_; }
    [[nodiscard]] const Position& position(std::size_t number) const { return positions_[number]; }
    [[nodiscard]] Money initial_cash() const { return initial_cash_; }
    [[nodiscard]] Money cash() const { return cash_; }
    /// Cash and the marked positions.
    [[nodiscard]] Money equity() const { return cash_ + value_; }
    /// Sum of the sizes of the marked positions, shorts counted as longs.
    [[nodiscard]] Money gross_exposure() const;
    [[nodiscard]] Money realized() const { return realized_; }  ///< Before commissions.
    [[nodiscard]] Money commissions() const { return commissions_; }
    [[nodiscard]] std::uint32_t open_positions() const { return open_positions_; }

    /// Puts back what was saved: the amounts, and one position after the other.
    void restore(Money initial_cash, Money cash, Money commissions);
    void restore_position(std::size_t position,
                          std::vector<Lot> lots,
                          Money realized,
                          std::optional<Price> mark);

private:
    std::vector<Position> positions_;
    Money initial_cash_;
    Money cash_;
    Money value_;  ///< Sum of the positions' values.
    Money realized_;
    Money commissions_;
    std::uint32_t open_positions_ = 0;
};

}  // namespace drover
