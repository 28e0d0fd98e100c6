/// What the broker answers to people: accounts, positions, orders, and what flatten has done.
#pragma once

#include <string>
#include <vector>

#include "broker/paper_venue.hpp"

namespace drover {

/// One row: what the account holds and is worth.
[[nodiscard]] std::string accounts_answer(const PaperVenue& venue);

/// The open positions, of all symbols or of those named.
[[nodiscard]] std::string positions_answer(const PaperVenue& venue,
                                           const std::vector<std::string>& symbols);

/// The working orders; with `all` the ended ones that are kept before them.
[[nodiscard]] std::string orders_answer(const PaperVenue& venue, bool all);

/// What flatten has done, in rows and in words.
[[nodiscard]] std::string flatten_answer(const PaperVenue& venue,
                                         const std::vector<Flattened>& done,
                                         const std::string& person);

}  // namespace drover
