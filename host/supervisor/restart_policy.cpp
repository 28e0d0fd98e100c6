/// Delays, the sliding window and cooldowns.
#include "supervisor/restart_policy.hpp"

#include <algorithm>
#include <cmath>

namespace drover {

namespace {

constexpr Nanoseconds longest_cooldown = std::chrono::hours(1);

}  // namespace

double JitterSource::next() {
    // SplitMix64 (Steele, Lea, Flood 2014): one addition and two mixes, the same everywhere.
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
    mixed ^= mixed >> 31U;
    return static_cast<double>(mixed >> 11U) * 0x1.0p-52 - 1.0;
}

std::uint64_t jitter_seed(std::uint64_t fleet_seed, std::string_view agent) {
    std::uint64_t hash = 0xCBF29CE484222325ULL ^ fleet_seed;  // FNV-1a 64
    for (const char letter : agent) {
        hash ^= static_cast<unsigned char>(letter);
        hash *= 0x100000001B3ULL;
    }
    return hash;
}

RestartPolicy::RestartPolicy(const SupervisionConfig& config, std::uint64_t seed)
    : mode_(config.restart),
      backoff_(config.backoff),
      limit_(config.restart_limit),
      jitter_(seed) {}

RestartDecision RestartPolicy::decide(bool success, Monotonic exited) {
    using Kind = RestartDecision::Kind;
    lost_health(exited);
    if (success && (mode_ == RestartMode::no || mode_ == RestartMode::on_failure)) {
        return {.kind = Kind::complete};
    }
    if (mode_ == RestartMode::no) {
        return {.kind = Kind::fail};
    }
    exits_.push_back(exited);
    while (!exits_.empty() && exited - exits_.front() >= limit_.window) {
        exits_.pop_front();
    }
    const int exits = static_cast<int>(exits_.size());
    if (cooldowns_given_ > 0 || exits > limit_.max_restarts) {
        RestartDecision decision{.kind = Kind::fail, .exits = exits, .over_limit = true};
        if (limit_.then == AfterLimit::cooldown) {
            decision.kind = Kind::cool_down;
            decision.due = exited + next_cooldown();
        }
        return decision;
    }
    return {.kind = Kind::restart, .due = exited + next_delay(), .exits = exits};
}

void RestartPolicy::became_healthy(Monotonic now) {
    if (!healthy_since_) {
        healthy_since_ = now;
    }
}

void RestartPolicy::lost_health(Monotonic now) {
    if (healthy_since_ && now - *healthy_since_ >= backoff_.reset_after) {
        clear();
    }
    healthy_since_.reset();
}

void RestartPolicy::change(const SupervisionConfig& config) {
    mode_ = config.restart;
    backoff_ = config.backoff;
    limit_ = config.restart_limit;
}

void RestartPolicy::clear() {
    exits_.clear();
    delays_given_ = 0;
    cooldowns_given_ = 0;
}

Nanoseconds RestartPolicy::next_delay() {
    if (delays_given_++ == 0) {
        return Nanoseconds::zero();
    }
    const double longest = static_cast<double>(backoff_.longest.count());
    const double grown = static_cast<double>(backoff_.initial.count()) *
                         std::pow(backoff_.factor, delays_given_ - 2);
    const double jittered = std::min(grown, longest) * (1.0 + backoff_.jitter * jitter_.next());
    return Nanoseconds(static_cast<Nanoseconds::rep>(std::clamp(jittered, 0.0, longest)));
}

Nanoseconds RestartPolicy::next_cooldown() {
    Nanoseconds delay = limit_.cooldown;
    for (int doubled = 0; doubled < cooldowns_given_ && delay < longest_cooldown; ++doubled) {
        delay *= 2;
    }
    ++cooldowns_given_;
    // A cooldown that the file sets longer than an hour stays what the file says.
    return std::min(delay, std::max(longest_cooldown, limit_.cooldown));
}

}  // namespace drover
