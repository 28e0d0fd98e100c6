/// The picture of `drover top`: agents with what they use and how fast messages pass, sorted.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace drover {

/// What the agents are sorted by.
enum class TopColumn { name, state, cpu, memory, in, out, lost, restarts, uptime };

/// The column that a key chooses: n s c m i o l r u. Nothing for another key.
[[nodiscard]] std::optional<TopColumn> column_of_key(const std::string& key);

/// The column `steps` further to the right, around the end.
[[nodiscard]] TopColumn next_column(TopColumn column, int steps);

/// Whether its largest values come first unless a person wants it the other way round.
[[nodiscard]] bool is_descending(TopColumn column);

/// How a person wants to see it.
struct TopView {
    TopColumn sorted_by = TopColumn::cpu;
    bool is_reversed = false;
    std::size_t first = 0;  ///< The first agent that is shown: the table is scrolled.
};

/// Messages that passed, for rates between two looks.
class TopRates {
public:
    /// Takes a document of `status` that was answered at `now`.
    void look(const Json& document, std::chrono::steady_clock::time_point now);
    /// A second's messages of an agent; nothing before it was seen twice in one life.
    [[nodiscard]] std::optional<double> in(const std::string& agent) const;
    [[nodiscard]] std::optional<double> out(const std::string& agent) const;

private:
    struct Counts {
        int pid = -1;
        double in = 0;
        double out = 0;
        std::optional<double> in_rate{};
        std::optional<double> out_rate{};
    };
    std::map<std::string, Counts> counts_;
    std::optional<std::chrono::steady_clock::time_point> looked_;
};

/// At most `rows` lines of at most `columns` characters: three of the fleet as a whole, the agents
/// that fit, and the keys. Corrects `view.first` where it is out of range.
[[nodiscard]] std::string top_text(const Json& document,
                                   const TopRates& rates,
                                   TopView& view,
                                   std::size_t rows,
                                   std::size_t columns);

}  // namespace drover
