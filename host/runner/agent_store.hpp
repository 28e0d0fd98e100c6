/// What drover.store/1 gives an agent: its file with the changes since the last commit over it, or
/// memory alone in a simulation.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "runner/store_table.hpp"

namespace drover {

/// One thread.
class AgentStore {
public:
    static constexpr std::size_t longest_key = 1024;
    static constexpr std::size_t largest_value = std::size_t{4} << 20U;

    /// `table` is in the agent's file and outlives this; null: there is no file.
    explicit AgentStore(const StoreTable* table) : table_(table) {}

    void put(std::string_view key, std::string_view value);
    void erase(std::string_view key);
    [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const;

    /// What must get into the file; never anything without one.
    [[nodiscard]] bool has_changes() const { return table_ != nullptr && !changes_.empty(); }
    [[nodiscard]] const StoreChanges& changes() const { return changes_; }
    /// The changes are in the file, or will never be.
    void forget_changes() { changes_.clear(); }

private:
    const StoreTable* table_;
    StoreChanges changes_;  ///< Everything there is, without a table.
};

}  // namespace drover
