#include "runner/supervisor_channel.hpp"

#include <algorithm>
#include <utility>

#include <poll.h>

#include <drover/host.h>

#include "base/json_value.hpp"
#include "base/logging.hpp"

namespace drover {
namespace {

constexpr std::chrono::milliseconds health_pause{200};
constexpr std::chrono::milliseconds level_pause{20};

const char* health_name(std::int32_t level) {
    switch (level) {
        case DROVER_HEALTH_DEGRADED:
            return "degraded";
        case DROVER_HEALTH_UNHEALTHY:
            return "unhealthy";
        default:
            return "healthy";
    }
}

}  // namespace

SupervisorChannel::SupervisorChannel(FileDescriptor socket, std::function<void()> wake)
    : lines_(std::move(socket)), wake_(std::move(wake)) {}

void SupervisorChannel::on_log(std::int32_t level, std::string_view text) {
    log_line(agent_log_level(level), text);
    if (has_kept_log()) {
        wake_();  // The loop waits for who reads it.
    }
}

void SupervisorChannel::on_health(std::int32_t level,
                                  std::string_view code,
                                  std::string_view text) {
    const std::lock_guard lock(mutex_);
    waiting_ = Health{level, std::string(code), std::string(text)};
    wake_();
}

void SupervisorChannel::finish(Monotonic deadline) {
    while (has_unsent() && !is_ended() && monotonic_now() < deadline) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - monotonic_now()).count();
        pollfd writable{descriptor(), POLLOUT, 0};
        (void)::poll(&writable, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
        flush();
    }
}

std::vector<Json> SupervisorChannel::receive(bool has_news) {
    std::vector<Json> messages;
    if (!has_news) {
        return messages;
    }
    for (const std::string& line : lines_.read_lines()) {
        auto parsed = parse_json(line);
        if (parsed && parsed.value().is_object()) {
            messages.push_back(std::move(parsed.value()));
        } else {
            log_error("A line on the control channel is not a JSON object and was passed over.");
        }
    }
    return messages;
}

void SupervisorChannel::tell(const char* event) {
    lines_.write_line(to_line(Json{{"event", event}}));
}

void SupervisorChannel::tell_failed(std::string_view code, std::string_view message) {
    log_error(message);
    lines_.write_line(to_line(Json{{"event", "failed"}, {"code", code}, {"message", message}}));
}

void SupervisorChannel::tell_copied(const Result<void>& copied) {
    lines_.write_line(to_line(
        Json{{"event", "state_copied"}, {"message", copied ? "" : copied.error().message}}));
}

void SupervisorChannel::tell_rehearsed(std::uint64_t messages, std::uint64_t requests) {
    lines_.write_line(
        to_line(Json{{"event", "rehearsed"}, {"messages", messages}, {"requests", requests}}));
}

void SupervisorChannel::tell_end(const StopWish& wish) {
    if (wish.status < 0) {
        tell_failed(wish.code, wish.text);
    } else {
        lines_.write_line(to_line(Json{{"event", "completed"}, {"message", wish.text}}));
    }
}

void SupervisorChannel::tell_health() {
    std::optional<Health> health;
    {
        const std::lock_guard lock(mutex_);
        const auto due_at = health_due();
        if (!due_at || monotonic_now() < *due_at) {
            return;
        }
        health = std::exchange(waiting_, std::nullopt);
        told_ = health;
        told_level_ = health->level;
        told_at_ = monotonic_now();
    }
    write(*health);
}

void SupervisorChannel::repeat_health() {
    std::optional<Health> health;
    {
        const std::lock_guard lock(mutex_);
        health = told_;
    }
    if (health) {
        write(*health);
    }
}

void SupervisorChannel::write(const Health& health) {
    lines_.write_line(to_line(Json{{"event", "health"},
                                   {"level", health_name(health.level)},
                                   {"code", health.code},
                                   {"message", health.text}}));
}

std::optional<Monotonic> SupervisorChannel::health_due() const {
    if (!waiting_) {
        return std::nullopt;
    }
    return told_at_ + (waiting_->level != told_level_ ? level_pause : health_pause);
}

void SupervisorChannel::on_occurrence(const Noted& noted, std::uint64_t count) {
    const std::lock_guard lock(mutex_);
    if (tally_.note(noted, count)) {
        wake_();
    }
}

void SupervisorChannel::tell_occurrences() {
    std::vector<Occurrence> due;
    {
        const std::lock_guard lock(mutex_);
        due = tally_.take_due(monotonic_now());
    }
    tell(due);
}

void SupervisorChannel::tell_all_occurrences() {
    std::vector<Occurrence> all;
    {
        const std::lock_guard lock(mutex_);
        all = tally_.take_all();
    }
    tell(all);
}

void SupervisorChannel::tell(const std::vector<Occurrence>& occurrences) {
    for (const Occurrence& occurrence : occurrences) {
        lines_.write_line(to_line(to_json(occurrence)));
    }
}

std::optional<Monotonic> SupervisorChannel::due() const {
    const std::lock_guard lock(mutex_);
    const auto health = health_due();
    const auto tally = tally_.deadline();
    if (health && tally) {
        return std::min(*health, *tally);
    }
    return health ? health : tally;
}

}  // namespace drover
