/// What the callbacks of one runner have done since its last commit, as far as the agent's file and
/// the order of what leaves are concerned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/durable_place.hpp"

namespace drover {

/// A wish to move the replay clock; it leaves with what its callback published.
struct WantedAdvance {
    std::int64_t time = 0;
    std::int64_t delay = 0;
    std::uint64_t token = 0;
};

/// How much waited to be sent when a callback had returned: what leaves with the batch leaves in
/// the order in which the callbacks said it.
struct CallbackEnd {
    std::size_t messages = 0;
    std::size_t calls = 0;  ///< Requests and replies.
    std::optional<WantedAdvance> advance;
};

struct RunnerBatch {
    bool is_held = false;
    bool handles = false;                  ///< A durable message is being handled.
    DurablePlace next;                     ///< As the next commit makes it.
    std::vector<std::uint64_t> voided;     ///< Positions that no callback has seen.
    std::optional<std::string> saved;      ///< The state, once it was asked for.
    std::vector<std::byte> frames;         ///< Of the durable messages.
    std::vector<CallbackEnd> ends;         ///< Of the callbacks whose output waits for the commit.
    std::optional<WantedAdvance> advance;  ///< Of the callback that runs, or ran last.
};

}  // namespace drover
