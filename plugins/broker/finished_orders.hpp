/// The orders that ended last, so that an order sent twice is not done twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace drover {

/// Remembers the end of the last `limit` orders. Of a client order id only a 64-bit hash is kept:
/// the whole memory is saved after every bar and must stay small.
class FinishedOrders {
public:
    /// How many are remembered. An order is sent twice soon after or never.
    static constexpr std::size_t limit = 500;

    struct End {
        std::uint64_t id_hash = 0;
        std::int64_t quantity = 0;         ///< Of the order, 1e-9.
        std::int64_t filled_quantity = 0;  ///< 1e-9
        std::int32_t kind = 0;             ///< DROVER_ORDER_...
        std::int32_t side = 0;             ///< DROVER_SIDE_...
    };

    [[nodiscard]] static std::uint64_t hash(std::string_view client_order_id);

    /// Remembers an end and forgets the oldest one where there are too many.
    void add(const End& end);
    /// What became of an order; nullptr where that is not known.
    [[nodiscard]] const End* find(std::string_view client_order_id) const;
    /// Oldest first.
    [[nodiscard]] const std::deque<End>& all() const { return ends_; }

    /// All of them as one text. It is made anew only when an order has ended since: most bars end
    /// none, and the state is saved after every bar.
    [[nodiscard]] const std::string& to_text() const;
    /// Takes in what to_text gave. Returns false, with a part of it taken, where it is another
    /// text.
    [[nodiscard]] bool add_text(std::string_view text);

private:
    std::deque<End> ends_;
    std::unordered_map<std::uint64_t, std::size_t>
        places_;  ///< Number of the end, counted from the first ever.
    std::size_t forgotten_ = 0;
    mutable std::string text_;
    mutable bool is_text_old_ = false;
};

}  // namespace drover
