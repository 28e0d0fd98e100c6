/// Brings orders and bars to the paper venue.
#include "broker/broker_agent.hpp"

#include "broker/order_events.hpp"
#include "decimal/decimal_text.hpp"
#include "indicators/reason_text.hpp"

namespace drover {
namespace {

/// After so many bars without a loss the link counts as sound again.
constexpr std::uint32_t bars_until_sound = 20;

}  // namespace

void BrokerAgent::configure(const Config& config) {
    venue_ = std::make_unique<PaperVenue>(read_broker_settings(config.json));
    set_text(snapshot_.account, venue_->settings().account);
    set_text(snapshot_.currency, venue_->settings().currency);
}

bool BrokerAgent::start() {
    const BrokerSettings& settings = venue_->settings();
    account_topic_ = topic(accounts_port, "account." + settings.account);
    if (venue_->ledger().initial_cash() != settings.cash) {
        log_warning("The account began with " + to_text(venue_->ledger().initial_cash()) +
                    ", which the saved state keeps; 'cash' of the config is for a new account");
    }
    for (std::size_t number = 0; number < venue_->instruments().size(); ++number) {
        // A life before may have stated any of them as open.
        desk(number).was_open = true;
        ++stated_open_;
    }
    report_health();
    publish_account(PaperVenue::ignored);
    return true;
}

void BrokerAgent::on_message(const Message& message) {
    events_.clear();
    if (message.is(bars_port)) {
        if (message.lost() != 0) {
            note_lost(message);
        }
        for (const drover_bar& bar : message.records(bars_port)) {
            on_bar(bar);
        }
        return;
    }
    const std::string_view account = venue_->settings().account;
    if (message.is(orders_port)) {
        for (const drover_order& order : message.records(orders_port)) {
            if (text_of(order.account) == account) {
                venue_->submit(order, message.event_time(), events_);
            }
        }
        if (is_withdrawing_) {
            // Sent before whoever sent it was gone, or by who is just back: that will be told.
            begin_grace();
        }
    } else if (message.is(cancels_port)) {
        for (const drover_cancel& cancel : message.records(cancels_port)) {
            if (text_of(cancel.account) == account) {
                venue_->cancel(cancel, message.event_time(), events_);
            }
        }
    } else if (message.is(end_port)) {
        on_end();
        return;
    }
    if (!events_.empty()) {
        state_dirty();
        publish_events();
    }
}

void BrokerAgent::on_refused(std::string_view topic,
                             std::uint64_t /*sequence*/,
                             drover_status /*status*/,
                             std::string_view reason) {
    note_refused(topic, reason);
}

void BrokerAgent::on_bar(const drover_bar& bar) {
    const std::size_t number = venue_->on_bar(bar, events_);
    if (number == PaperVenue::ignored) {
        note_late(bar);
        return;
    }
    state_dirty();
    publish_events();
    if ((bar.flags & DROVER_BAR_WARM_UP) == 0) {
        publish_account(number);
    }
    if (is_degraded_ && ++bars_since_loss_ > bars_until_sound) {
        is_degraded_ = false;
        report_health();
    }
}

void BrokerAgent::on_end() {
    venue_->end(events_);
    state_dirty();
    if (events_.empty()) {
        return;
    }
    const OrderEvents closed = events_;
    publish_events();
    const auto& instruments = venue_->instruments();
    for (std::size_t number = 0; number < instruments.size(); ++number) {
        for (const drover_order_event& event : closed) {
            if (text_of(event.symbol) == instruments[number].symbol) {
                publish_account(number);
            }
        }
    }
}

void BrokerAgent::note_lost(const Message& message) {
    lost_ += message.lost();
    bars_since_loss_ = 0;
    is_degraded_ = true;
    degraded("bars_lost",
             std::to_string(message.lost()) + " bar messages were lost before one on " +
                 std::string(message.topic()) + ", " + std::to_string(lost_) +
                 " in this life; orders that they would have filled wait for the next bar.");
}

void BrokerAgent::note_late(const drover_bar& bar) {
    const std::uint64_t late = venue_->late_bars();
    state_dirty();
    // A source that runs backwards must not flood the log.
    if (late <= 10 || late % 1000 == 0) {
        log_warning("The bar of " + bar_label(bar) + " of " + std::string(text_of(bar.symbol)) +
                    " is not later than the one before and was dropped; " + std::to_string(late) +
                    " so far");
    }
}

void BrokerAgent::publish_events() {
    for (const drover_order_event& event : events_) {
        publish_event(event);
    }
    events_.clear();
    if (venue_->is_halted() && !is_halt_reported_) {
        report_health();
    }
}

void BrokerAgent::publish_event(const drover_order_event& event) {
    const std::string_view symbol = text_of(event.symbol);
    auto found = event_topics_.find(symbol);
    if (found == event_topics_.end()) {
        const std::string name =
            "order.event." + venue_->settings().account + "." + topic_token(symbol);
        found = event_topics_.emplace(symbol, topic(events_port, name)).first;
    }
    send(found->second, event);
}

void BrokerAgent::publish_account(std::size_t instrument) {
    if (venue_->ledger().open_positions() != 0 || stated_open_ != 0) {
        publish_positions();
    }
    if (venue_->open_orders() != 0) {
        publish_working();
    }
    const bool has_bar = instrument != PaperVenue::ignored;
    const LastBar none;
    const LastBar& bar = has_bar ? venue_->instruments()[instrument].last_bar : none;
    set_text(snapshot_.symbol,
             has_bar ? std::string_view(venue_->instruments()[instrument].symbol) : "");
    set_text(snapshot_.interval, bar.interval);
    snapshot_.open_time = bar.open_time;
    snapshot_.close_time = bar.close_time;
    const AccountLedger& ledger = venue_->ledger();
    snapshot_.initial_cash = ledger.initial_cash().to_record();
    snapshot_.cash = ledger.cash().to_record();
    snapshot_.equity = ledger.equity().to_record();
    snapshot_.realized_pnl = ledger.realized().to_record();
    snapshot_.commissions = ledger.commissions().to_record();
    snapshot_.open_positions = ledger.open_positions();
    snapshot_.working_orders = venue_->open_orders();
    send(account_topic_, snapshot_);
}

void BrokerAgent::publish_positions() {
    stated_open_ = 0;
    const auto& instruments = venue_->instruments();
    for (std::size_t number = 0; number < instruments.size(); ++number) {
        const auto& held = venue_->ledger().position(instruments[number].position);
        Desk& at = desk(number);
        const bool is_open = !held.book.quantity().is_zero();
        // A position that was closed is stated once more, as flat.
        if (!is_open && !at.was_open) {
            continue;
        }
        at.was_open = is_open;
        stated_open_ += is_open ? 1U : 0U;
        drover_position position{};
        set_text(position.account, venue_->settings().account);
        set_text(position.symbol, instruments[number].symbol);
        position.quantity = held.book.quantity().units();
        const auto average = held.book.average_price();
        position.average_price = average ? average->units() : DROVER_NO_VALUE;
        position.last_price = held.mark ? held.mark->units() : DROVER_NO_VALUE;
        position.market_value = held.value.to_record();
        position.realized_pnl = held.book.realized().to_record();
        send(at.positions, position);
    }
}

void BrokerAgent::publish_working() {
    for (const Instrument& instrument : venue_->instruments()) {
        for (const OpenOrder& open : instrument.orders) {
            publish_event(order_event(
                open.order,
                DROVER_ORDER_WORKING,
                open.event_time,
                "",
                "Works since " + time_text(open.event_time) + "; no bar has opened for it yet."));
        }
    }
}

void BrokerAgent::report_health() {
    if (venue_->is_halted()) {
        is_halt_reported_ = true;
        unhealthy("halted",
                  "Account " + venue_->settings().account +
                      " is halted: an amount became too large for exact arithmetic. It takes no "
                      "more orders.");
        return;
    }
    if (is_withdrawing_) {
        degraded("link_lost", "Working orders are withdrawn: " + cut_off_text() + ".");
        return;
    }
    healthy("account " + venue_->settings().account + ": cash " +
            to_text(venue_->ledger().cash(), 2) + " " + venue_->settings().currency + ", " +
            std::to_string(venue_->ledger().open_positions()) + " open positions");
}

void BrokerAgent::note_refused(std::string_view topic, std::string_view reason) {
    const std::string text = "What the broker publishes" +
                             (topic.empty() ? std::string() : " on " + std::string(topic)) +
                             " is not let through: " + std::string(reason);
    // Each bar would be refused for the same reason.
    if (text != refused_) {
        refused_ = text;
        log_warning(text);
        degraded("refused", text);
    }
}

BrokerAgent::Desk& BrokerAgent::desk(std::size_t instrument) {
    while (desks_.size() <= instrument) {
        const std::string token = venue_->settings().account + "." +
                                  topic_token(venue_->instruments()[desks_.size()].symbol);
        desks_.push_back({topic(positions_port, "position." + token), false});
    }
    return desks_[instrument];
}

template <typename Record>
void BrokerAgent::send(Topic<Record> topic, const Record& record) {
    if (publish(topic, record) >= 0) {
        return;
    }
    note_refused("", last_error());
}

void BrokerAgent::save_state(std::string& bytes) const {
    bytes = venue_->save();
}

void BrokerAgent::load_state(std::string_view bytes, std::uint32_t /*version*/) {
    venue_->load(bytes);
}

}  // namespace drover
