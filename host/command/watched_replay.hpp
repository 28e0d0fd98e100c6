/// What a replay in a child does: which callback of which life runs, and whether it ends.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <sys/types.h>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "command/callback_watch.hpp"

namespace drover {

/// Reads the child's status page. One thread.
class WatchedReplay {
public:
    /// A recording holds no heartbeat, so every callback has the same time.
    static constexpr std::chrono::seconds longest_callback{30};

    /// `page` is the child's, lent.
    explicit WatchedReplay(const StatusPageLayout& page) : watch_(page) {}

    /// Takes what the child told: from now on a handle is that life of an agent. As ReplayWatch
    /// tells it.
    void take(const Json& told);

    /// Call it a few times a second, with the child's process. A sentence once a callback has run
    /// for `longest_callback` without an end.
    [[nodiscard]] std::optional<std::string> look(Monotonic now, pid_t child);

    /// " while agent 'bad' (life 2, plugin /…/bad.so) was in on_message", for who died there, and
    /// where its code was, when it left that. Empty while no plugin was called.
    [[nodiscard]] std::string last_place() const;

private:
    /// "agent 'bad' (life 2, plugin /…/bad.so)"; empty while none is called.
    [[nodiscard]] std::string agent_text() const;

    CallbackWatch watch_;
    std::map<std::uint32_t, std::string> agents_;  ///< Their texts, by handle.
};

}  // namespace drover
