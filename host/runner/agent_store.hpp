/// What drover.store/1 gives an agent: its file with the changes since the last commit over it, or
/// memory alone in a simulation.
#pragma once

#include <cstddef>
#include <map>
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

    using Content = std::map<std::string, std::string, std::less<>>;

    /// `table` is in the agent's file and outlives this; null: there is no file, and what there is
    /// at first is `content`.
    explicit AgentStore(const StoreTable* table, Content content = {})
        : table_(table), content_(std::move(content)) {}

    void put(std::string_view key, std::string_view value);
    void erase(std::string_view key);
    [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const;
    /// A key had this value before anything was changed here; known only now.
    void learn(std::string_view key, std::string_view value) {
        content_.try_emplace(std::string(key), value);
    }
    /// Whether `get` of a key reads the file.
    [[nodiscard]] bool reads_file(std::string_view key) const {
        return table_ != nullptr && !changes_.contains(key);
    }

    /// What must get into the file; never anything without one.
    [[nodiscard]] bool has_changes() const { return table_ != nullptr && !changes_.empty(); }
    [[nodiscard]] const StoreChanges& changes() const { return changes_; }
    /// The changes are in the file, or will never be.
    void forget_changes() { changes_.clear(); }

private:
    const StoreTable* table_;
    Content content_;       ///< Without a table.
    StoreChanges changes_;  ///< Since the last commit; without a table, since the beginning.
};

}  // namespace drover
