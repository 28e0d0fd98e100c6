/// Books as JSON, exact, for the state of an agent.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "ledger/account_ledger.hpp"

namespace drover {

/// A list of lots; amounts are decimal text.
[[nodiscard]] nlohmann::json lots_to_json(const std::vector<Lot>& lots);
/// Throws nlohmann::json::exception or std::invalid_argument for what was not saved by the former.
[[nodiscard]] std::vector<Lot> lots_from_json(const nlohmann::json& json);

/// A book without its multiplier, which comes from the configuration.
[[nodiscard]] nlohmann::json book_to_json(const LotBook& book);
void restore_book(LotBook& book, const nlohmann::json& json);

/// A closed trade; for agents that keep theirs.
[[nodiscard]] nlohmann::json trade_to_json(const ClosedTrade& trade);
[[nodiscard]] ClosedTrade trade_from_json(const nlohmann::json& json);

}  // namespace drover
