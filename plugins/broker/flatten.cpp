/// The paper venue's way out for a person: everything withdrawn, everything closed.
#include <algorithm>

#include <drover/agent.hpp>

#include "broker/order_events.hpp"
#include "broker/paper_venue.hpp"
#include "decimal/decimal_text.hpp"

namespace drover {

std::vector<Flattened> PaperVenue::flatten(const std::vector<std::string>& symbols,
                                           const std::string& person,
                                           std::int64_t event_time,
                                           OrderEvents& events) {
    std::vector<Flattened> done;
    for (Instrument& instrument : instruments_) {
        const bool is_meant =
            symbols.empty() ||
            std::find(symbols.begin(), symbols.end(), instrument.symbol) != symbols.end();
        if (!is_meant) {
            continue;
        }
        Flattened what;
        what.symbol = instrument.symbol;
        what.held = ledger_.position(instrument.position).book.quantity();
        const OpenOrder* closing = find_closing(instrument, what.held);
        what.was_closing = closing != nullptr;
        what.cancelled = withdraw_all(instrument, closing, person, event_time, events);
        if (!what.held.is_zero() && !what.was_closing) {
            close_for(instrument, what.held, person, event_time, events);
        }
        if (what.cancelled != 0 || !what.held.is_zero()) {
            done.push_back(std::move(what));
        }
    }
    return done;
}

const OpenOrder* PaperVenue::find_closing(const Instrument& instrument, Quantity held) {
    const auto found =
        std::find_if(instrument.orders.begin(), instrument.orders.end(), [&](const auto& open) {
            return !open.person.empty() && signed_quantity(open.order) == -held;
        });
    return found == instrument.orders.end() ? nullptr : &*found;
}

std::uint32_t PaperVenue::withdraw_all(Instrument& instrument,
                                       const OpenOrder* but,
                                       const std::string& person,
                                       std::int64_t event_time,
                                       OrderEvents& events) {
    std::vector<OpenOrder> left;
    std::uint32_t withdrawn = 0;
    for (OpenOrder& open : instrument.orders) {
        if (&open == but) {
            left.push_back(std::move(open));
            continue;
        }
        events.push_back(order_event(open.order,
                                     DROVER_ORDER_CANCELLED,
                                     event_time,
                                     "FLATTEN",
                                     "Withdrawn: " + person + " flattens the account."));
        finish(events.back());
        --open_orders_;
        ++withdrawn;
    }
    instrument.orders = std::move(left);
    return withdrawn;
}

void PaperVenue::close_for(Instrument& instrument,
                           Quantity held,
                           const std::string& person,
                           std::int64_t event_time,
                           OrderEvents& events) {
    drover_order order{};
    set_text(order.client_order_id,
             "flatten-" + std::to_string(++flattens_) + "-" + instrument.symbol);
    set_text(order.account, settings_.account);
    set_text(order.symbol, instrument.symbol);
    order.quantity = held.absolute().units();
    order.limit_price = DROVER_NO_VALUE;
    order.stop_price = DROVER_NO_VALUE;
    order.side = -held.sign();
    order.kind = DROVER_ORDER_MARKET;
    order.time_in_force = DROVER_TIF_GTC;
    order.reduce_only = 1;
    set_text(order.reason, person + " flattens the account.");
    instrument.orders.push_back({order, event_time, DROVER_NO_VALUE, person});
    ++open_orders_;
    events.push_back(order_event(
        order,
        DROVER_ORDER_ACCEPTED,
        event_time,
        "FLATTEN",
        person + " flattens the account: " + (order.side > 0 ? "buys " : "sells ") +
            to_text(held.absolute()) + " " + instrument.symbol + " at the open of the next bar."));
}

}  // namespace drover
