/// drover.store/1 in memory, for the harness: what was committed, and what the running callback has
/// changed.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace drover::testing {

/// What a store holds.
using StoredValues = std::map<std::string, std::string, std::less<>>;

/// Host guards it with its lock.
class MemoryStore {
public:
    static constexpr std::size_t longest_key = 1024;
    static constexpr std::size_t largest_value = std::size_t{4} << 20U;

    /// What earlier lives have left.
    void begin_with(StoredValues values) { values_ = std::move(values); }

    void put(std::string_view key, std::string_view value) {
        changes_.insert_or_assign(std::string(key), std::string(value));
    }
    void erase(std::string_view key) { changes_.insert_or_assign(std::string(key), std::nullopt); }
    [[nodiscard]] std::optional<std::string> get(std::string_view key) const {
        if (const auto changed = changes_.find(key); changed != changes_.end()) {
            return changed->second;
        }
        const auto found = values_.find(key);
        return found == values_.end() ? std::nullopt : std::optional(found->second);
    }

    /// The callback is through: its changes hold, or never were.
    void close_callback(bool is_committed) {
        for (auto& [key, value] : changes_) {
            if (is_committed && value) {
                values_.insert_or_assign(key, *value);
            } else if (is_committed) {
                values_.erase(key);
            }
        }
        changes_.clear();
    }
    [[nodiscard]] const StoredValues& values() const { return values_; }

private:
    StoredValues values_;
    std::map<std::string, std::optional<std::string>, std::less<>> changes_;
};

}  // namespace drover::testing
