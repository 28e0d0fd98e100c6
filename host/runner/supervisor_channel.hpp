/// What an agent tells its supervisor over the control channel, from any of its threads.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/line_channel.hpp"
#include "base/result.hpp"
#include "events/event_tally.hpp"
#include "runner/stop_reason.hpp"
#include "runner/transport.hpp"

namespace drover {

/// The child's end of the control channel. `on_log`, `on_health` and `on_occurrence` may be called
/// on any thread, everything else on the agent thread.
class SupervisorChannel final : public AgentObserver {
public:
    /// `wake` is called from any thread when health waits to be told.
    SupervisorChannel(FileDescriptor socket, std::function<void()> wake);

    void on_log(std::int32_t level, std::string_view text) override;
    void on_health(std::int32_t level, std::string_view code, std::string_view text) override;
    void on_occurrence(const Noted& noted, std::uint64_t count) override;

    [[nodiscard]] int descriptor() const { return lines_.descriptor(); }
    [[nodiscard]] bool has_unsent() const { return lines_.has_unsent(); }
    [[nodiscard]] bool is_ended() const { return lines_.is_ended(); }
    /// What the supervisor said. Reads nothing without news, which its descriptor tells of.
    [[nodiscard]] std::vector<Json> receive(bool has_news);
    void flush() { lines_.flush(); }
    /// Waits until all is sent, the other side is gone, or the deadline is over.
    void finish(Monotonic deadline);

    void tell(const char* event);
    void tell_failed(std::string_view code, std::string_view message);
    /// Whether the copy of the state that it was asked for is there.
    void tell_copied(const Result<void>& copied);
    /// A rehearsal is over: what the agent has published and asked went nowhere.
    void tell_rehearsed(std::uint64_t messages, std::uint64_t requests);
    /// That the agent ends by its own wish: it has failed, or is done.
    void tell_end(const StopWish& wish);
    /// Tells the latest health: a new level at once, but at most 50 in a second; another sentence
    /// at most five times a second.
    void tell_health();
    /// Tells again what was told of the health last; nothing where nothing was.
    void repeat_health();
    /// Tells refusals and losses that are due.
    void tell_occurrences();
    /// Tells all of them: for the end of the process.
    void tell_all_occurrences();
    /// When one of the first two should be called again; nothing when nothing waits.
    [[nodiscard]] std::optional<Monotonic> due() const;

private:
    struct Health {
        std::int32_t level = 0;
        std::string code;
        std::string text;
    };
    [[nodiscard]] std::optional<Monotonic> health_due() const;
    void tell(const std::vector<Occurrence>& occurrences);
    void write(const Health& health);

    LineChannel lines_;
    std::function<void()> wake_;
    mutable std::mutex mutex_;  ///< Guards what follows.
    std::optional<Health> waiting_;
    EventTally tally_;
    std::optional<Health> told_;
    std::int32_t told_level_ = 0;
    Monotonic told_at_{};
};

}  // namespace drover
