/// How long the callback on a child's status page has run, and where its code was when it died.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <sys/types.h>

#include "base/clock.hpp"
#include "process/status_page.hpp"

namespace drover {

/// One thread.
class CallbackWatch {
public:
    /// `page` is the child's, lent.
    explicit CallbackWatch(const StatusPageLayout& page) : page_(page), since_(monotonic_now()) {}

    /// Call it a few times a second, with the child's process. How long the page has stood still;
    /// time for which the process waited for a processor does not count. Nothing where the page
    /// has moved since the last look.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> look(Monotonic now, pid_t child);

    /// By its publisher handle; 0: no plugin was called.
    [[nodiscard]] std::uint32_t agent() const {
        return page_.agent.load(std::memory_order_relaxed);
    }
    [[nodiscard]] CallbackKind callback() const {
        return static_cast<CallbackKind>(page_.callback.load(std::memory_order_relaxed));
    }
    [[nodiscard]] std::uint32_t port() const { return page_.port.load(std::memory_order_relaxed); }
    /// Whether the agent has asked for more time.
    [[nodiscard]] bool is_extended(Monotonic now) const {
        return page_.extended_to.load(std::memory_order_relaxed) > now.time_since_epoch().count();
    }
    /// " (at bad.so+0x12ab)"; empty where the process left no stack.
    [[nodiscard]] std::string fault_text() const;

private:
    const StatusPageLayout& page_;
    std::uint64_t progress_ = 0;
    std::uint32_t agent_ = 0;
    CallbackKind callback_ = CallbackKind::none;
    Monotonic since_;
    std::chrono::nanoseconds waited_before_{};
};

}  // namespace drover
