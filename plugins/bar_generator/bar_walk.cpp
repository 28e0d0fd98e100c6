// A random walk of prices, one bar after the other, in whole numbers only.
#include "bar_generator/bar_walk.hpp"

#include <algorithm>
#include <array>

namespace drover {

namespace {

constexpr std::int64_t parts_a_tick = 65'536;
constexpr std::int64_t steps_a_bar = 4;
constexpr std::int64_t one = std::int64_t{1} << 32U;  ///< Of volatilities.
__extension__ typedef __int128 Wide;
/// 1.2 %.
constexpr std::int64_t volatility_a_day = one / 1000 * 12;
/// However long, no bar moves by more than twice this at usual activity.
constexpr std::int64_t most_volatility = one / 100 * 4;
constexpr std::int64_t usual_activity = 256;
constexpr Wide wide_one = static_cast<Wide>(one) * usual_activity;
constexpr std::int64_t units_a_minute = 1'000;

/// The whole part of a square root.
std::int64_t square_root(std::int64_t value) {
    std::int64_t root = 0;
    for (std::int64_t bit = std::int64_t{1} << 31U; bit != 0; bit /= 2) {
        if (root + bit <= value / (root + bit)) {
            root += bit;
        }
    }
    return root;
}

/// The walk's variance grows with time, so its deviation with the square root of it.
std::int64_t volatility_of_a_step(std::int64_t bar_seconds) {
    constexpr std::int64_t finer = 10'000;  // The root's share of a day, in so many parts.
    const std::int64_t share =
        square_root(bar_seconds * finer * finer / (seconds_a_day * steps_a_bar));
    return std::clamp<std::int64_t>(volatility_a_day * share / finer, 1, most_volatility);
}

}  // namespace

BarWalk::BarWalk(std::uint64_t seed, std::int64_t start, std::int64_t bar_seconds)
    : random_(seed),
      price_(start * parts_a_tick),
      lowest_(price_ / 8),
      highest_(price_ * 8),
      volatility_(volatility_of_a_step(bar_seconds)),
      units_a_bar_(std::max<std::int64_t>(units_a_minute * bar_seconds / 60, 1)),
      activity_(usual_activity),
      last_close_(start) {}

WalkBar BarWalk::next() {
    change_activity();
    const std::uint64_t bits = random_.next();
    // Three of eight bars open away from the last close, by one tick.
    constexpr std::array<std::int64_t, 8> gaps{-1, 0, 0, 0, 0, 0, 1, 1};
    WalkBar bar{};
    bar.open = std::max<std::int64_t>(last_close_ + gaps[bits & 7U], 1);
    bar.high = bar.open;
    bar.low = bar.open;
    for (std::int64_t count = 0; count < steps_a_bar; ++count) {
        step();
        bar.close = price_in_ticks();
        bar.high = std::max(bar.high, bar.close);
        bar.low = std::min(bar.low, bar.close);
    }
    // Half to one and a half times what the activity suggests.
    const auto share = static_cast<std::int64_t>((bits >> 8U) & 1023U) + 512;
    bar.volume =
        std::max<std::int64_t>(units_a_bar_ * activity_ / usual_activity * share / 1024, 1);
    last_close_ = bar.close;
    return bar;
}

/// Activity drifts back to the usual and is pushed around, so that quiet and wild times alternate.
void BarWalk::change_activity() {
    activity_ += (usual_activity - activity_) / 64 + random_.next_bell() * 12 / RandomBits::bell;
    activity_ = std::clamp<std::int64_t>(activity_, 64, 1024);
}

void BarWalk::step() {
    const auto deviation =
        static_cast<std::int64_t>(static_cast<Wide>(price_) * volatility_ * activity_ / wide_one);
    price_ += deviation * random_.next_bell() / RandomBits::bell;  // Below 2^61.
    if (price_ < lowest_) {
        price_ = 2 * lowest_ - price_;
    } else if (price_ > highest_) {
        price_ = 2 * highest_ - price_;
    }
}

std::int64_t BarWalk::price_in_ticks() const {
    return std::max<std::int64_t>((price_ + parts_a_tick / 2) / parts_a_tick, 1);
}

}  // namespace drover
