/// The crossover of two simple moving averages, decided on exact sums.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace drover {

/// Which average is above. `undecided` until enough closes are known and one of them was above.
enum class CrossoverSide : std::int8_t { slow_above = -1, undecided = 0, fast_above = 1 };

/// Follows the closes of one symbol and interval and says when the fast average crosses the slow
/// one. The sign of n_slow * S_fast - n_fast * S_slow decides, where S is the sum of the last n
/// closes in units of 1e-9: no rounding takes part, so a tie is a tie on every machine. A tie keeps
/// the earlier side. The first side that is no tie sets the state and is no crossing: that one
/// average is above the other is not an event. Not thread-safe.
class SmaCrossover {
public:
    static constexpr std::size_t longest = 100000;

    /// 1 <= fast < slow <= longest; anything else throws std::invalid_argument.
    SmaCrossover(std::size_t fast, std::size_t slow);

    /// Takes the next close, in 1e-9. Returns the new side if this close made the averages cross,
    /// else `undecided`. Allocates nothing.
    CrossoverSide push(std::int64_t close);

    /// Forgets everything, as after a gap in the bars.
    void restart();

    [[nodiscard]] CrossoverSide side() const { return side_; }
    /// Closes in the window, at most the slow period.
    [[nodiscard]] std::size_t known() const { return count_; }
    /// Whether both averages are defined.
    [[nodiscard]] bool is_defined() const { return count_ == window_.size(); }
    [[nodiscard]] std::size_t fast() const { return fast_; }
    [[nodiscard]] std::size_t slow() const { return window_.size(); }
    /// The averages in price, for display only; NaN while undefined.
    [[nodiscard]] double fast_average() const;
    [[nodiscard]] double slow_average() const;

    /// The closes of the window, oldest first: with `side` all that a restart needs.
    [[nodiscard]] std::vector<std::int64_t> closes() const;
    /// Takes up what `closes` and `side` gave. More closes than the slow period: the newest count.
    void restore(const std::vector<std::int64_t>& closes, CrossoverSide side);

private:
    __extension__ typedef __int128 Sum;

    [[nodiscard]] CrossoverSide compare() const;
    void add(std::int64_t close);

    std::size_t fast_;
    std::vector<std::int64_t> window_;  ///< A ring; next_ is the oldest once it is full.
    std::size_t next_ = 0;
    std::size_t count_ = 0;
    Sum fast_sum_ = 0;
    Sum slow_sum_ = 0;
    CrossoverSide side_ = CrossoverSide::undecided;
};

}  // namespace drover
