// From what a batch of callbacks did to one transaction of the agent's file, and only then to what
// leaves.
#include <algorithm>
#include <utility>

#include "runner/agent_runner.hpp"
#include "wire/bundle.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

constexpr const char* file_trouble = "state_file";
constexpr const char* backlog_trouble = "outbox_full";
constexpr auto retry_pause = std::chrono::seconds(1);

drover_status append_to_text(void* context, const void* data, std::size_t size) {
    static_cast<std::string*>(context)->append(static_cast<const char*>(data), size);
    return DROVER_OK;
}

}  // namespace

bool AgentRunner::has_uncommitted() const {
    if (!file_) {
        return false;
    }
    const DurablePlace& committed = file_->place();
    return batch_.handles || (dirty_ && state_ != nullptr) || batch_.saved ||
           outbox_.has_durable() || store_.has_changes() ||
           batch_.next.cursor != committed.cursor || batch_.next.log != committed.log;
}

void AgentRunner::commit_again() {
    if (retry_due_ && monotonic_now() >= *retry_due_) {
        commit();
    }
}

void AgentRunner::hold_batch(bool held) {
    batch_.is_held = held;
    clock_.hold(held);
}

void AgentRunner::commit() {
    if (!file_ || (!is_mute_ && !has_uncommitted())) {
        return;
    }
    // Each failure is told, and telling wakes the loop: without the pause it would never rest.
    if (retry_due_ && phase_ != Phase::stopped && monotonic_now() < *retry_due_) {
        return;
    }
    clock_.interrupt();
    // Where the plugin failed on the way, what it has handled durably must be handled again.
    if (batch_.next.cursor != file_->place().cursor && has_failed()) {
        is_mute_ = true;
    }
    if (is_mute_ || !take_state()) {
        send_all();  // Which discards it.
        return;
    }
    const FileChanges changes = make_changes();
    const bool has_moved = changes.place.cursor != file_->place().cursor;
    if (const auto done = file_->commit(changes); !done) {
        note_commit_failed(done.error());
        return;
    }
    note_committed(changes);
    send_all();
    if (has_moved) {
        transport_.handled(batch_.next.cursor, std::exchange(batch_.voided, {}));
    }
}

bool AgentRunner::has_failed() const {
    const auto wish = stop_wish();
    return wish && wish->status < 0;
}

bool AgentRunner::take_state() {
    if (!std::exchange(dirty_, false) || state_ == nullptr) {
        return true;
    }
    std::string bytes;
    const drover_writer writer{&bytes, &append_to_text};
    const std::uint32_t callback = page_.callback.exchange(
        static_cast<std::uint32_t>(CallbackKind::save_state), std::memory_order_relaxed);
    agent_thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    const std::int64_t began = setup_.is_watched ? begin_watch() : 0;
    const drover_status status = state_->save(agent_, &writer);
    if (setup_.is_watched) {
        note_length(began);
    }
    page_.began.store(0, std::memory_order_release);
    agent_thread_.store(std::thread::id{}, std::memory_order_relaxed);
    page_.callback.store(callback, std::memory_order_relaxed);
    if (status < 0) {
        // What was published must not leave without the state that caused it, and nothing that
        // comes later either.
        is_mute_ = true;
        want_stop({DROVER_E_IO, "state", step_failed("save its state", status).message});
        return false;
    }
    batch_.saved = std::move(bytes);
    return true;
}

FileChanges AgentRunner::make_changes() {
    FileChanges changes;
    if (batch_.saved) {
        changes.state = FileChanges::State{setup_.description->state_version, *batch_.saved};
    }
    changes.place = batch_.next;
    changes.place.random = random_.state();
    if (setup_.mode == DROVER_MODE_REPLAY) {
        changes.place.time = time();
        changes.place.settled = last_settled_;
    }
    batch_.frames.clear();
    const std::uint64_t before = file_->place().sequence;
    if (outbox_.has_durable()) {
        const auto lock = lock_outgoing();
        changes.place.sequence = outbox_.number_durable(topics_, before, batch_.frames);
        changes.outbox = OutboxRow{before + 1, changes.place.sequence, batch_.frames};
    }
    changes.logged = backlog_.last_logged();
    changes.store = store_.has_changes() ? &store_.changes() : nullptr;
    return changes;
}

