/// Tells the supervisor, at most once a second, for whom messages were dropped.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace drover {

/// The router's health as it tells it to the supervisor.
struct RouterHealth {
    std::string level;  ///< healthy, degraded or unhealthy
    std::string code;
    std::string message;
};

/// Degraded while a queue overflows, healthy again after ten quiet seconds. One thread.
class DropReport {
public:
    explicit DropReport(std::vector<std::string> names)
        : names_(std::move(names)), dropped_(names_.size(), 0) {}

    /// One more agent, behind the others.
    void add(std::string name) {
        names_.push_back(std::move(name));
        dropped_.push_back(0);
    }
    void note(std::uint16_t agent, std::uint64_t messages) {
        dropped_[agent] += messages;
        has_news_ = true;
    }
    /// What to report now, if anything.
    [[nodiscard]] std::optional<RouterHealth> tick(Monotonic now);
    /// When `tick` has something to do; nothing: not before the next note.
    [[nodiscard]] std::optional<Monotonic> deadline() const;

private:
    static constexpr std::chrono::seconds pause{1};
    static constexpr std::chrono::seconds quiet{10};

    [[nodiscard]] std::string describe() const;

    std::vector<std::string> names_;
    std::vector<std::uint64_t> dropped_;  ///< Since the last report, by agent.
    bool has_news_ = false;
    std::optional<Monotonic> last_report_;  ///< While degraded.
};

}  // namespace drover
