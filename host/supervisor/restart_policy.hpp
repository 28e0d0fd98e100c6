/// When an agent that ended may run again. Times are the kernel's exit times, never a poll's.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "config/fleet_config.hpp"

namespace drover {

/// Numbers for jitter from a seed: the same seed gives the same delays on every machine.
class JitterSource {
public:
    explicit JitterSource(std::uint64_t seed) : state_(seed) {}

    /// The next number in [-1, 1).
    [[nodiscard]] double next();

private:
    std::uint64_t state_;
};

/// The seed of one agent's jitter: fleets that crash as one do not restart as one.
[[nodiscard]] std::uint64_t jitter_seed(std::uint64_t fleet_seed, std::string_view agent);

/// What follows an exit that nobody asked for.
struct RestartDecision {
    enum class Kind {
        restart,        ///< Run again at `due`.
        cool_down,      ///< Too many exits in the window: one try at `due`.
        restart_group,  ///< Too many: at `due` it and all that belong to it begin anew.
        shut_down,      ///< Too many: the fleet ends.
        fail,           ///< Never again by itself.
        complete        ///< It ended well and the policy leaves it there.
    };
    Kind kind = Kind::fail;
    Monotonic due{};          ///< For restart, cool_down and restart_group.
    int exits = 0;            ///< Exits in the window, this one included: "restart 2 of 5".
    bool over_limit = false;  ///< Whether it came from the limit.
};

/// What a policy has counted: for another supervisor that goes on with it.
struct RestartCounts {
    std::deque<Monotonic> exits;  ///< Within the window.
    int delays_given = 0;         ///< Since the last reset.
    int cooldowns_given = 0;      ///< Since the last reset; above 0: one try each cooldown.
    int group_restarts = 0;       ///< Since the last reset. The first is at once.
    std::optional<Monotonic> healthy_since{};
};

/// One agent's restart policy: modes, growing delays, a limit in a sliding window, cooldowns.
/// The first restart since the last reset is at once. Used by one thread.
class RestartPolicy {
public:
    RestartPolicy(const SupervisionConfig& config, std::uint64_t seed);

    /// Decides what follows an exit at `exited`. `success`: exit code 0 or "completed".
    [[nodiscard]] RestartDecision decide(bool success, Monotonic exited);

    /// The agent does its work since `now`. Once this has lasted `backoff.reset_after`, delays,
    /// limit and cooldown begin anew.
    void became_healthy(Monotonic now);
    /// It does not any more, or it ended.
    void lost_health(Monotonic now);

    /// The policy is another one from now on; what was counted stays counted.
    void change(const SupervisionConfig& config);

    [[nodiscard]] const RestartCounts& counts() const { return counts_; }
    /// Another supervisor has counted this.
    void go_on_with(RestartCounts counts) { counts_ = std::move(counts); }

    /// A person started the agent: delays, window and cooldown begin anew.
    void clear();

private:
    [[nodiscard]] RestartDecision decide_past_limit(int exits, Monotonic exited);
    /// The cooldown, doubled that often, up to an hour.
    [[nodiscard]] Nanoseconds cooldown(int doublings) const;
    [[nodiscard]] Nanoseconds next_delay();

    RestartMode mode_;
    Backoff backoff_;
    RestartLimit limit_;
    JitterSource jitter_;
    RestartCounts counts_;
};

}  // namespace drover
