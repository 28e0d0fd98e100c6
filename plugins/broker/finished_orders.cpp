/// The orders that ended last.
#include "broker/finished_orders.hpp"

namespace drover {

std::uint64_t FinishedOrders::hash(std::string_view client_order_id) {
    // FNV-1a, the same on every machine, because it is saved.
    std::uint64_t value = 0xCBF29CE484222325ULL;
    for (const char letter : client_order_id) {
        value = (value ^ static_cast<unsigned char>(letter)) * 0x100000001B3ULL;
    }
    return value;
}

void FinishedOrders::add(const End& end) {
    if (ends_.size() == limit) {
        const auto oldest = places_.find(ends_.front().id_hash);
        if (oldest != places_.end() && oldest->second == forgotten_) {
            places_.erase(oldest);
        }
        ends_.pop_front();
        ++forgotten_;
    }
    places_[end.id_hash] = forgotten_ + ends_.size();
    ends_.push_back(end);
}

const FinishedOrders::End* FinishedOrders::find(std::string_view client_order_id) const {
    const auto found = places_.find(hash(client_order_id));
    return found == places_.end() ? nullptr : &ends_[found->second - forgotten_];
}

}  // namespace drover