void AgentRunner::note_committed(const FileChanges& changes) {
    if (changes.outbox) {
        backlog_.add(changes.outbox->first, changes.outbox->last, changes.outbox->frames.size());
    }
    batch_.next = changes.place;
    batch_.saved.reset();
    store_.forget_changes();
    if (std::exchange(retry_due_, std::nullopt)) {
        health_.clear(file_trouble);
    }
    judge_backlog();
}

void AgentRunner::note_commit_failed(const Error& error) {
    if (!retry_due_) {
        observer_.on_log(DROVER_LOG_ERROR, error.message);
    }
    health_.trouble(DROVER_HEALTH_UNHEALTHY,
                    file_trouble,
                    error.message +
                        " Nothing is lost: the agent takes no input, sends nothing and tries "
                        "again every second.");
    retry_due_ = monotonic_now() + retry_pause;
}

void AgentRunner::judge_backlog() {
    if (is_backlog_full() == std::exchange(is_backlog_told_, is_backlog_full())) {
        return;
    }
    if (!is_backlog_full()) {
        health_.clear(backlog_trouble);
        return;
    }
    health_.trouble(DROVER_HEALTH_DEGRADED,
                    backlog_trouble,
                    std::to_string(backlog_.messages()) + " durable messages of " +
                        std::to_string(backlog_.bytes()) +
                        " bytes wait for the router to log them; the agent takes no input until "
                        "fewer than half of what may wait are left. See `drover log stat`.");
}

Result<bool> AgentRunner::join_log(const LogId& log, std::uint64_t cursor, std::uint64_t logged) {
    is_joined_ = true;
    if (!file_ || log == LogId{}) {
        return false;
    }
    const bool is_new_file = batch_.next.log == LogId{};
    const bool must_shift = is_new_file && logged > 0;
    if (must_shift) {
        // The log has messages of a life of which this file knows nothing: what this life has
        // published must not pass for them.
        if (auto shifted = file_->shift_outbox(logged); !shifted) {
            return shifted.error();
        }
        batch_.next.sequence = file_->place().sequence;
        backlog_ = DurableBacklog();
        const auto counted = file_->outbox().for_each(
            [this](const OutboxRow& row) { backlog_.add(row.first, row.last, row.frames.size()); });
        if (!counted) {
            return counted.error();
        }
    }
    batch_.next.log = log;
    batch_.next.cursor = std::max(batch_.next.cursor, cursor);
    commit();
    return must_shift;
}

void AgentRunner::note_logged(std::uint64_t sequence) {
    backlog_.logged(sequence);
    judge_backlog();
}

Result<void> AgentRunner::for_each_unlogged(
    std::uint64_t after,
    const std::function<void(std::uint64_t, std::span<const std::byte>)>& see) const {
    if (!file_) {
        return success();
    }
    bool is_sound = true;
    auto done = file_->outbox().for_each([&](const OutboxRow& row) {
        BundleReader frames(row.frames);
        while (!frames.is_at_end()) {
            const auto bytes = frames.next();
            const auto frame = bytes ? MessageFrame::decode(*bytes) : std::nullopt;
            if (!frame) {
                is_sound = false;
            } else if (frame->header.delivery > after) {
                see(frame->header.delivery, *bytes);
            }
        }
    });
    if (done && !is_sound) {
        return Error{ErrorKind::invalid,
                     "The state file of agent '" + setup_.name +
                         "' is damaged: a message of its outbox cannot be read. Restore a copy of "
                         "it."};
    }
    return done;
}

}  // namespace drover
