/// The order of a replay: one FIFO for the fleet, timers when it is drained, then the clock moves.
/// The router uses it for live processes and the simulation for agents in one process, so that
/// both make the same deliveries. Rules: trading time in docs/simulation.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace drover {

/// A request of the replay clock's owner to move on.
struct Advance {
    std::uint16_t agent = 0;
    std::int64_t time = 0;
    std::int64_t delay = 0;  ///< ns of wall time since the last advance; the caller waits for it.
    std::uint64_t token = 0;
};

/// Agents are numbered by their place in the file. `Message` is whatever the caller delivers; one
/// copy is kept for each receiver. One thread. The caller hands out one step at a time and asks
/// for the next when the step's callback, and what it published, is through.
template <typename Message>
class ReplayQueue {
public:
    static constexpr std::int64_t no_timer = std::numeric_limits<std::int64_t>::max();
    /// More steps than this within one instant are a cycle without end.
    static constexpr std::uint32_t most_steps_per_instant = 1'000'000;

    enum class StepKind {
        deliver,  ///< Give `message` to `agent`.
        timers,   ///< Fire the timers of `agent` due at or before `time`.
        advance,  ///< The time is now `time`; give `token` to `agent`.
        endless   ///< The instant has no end; `agent` was to be served next.
    };
    struct Step {
        StepKind kind;
        std::uint16_t agent;
        std::int64_t time;
        std::uint64_t token;
        Message message;
    };

    explicit ReplayQueue(std::size_t agents) : timers_(agents, no_timer), absent_(agents, 0) {}

    /// Enters a message once per receiver, in the given (the file's) order.
    void publish(const Message& message, std::span<const std::uint16_t> receivers) {
        for (const std::uint16_t agent : receivers) {
            entries_.push_back(Entry{message, agent});
        }
    }

    /// Enters a message for one agent before all that waits.
    void put_first(Message message, std::uint16_t agent) {
        if (head_ > 0) {
            entries_[--head_] = Entry{std::move(message), agent};
        } else {
            entries_.insert(entries_.begin(), Entry{std::move(message), agent});
        }
    }
    /// Calls `visit` with each message that waits for the agent.
    template <typename Visit>
    void for_each_waiting(std::uint16_t agent, const Visit& visit) const {
        for (std::size_t place = head_; place < entries_.size(); ++place) {
            if (entries_[place].agent == agent) {
                visit(entries_[place].message);
            }
        }
    }

    /// The next due time of an agent's timers, `no_timer` for none.
    void set_next_timer(std::uint16_t agent, std::int64_t due) { timers_[agent] = due; }

    /// An absent agent gets nothing: its entries are passed over and its timers do not count.
    void set_absent(std::uint16_t agent, bool absent) { absent_[agent] = absent ? 1 : 0; }
    [[nodiscard]] bool is_absent(std::uint16_t agent) const { return absent_[agent] != 0; }

    /// Opens the one advance. Returns false when one is open already.
    bool ask_advance(const Advance& advance) {
        if (advance_) {
            return false;
        }
        advance_ = advance;
        return true;
    }
    void drop_advance() { advance_.reset(); }
    [[nodiscard]] const std::optional<Advance>& open_advance() const { return advance_; }

    /// The fleet's time; 0 before the first advance.
    [[nodiscard]] std::int64_t now() const { return now_; }
    /// Continues at a time that an earlier router had reached.
    void resume_at(std::int64_t time) { now_ = time > now_ ? time : now_; }

    /// Whether nothing is left to do in this instant (the last step handed out is through).
    [[nodiscard]] bool is_settled() const {
        return head_ == entries_.size() && !timer_due_by(now_).has_value();
    }

    /// How many entries wait for an agent that is not absent.
    [[nodiscard]] std::size_t waiting() const { return entries_.size() - head_; }

    /// What to do next, or nothing when the instant is settled and no advance is open (or
    /// `may_advance` is false because its delay has not passed).
    [[nodiscard]] std::optional<Step> next(bool may_advance = true) {
        if (auto step = next_entry()) {
            return bounded(std::move(*step));
        }
        if (const auto agent = timer_due_by(now_)) {
            return bounded(Step{StepKind::timers, *agent, now_, 0, Message{}});
        }
        if (!advance_ || !may_advance) {
            return std::nullopt;
        }
        steps_in_instant_ = 0;
        if (const auto earliest = earliest_timer(); earliest < advance_->time) {
            now_ = earliest;
            return Step{StepKind::timers, *timer_due_by(now_), now_, 0, Message{}};
        }
        now_ = advance_->time > now_ ? advance_->time : now_;
        const Advance granted = *std::exchange(advance_, std::nullopt);
        return Step{StepKind::advance, granted.agent, now_, granted.token, Message{}};
    }

private:
    struct Entry {
        Message message;
        std::uint16_t agent;
    };

    std::optional<Step> next_entry() {
        drop_absent();
        if (head_ == entries_.size()) {
            return std::nullopt;
        }
        Entry& entry = entries_[head_++];
        return Step{StepKind::deliver, entry.agent, now_, 0, std::move(entry.message)};
    }

    void drop_absent() {
        while (head_ < entries_.size() && absent_[entries_[head_].agent] != 0) {
            entries_[head_++].message = Message{};
        }
        if (head_ == entries_.size()) {
            entries_.clear();
            head_ = 0;
        }
    }

    Step bounded(Step step) {
        if (++steps_in_instant_ > most_steps_per_instant) {
            step.kind = StepKind::endless;
        }
        return step;
    }

    [[nodiscard]] std::optional<std::uint16_t> timer_due_by(std::int64_t time) const {
        for (std::size_t agent = 0; agent < timers_.size(); ++agent) {
            if (timers_[agent] <= time && absent_[agent] == 0 && timers_[agent] != no_timer) {
                return static_cast<std::uint16_t>(agent);
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] std::int64_t earliest_timer() const {
        std::int64_t earliest = no_timer;
        for (std::size_t agent = 0; agent < timers_.size(); ++agent) {
            if (absent_[agent] == 0 && timers_[agent] < earliest) {
                earliest = timers_[agent];
            }
        }
        return earliest;
    }

    std::vector<Entry> entries_;  ///< The FIFO: entries before head_ are through.
    std::size_t head_ = 0;
    std::vector<std::int64_t> timers_;
    std::vector<std::uint8_t> absent_;  ///< Truth values; bits would cost more to read.
    std::optional<Advance> advance_;
    std::int64_t now_ = 0;
    std::uint32_t steps_in_instant_ = 0;
};

}  // namespace drover
