/// The list of day returns in the agent's store: it only grows, so a new one costs one short piece.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <drover/store.hpp>

namespace drover {

/// Writes the pieces that changed since the first `kept` returns were written.
void write_day_returns(const Store& store, const std::vector<double>& list, std::size_t kept);

/// The first `count` returns; nothing where the store does not have all of them.
[[nodiscard]] std::optional<std::vector<double>> read_day_returns(const Store& store,
                                                                  std::size_t count);

}  // namespace drover
