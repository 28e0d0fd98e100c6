/// Sees from a status page that a callback runs too long, and when to look at it.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "config/fleet_config.hpp"
#include "process/status_page.hpp"

namespace drover {

/// Watches the page of one life. One thread.
class HangWatch {
public:
    explicit HangWatch(Nanoseconds timeout) : timeout_(timeout) {}

    /// How long the running callback has been busy, when that is longer than it may. An extension
    /// moves the time from which it counts.
    [[nodiscard]] std::optional<Nanoseconds> overdue(const StatusPageLayout& page,
                                                     Monotonic now) const;

    /// Another timeout from now on, for the callback that runs as well.
    void change(Nanoseconds timeout) { timeout_ = timeout; }
    [[nodiscard]] Nanoseconds timeout() const { return timeout_; }

    /// The process is stopped by a signal or a debugger: that time does not count.
    void process_is_stopped(Monotonic now) { counts_from_ = now; }

private:
    Nanoseconds timeout_;
    Monotonic counts_from_{};
};

/// When the status pages of a fleet are looked at. One thread.
class PageLooks {
public:
    /// When the next look is due, with the pause that the lives of now ask for; nothing where no
    /// life asks for one. It counts from the last look, so that an agent that began since, or was
    /// given another timeout, does not wait for a look that was arranged without it.
    [[nodiscard]] std::optional<Monotonic> next(std::optional<Nanoseconds> pause) const {
        return pause ? std::optional(last_ + *pause) : std::nullopt;
    }
    void looked(Monotonic now) { last_ = now; }

private:
    Monotonic last_{};
};

}  // namespace drover
