/// Runs one agent: drives its life, hands it messages and timers, gives it the host's functions,
/// commits its state and lets its publications out. The same runner serves live and simulated
/// fleets; what differs is the Transport.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <drover/agent.h>
#include <drover/extension/link.h>
#include <drover/extension/state.h>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "process/kill_switch_page.hpp"
#include "process/status_page.hpp"
#include "runner/agent_file.hpp"
#include "runner/agent_setup.hpp"
#include "runner/agent_store.hpp"
#include "runner/callback_clock.hpp"
#include "runner/deliveries.hpp"
#include "runner/durable_backlog.hpp"
#include "runner/host_health.hpp"
#include "runner/inbox.hpp"
#include "runner/life_recorder.hpp"
#include "runner/live_clock.hpp"
#include "runner/loan.hpp"
#include "runner/outbox.hpp"
#include "runner/publication_verdicts.hpp"
#include "runner/random_generator.hpp"
#include "runner/request_table.hpp"
#include "runner/runner_batch.hpp"
#include "runner/stop_reason.hpp"
#include "runner/timer_table.hpp"
#include "runner/transport.hpp"
#include "wire/message_frame.hpp"

namespace drover {

/// One agent and everything the host keeps for it. All functions are called on one thread, the
/// agent thread, except those that the plugin's own threads reach through the host table.
class AgentRunner {
public:
    /// `transport`, `observer`, `kill_switch` and `page` must outlive the runner.
    AgentRunner(AgentSetup setup,
                Transport& transport,
                AgentObserver& observer,
                const KillSwitchPage& kill_switch,
                StatusPageLayout& page,
                std::optional<AgentFile> file);
    AgentRunner(const AgentRunner&) = delete;
    AgentRunner& operator=(const AgentRunner&) = delete;
    /// Destroys the instance; stops it first if that has not been done.
    ~AgentRunner();

    /// create, configure and, where state was saved, load. The sentence of a failure names which.
    [[nodiscard]] Result<void> prepare();
    /// start. True: ready. False: `is_ready` will tell.
    [[nodiscard]] Result<bool> start();
    /// The outcome of a start that is pending: nothing yet, ready, or why it failed.
    [[nodiscard]] std::optional<Result<void>> pending_outcome();

    /// What the agent's clock reads from now on; never goes back.
    void set_time(std::int64_t now);
    /// Sets it by AgentSetup::clocks, where there are any. Where the wall clock was set ahead,
    /// timers and deadlines of requests are moved with it.
    void follow_clocks();
    [[nodiscard]] std::int64_t time() const { return now_.load(std::memory_order_relaxed); }

    /// Hands over a message, then runs what was posted; one that no port takes is passed over.
    void deliver(const Delivery& delivery) {
        deliver(delivery, topic_number(delivery.topic, delivery.type));
    }
    /// The same for who keeps what `topic_number` gave.
    void deliver(const Delivery& delivery, std::uint32_t topic_number);
    /// The agent's number for messages of a type on a topic; it holds once the agent has started.
    [[nodiscard]] std::uint32_t topic_number(std::string_view topic, std::uint32_t type) {
        return inbox_.number_of(topic, type);
    }
    /// Hands over a request; the answer leaves by Transport::send_reply, now or later.
    void handle_request(const RequestDelivery& delivery);
    /// Hands over a reply. One to a request that is not open (any more) is passed over.
    void handle_reply(const ReplyDelivery& delivery);
    /// All open requests are LOST, for this reason.
    void lose_requests(std::string_view sentence);
    /// Fires the timers due at or before the agent's time, each in a callback of its own, then
    /// tells of the requests whose deadline has come.
    void fire_timers();
    /// Has on_post(token) follow with the next `run_posts`: a simulation of the agent has news.
    void post_news(std::uint64_t token);
    /// Runs on_post for what was posted and lets out what was published outside callbacks.
    void run_posts();
    /// The replay clock has moved: the agent's time becomes `time`, then on_post(token).
    void advanced(std::int64_t time, std::uint64_t token);
    /// The router refused a message.
    void refused(std::string_view topic,
                 std::uint64_t sequence,
                 drover_status status,
                 std::string_view reason);
    /// A publisher's last topic sequence: counts a lost tail.
    void note_last(std::string_view topic,
                   std::string_view publisher_name,
                   std::uint32_t publisher,
                   std::uint32_t incarnation,
                   std::uint64_t topic_sequence);
    // --- batches: what callbacks did becomes one transaction, and then their output leaves

