#include "router/replay_conductor.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "router/control_to_frame.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

/// Writes the fleet's time into a message that nobody shares yet.
void stamp(Frame& frame, std::int64_t time) {
    const auto bytes = frame.writable_bytes();
    stamp_publish_time(
        bytes, ::strnlen(reinterpret_cast<const char*>(bytes.data()), bytes.size()), time);
}

}  // namespace

ReplayConductor::ReplayConductor(std::size_t agents, ReplayHands& hands)
    : hands_(hands), queue_(agents), members_(agents) {}

void ReplayConductor::set_presence(std::uint16_t agent, Presence presence) {
    const Presence before = std::exchange(members_[agent].presence, presence);
    queue_.set_absent(agent, presence == Presence::absent);
    if (before == Presence::absent && presence != Presence::absent) {
        bring_back(agent);
    }
}

/// What was passed over while it was absent, and is durable, comes first.
void ReplayConductor::bring_back(std::uint16_t agent) {
    std::uint64_t waiting = std::numeric_limits<std::uint64_t>::max();
    queue_.for_each_waiting(agent, [&](const ReplayMessage& message) {
        waiting = message.position == 0 ? waiting : std::min(waiting, message.position);
    });
    auto missed = hands_.backlog(agent);
    for (auto message = missed.rbegin(); message != missed.rend(); ++message) {
        if (message->position < waiting) {
            queue_.put_first(std::move(*message), agent);
        }
    }
}

void ReplayConductor::link_opened(std::uint16_t agent, std::int64_t fleet_time) {
    link_ended(agent);
    queue_.resume_at(fleet_time);
}

void ReplayConductor::link_ended(std::uint16_t agent) {
    members_[agent].has_started = false;
    queue_.set_next_timer(agent, Queue::no_timer);
    // What is durable and was not entered into the log is sent again.
    std::erase_if(members_[agent].early, &ReplayMessage::is_durable);
    if (outstanding_ && outstanding_->agent == agent) {
        lost_ += outstanding_->is_stream ? 1U : 0U;
        if (outstanding_->durable) {
            queue_.put_first(std::move(*outstanding_->durable), agent);
        }
        outstanding_.reset();
    }
    if (queue_.open_advance() && queue_.open_advance()->agent == agent) {
        queue_.drop_advance();
    }
}

void ReplayConductor::publish(std::uint16_t agent, ReplayMessage message) {
    if (members_[agent].has_started) {
        enter(agent, std::move(message));
        return;
    }
    // Agents start side by side; the file's order makes one order of what they publish meanwhile.
    members_[agent].early.push_back(std::move(message));
    has_early_ = true;
}

void ReplayConductor::restore(std::uint16_t receiver, ReplayMessage message) {
    queue_.publish(message, {&receiver, 1});
}

void ReplayConductor::handled(std::uint16_t agent, std::uint64_t position) {
    if (outstanding_ && outstanding_->agent == agent && outstanding_->durable &&
        outstanding_->durable->position <= position) {
        outstanding_->durable.reset();
    }
}

void ReplayConductor::done(std::uint16_t agent, const DoneBody& done) {
    queue_.set_next_timer(agent, done.next_timer);
    if (!members_[agent].has_started) {
        members_[agent].has_started = true;
        return;
    }
    const bool is_answer = done.publisher != 0;
    if (is_answer && outstanding_ && outstanding_->agent == agent) {
        outstanding_.reset();
    }
}

bool ReplayConductor::ask_advance(std::uint16_t agent, const AdvanceBody& advance) {
    if (!queue_.ask_advance(Advance{agent, advance.time, advance.delay, advance.token})) {
        return false;
    }
    delay_ = advance.delay;
    return true;
}

void ReplayConductor::move_on(Monotonic now) {
    if (outstanding_ || is_endless_ || !is_everybody_here()) {
        return;
    }
    enter_early();
    while (!outstanding_ && !is_endless_) {
        // If the router died now, what is not on disk would come again in another order.
        if (!hands_.may_go_on()) {
            return;
        }
        auto step = next_step(now);
        if (!step) {
            return;
        }
        take(std::move(*step), now);
    }
}

std::optional<Monotonic> ReplayConductor::deadline() const {
    if (outstanding_ || is_endless_ || is_held_up_ || !missing_.empty() || !queue_.open_advance() ||
        !hands_.may_go_on()) {
        return std::nullopt;
    }
    return advance_due();
}

bool ReplayConductor::is_idle() const {
    return !outstanding_ && !has_early_ && queue_.waiting() == 0 && behind_instant_.empty();
}

