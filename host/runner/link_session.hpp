/// The agent's side of its message link: handshake, credit, what waits to be sent, and frames on
/// their way to the runner. Bytes and rules: docs/wire.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "link/agent_link.hpp"
#include "link/link_monitor.hpp"
#include "process/status_page.hpp"
#include "runner/agent_runner.hpp"
#include "runner/credit_pace.hpp"
#include "runner/transport.hpp"
#include "runner/unsent_frames.hpp"
#include "wire/bundle.hpp"
#include "wire/control_frame.hpp"
#include "wire/credit_window.hpp"
#include "wire/message_frame.hpp"

namespace drover {

/// Who this agent is on its link, and how the fleet runs.
struct LinkIdentity {
    std::string agent;
    std::uint32_t handle = 0;
    std::uint32_t incarnation = 0;
    std::string token;
    bool replay = false;
    CreditWindow window;  ///< The fleet's.
    /// What is in flight to this agent should not keep it busy for longer.
    std::chrono::nanoseconds longest_in_flight = std::chrono::milliseconds(16);
    std::map<std::uint32_t, std::string> publishers;  ///< Names by handle.
};

/// Owns the link. All functions on the agent thread, but `wake`.
class LinkSession final : public Transport {
public:
    /// `wake` is called from any thread; `page` and `observer` must outlive the session.
    LinkSession(AgentLink link,
                LinkIdentity identity,
                StatusPageLayout& page,
                AgentObserver& observer,
                std::function<void()> wake);

    void send(const PublishedMessage& message) override;
    void finish_sending() override;
    void send_request(const OutgoingRequest& request) override;
    void send_reply(const OutgoingReply& reply) override;
    void handled(std::uint64_t position, const std::vector<std::uint64_t>& voided) override;
    void ask_advance(std::int64_t time, std::int64_t delay, std::uint64_t token) override;
    void wake() override { wake_(); }

    /// The plugin is ready: from now on the session says HELLO to every router it hears of.
    void open(AgentRunner& runner);
    [[nodiscard]] bool is_ready() const { return ready_; }
    /// Of the router that was heard last; 0: of none yet.
    [[nodiscard]] std::uint64_t epoch() const { return epoch_; }

    /// Receives up to `most` messages and control frames and hands them to the runner, in batches.
    /// Returns how many came. While the runner's input is paused, only what the link itself needs
    /// is handled; the rest waits here, and credit bounds it.
    std::size_t receive(std::size_t most);
    /// Whether something is at hand that the last `receive` had no time for.
    [[nodiscard]] bool has_received() const;
    /// Sends what waits as far as the link takes it.
    void flush();
    [[nodiscard]] bool wants_to_write() const;
    /// There are further publishers. Names that are known stay as they are: they may be lent out.
    void know(const std::map<std::uint32_t, std::string>& publishers) {
        identity_.publishers.insert(publishers.begin(), publishers.end());
    }
    [[nodiscard]] const AgentLink& link() const { return link_; }
    /// From now on `is_cut_off` is known; the monitor is of the session's link.
    void watch(LinkMonitor monitor) { monitor_.emplace(std::move(monitor)); }
    /// Null: it is not watched.
    [[nodiscard]] const LinkMonitor* monitor() const { return monitor_ ? &*monitor_ : nullptr; }
    void take_link_news();
    /// The connection to the router has ended, and nothing has come over another one since.
    [[nodiscard]] bool is_cut_off() const { return is_cut_off_; }
    [[nodiscard]] bool is_broken() const { return broken_; }
    /// Why the agent cannot take part: the router's sentence, or that its own file is damaged.
    [[nodiscard]] const std::optional<std::string>& declined() const { return declined_; }

    /// Tells the receivers the last sequence of each topic, when that is news, at most once a
    /// second. Not in a replay.
    void tell_heartbeat();
    /// When the session has something to do by itself.
    [[nodiscard]] std::optional<Monotonic> due() const;

    /// Tells the replay's queue what changed outside a delivery: that a delivery is committed at
    /// last, or when the next timer is due.
    void note_timers();