    /// While held, batches are closed by `commit` only, so that several deliveries share one.
    /// Otherwise each of the calls above closes the batch that it has begun.
    void hold_batch(bool held);
    /// What the time is: while a batch is held, when the last callback ended.
    [[nodiscard]] Monotonic clock() const { return clock_.now(); }
    /// Closes the batch: commits where there is anything to commit, then sends. Where the file
    /// cannot be written, everything stays as it is and is tried again when `retry_due` says.
    void commit();
    /// Does it again where it failed and that is due.
    void commit_again();
    /// Whether callbacks have done what is not committed yet.
    [[nodiscard]] bool has_uncommitted() const;
    /// No message, timer or post may reach the plugin now: a commit must succeed first, or the
    /// router must log what waits. `fire_timers` and `run_posts` then do nothing.
    [[nodiscard]] bool is_input_paused() const { return retry_due_ || is_backlog_full(); }
    /// When `commit_again` has something to do.
    [[nodiscard]] std::optional<Monotonic> retry_due() const { return retry_due_; }
    /// The last callback failed in a way that takes its batch back: nothing is to leave any more.
    [[nodiscard]] bool is_mute() const { return is_mute_; }

    /// What the agent's file says of durable delivery; the beginning of all without a file.
    [[nodiscard]] DurablePlace place() const { return file_ ? file_->place() : DurablePlace{}; }
    /// What it keeps over restarts; null in a simulation.
    [[nodiscard]] AgentFile* file() { return file_ ? &*file_ : nullptr; }
    /// Whether a durable message was handled before, in this batch or an earlier one.
    [[nodiscard]] bool has_handled(std::uint64_t position) const {
        return position != 0 && position <= batch_.next.cursor;
    }
    /// The last durable sequence of the lives before this one.
    [[nodiscard]] std::uint64_t sequence_at_start() const { return sequence_at_start_; }
    /// The router serves this log, gives what lies behind `cursor`, and has this agent's durable
    /// messages up to `logged`. Where the file knew no log, its messages are numbered behind
    /// those: then true. Fails where the file cannot be written.
    [[nodiscard]] Result<bool> join_log(const LogId& log,
                                        std::uint64_t cursor,
                                        std::uint64_t logged);
    /// The router has everything up to this durable sequence in its log.
    void note_logged(std::uint64_t sequence);
    /// Shows the frames of all committed durable messages behind `after`, in order; each lives
    /// until `see` returns.
    [[nodiscard]] Result<void> for_each_unlogged(
        std::uint64_t after,
        const std::function<void(std::uint64_t sequence, std::span<const std::byte> frame)>& see)
        const;

    /// stop, until `deadline` by the wall clock, which the plugin is told in its own time.
    /// Afterwards it is silent: every host call answers DROVER_E_STATE.
    void stop(std::int32_t reason, std::int64_t deadline);

    /// The fleet has other rules for topics from now on, which hold also for topics that the agent
    /// has found before.
    void take_rules(std::vector<TopicRights> rules);

    /// Whether the kill switch has voided a message, by the reading that its header's flags hold.
    [[nodiscard]] bool is_void(std::uint16_t flags) const {
        return (flags & gate_flag) != 0 && is_gate_shut(flags);
    }
    /// Passes over a message that is_void: it is counted, and no gap. False for one that no port
    /// takes or that came before.
    bool pass_over(const Delivery& delivery);
    /// The agent has another quota from now on; what it had used up is forgotten.
    void take_quota(const Quota& quota);
    /// Whether the rules let the agent receive messages on a topic.
    [[nodiscard]] bool may_receive(std::string_view topic) const;
    [[nodiscard]] bool is_gated(std::string_view topic) const;
    /// Who writes down what the agent is given, between callbacks; null: nobody. Lent.
    void record_to(LifeRecorder* recorder) { recorder_ = recorder; }
    /// The watch of AgentSetup::is_watched, between callbacks.
    void set_watched(bool watched) { setup_.is_watched = watched; }
    /// What was watched so far.
    [[nodiscard]] const CallbackClock::Times& callback_times() const { return clock_.times(); }
    /// Callbacks so far, watched or not.
    [[nodiscard]] std::uint64_t callbacks() const { return callback_; }

