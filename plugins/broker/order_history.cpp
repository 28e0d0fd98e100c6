/// The orders that ended last, as people ask for them.
#include "broker/order_history.hpp"

#include <nlohmann/json.hpp>

#include <drover/agent.hpp>

namespace drover {

using Json = nlohmann::json;

void OrderHistory::add(const drover_order_event& end) {
    if (ends_.size() == limit) {
        ends_.pop_front();
    }
    ends_.push_back(end);
    text_.clear();
}

const std::string& OrderHistory::to_text() const {
    if (!text_.empty()) {
        return text_;
    }
    Json list = Json::array();
    for (const drover_order_event& end : ends_) {
        Json saved{{"id", text_of(end.client_order_id)},
                   {"account", text_of(end.account)},
                   {"symbol", text_of(end.symbol)},
                   {"time", end.time},
                   {"quantity", end.quantity},
                   {"filled", end.filled_quantity},
                   {"price", end.fill_price},
                   {"kind", end.kind},
                   {"side", end.side}};
        if (end.code[0] != '\0') {
            saved["code"] = text_of(end.code);
        }
        if (end.reason[0] != '\0') {
            saved["reason"] = text_of(end.reason);
        }
        list.push_back(std::move(saved));
    }
    text_ = list.dump();
    return text_;
}

void OrderHistory::load(const Json& list) {
    for (const Json& saved : list) {
        drover_order_event end{};
        set_text(end.client_order_id, saved.at("id").get_ref<const std::string&>());
        set_text(end.account, saved.at("account").get_ref<const std::string&>());
        set_text(end.symbol, saved.at("symbol").get_ref<const std::string&>());
        end.time = saved.at("time");
        end.quantity = saved.at("quantity");
        end.filled_quantity = saved.at("filled");
        end.fill_price = saved.at("price");
        end.kind = saved.at("kind");
        end.side = saved.at("side");
        set_text(end.code, saved.value("code", ""));
        set_text(end.reason, saved.value("reason", ""));
        add(end);
    }
}

}  // namespace drover