    /// Waits up to `longest` for what was sent, at the end of the agent's life.
    void linger(std::chrono::milliseconds longest) {
        log_refusals(true);
        link_.linger(longest);
    }

private:
    // The handshake.
    void begin_epoch(std::uint64_t epoch);
    void send_hello();
    void become_ready(const ReadyBody& body);
    /// Of this life as well, or only of the lives before it.
    void resend_durable(std::uint64_t logged, bool all);
    void decline(const std::string& reason);

    // What comes in.
    [[nodiscard]] bool receive_one();
    [[nodiscard]] bool receive_held();
    /// Keeps the rest of a bundle: another frame will take its place.
    void hold_bundle();
    void close_full_batch();
    void handle_frame(std::span<const std::byte> bytes);
    void handle_control(const ControlFrame& frame);
    void handle_link_control(const ControlFrame& frame);
    void handle_message(std::span<const std::byte> frame);
    void deliver_unless_void(const Delivery& delivery, const MessageHeader& header);
    void handle_request(const ControlFrame& frame);
    void handle_reply(const ControlFrame& frame);
    void handle_heartbeat(const ControlFrame& frame);
    void handle_refused(const ControlFrame& frame);
    void log_refusal(const RefusedBody& refused);
    /// The last one, and how many came before it; at most once a second unless `at_once`.
    void log_refusals(bool at_once);
    void set_delivery_time(std::int64_t fleet_time);
    [[nodiscard]] std::string_view name_of(std::uint32_t publisher) const;
    [[nodiscard]] const void* aligned(std::span<const std::byte> payload);

    // What goes out.
    void send_unsent();
    void queue(std::span<const std::byte> control);
    [[nodiscard]] bool has_heartbeat_news() const;
    void return_credit(std::size_t frame_size);
    void send_credit();
    /// Adds to `work_` what has taken time up to `now`, which it will lack from then on.
    void note_work(Monotonic now);
    /// Forgets how long messages took: another router, or the beginning of all.
    void begin_credit();
    /// A delivery of a replay is through: DONE follows once it is committed.
    void finish_delivery();
    /// What `start` published is out: tells the replay so, and the next timer.
    void finish_start();
    void queue_done(std::uint32_t publisher);
    void note_unsent(std::uint64_t count, std::string_view code, std::string_view reason);
    bool try_send(Frame& frame);

    AgentLink link_;
    LinkIdentity identity_;
    StatusPageLayout& page_;
    AgentObserver& observer_;
    std::function<void()> wake_;
    AgentRunner* runner_ = nullptr;

    std::uint64_t epoch_ = 0;
    bool hello_due_ = false;
    bool ready_ = false;
    bool was_ready_ = false;
    bool broken_ = false;
    std::optional<LinkMonitor> monitor_;
    bool is_cut_off_ = false;
    std::optional<std::string> declined_;

    UnsentFrames unsent_;
    Frame received_bundle_;      ///< What `received_` points into.
    BundleReader received_{{}};  ///< The messages of a bundle that are not handled yet.
    std::deque<Frame> held_;     ///< What came while the runner's input was paused.
    std::size_t batch_messages_ = 0;
    Monotonic batch_began_{};
    Monotonic refusal_logged_{};
    std::uint64_t unlogged_refusals_ = 0;
    std::string last_refusal_;  ///< In words.
    CreditBody credit_;
    bool credit_due_ = false;
    CreditPace pace_;
    CreditWindow window_;                  ///< As the router knows it.
    std::uint32_t worked_ = 0;             ///< Messages of which `pace_` does not know yet.
    std::chrono::nanoseconds work_{0};     ///< What those took.
    std::optional<Monotonic> work_began_;  ///< Of what `work_` lacks; only during `receive`.
    bool done_waits_ = false;
    std::optional<AdvanceBody> open_advance_;
    std::int64_t told_timer_ = DoneBody::no_timer;
    std::uint64_t heartbeat_sequence_ = 0;
    Monotonic heartbeat_due_{};
    std::vector<std::uint64_t> room_;  ///< For payloads that came at an odd address.
};

}  // namespace drover
