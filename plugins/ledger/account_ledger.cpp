/// Cash and positions of one account.
#include "ledger/account_ledger.hpp"

#include <utility>

namespace drover {

std::size_t AccountLedger::open(std::string_view symbol, Factor multiplier) {
    for (std::size_t number = 0; number < positions_.size(); ++number) {
        if (positions_[number].symbol == symbol) {
            return number;
        }
    }
    positions_.push_back({std::string(symbol), LotBook(multiplier), std::nullopt, Money{}});
    return positions_.size() - 1;
}

void AccountLedger::apply(std::size_t position,
                          const Fill& fill,
                          std::vector<ClosedTrade>& closed) {
    Position& held = positions_[position];
    const Money paid = held.book.notional(fill.price, fill.quantity);
    const Money cash = (fill.side < 0 ? cash_ + paid : cash_ - paid) - fill.commission;
    const Money commissions = commissions_ + fill.commission;
    LotBook book = held.book;
    const std::size_t closed_before = closed.size();
    book.apply(fill, closed);
    try {
        const Money realized = realized_ + (book.realized() - held.book.realized());
        const Money value = held.mark ? book.value_at(*held.mark) : Money{};
        const Money total = value_ - held.value + value;
        static_cast<void>(cash + total);  // Equity must fit as well.
        open_positions_ += (book.quantity().is_zero() ? 0U : 1U);
        open_positions_ -= (held.book.quantity().is_zero() ? 0U : 1U);
        held.value = value;
        value_ = total;
        realized_ = realized;
    } catch (...) {
        closed.resize(closed_before);
        throw;
    }
    held.book = std::move(book);
    cash_ = cash;
    commissions_ = commissions;
}

void AccountLedger::mark(std::size_t position, Price price) {
    Position& held = positions_[position];
    if (!held.book.quantity().is_zero()) {
        const Money value = held.book.value_at(price);
        const Money total = value_ - held.value + value;
        static_cast<void>(cash_ + total);
        held.value = value;
        value_ = total;
    }
    held.mark = price;
}

Money AccountLedger::gross_exposure() const {
    Money gross;
    for (const Position& held : positions_) {
        gross += held.value < Money{} ? -held.value : held.value;
    }
    return gross;
}

void AccountLedger::restore(Money initial_cash, Money cash, Money commissions) {
    initial_cash_ = initial_cash;
    cash_ = cash;
    commissions_ = commissions;
}

void AccountLedger::restore_position(std::size_t position,
                                     std::vector<Lot> lots,
                                     Money realized,
                                     std::optional<Price> mark) {
    Position& held = positions_[position];
    realized_ = realized_ - held.book.realized() + realized;
    open_positions_ -= held.book.quantity().is_zero() ? 0U : 1U;
    held.book.restore(std::move(lots), realized);
    open_positions_ += held.book.quantity().is_zero() ? 0U : 1U;
    if (mark) {
        this->mark(position, *mark);
    }
}

}  // namespace drover
