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
    counts_.exits.push_back(exited);
    while (!counts_.exits.empty() && exited - counts_.exits.front() >= limit_.window) {
        counts_.exits.pop_front();
    }
    const int exits = static_cast<int>(counts_.exits.size());
    if (counts_.cooldowns_given > 0 || exits > limit_.max_restarts) {
        return decide_past_limit(exits, exited);
    }
    return {.kind = Kind::restart, .due = exited + next_delay(), .exits = exits};
}

RestartDecision RestartPolicy::decide_past_limit(int exits, Monotonic exited) {
    using Kind = RestartDecision::Kind;
    RestartDecision decision{.exits = exits, .over_limit = true};
    switch (limit_.then) {
        case AfterLimit::fail:
            decision.kind = Kind::fail;
            break;
        case AfterLimit::cooldown:
            decision.kind = Kind::cool_down;
            decision.due = exited + cooldown(counts_.cooldowns_given++);
            break;
        case AfterLimit::restart_group:
            // The group gets a window of its own each time, and a pause that grows between them, so
            // that one which fails for good does not keep the others from working.
            decision.kind = Kind::restart_group;
            decision.due = counts_.group_restarts == 0
                               ? exited
                               : exited + cooldown(counts_.group_restarts - 1);
            ++counts_.group_restarts;
            counts_.exits.clear();
            break;
        case AfterLimit::shutdown:
            decision.kind = Kind::shut_down;
            break;
    }
    return decision;
}

void RestartPolicy::became_healthy(Monotonic now) {
    if (!counts_.healthy_since) {
        counts_.healthy_since = now;
    }
}

void RestartPolicy::lost_health(Monotonic now) {
    if (counts_.healthy_since && now - *counts_.healthy_since >= backoff_.reset_after) {
        clear();
    }
    counts_.healthy_since.reset();
}

void RestartPolicy::change(const SupervisionConfig& config) {
    mode_ = config.restart;
    backoff_ = config.backoff;
    limit_ = config.restart_limit;
}

void RestartPolicy::clear() {
    counts_.exits.clear();
    counts_.delays_given = 0;
    counts_.cooldowns_given = 0;
    counts_.group_restarts = 0;
}

Nanoseconds RestartPolicy::next_delay() {
    if (counts_.delays_given++ == 0) {
        return Nanoseconds::zero();
    }
    const double longest = static_cast<double>(backoff_.longest.count());
    const double grown = static_cast<double>(backoff_.initial.count()) *
                         std::pow(backoff_.factor, counts_.delays_given - 2);
    const double jittered = std::min(grown, longest) * (1.0 + backoff_.jitter * jitter_.next());
    return Nanoseconds(static_cast<Nanoseconds::rep>(std::clamp(jittered, 0.0, longest)));
}

Nanoseconds RestartPolicy::cooldown(int doublings) const {
    Nanoseconds delay = limit_.cooldown;
    for (int doubled = 0; doubled < doublings && delay < longest_cooldown; ++doubled) {
        delay *= 2;
    }
    // A cooldown that the file sets longer than an hour stays what the file says.
    return std::min(delay, std::max(longest_cooldown, limit_.cooldown));
}

}  // namespace drover
