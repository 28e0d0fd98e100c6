// The neighbours of a broker in a fleet on the wall clock: one bar of long ago, and an order that
// no bar will ever fill.
#include <string>

#include <drover/agent.hpp>
#include <drover/trading/records.hpp>

namespace drover::misbehaving {
namespace {

constexpr std::int64_t day = 86'400'000'000'000;
constexpr std::int64_t price = 100'000'000'000;
constexpr std::int64_t one = 1'000'000'000;

}  // namespace

/// Publishes the bar of 2 January 1970 at its start.
class OldBar final : public Agent {
public:
    static constexpr About about{
        "old_bar", "1.0.0", "drover tests", "Publishes one old bar.", DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr Out<drover_bar> bars{0, "bars", "market.bar.>", "The bar"};
    static constexpr auto ports = drover::ports(bars);

    bool start() override {
        drover_bar bar{};
        set_text(bar.symbol, "SPX");
        set_text(bar.interval, "1d");
        bar.open_time = day;
        bar.close_time = 2 * day;
        bar.open = bar.high = bar.low = bar.close = price;
        bar.volume = 1;
        check(publish(topic(bars, "market.bar.SPX.1d"), bar, bar.close_time));
        return true;
    }
};

/// Sends orders until the broker has accepted one, and again when that is cancelled.
class Trader final : public Agent {
public:
    static constexpr About about{"trader", "1.0.0", "drover tests", "Sends one order.", 0};
    static constexpr bool keeps_state = true;
    static constexpr Out<drover_order> orders{0, "orders", "order.submit.>", "Orders"};
    static constexpr In<drover_order_event> events{1, "events", "order.event.>", "What became"};
    static constexpr auto ports = drover::ports(orders, events);

    bool start() override {
        topic_ = topic(orders, "order.submit.paper.SPX");
        constexpr std::int64_t pause = 20'000'000;
        set_timer(1, now() + pause, pause);
        return true;
    }
    void on_timer(std::uint64_t, std::int64_t, std::uint32_t) override {
        if (is_accepted_) {
            return;
        }
        drover_order order{};
        set_text(order.client_order_id, "order-" + std::to_string(++sent_));
        set_text(order.account, "paper");
        set_text(order.symbol, "SPX");
        order.quantity = one;
        order.limit_price = DROVER_NO_VALUE;
        order.stop_price = DROVER_NO_VALUE;
        order.side = 1;
        order.kind = DROVER_ORDER_MARKET;
        order.time_in_force = DROVER_TIF_GTC;
        check(publish(topic_, order));
        state_dirty();
    }
    void on_message(const Message& message) override {
        for (const drover_order_event& event : message.records(events)) {
            if (event.kind == DROVER_ORDER_ACCEPTED) {
                is_accepted_ = true;
                state_dirty();
            } else if (event.kind == DROVER_ORDER_CANCELLED) {
                is_accepted_ = false;
                state_dirty();
                log_info("hears that " + std::string(text_of(event.client_order_id)) +
                         " is cancelled: " + std::string(text_of(event.code)));
            }
        }
    }
    void save_state(std::string& bytes) const override {
        bytes = std::to_string(sent_) + (is_accepted_ ? " accepted" : "");
    }
    void load_state(std::string_view bytes, std::uint32_t) override {
        sent_ = std::stoull(std::string(bytes));
        is_accepted_ = bytes.find("accepted") != std::string_view::npos;
    }

private:
    Topic<drover_order> topic_;
    std::uint64_t sent_ = 0;
    bool is_accepted_ = false;
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::OldBar, drover::misbehaving::Trader)
