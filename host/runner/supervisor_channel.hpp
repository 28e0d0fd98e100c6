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
#include "runner/transport.hpp"

namespace drover {

/// The child's end of the control channel. `on_log` and `on_health` may be called on any thread,
/// everything else on the agent thread.
class SupervisorChannel final : public AgentObserver {
public:
    /// `wake` is called from any thread when health waits to be told.
    SupervisorChannel(FileDescriptor socket, std::function<void()> wake);

    void on_log(std::int32_t level, std::string_view text) override;
    void on_health(std::int32_t level, std::string_view code, std::string_view text) override;

    [[nodiscard]] int descriptor() const { return lines_.descriptor(); }
    [[nodiscard]] bool has_unsent() const { return lines_.has_unsent(); }
    [[nodiscard]] bool is_ended() const { return lines_.is_ended(); }
    [[nodiscard]] std::vector<Json> receive();
    void flush() { lines_.flush(); }

    void tell(const char* event);
    void tell_failed(std::string_view code, std::string_view message);
    void tell_completed(std::string_view message);
    /// Tells the latest health: a new level at once, another sentence at most five times a second.
    void tell_health();
    /// When `tell_health` should be called again; nothing when nothing waits.
    [[nodiscard]] std::optional<Monotonic> health_due() const;

private:
    struct Health {
        std::int32_t level = 0;
        std::string code;
        std::string text;
    };
    LineChannel lines_;
    std::function<void()> wake_;
    mutable std::mutex mutex_;  ///< Guards waiting_.
    std::optional<Health> waiting_;
    std::int32_t told_level_ = 0;
    Monotonic told_at_{};
};

}  // namespace drover
