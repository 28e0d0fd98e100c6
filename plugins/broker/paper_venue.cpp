/// Matches orders against bars.
#include "broker/paper_venue.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <drover/agent.hpp>

#include "broker/order_check.hpp"
#include "broker/order_events.hpp"
#include "decimal/decimal_text.hpp"
#include "indicators/reason_text.hpp"

namespace drover {
namespace {

constexpr std::int64_t nanoseconds_per_day = 86'400'000'000'000;

std::int64_t day_of(std::int64_t time) {
    return time / nanoseconds_per_day;
}

/// "1 SPX at 1402.109985"
std::string amount_of(const drover_order& order, Price price) {
    return decimal_text(order.quantity) + " " + std::string(text_of(order.symbol)) + " at " +
           to_text(price);
}

}  // namespace

PaperVenue::PaperVenue(BrokerSettings settings)
    : settings_(std::move(settings)), ledger_(settings_.cash) {}

Instrument* PaperVenue::find(std::string_view symbol) {
    if (last_number_ < instruments_.size() && instruments_[last_number_].symbol == symbol) {
        return &instruments_[last_number_];
    }
    const auto found = numbers_.find(symbol);
    if (found == numbers_.end()) {
        return nullptr;
    }
    last_number_ = found->second;
    return &instruments_[last_number_];
}

std::size_t PaperVenue::number_of(std::string_view symbol) {
    if (find(symbol) == nullptr) {
        Instrument made;
        made.symbol = std::string(symbol);
        made.rules = settings_.rules_of(symbol);
        made.position = ledger_.open(symbol, made.rules.multiplier);
        last_number_ = instruments_.size();
        numbers_.emplace(made.symbol, last_number_);
        instruments_.push_back(std::move(made));
    }
    return last_number_;
}

std::size_t PaperVenue::on_bar(const drover_bar& bar, OrderEvents& events) {
    const std::size_t number = number_of(text_of(bar.symbol));
    Instrument& instrument = instruments_[number];
    const std::string_view interval = text_of(bar.interval);
    auto last = instrument.last_close_time.find(interval);
    if (last == instrument.last_close_time.end()) {
        last = instrument.last_close_time.emplace(interval, bar.open_time).first;
    }
    if (bar.close_time <= last->second) {
        ++late_bars_;
        return ignored;
    }
    last->second = bar.close_time;
    has_ended_ = false;
    const bool may_fill = (bar.flags & (DROVER_BAR_SYNTHETIC | DROVER_BAR_WARM_UP)) == 0;
    if (may_fill && !instrument.orders.empty()) {
        let_expire(instrument, bar, events);
        fill_at_open(instrument, bar, events);
    }
    mark(instrument, bar);
    return number;
}

void PaperVenue::fill_at_open(Instrument& instrument, const drover_bar& bar, OrderEvents& events) {
    auto& orders = instrument.orders;
    // Orders that reduce go first, so that what they free is there for the others.
    for (const bool reducing : {true, false}) {
        for (std::size_t index = 0; index < orders.size();) {
            const OpenOrder& open = orders[index];
            const bool is_due = open.event_time + settings_.latency <= bar.open_time;
            const Quantity held = ledger_.position(instrument.position).book.quantity();
            if (!is_due || (reducing && !reduces(open.order, held))) {
                ++index;
                continue;
            }
            match(instrument, open, bar, events);
            orders.erase(orders.begin() + static_cast<std::ptrdiff_t>(index));
            --open_orders_;
        }
    }
}

void PaperVenue::match(Instrument& instrument,
                       const OpenOrder& open,
                       const drover_bar& bar,
                       OrderEvents& events) {
    const drover_order& order = open.order;
    const Price price = Price::from_units(bar.open);
    try {
        const LotBook& book = ledger_.position(instrument.position).book;
        auto refusal = check_rules(order, instrument.rules, book, price);
        if (!refusal) {
            refusal = check_buying_power(order, ledger_, instrument.position, price, settings_);
        }
        if (!refusal) {
            fill(instrument,
                 order,
                 price,
                 bar.open_time,
                 order_event(order,
                             DROVER_ORDER_FILLED,
                             bar.open_time,
                             "",
                             "Filled " + amount_of(order, price) + ", the open of the bar of " +
                                 bar_label(bar) +
                                 (open.person.empty() ? "." : "; " + open.person + " flattens.")),
                 events);
            return;
        }
        events.push_back(order_event(
            order, DROVER_ORDER_REJECTED, bar.open_time, refusal->code, refusal->reason));
    } catch (const DecimalOverflow&) {
        is_halted_ = true;
        const Refusal refusal = overflow_refusal();
        events.push_back(
            order_event(order, DROVER_ORDER_REJECTED, bar.open_time, refusal.code, refusal.reason));
    }
    finish(events.back());
}

void PaperVenue::fill(Instrument& instrument,
                      const drover_order& order,
                      Price price,
                      std::int64_t time,
                      drover_order_event event,
                      OrderEvents& events) {
    const Quantity quantity = Quantity::from_units(order.quantity);
    Fill made;
    made.order_id = text_of(order.client_order_id);
    made.side = order.side;
    made.quantity = quantity;
    made.price = price;
    made.time = time;
    const LotBook& book = ledger_.position(instrument.position).book;
    const Money notional = book.notional(price, quantity);
    made.commission =
        settings_.commission.charge(quantity, notional < Money{} ? -notional : notional);
    closed_.clear();
    ledger_.apply(instrument.position, made, closed_);
    event.filled_quantity = order.quantity;
    event.fill_quantity = order.quantity;
    event.fill_price = price.units();
    event.commission = made.commission.to_record();
    events.push_back(event);
    finish(event);
}

void PaperVenue::let_expire(Instrument& instrument, const drover_bar& bar, OrderEvents& events) {
    auto& orders = instrument.orders;
    const std::int64_t day = day_of(bar.open_time);
    for (std::size_t index = 0; index < orders.size();) {
        OpenOrder& open = orders[index];
        if (open.day == DROVER_NO_VALUE && bar.close_time > open.event_time) {
            open.day = day;
        }
        if (open.order.time_in_force != DROVER_TIF_DAY || open.day == DROVER_NO_VALUE ||
            open.day == day) {
            ++index;
            continue;
        }
        events.push_back(order_event(open.order,
                                     DROVER_ORDER_EXPIRED,
                                     bar.open_time,
                                     "EXPIRED",
                                     "The order was good for " +
                                         time_text(open.day * nanoseconds_per_day) +
                                         " and no bar of that day opened in time to fill it."));
        finish(events.back());
        orders.erase(orders.begin() + static_cast<std::ptrdiff_t>(index));
        --open_orders_;
    }
}

void PaperVenue::mark(Instrument& instrument, const drover_bar& bar) {
    LastBar& last = instrument.last_bar;
    if (bar.close_time < last.close_time) {
        return;  // A longer bar that ended before the last price.
    }
    if (last.interval != text_of(bar.interval)) {
        last.interval = std::string(text_of(bar.interval));
    }
    last.open_time = bar.open_time;
    last.close_time = bar.close_time;
    last.open = Price::from_units(bar.open);
    last.close = Price::from_units(bar.close);
    try {
        ledger_.mark(instrument.position, last.close);
    } catch (const DecimalOverflow&) {
        is_halted_ = true;
    }
}

void PaperVenue::end(OrderEvents& events) {
    has_ended_ = true;
    if (settings_.at_end == AtEnd::mark) {
        return;
    }
    const bool at_open = settings_.at_end == AtEnd::close_at_last_open;
    for (Instrument& instrument : instruments_) {
        const Quantity held = ledger_.position(instrument.position).book.quantity();
        if (held.is_zero()) {
            continue;
        }
        const LastBar& last = instrument.last_bar;
        const Price price = at_open ? last.open : last.close;
        drover_order order{};
        set_text(order.client_order_id, "at-end-" + instrument.symbol);
        set_text(order.account, settings_.account);
        set_text(order.symbol, instrument.symbol);
        order.quantity = held.absolute().units();
        order.side = -held.sign();
        const std::int64_t time = at_open ? last.open_time : last.close_time;
        try {
            fill(instrument,
                 order,
                 price,
                 time,
                 order_event(order,
                             DROVER_ORDER_FILLED,
                             time,
                             "FORCED",
                             "Closed " + amount_of(order, price) + ", the last " +
                                 (at_open ? "open" : "close") + ": the history has ended."),
                 events);
        } catch (const DecimalOverflow&) {
            is_halted_ = true;
        }
    }
}

void PaperVenue::finish(const drover_order_event& event) {
    finished_.add({FinishedOrders::hash(text_of(event.client_order_id)),
                   event.quantity,
                   event.filled_quantity,
                   event.kind,
                   event.side});
    history_.add(event);
}

}  // namespace drover
