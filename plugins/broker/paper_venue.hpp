/// The paper venue: matches orders against bars and keeps the account's books.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <drover/trading/order.h>

#include "broker/broker_settings.hpp"
#include "broker/finished_orders.hpp"
#include "broker/order_check.hpp"
#include "broker/order_history.hpp"
#include "ledger/account_ledger.hpp"

namespace drover {

/// An order that was accepted and has not ended.
struct OpenOrder {
    drover_order order;
    std::int64_t event_time;  ///< Decides which bars it may match.
    /// The UTC day a `day` order belongs to, DROVER_NO_VALUE until its first bar came.
    std::int64_t day;
    std::string person = {};  ///< Who sent it by hand; empty for an agent's order.
};

/// What a person's wish to flatten has done in one instrument.
struct Flattened {
    std::string symbol;
    Quantity held;                ///< Signed; 0: there was no position.
    std::uint32_t cancelled = 0;  ///< Working orders that were withdrawn.
    bool was_closing = false;     ///< An order of an earlier flatten already closes all of it.
};

/// The last bar of an instrument that has a meaning for its account.
struct LastBar {
    std::string interval;
    std::int64_t open_time = 0;
    std::int64_t close_time = 0;
    Price open;
    Price close;
};

/// All that the venue knows of one instrument.
struct Instrument {
    std::string symbol;
    InstrumentRules rules;
    std::size_t position;  ///< Its number in the ledger.
    LastBar last_bar;
    std::map<std::string, std::int64_t, std::less<>> last_close_time;  ///< By interval.
    std::vector<OpenOrder> orders;                                     ///< By acceptance.
};

/// What happened to orders, in the order it happened.
using OrderEvents = std::vector<drover_order_event>;

/// Market orders are filled at the open of the first bar that opens at or after the order's event
/// time plus the latency. One thread. Every function appends what happened; the caller publishes.
class PaperVenue {
public:
    explicit PaperVenue(BrokerSettings settings);

    void submit(const drover_order& order, std::int64_t event_time, OrderEvents& events);
    void cancel(const drover_cancel& cancel, std::int64_t event_time, OrderEvents& events);
    /// Fills at the open, lets orders expire, marks at the close. Returns the number of the
    /// instrument, or `ignored` for a bar that is not later than the last of its symbol and
    /// interval; such a bar changes nothing.
    std::size_t on_bar(const drover_bar& bar, OrderEvents& events);
    /// Withdraws all working orders and closes all positions by market orders of the venue's own,
    /// which agents cannot withdraw; in all instruments, or in those named. Asked again while such
    /// an order works it adds none. Returns the instruments in which there was anything.
    std::vector<Flattened> flatten(const std::vector<std::string>& symbols,
                                   const std::string& person,
                                   std::int64_t event_time,
                                   OrderEvents& events);
    /// Withdraws the working orders that nobody watches over any more: all but those that can only
    /// reduce a position and those that a person sent. Returns how many.
    std::uint32_t withdraw_unwatched(std::string_view why,
                                     std::int64_t event_time,
                                     OrderEvents& events);
    /// The history has ended: closes what `at_end` says.
    void end(OrderEvents& events);

    static constexpr std::size_t ignored = static_cast<std::size_t>(-1);

    [[nodiscard]] const BrokerSettings& settings() const { return settings_; }
    [[nodiscard]] const AccountLedger& ledger() const { return ledger_; }
    [[nodiscard]] const std::vector<Instrument>& instruments() const { return instruments_; }
    [[nodiscard]] std::uint32_t open_orders() const { return open_orders_; }
    /// Whether an amount went beyond exact arithmetic; no order is accepted any more.
    [[nodiscard]] bool is_halted() const { return is_halted_; }
    /// Whether the history has ended: nothing is filled any more.
    [[nodiscard]] bool has_ended() const { return has_ended_; }
    [[nodiscard]] const OrderHistory& history() const { return history_; }
    [[nodiscard]] std::uint64_t late_bars() const { return late_bars_; }

    /// State as JSON, and back. Throws Failure for the state of another account.
    [[nodiscard]] std::string save() const;
    void load(std::string_view state);

private:
    [[nodiscard]] Instrument* find(std::string_view symbol);
    std::size_t number_of(std::string_view symbol);
    [[nodiscard]] bool is_known(const drover_order& order,
                                std::int64_t event_time,
                                OrderEvents& events) const;
    void fill_at_open(Instrument& instrument, const drover_bar& bar, OrderEvents& events);
    [[nodiscard]] std::optional<Refusal> refuse(const Instrument& instrument,
                                                const drover_order& order,
                                                std::int64_t event_time);
    /// Fills or rejects an order that is due.
    void match(Instrument& instrument,
               const OpenOrder& open,
               const drover_bar& bar,
               OrderEvents& events);
    void fill(Instrument& instrument,
              const drover_order& order,
              Price price,
              std::int64_t time,
              drover_order_event event,
              OrderEvents& events);
    /// The working order of a person that closes exactly what is held.
    [[nodiscard]] static const OpenOrder* find_closing(const Instrument& instrument, Quantity held);
    /// Withdraws all working orders of an instrument but one. Returns how many.
    std::uint32_t withdraw_all(Instrument& instrument,
                               const OpenOrder* but,
                               const std::string& person,
                               std::int64_t event_time,
                               OrderEvents& events);
    void close_for(Instrument& instrument,
                   Quantity held,
                   const std::string& person,
                   std::int64_t event_time,
                   OrderEvents& events);
    void let_expire(Instrument& instrument, const drover_bar& bar, OrderEvents& events);
    void mark(Instrument& instrument, const drover_bar& bar);
    /// The end of an order that was known: it is remembered.
    void finish(const drover_order_event& event);

    BrokerSettings settings_;
    AccountLedger ledger_;
    std::vector<Instrument> instruments_;
    std::map<std::string, std::size_t, std::less<>> numbers_;  ///< By symbol.
    std::size_t last_number_ = 0;  ///< Of the instrument asked for last.
    FinishedOrders finished_;
    OrderHistory history_;
    std::uint64_t flattens_ = 0;       ///< Orders that flatten ever sent: their names differ.
    std::vector<ClosedTrade> closed_;  ///< Room for what a fill closes; not used here.
    std::uint32_t open_orders_ = 0;
    std::uint64_t late_bars_ = 0;
    bool is_halted_ = false;
    bool has_ended_ = false;
};

}  // namespace drover