    void want_stop(StopWish wish);
    [[nodiscard]] std::optional<StopWish> stop_wish() const;
    /// Whether stop_wish has one; costs nothing.
    [[nodiscard]] bool wants_to_stop() const {
        return has_stop_wish_.load(std::memory_order_acquire);
    }
    /// When fire_timers has something to do: the next timer or the next deadline of a request.
    [[nodiscard]] std::int64_t next_timer() const;
    /// The same, or sooner, on the monotonic clock; nothing without AgentSetup::clocks, and while
    /// input is paused.
    [[nodiscard]] std::optional<Monotonic> timer_due() const;
    [[nodiscard]] std::vector<std::string> subscriptions() const { return inbox_.subscriptions(); }
    [[nodiscard]] std::uint64_t last_sequence() const;
    /// The last message of each topic that the agent has published on: for heartbeats.
    [[nodiscard]] std::vector<OutTopic> published_topics() const;
    [[nodiscard]] const AgentSetup& setup() const { return setup_; }
    /// When the last instant before the running one was settled, for drover.replay_clock/1.
    void set_last_settled(std::int64_t time) { last_settled_ = time; }

private:
    friend struct HostTable;
    friend class LinkWatch;
    friend class RecordedCallbacks;

    enum class Phase { created, configuring, starting, running, stopped };

    /// Runs one callback and what belongs after it: commit, then send.
    template <typename Call>
    void in_callback(CallbackKind kind,
                     drover_message_id cause,
                     std::int64_t event_time,
                     Call&& call) {
        page_.agent.store(setup_.handle, std::memory_order_relaxed);
        page_.callback.store(static_cast<std::uint32_t>(kind), std::memory_order_relaxed);
        const std::int64_t began = begin_callback(cause, event_time);
        call();
        end_callback(began);
    }
    /// Has what the agent is about to be given written down, where someone records.
    template <typename Write>
    void record(Write&& write) {
        if (recorder_ != nullptr) {
            recorder_->set_moment(time(), kill_switch_.is_engaged());
            write(*recorder_);
        }
    }
    [[nodiscard]] std::int64_t begin_callback(drover_message_id cause, std::int64_t event_time);
    void end_callback(std::int64_t began);
    void tell_reply(std::uint64_t token, const ReplyDelivery& delivery);
    void expire_requests();
    /// Tells the status page that a callback begins, and how long it took.
    std::int64_t begin_watch();
    void note_length(std::int64_t began);
    void finish_callback();
    /// Closes the batch unless it is held.
    void end_turn() {
        if (!batch_.is_held) {
            commit();
        }
    }
    /// Asks the plugin for its state where that has changed; false: it could not give it.
    [[nodiscard]] bool take_state();
    [[nodiscard]] FileChanges make_changes();
    void note_committed(const FileChanges& changes);
    void note_commit_failed(const Error& error);
    void judge_backlog();
    /// Whether the agent wants to end because it failed.
    [[nodiscard]] bool has_failed() const;
    [[nodiscard]] bool is_backlog_full() const { return is_joined_ && backlog_.is_full(); }
    /// Whether the kill switch keeps this durable message from the plugin.
    [[nodiscard]] bool is_stopped_by_switch(const Delivery& delivery) const;
    void dispatch(const Delivery& delivery, std::uint32_t topic_number);
    void deliver_durable(const Delivery& delivery, std::uint32_t topic_number);
    void handle_posts();
    [[nodiscard]] Result<void> load_state();
    void send_all();
    /// Remembers that what waits now was said before what follows.
    void note_callback_end();
    /// Sends what waits up to there, of what the `sent` one has not.
    void send_up_to(const CallbackEnd& end, CallbackEnd& sent);
    /// Whether anything waits to be sent. Under the lock, or where no other thread can add to it.
    [[nodiscard]] bool has_outgoing() const {
        return !outbox_.is_empty() || requests_.has_outgoing();
    }
    /// Moves what was posted to `posts`, which is empty. Returns whether there was any.
    bool take_posts(std::vector<std::uint64_t>& posts);
    /// Gives back what is left for the next turn of the loop, which comes at once.
    void put_back(std::vector<std::uint64_t> posts);
    /// Holds the lock over what is on its way out, where other threads can reach that.
    [[nodiscard]] std::unique_lock<std::mutex> lock_outgoing() {
        return setup_.foreign_threads ? std::unique_lock(mutex_)
                                      : std::unique_lock(mutex_, std::defer_lock);
    }
    [[nodiscard]] Error step_failed(const char* step, drover_status status);
    [[nodiscard]] bool is_agent_thread() const {
        return agent_thread_.load(std::memory_order_relaxed) == std::this_thread::get_id();
    }

