#include "runner/agent_runner.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/clock.hpp"
#include "runner/borrowed.hpp"
#include "runner/host_table.hpp"

namespace drover {
namespace {

/// Of posts that come from posts, before the loop looks at the supervisor again.
constexpr int most_rounds = 256;

/// Adds to a counter that only this thread writes.
template <typename Value>
void add(std::atomic<Value>& counter, Value amount) {
    counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

/// Copies the part of a plugin's table that both sides know; the rest stays NULL.
drover_agent_functions bounded_copy(const drover_agent_functions& from) {
    drover_agent_functions functions{};
    std::memcpy(&functions, &from, std::min<std::size_t>(from.size, sizeof(functions)));
    functions.size = sizeof(functions);
    return functions;
}

}  // namespace

AgentRunner::AgentRunner(AgentSetup setup,
                         Transport& transport,
                         AgentObserver& observer,
                         const KillSwitchPage& kill_switch,
                         StatusPageLayout& page,
                         std::optional<AgentFile> file)
    : setup_(std::move(setup)),
      transport_(transport),
      observer_(observer),
      kill_switch_(kill_switch),
      page_(page),
      file_(std::move(file)),
      store_(file_ ? &file_->store() : nullptr, std::move(setup_.store)),
      health_(observer),
      functions_(bounded_copy(*setup_.description->functions)),
      host_(make_host_table(*this)),
      now_(setup_.start_time),
      inbox_(setup_.ports),
      random_(seed_of(setup_.fleet, setup_.name)),
      outbox_(setup_.handle, setup_.incarnation) {
    if (setup_.clocks) {
        // Begun here, it sees also what happens to the wall clock while the agent starts.
        live_clock_.emplace(*setup_.clocks, setup_.start_time);
    }
    take_quota(setup_.quota);
    if (setup_.random) {
        random_ = RandomGenerator(*setup_.random);
    }
    if (!file_) {
        return;
    }
    batch_.next = file_->place();
    sequence_at_start_ = batch_.next.sequence;
    last_settled_ = batch_.next.settled;
    if (batch_.next.random != DurablePlace{}.random) {
        random_ = RandomGenerator(batch_.next.random);
    }
    // What the file still holds may be in the log or not: the router will say.
    const auto counted = file_->outbox().for_each(
        [this](const OutboxRow& row) { backlog_.add(row.first, row.last, row.frames.size()); });
    if (!counted) {
        want_stop({DROVER_E_IO, "state", counted.error().message});
    }
}

AgentRunner::~AgentRunner() {
    if (phase_ == Phase::starting || phase_ == Phase::running) {
        stop(DROVER_STOP_FAILED, wall_now());
    }
    closed_.store(true);
    if (agent_ != nullptr) {
        page_.agent.store(setup_.handle, std::memory_order_relaxed);
        functions_.destroy(agent_);
    }
}

std::int64_t AgentRunner::begin_callback(drover_message_id cause, std::int64_t event_time) {
    cause_ = cause;
    event_time_ = event_time;
    ++callback_;
    verdicts_.begin_callback();
    agent_thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    return setup_.is_watched ? begin_watch() : 0;
}

void AgentRunner::end_callback(std::int64_t began) {
    if (setup_.is_watched) {
        note_length(began);
    }
    finish_callback();
    page_.began.store(0, std::memory_order_release);
    agent_thread_.store(std::thread::id{}, std::memory_order_relaxed);
}

std::int64_t AgentRunner::begin_watch() {
    const std::int64_t began = clock_.now().time_since_epoch().count();
    page_.extended_to.store(0, std::memory_order_relaxed);
    page_.began.store(began, std::memory_order_release);
    return began;
}

void AgentRunner::note_length(std::int64_t began) {
    const std::int64_t took = clock_.end(began);
    if (took > page_.longest_callback.load(std::memory_order_relaxed)) {
        page_.longest_callback.store(took, std::memory_order_relaxed);
    }
}

void AgentRunner::finish_callback() {
    loan_.is_open = false;
    if (!file_) {
        dirty_ = false;
        send_all();
    } else if (has_uncommitted()) {
        note_callback_end();
    } else {
        send_all();  // Nothing that it may depend on can be lost any more.
    }
}

void AgentRunner::send_all() {
    if (!setup_.foreign_threads && !has_outgoing() && !batch_.advance) {
        return;
    }
    const auto lock = lock_outgoing();
    if (is_mute_) {
        outbox_.discard();
        requests_.discard();
        batch_.ends.clear();
        batch_.advance.reset();
        return;
    }
    CallbackEnd sent;
    for (const CallbackEnd& end : batch_.ends) {
        send_up_to(end, sent);
    }
    batch_.ends.clear();
    send_up_to({outbox_.size(), requests_.outgoing(), std::exchange(batch_.advance, std::nullopt)},
               sent);
    if (sent.messages > 0) {
        outbox_.discard();
        transport_.finish_sending();
        add(page_.messages_out, std::uint64_t{sent.messages});
    }
    requests_.discard();
}

void AgentRunner::send_up_to(const CallbackEnd& end, CallbackEnd& sent) {
    outbox_.send(transport_, topics_, sent.messages, end.messages);
    sent.messages = end.messages;
    requests_.send(transport_, sent.calls, end.calls);
    sent.calls = end.calls;
    if (end.advance) {
        transport_.ask_advance(end.advance->time, end.advance->delay, end.advance->token);
    }
}

void AgentRunner::note_callback_end() {
    const auto lock = lock_outgoing();
    batch_.ends.push_back(
        {outbox_.size(), requests_.outgoing(), std::exchange(batch_.advance, std::nullopt)});
}

void AgentRunner::set_time(std::int64_t now) {
    if (now > time()) {
        now_.store(now, std::memory_order_relaxed);
    }
}

void AgentRunner::follow_clocks() {
    if (!live_clock_) {
        return;
    }
    const LiveClock::Reading reading = live_clock_->read(clock_.now());
    if (reading.jump != 0) {
        timers_.shift(reading.jump);
        const auto lock = lock_outgoing();
        requests_.shift(reading.jump);
    }
    set_time(reading.now);
}

void AgentRunner::fire_timers() {
    if (is_input_paused()) {
        return;
    }
    const std::uint64_t round = timers_.begin_round();
    while (const auto due = timers_.take_due(time(), round)) {
        if (functions_.on_timer != nullptr) {
            record([&](LifeRecorder& recorder) { recorder.timer(due->id, due->due, due->missed); });
            in_callback(CallbackKind::on_timer, {}, time(), [&] {
                functions_.on_timer(agent_, due->id, due->due, due->missed);
            });
        }
        handle_posts();
    }
    expire_requests();
    end_turn();
}

void AgentRunner::run_posts() {
    if (!is_input_paused()) {
        handle_posts();
        end_turn();
    }
}

void AgentRunner::handle_posts() {
    if (!setup_.foreign_threads && posts_.empty() && !has_outgoing()) {
        return;  // Nobody else can have added anything, so no lock is needed to know.
    }
    std::vector<std::uint64_t> posts;
    int rounds = 0;
    while (take_posts(posts)) {
        if (setup_.mode != DROVER_MODE_SIMULATION && ++rounds > most_rounds) {
            // An agent that posts from every on_post must hear that it is to stop.
            put_back(std::move(posts));
            break;
        }
        for (const std::uint64_t token : posts) {
            if (functions_.on_post != nullptr) {
                record([&](LifeRecorder& recorder) { recorder.post(token); });
                in_callback(
                    CallbackKind::on_post, {}, time(), [&] { functions_.on_post(agent_, token); });
            }
        }
        posts.clear();
    }
    if (!file_ || !has_uncommitted()) {
        send_all();
    }
}

void AgentRunner::put_back(std::vector<std::uint64_t> posts) {
    {
        const auto lock = lock_outgoing();
        posts.insert(posts.end(), posts_.begin(), posts_.end());
        posts_ = std::move(posts);
    }
    transport_.wake();
}

bool AgentRunner::take_posts(std::vector<std::uint64_t>& posts) {
    const auto lock = lock_outgoing();
    posts.swap(posts_);
    return !posts.empty();
}

void AgentRunner::advanced(std::int64_t time_now, std::uint64_t token) {
    last_settled_ = advance_is_open_ && time() > 0 ? time() : last_settled_;
    advance_is_open_ = false;
    set_time(time_now);
    if (functions_.on_post != nullptr) {
        record([&](LifeRecorder& recorder) { recorder.advanced(token, last_settled_); });
        in_callback(CallbackKind::on_post, {}, time(), [&] { functions_.on_post(agent_, token); });
    }
    run_posts();
}

void AgentRunner::refused(std::string_view topic,
                          std::uint64_t sequence,
                          drover_status status,
                          std::string_view reason) {
    count_refused(status);
    if (functions_.on_refused != nullptr) {
        record([&](LifeRecorder& recorder) { recorder.refused(topic, sequence, status, reason); });
        in_callback(CallbackKind::on_refused, {}, time(), [&] {
            functions_.on_refused(agent_, borrowed(topic), sequence, status, borrowed(reason));
        });
    }
    run_posts();
}

std::uint64_t AgentRunner::last_sequence() const {
    const std::lock_guard lock(mutex_);
    return outbox_.last_sequence();
}

std::vector<OutTopic> AgentRunner::published_topics() const {
    const std::lock_guard lock(mutex_);
    return topics_;
}

}  // namespace drover
