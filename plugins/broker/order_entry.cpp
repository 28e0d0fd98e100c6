/// The paper venue's way in: orders and cancels, accepted or refused.
#include <algorithm>
#include <optional>

#include <drover/agent.hpp>

#include "broker/order_check.hpp"
#include "broker/order_events.hpp"
#include "broker/paper_venue.hpp"
#include "indicators/reason_text.hpp"

namespace drover {

void PaperVenue::submit(const drover_order& order, std::int64_t event_time, OrderEvents& events) {
    if (is_known(order, event_time, events)) {
        return;
    }
    std::optional<Refusal> refusal = check_form(order);
    Instrument* instrument = find(text_of(order.symbol));
    if (!refusal && is_halted_) {
        refusal = Refusal{"HALTED", "The account is halted: an amount became too large."};
    }
    if (!refusal && (instrument == nullptr || instrument->last_bar.close_time == 0)) {
        refusal = Refusal{"NO_PRICE",
                          "No price of " + std::string(text_of(order.symbol)) +
                              " is known; an order needs a bar before it."};
    }
    if (!refusal) {
        refusal = refuse(*instrument, order, event_time);
    }
    if (refusal) {
        events.push_back(
            order_event(order, DROVER_ORDER_REJECTED, event_time, refusal->code, refusal->reason));
        finish(events.back());
        return;
    }
    instrument->orders.push_back({order, event_time, DROVER_NO_VALUE});
    ++open_orders_;
    events.push_back(order_event(order,
                                 DROVER_ORDER_ACCEPTED,
                                 event_time,
                                 "",
                                 "Accepted; it is filled at the open of the first bar that opens "
                                 "at or after " +
                                     time_text(event_time + settings_.latency) + "."));
}

std::optional<Refusal> PaperVenue::refuse(const Instrument& instrument,
                                          const drover_order& order,
                                          std::int64_t event_time) {
    const LastBar& last = instrument.last_bar;
    if (settings_.most_price_age) {
        if (auto refusal =
                check_price_age(order, event_time, last.close_time, *settings_.most_price_age)) {
            return refusal;
        }
    }
    try {
        const LotBook& book = ledger_.position(instrument.position).book;
        auto refusal = check_rules(order, instrument.rules, book, last.close);
        return refusal
                   ? refusal
                   : check_buying_power(order, ledger_, instrument.position, last.close, settings_);
    } catch (const DecimalOverflow&) {
        is_halted_ = true;
        return overflow_refusal();
    }
}

bool PaperVenue::is_known(const drover_order& order,
                          std::int64_t event_time,
                          OrderEvents& events) const {
    const std::string_view id = text_of(order.client_order_id);
    if (id.empty()) {
        return false;
    }
    for (const Instrument& instrument : instruments_) {
        for (const OpenOrder& open : instrument.orders) {
            if (text_of(open.order.client_order_id) == id) {
                events.push_back(order_event(open.order,
                                             DROVER_ORDER_WORKING,
                                             event_time,
                                             "DUPLICATE",
                                             "This client order id is known and its order works; "
                                             "nothing was added."));
                return true;
            }
        }
    }
    const FinishedOrders::End* end = finished_.find(id);
    if (end == nullptr) {
        return false;
    }
    events.push_back(restated_end(id,
                                  text_of(order.account),
                                  text_of(order.symbol),
                                  *end,
                                  event_time,
                                  "DUPLICATE",
                                  "This client order id is known and its order is " +
                                      std::string(kind_name(end->kind)) +
                                      " already; nothing was done again."));
    return true;
}

void PaperVenue::cancel(const drover_cancel& cancel, std::int64_t event_time, OrderEvents& events) {
    const std::string_view id = text_of(cancel.client_order_id);
    Instrument* instrument = find(text_of(cancel.symbol));
    if (instrument != nullptr) {
        auto& orders = instrument->orders;
        const auto found = std::find_if(orders.begin(), orders.end(), [&](const OpenOrder& open) {
            return text_of(open.order.client_order_id) == id;
        });
        if (found != orders.end() && !found->person.empty()) {
            events.push_back(order_event(
                found->order,
                DROVER_ORDER_WORKING,
                event_time,
                "PERSON",
                "It works on: " + found->person + " sent it by hand, and no agent withdraws it."));
            return;
        }
        if (found != orders.end()) {
            events.push_back(
                order_event(found->order,
                            DROVER_ORDER_CANCELLED,
                            event_time,
                            "",
                            "Cancelled as asked: " + std::string(text_of(cancel.reason))));
            finish(events.back());
            orders.erase(found);
            --open_orders_;
            return;
        }
    }
    const FinishedOrders::End* end = finished_.find(id);
    // An order never heard of is answered as rejected: who asked must not wait for ever.
    const FinishedOrders::End unknown{0, 0, 0, DROVER_ORDER_REJECTED, 0};
    events.push_back(restated_end(id,
                                  text_of(cancel.account),
                                  text_of(cancel.symbol),
                                  end == nullptr ? unknown : *end,
                                  event_time,
                                  end == nullptr ? "UNKNOWN_ORDER" : "TOO_LATE",
                                  end == nullptr
                                      ? std::string("There is no such order to cancel.")
                                      : "Too late to cancel: the order is " +
                                            std::string(kind_name(end->kind)) + " already."));
}

}  // namespace drover
