/// The closed trades of an account, as people ask for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "backtest/performance_record.hpp"

namespace drover {

/// Keeps the last trades. They are part of the agent's state, so there is a limit; how many there
/// were in all stands beside them.
class TradeList {
public:
    /// Keeps at most `limit`; 0 keeps none.
    explicit TradeList(std::size_t limit) : limit_(limit) {}

    void add(const SymbolTrade& trade, const std::string& account);

    /// The last `count` of what is kept, all of it where none is given, oldest first.
    [[nodiscard]] std::string answer(std::optional<std::uint64_t> count,
                                     const std::string& account) const;

    /// JSON text, made anew only when a trade has come since, and back.
    [[nodiscard]] const std::string& save() const;
    void load(const std::string& saved);

private:
    /// Made into text when somebody asks or the state is saved: a simulation of a million bars
    /// closes more trades than anybody reads.
    struct Row {
        SymbolTrade trade;
        std::string account;
        mutable std::string json;  ///< The object; empty where it was not needed yet.
    };
    [[nodiscard]] static const std::string& text_of(const Row& row);

    std::size_t limit_;
    std::uint64_t total_ = 0;
    std::deque<Row> rows_;
    mutable std::string text_;
    mutable bool is_text_old_ = true;
};

}  // namespace drover