bool ReplayConductor::is_everybody_here() {
    std::vector<std::uint16_t> missing;
    for (std::uint16_t agent = 0; agent < members_.size(); ++agent) {
        const Member& member = members_[agent];
        if (member.presence == Presence::expected ||
            (member.presence == Presence::running && !member.has_started)) {
            missing.push_back(agent);
        }
    }
    if (!was_told_ || missing != missing_) {
        was_told_ = true;
        missing_ = std::move(missing);
        hands_.waits_for(missing_);
    }
    return missing_.empty();
}

void ReplayConductor::enter_early() {
    if (!has_early_) {
        return;
    }
    has_early_ = false;
    for (std::uint16_t agent = 0; agent < members_.size(); ++agent) {
        for (ReplayMessage& message : std::exchange(members_[agent].early, {})) {
            enter(agent, std::move(message));
        }
    }
}

void ReplayConductor::bring(std::uint16_t receiver, Frame frame) {
    queue_.publish(ReplayMessage{.frame = std::move(frame)}, {&receiver, 1});
}

void ReplayConductor::bring_behind_instant(std::uint16_t receiver, Frame frame) {
    behind_instant_.emplace_back(receiver, std::move(frame));
}

void ReplayConductor::enter(std::uint16_t agent, ReplayMessage message) {
    if (is_control_frame(message.frame.bytes())) {
        hands_.enter_request(agent, std::move(message.frame));
        return;
    }
    // The clock moves only when the FIFO is empty, so the time of entry is that of delivery.
    stamp(message.frame, queue_.now());
    const std::vector<std::uint16_t> all = hands_.enter(message);
    const std::span<const std::uint16_t> receivers = all;
    auto shares = hands_.shares_of(message.frame);
    std::size_t whole = 0;
    for (MessagePart& share : shares) {
        const std::size_t first = whole;
        while (whole < receivers.size() && receivers[whole] < share.agent) {
            ++whole;
        }
        queue_.publish(message, receivers.subspan(first, whole - first));
        ReplayMessage part = message;
        part.frame = std::move(share.frame);
        queue_.publish(part, {&share.agent, 1});
    }
    queue_.publish(message, receivers.subspan(whole));
}

/// Whether the log has room is asked when everybody is through with what waited: then most of it
/// may be removed.
std::optional<ReplayConductor::Queue::Step> ReplayConductor::next_step(Monotonic now) {
    is_held_up_ = false;
    auto step = queue_.next(false);
    while (!step && !behind_instant_.empty()) {
        auto [receiver, frame] = std::move(behind_instant_.front());
        behind_instant_.pop_front();
        bring(receiver, std::move(frame));
        step = queue_.next(false);
    }
    return step || !may_advance(now) ? std::move(step) : queue_.next(true);
}

bool ReplayConductor::may_advance(Monotonic now) {
    if (!queue_.open_advance() || now < advance_due()) {
        return false;
    }
    is_held_up_ = !hands_.may_advance();
    return !is_held_up_;
}

Monotonic ReplayConductor::advance_due() const {
    return last_advance_
               ? *last_advance_ + std::chrono::nanoseconds(std::max<std::int64_t>(delay_, 0))
               : Monotonic{};
}

void ReplayConductor::take(Queue::Step step, Monotonic now) {
    switch (step.kind) {
        case Queue::StepKind::deliver:
            deliver(step);
            break;
        case Queue::StepKind::timers:
            outstanding_ = Outstanding{step.agent, false, std::nullopt};
            hands_.hand_out(step.agent, control_to_frame(TimerBody{step.time}));
            break;
        case Queue::StepKind::advance:
            advance(step, now);
            break;
        case Queue::StepKind::endless:
            is_endless_ = true;
            hands_.found_endless(step.agent, step.time);
            break;
    }
}

void ReplayConductor::deliver(const Queue::Step& step) {
    const HandedOut handed = hands_.deliver(step.agent, step.message);
    if (handed == HandedOut::not_at_all) {
        return;
    }
    const bool is_message = !is_control_frame(step.message.frame.bytes());
    outstanding_ = Outstanding{step.agent, false, std::nullopt};
    if (handed == HandedOut::as_durable) {
        outstanding_->durable = step.message;
    } else {
        outstanding_->is_stream = is_message;
    }
}

void ReplayConductor::advance(const Queue::Step& step, Monotonic now) {
    // Counting from when it was due keeps a steady rate; whoever is late by more starts afresh.
    const Monotonic due = advance_due();
    const bool is_steady = last_advance_ && now - due < std::chrono::nanoseconds(delay_);
    last_advance_ = is_steady ? due : now;
    outstanding_ = Outstanding{step.agent, false, std::nullopt};
    hands_.hand_out(step.agent, control_to_frame(AdvancedBody{step.time, step.token}));
}

}  // namespace drover
