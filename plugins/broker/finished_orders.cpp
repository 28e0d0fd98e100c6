/// The orders that ended last.
#include "broker/finished_orders.hpp"

#include <charconv>

namespace drover {
namespace {

/// Reads a number and the letter behind it.
template <typename Number>
bool take_number(std::string_view& text, char letter, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto length = static_cast<std::size_t>(end - text.data());
    if (error != std::errc{} || length >= text.size() || text[length] != letter) {
        return false;
    }
    text.remove_prefix(length + 1);
    return true;
}

}  // namespace

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
    is_text_old_ = true;
}

const FinishedOrders::End* FinishedOrders::find(std::string_view client_order_id) const {
    const auto found = places_.find(hash(client_order_id));
    return found == places_.end() ? nullptr : &ends_[found->second - forgotten_];
}

const std::string& FinishedOrders::to_text() const {
    if (is_text_old_) {
        text_.clear();
        for (const End& end : ends_) {
            text_ += std::to_string(end.id_hash) + ' ' + std::to_string(end.kind) + ' ' +
                     std::to_string(end.side) + ' ' + std::to_string(end.quantity) + ' ' +
                     std::to_string(end.filled_quantity) + ';';
        }
        is_text_old_ = false;
    }
    return text_;
}

bool FinishedOrders::add_text(std::string_view text) {
    while (!text.empty()) {
        End end;
        if (!take_number(text, ' ', end.id_hash) || !take_number(text, ' ', end.kind) ||
            !take_number(text, ' ', end.side) || !take_number(text, ' ', end.quantity) ||
            !take_number(text, ';', end.filled_quantity)) {
            return false;
        }
        add(end);
    }
    return true;
}

}  // namespace drover
