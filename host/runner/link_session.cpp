// The handshake of an agent's link: epochs, HELLO, READY, and what is sent again after it.
#include "runner/link_session.hpp"

#include <utility>

#include "base/logging.hpp"

namespace drover {

LinkSession::LinkSession(AgentLink link,
                         LinkIdentity identity,
                         StatusPageLayout& page,
                         AgentObserver& observer,
                         std::function<void()> wake)
    : link_(std::move(link)),
      identity_(std::move(identity)),
      page_(page),
      observer_(observer),
      wake_(std::move(wake)),
      pace_(identity_.window, identity_.longest_in_flight),
      window_(identity_.window) {}

void LinkSession::open(AgentRunner& runner) {
    runner_ = &runner;
    hello_due_ = epoch_ != 0;
    flush();
}

void LinkSession::take_link_news() {
    if (monitor_) {
        monitor_->take_news();
        is_cut_off_ = is_cut_off_ || monitor_->is_peer_gone();
    }
}

void LinkSession::begin_epoch(std::uint64_t epoch) {
    if (epoch == epoch_) {
        return;
    }
    epoch_ = epoch;
    ready_ = false;
    done_waits_ = false;
    held_.clear();
    received_ = BundleReader({});
    if (was_ready_) {
        // Receivers see these as gaps; sending them to a router that lost the rest would only
        // make the loss look smaller than it is. Durable messages are sent again after READY.
        if (const std::size_t discarded = unsent_.discard_all(); discarded > 0) {
            log_warning(std::to_string(discarded) +
                        " messages that the last router had not taken were discarded.");
            note_unsent(discarded,
                        "unsent_discarded",
                        "the last router had not taken them; receivers see a gap");
        }
    }
    hello_due_ = runner_ != nullptr;
    if (was_ready_ && runner_ != nullptr) {
        runner_->lose_requests("The router ended before an answer came.");
    }
    flush();
}

void LinkSession::send_hello() {
    const DurablePlace place = runner_->place();
    HelloBody hello;
    hello.agent = identity_.agent;
    hello.incarnation = identity_.incarnation;
    hello.token = identity_.token;
    hello.epoch = epoch_;
    hello.fleet_time = identity_.replay ? runner_->time() : 0;
    hello.subscriptions = runner_->subscriptions();
    hello.log = place.log;
    hello.cursor = place.cursor;
    hello.durable_sequence = place.sequence;
    Frame frame{std::span<const std::byte>(encode_hello(hello))};
    hello_due_ = !try_send(frame);
}

void LinkSession::become_ready(const ReadyBody& body) {
    if (body.epoch != epoch_ || runner_ == nullptr || ready_) {
        return;
    }
    const auto joined = runner_->join_log(body.log, body.cursor, body.logged);
    if (!joined) {
        decline(joined.error().message);
        return;
    }
    runner_->note_logged(body.logged);
    resend_durable(body.logged, was_ready_ || joined.value());
    ready_ = true;
    was_ready_ = true;
    begin_credit();
    if (identity_.replay) {
        runner_->set_time(body.fleet_time);
        finish_start();
        if (open_advance_) {
            queue(encode_control(*open_advance_));
        }
    }
    flush();
}

void LinkSession::resend_durable(std::uint64_t logged, bool all) {
    // Before the first READY everything that this life published waits in its order; of the
    // lives before it only the file knows. Later on the file is all there is.
    const std::uint64_t last = all ? UINT64_MAX : runner_->sequence_at_start();
    if (all) {
        unsent_.discard_durable();
    }
    const auto shown = runner_->for_each_unlogged(
        logged, [&](std::uint64_t sequence, std::span<const std::byte> frame) {
            if (sequence <= last) {
                unsent_.resend(frame);
            }
        });
    unsent_.put_first();
    if (!shown) {
        decline(shown.error().message);
    }
}

void LinkSession::decline(const std::string& reason) {
    declined_ = reason;
    if (runner_ != nullptr) {
        runner_->want_stop({DROVER_E_DENIED, "log", reason});
    }
}

}  // namespace drover
