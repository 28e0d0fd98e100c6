/// What one account holds and is about to hold, as the sender of its orders knows it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <drover/trading/account.h>
#include <drover/trading/order.h>

#include "decimal/decimal.hpp"

namespace drover {

/// An order that was sent and has not ended.
struct WorkingOrder {
    std::string client_order_id;
    Quantity open;                    ///< Signed: what may still be filled.
    std::int64_t sent_at = 0;         ///< Its event time.
    std::uint64_t sequence = 0;       ///< Of the message it went out with; 0 after a restart.
    std::int64_t sent_now = 0;        ///< The agent's clock then.
    bool is_acknowledged = false;     ///< This life of the broker has spoken of it.
    bool is_restated = false;         ///< Named since the last snapshot.
    bool is_of_earlier_life = false;  ///< Sent to an earlier life of the broker.
    bool is_cancelling = false;
    std::int64_t cancel_sent_at = 0;
};

/// The holdings in one symbol.
struct SymbolBook {
    Quantity filled;
    bool is_restated = false;          ///< A position was published since the last snapshot.
    std::vector<WorkingOrder> orders;  ///< In the order of sending.

    /// filled + the open quantity of all working orders: what sizes are decided on.
    [[nodiscard]] Quantity expected() const;
    /// The open quantity of working orders on one side: above 0 for buys, below 0 for sells.
    [[nodiscard]] Quantity working(int side) const;
    /// The working orders that do more than reduce what is held, in the order of sending.
    [[nodiscard]] std::vector<WorkingOrder*> entries();
    [[nodiscard]] WorkingOrder* find(std::string_view client_order_id);
};

/// An order that the broker does not know of.
struct LostOrder {
    std::string symbol;
    WorkingOrder order;
};

/// What a message did to the book.
enum class BookChange : std::uint8_t { nothing, changed, order_ended };

/// What a comparison with the broker's restatements found.
struct Reconciliation {
    /// False where the snapshot counts other positions or orders than were restated: some
    /// restatement is missing, and nothing was concluded.
    bool is_complete = false;
    bool is_changed = false;
    std::vector<LostOrder> lost;
};

/// How a snapshot judges an order that the broker has not spoken of.
enum class SilenceRule {
    /// Lost when its event time lies before the snapshot's: everything sent earlier was handled.
    /// True under a replay clock, and only there.
    older_is_lost,
    /// Lost only when the broker began a new life since it was sent.
    only_of_earlier_life
};

/// The book of one account: expected = filled + working. It is changed at the moment an order is
/// sent, by the broker's order events, and by what the broker restates before each snapshot of the
/// account. Arithmetic throws DecimalOverflow. Not thread-safe.
class ExpectedPositions {
public:
    using Symbols = std::map<std::string, SymbolBook, std::less<>>;

    /// The holdings in `symbol`; made empty where it is new. References stay valid.
    SymbolBook& of(std::string_view symbol);
    [[nodiscard]] const Symbols& symbols() const { return symbols_; }

    /// What the broker says of an order. An order of this account that the book does not know is
    /// adopted.
    BookChange apply(const drover_order_event& event, std::int64_t event_time);

    /// The broker's position counts; fills that were missed are in it.
    BookChange apply(const drover_position& position);

    /// The broker lives anew: positions are forgotten until it publishes them, and orders count
    /// only once it has named them.
    void begin_adoption();

    /// Compares the book with what was restated before this snapshot, of which `event_time` is the
    /// event time. Positions that were not restated are flat; orders that are lost leave the book.
    Reconciliation reconcile(const drover_account& account,
                             std::int64_t event_time,
                             SilenceRule rule);

    /// Takes an order out. Returns whether it was there.
    bool remove(std::string_view symbol, std::string_view client_order_id);

private:
    void fill(SymbolBook& book, const drover_order_event& event) const;
    [[nodiscard]] bool is_complete(const drover_account& account) const;

    Symbols symbols_;
};

}  // namespace drover
