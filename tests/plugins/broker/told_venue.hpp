/// A paper venue, and what it said last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "broker/paper_venue.hpp"

namespace drover::testing {

/// Every call forgets what was said before it.
class Venue {
public:
    explicit Venue(const char* config = "{}") : venue(read_broker_settings(config)) {}

    const OrderEvents& on_bar(const drover_bar& made) {
        events.clear();
        number = venue.on_bar(made, events);
        return events;
    }
    const OrderEvents& submit(const drover_order& made, std::int64_t time) {
        events.clear();
        venue.submit(made, time, events);
        return events;
    }
    const OrderEvents& cancelled(const drover_cancel& made, std::int64_t time) {
        events.clear();
        venue.cancel(made, time, events);
        return events;
    }
    std::string code() const { return std::string(text_of(events.at(0).code)); }
    std::string reason() const { return std::string(text_of(events.at(0).reason)); }
    std::int32_t kind() const { return events.at(0).kind; }
    std::string held() const { return to_text(venue.ledger().position(0).book.quantity()); }
    std::string cash() const { return to_text(venue.ledger().cash()); }
    std::string equity() const { return to_text(venue.ledger().equity()); }

    PaperVenue venue;
    OrderEvents events;
    std::size_t number = 0;
};

}  // namespace drover::testing
