// What an agent says on its link: publications, credit, what it has handled, heartbeats.
#include <utility>

#include "base/logging.hpp"
#include "runner/link_session.hpp"

namespace drover {
namespace {

constexpr auto heartbeat_pause = std::chrono::seconds(1);

}  // namespace

void LinkSession::note_unsent(std::uint64_t count, std::string_view code, std::string_view reason) {
    observer_.on_occurrence({EventKind::loss, identity_.agent, {}, identity_.agent, code, reason},
                            count);
}

void LinkSession::send(const PublishedMessage& message) {
    unsent_.add(message);
    if (!unsent_.is_empty()) {
        send_unsent();
    }
}

void LinkSession::finish_sending() {
    flush();
}

bool LinkSession::try_send(Frame& frame) {
    const LinkStatus status = link_.send(frame);
    broken_ = broken_ || status == LinkStatus::failed;
    return status == LinkStatus::done;
}

void LinkSession::send_unsent() {
    while (ready_ && !unsent_.is_empty() && try_send(unsent_.front())) {
        unsent_.pop_front();
    }
    if (const std::size_t lost = unsent_.drop_excess(); lost > 0) {
        page_.lost.fetch_add(lost, std::memory_order_relaxed);
        note_unsent(lost,
                    "unsent_full",
                    "too many, or too large ones, waited to be sent; receivers see a gap");
    }
}

void LinkSession::queue(std::span<const std::byte> control) {
    unsent_.add(control);
}

void LinkSession::ask_advance(std::int64_t time, std::int64_t delay, std::uint64_t token) {
    open_advance_ = AdvanceBody{time, delay, token};
    if (ready_) {
        queue(encode_control(*open_advance_));
    }
}

void LinkSession::handled(std::uint64_t position, const std::vector<std::uint64_t>& voided) {
    if (!ready_) {
        return;  // The next HELLO says it.
    }
    for (const std::uint64_t each : voided) {
        queue(encode_control(VoidedBody{each}));
    }
    queue(encode_control(HandledBody{position}));
    if (!identity_.replay) {
        flush();
    }
}

bool LinkSession::wants_to_write() const {
    return hello_due_ || credit_due_ || (ready_ && !unsent_.is_empty());
}

void LinkSession::flush() {
    if (hello_due_) {
        send_hello();
    }
    unsent_.close_bundle();
    send_unsent();
    if (credit_due_) {
        send_credit();
    }
    log_refusals(false);
}

void LinkSession::return_credit(std::size_t frame_size) {
    ++credit_.frames;
    ++worked_;
    credit_.bytes += frame_size;
    const auto has_reached = [this](std::uint32_t part) {
        return credit_.frames >= window_.frames / part || credit_.bytes >= window_.bytes / part;
    };
    credit_due_ = credit_due_ || has_reached(4);
    // At the end of a bundle, so that its messages need one frame of credit and not two; but never
    // so late that the router has nothing to send.
    if (credit_due_ && (received_.is_at_end() || has_reached(2))) {
        send_credit();
    }
}

void LinkSession::note_work(Monotonic now) {
    if (work_began_) {
        work_ += now - *work_began_;
        work_began_ = now;
    }
}

void LinkSession::send_credit() {
    if (worked_ > 0) {
        note_work(runner_->clock());
        pace_.note(std::exchange(worked_, 0),
                   std::exchange(work_, std::chrono::nanoseconds::zero()));
    }
    credit_.window = pace_.window();
    Frame frame{std::span<const std::byte>(encode_control(credit_))};
    if (try_send(frame)) {
        window_ = identity_.window.asked_for(credit_.window);
        credit_ = CreditBody{};
        credit_due_ = false;
    }
}

void LinkSession::begin_credit() {
    credit_ = CreditBody{};
    credit_due_ = false;
    pace_ = CreditPace(identity_.window, identity_.longest_in_flight);
    worked_ = 0;
    work_ = std::chrono::nanoseconds::zero();
    window_ = identity_.window;
}

void LinkSession::finish_delivery() {
    if (runner_->is_mute()) {
        return;  // It failed: the delivery counts as not handled.
    }
    done_waits_ = true;
    note_timers();
}

void LinkSession::finish_start() {
    queue_done(0);
}

void LinkSession::queue_done(std::uint32_t publisher) {
    DoneBody done;
    done.publisher = publisher;
    done.incarnation = identity_.incarnation;
    done.sequence = runner_->last_sequence();
    done.next_timer = runner_->next_timer();
    done.fleet_time = runner_->time();
    told_timer_ = done.next_timer;
    queue(encode_control(done));
    flush();
}

void LinkSession::note_timers() {
    if (!identity_.replay || !ready_ || runner_->has_uncommitted()) {
        return;
    }
    if (done_waits_) {
        done_waits_ = false;
        queue_done(identity_.handle);
    } else if (runner_->next_timer() != told_timer_) {
        queue_done(0);
    }
}

bool LinkSession::has_heartbeat_news() const {
    return !identity_.replay && ready_ && runner_->last_sequence() != heartbeat_sequence_;
}

std::optional<Monotonic> LinkSession::due() const {
    if (has_received()) {
        return Monotonic{};  // At once.
    }
    return has_heartbeat_news() ? std::optional(heartbeat_due_) : std::nullopt;
}

void LinkSession::tell_heartbeat() {
    if (!has_heartbeat_news() || monotonic_now() < heartbeat_due_) {
        return;
    }
    heartbeat_due_ = monotonic_now() + heartbeat_pause;
    heartbeat_sequence_ = runner_->last_sequence();
    HeartbeatBody body;
    body.publisher = identity_.handle;
    body.incarnation = identity_.incarnation;
    for (const OutTopic& topic : runner_->published_topics()) {
        if (topic.topic_sequence > 0) {
            body.topics.emplace_back(topic.name, topic.topic_sequence);
        }
    }
    queue(encode_heartbeat(body));
    flush();
}

}  // namespace drover
