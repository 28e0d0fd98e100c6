/// Gives an agent what a recording says it was given, callback by callback, past everything that
/// decides live what comes when.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "recording/recorded_inputs.hpp"
#include "recording/recorded_message.hpp"
#include "runner/agent_runner.hpp"

namespace drover {

/// Of one runner, whose posts and timers never fire by themselves: the recording holds them. The
/// runner's transport gets what the agent gives, as live. One thread.
class RecordedCallbacks {
public:
    /// `runner` is lent and must live longer.
    explicit RecordedCallbacks(AgentRunner& runner) : runner_(runner) {}

    /// What the agent's clock reads for the callbacks that follow.
    void set_time(std::int64_t now) { runner_.set_time(now); }
    /// Loads a state that was saved in an earlier life. Fails as the plugin does.
    [[nodiscard]] Result<void> state(const RecordedState& state);
    /// start; a start that is pending counts as done, for what follows was delivered.
    [[nodiscard]] Result<void> start();
    void stop(const RecordedStop& stop);
    void message(const RecordedMessage& message, std::string_view publisher);
    void timer(const RecordedTimer& timer);
    void post(const RecordedPost& post);
    void advanced(const RecordedPost& post);
    void request(const RecordedRequest& request);
    void reply(const RecordedReply& reply);
    void refused(const RecordedRefusal& refusal);
    void link(const RecordedLink& link);

    // What belongs to the callback that is given next; before the first one to `prepare`.
    void stored(const RecordedStored& stored);
    void judged(const RecordedVerdict& verdict);
    /// Between callbacks.
    void rules(const RecordedRules& rules);

private:
    /// Forgets what was posted and takes a start that has become ready.
    void settle();
    [[nodiscard]] const void* aligned(std::string_view bytes);

    AgentRunner& runner_;
    std::vector<std::uint64_t> room_;  ///< A recording aligns nothing, a plugin is promised 8.
};

}  // namespace drover
