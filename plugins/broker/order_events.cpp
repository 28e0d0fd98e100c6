/// Makes order events.
#include "broker/order_events.hpp"

#include <drover/agent.hpp>

namespace drover {

drover_order_event order_event(const drover_order& order,
                               std::int32_t kind,
                               std::int64_t time,
                               std::string_view code,
                               std::string_view reason) {
    drover_order_event event{};
    set_text(event.client_order_id, text_of(order.client_order_id));
    set_text(event.account, text_of(order.account));
    set_text(event.symbol, text_of(order.symbol));
    event.time = time;
    event.quantity = order.quantity;
    event.fill_price = DROVER_NO_VALUE;
    event.kind = kind;
    event.side = order.side;
    set_text(event.code, code);
    set_text(event.reason, reason);
    return event;
}

drover_order_event restated_end(std::string_view client_order_id,
                                std::string_view account,
                                std::string_view symbol,
                                const FinishedOrders::End& end,
                                std::int64_t time,
                                std::string_view code,
                                std::string_view reason) {
    drover_order_event event{};
    set_text(event.client_order_id, client_order_id);
    set_text(event.account, account);
    set_text(event.symbol, symbol);
    event.time = time;
    event.quantity = end.quantity;
    event.filled_quantity = end.filled_quantity;
    event.fill_price = DROVER_NO_VALUE;
    event.kind = end.kind;
    event.side = end.side;
    set_text(event.code, code);
    set_text(event.reason, reason);
    return event;
}

std::string_view kind_name(std::int32_t kind) {
    for (const drover_enumerator& name : drover_order_event_names) {
        if (name.value == kind) {
            return name.name;
        }
    }
    return "unknown";
}

}  // namespace drover