    // What the plugin asks for; the C table's functions end here.
    drover_status set_timer(std::uint64_t id, std::int64_t due, std::int64_t period);
    drover_status subscribe(std::uint32_t port, std::string_view pattern);
    drover_status resolve_topic(std::uint32_t port, std::string_view name, std::uint32_t* topic);
    drover_status publish(std::uint32_t topic,
                          std::int64_t event_time,
                          const void* data,
                          std::uint32_t count,
                          std::uint64_t bytes,
                          std::uint64_t* sequence);
    void note_refused(std::string_view topic, drover_status status, std::string_view reason);
    void count_refused(drover_status status);
    /// Whether kill switch and quota let a publication through. Under lock_outgoing.
    PublicationVerdict judge_publication(std::uint32_t topic,
                                         const PublicationOrigin& origin,
                                         std::uint32_t count,
                                         std::uint64_t bytes);
    void note_lost(std::string_view topic, std::string_view publisher, std::uint32_t count);
    /// Counts messages that did not come as what they are: replaced by newer ones, or lost.
    void note_gap(std::string_view topic, std::string_view publisher, std::uint32_t& count);
    [[nodiscard]] bool is_gate_shut(std::uint16_t flags) const;
    drover_status check_publication(const OutTopic& out, std::uint32_t count, std::uint64_t bytes);
    /// Whether a thread of the plugin's own may publish there.
    [[nodiscard]] drover_status check_foreign_publication(const OutTopic& out) const;
    drover_status lend(std::uint32_t topic, std::uint32_t count, void** data);
    drover_status commit_loan(std::int64_t event_time,
                              std::uint32_t count,
                              std::uint64_t* sequence);
    drover_status send_request(std::uint32_t port,
                               std::string_view target,
                               const drover_bytes& body,
                               std::int64_t timeout,
                               std::uint64_t token);
    drover_status send_reply(std::uint64_t id,
                             drover_status status,
                             const drover_bytes& body,
                             const drover_string& error);
    drover_status engage_kill_switch(std::string_view reason);
    drover_status post(std::uint64_t token);
    drover_status ask_advance(std::int64_t time, std::int64_t delay, std::uint64_t token);
    drover_status check_store_key(const drover_bytes& key) const;
    drover_status store_put(const drover_bytes& key, const drover_bytes& value);
    drover_status store_get(const drover_bytes& key, const drover_writer& writer);
    drover_status store_erase(const drover_bytes& key);
    void report_failure(std::string_view code, std::string_view text);
    void complete_start(drover_status status);
    /// Under lock_outgoing.
    [[nodiscard]] std::optional<std::string> why_denied(const PortSetup& port,
                                                        std::string_view name) const;
    [[nodiscard]] const TopicRights* rule_for(std::string_view topic) const;

    AgentSetup setup_;
    Transport& transport_;
    AgentObserver& observer_;
    const KillSwitchPage& kill_switch_;
    StatusPageLayout& page_;
    std::optional<AgentFile> file_;
    AgentStore store_;
    HostHealth health_;
    LifeRecorder* recorder_ = nullptr;

    drover_agent_functions functions_{};
    drover_host host_{};
    void* agent_ = nullptr;
    const drover_state_v1* state_ = nullptr;
    const drover_link_v1* link_ = nullptr;
    Phase phase_ = Phase::created;
    std::atomic<bool> closed_{false};
    std::atomic<std::thread::id> agent_thread_{};  ///< Only while a callback runs.
    std::atomic<std::int64_t> now_{0};
    std::optional<LiveClock> live_clock_;
    std::int64_t last_settled_ = INT64_MIN;
    bool advance_is_open_ = false;

    Inbox inbox_;
    TimerTable timers_;
    RandomGenerator random_;
    drover_message_id cause_{};
    std::int64_t event_time_ = 0;
    bool dirty_ = false;
    bool is_mute_ = false;  ///< The batch is taken back: nothing leaves any more.

    RunnerBatch batch_;
    DurableBacklog backlog_;
    bool is_backlog_told_ = false;
    bool is_joined_ = false;  ///< The router has said what is logged; before, the file is only old.
    std::uint64_t sequence_at_start_ = 0;
    std::optional<Monotonic> retry_due_;

    std::uint64_t callback_ = 0;
    CallbackClock clock_;

    Loan loan_;
    PublicationVerdicts verdicts_;
    mutable std::mutex mutex_;  ///< Guards what follows: a plugin's own threads reach it.
    Outbox outbox_;
    std::optional<QuotaMeter> quota_;  ///< Nothing: unlimited.
    RequestTable requests_;
    std::vector<OutTopic> topics_;
    std::vector<std::uint64_t> posts_;
    std::optional<StopWish> stop_wish_;
    std::atomic<bool> has_stop_wish_{false};  ///< Asked after every callback, without the lock.
    std::string failure_code_;
    std::string failure_text_;
    std::optional<drover_status> pending_outcome_;
};

/// Sets the sentence that last_error gives on this thread, and returns `status`.
drover_status host_error(drover_status status, std::string sentence);

}  // namespace drover
