/// The router's decisions: handshake, who may publish what, kill switch, queues and credit. Knows
/// no sockets: frames go in, frames come out through RouterOutput.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "events/event_tally.hpp"
#include "link/frame.hpp"
#include "router/drop_report.hpp"
#include "router/durable_desk.hpp"
#include "router/latest_lane.hpp"
#include "router/receiver_queue.hpp"
#include "router/replay_conductor.hpp"
#include "router/request_desk.hpp"
#include "router/router_config.hpp"
#include "router/router_output.hpp"
#include "router/routing_table.hpp"
#include "wire/bundle.hpp"
#include "wire/control_frame.hpp"
#include "wire/message_frame.hpp"

namespace drover {

/// What the router has done since it began. Drops are counted by cause.
struct RouterCounts {
    std::uint64_t messages_in = 0;  ///< Sound messages of open links, refused ones included.
    std::uint64_t bytes_in = 0;
    std::uint64_t messages_out = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t refused = 0;
    std::uint64_t refused_gated = 0;  ///< Of those, by the kill switch.
    std::uint64_t refused_quota = 0;  ///< Of those, beyond a quota.
    std::uint64_t replaced = 0;       ///< In queues, by newer messages of their `latest` topics.
    std::uint64_t malformed = 0;
    std::uint64_t dropped_queue_full = 0;
    std::uint64_t dropped_link_ended = 0;
    std::uint64_t dropped_before_hello = 0;
    std::uint64_t dropped_replies = 0;  ///< Nobody waited for them any more.
    std::uint64_t dropped_instance_down = 0;

    [[nodiscard]] std::uint64_t dropped() const {
        return dropped_queue_full + dropped_link_ended + dropped_before_hello + dropped_replies +
               dropped_instance_down;
    }
};

/// Agents are numbered in the file's order. One thread.
class RouterCore final : private ReplayHands, private RequestHands, private DurableHands {
public:
    /// `output` must outlive the core. `log` is that of a fleet with durable topics.
    RouterCore(RouterConfig config,
               RouterOutput& output,
               std::unique_ptr<SegmentLog> log = nullptr);
    RouterCore(const RouterCore&) = delete;
    RouterCore& operator=(const RouterCore&) = delete;

    /// A new link waits for a new life of the agent: says WELCOME on it and expects HELLO.
    void open_link(std::uint16_t agent, std::uint32_t incarnation, std::string token);
    /// What the supervisor says of the agent, a word of the lifecycle.
    void set_state(std::uint16_t agent, std::string_view state);

    /// Agents join behind the others or leave, and rules change. Not under a replay clock.
    void change_fleet(FleetChange change);

    /// Tells who is no receiver of durable messages any more and still holds the log, which there
    /// must be. It does so by itself whenever the fleet changes.
    void tell_parked();
    /// These agents are to leave, and no others: instances that share by key get nothing new, and
    /// RouterOutput::report_retired follows once they are through with what they were given.
    void retire(const std::vector<std::string>& names);

    /// Takes a frame that arrived on the agent's link. Small messages that follow from it wait for
    /// `finish_burst`, so that what arrives together may leave together.
    void receive(std::uint16_t agent, Frame& frame);
    /// No further frame is at hand: what waits goes out as far as credit allows.
    void finish_burst();
    /// A person asks an agent; RouterOutput::answer_person follows exactly once, unless the process
    /// ends before.
    void ask_for_person(const PersonRequest& request);
    /// The agent's link may take frames again.
    void flush(std::uint16_t agent);
    /// Whether frames wait only for the link to take them: flush is to be called when it does.
    [[nodiscard]] bool wants_to_send(std::uint16_t agent) const;

    /// Whether frames of the agent may be taken from its link; false: it sends durable messages
    /// that the log cannot take, more than it should.
    [[nodiscard]] bool wants_to_receive(std::uint16_t agent) const;

    /// The durable log; null: there is none.
    [[nodiscard]] DurableDesk* durable() { return durable_ ? &*durable_ : nullptr; }
    /// DurableDesk::descriptor is readable.
    void take_log_news();
    /// Cursors have moved by other means than messages: what waits goes out.
    void flush_all();

    /// What the time is: call it before the other functions of one turn, and at the deadline.
    void tick(Monotonic now);
    [[nodiscard]] std::optional<Monotonic> deadline() const;

    [[nodiscard]] const RouterConfig& config() const { return config_; }
    [[nodiscard]] RouterCounts counts() const;
    /// How long the oldest queued message has waited.
    [[nodiscard]] std::chrono::nanoseconds oldest_wait() const;

private:
    /// So many small messages wait at most for the end of a burst.
    static constexpr std::size_t most_in_burst = 64;

    enum class Phase {
        closed,
        awaiting_hello,
        open,
        ended  ///< The process is gone; what it had sent before still arrives and counts.
    };

    /// The route of the topic that was looked up last; the text lies in the frame at hand.
    struct KnownRoute {
        std::string_view topic;
        const Route* route = nullptr;
    };

    /// One agent's link.
    struct Session {
        Session(ReceiverQueue made, std::size_t most_topics)
            : queue(std::move(made)), latest(most_topics) {}

        Phase phase = Phase::closed;
        std::uint32_t incarnation = 0;
        bool has_joined = false;  ///< It has said HELLO, in this life or an earlier one.
        std::string token;
        std::deque<Frame> urgent;           ///< Goes before the queue, takes no credit.
        std::deque<Frame> held;             ///< Requests that wait for its HELLO.
        std::string state = "not started";  ///< What the supervisor said last.
        ReceiverQueue queue;
        LatestLane latest;
        bool is_latest_next = false;      ///< Of both, `latest` has the next turn.
        bool is_durable_turn = false;     ///< Of all that waits, the log has the next turn.
        std::optional<QuotaMeter> quota;  ///< Of what the agent publishes; nothing: unlimited.
        bool is_blocked = false;          ///< The link took no frame at the last attempt.
        bool is_in_burst = false;         ///< Something waits for the end of the burst.
        bool was_warned = false;          ///< Of malformed frames, once a life.
        bool was_declined = false;        ///< What it sends durably does not follow on the log.
        std::deque<Frame> unlogged;       ///< Durable messages that the log cannot take yet.
        std::size_t unlogged_bytes = 0;
        std::uint64_t unlogged_sequence = 0;  ///< The highest durable one that waited there.
    };

    void receive_control(std::uint16_t agent, Frame& frame);
    void receive_hello(std::uint16_t agent, const ControlFrame& frame);
    void accept_hello(std::uint16_t agent, const HelloBody& hello);
    void receive_open(std::uint16_t agent, const ControlFrame& control, Frame& frame);
    void receive_credit(std::uint16_t agent, const ControlFrame& frame);
    void receive_heartbeat(std::uint16_t agent, const ControlFrame& frame);
    void receive_done(std::uint16_t agent, const ControlFrame& frame);
    void receive_advance(std::uint16_t agent, const ControlFrame& frame);
    void receive_unhandled(std::uint16_t agent, const ControlFrame& frame);
    void receive_bundle(std::uint16_t agent, const Frame& frame, const ControlFrame& control);
    [[nodiscard]] const Route* plain_route(std::uint16_t agent,
                                           std::span<const std::byte> message,
                                           KnownRoute& known);
    void pass_on(const Frame& frame, BundleRun& run);
    void pass_on_as_run(QueueEntry entry);
    void receive_request(std::uint16_t agent, Frame& frame);
    void receive_reply(std::uint16_t agent, Frame& frame);
    void receive_message(std::uint16_t agent, Frame& frame);
    void accept_message(std::uint16_t agent, Frame& frame, const Route& route, GateMark gate);
    void receive_durable(std::uint16_t agent, Frame& frame);
    void decline_gap(std::uint16_t agent, std::uint64_t sequence);
    void take_durable(std::uint16_t agent,
                      Frame& frame,
                      const MessageFrame& message,
                      const Route& route);
    [[nodiscard]] bool has_room_in_log(std::uint16_t agent, std::size_t frame);
    void hold_unlogged(std::uint16_t agent, Frame frame);
    [[nodiscard]] OwnPublications publications_of(std::uint16_t agent) const;
    void take_unlogged(std::uint16_t agent);
    void drop_unlogged(std::uint16_t agent);
    [[nodiscard]] bool waits_for_log(std::uint16_t agent, const Frame& frame) const;
    void receive_handled(std::uint16_t agent, const ControlFrame& frame);
    void receive_voided(std::uint16_t agent, const ControlFrame& frame);
    [[nodiscard]] std::optional<Admission> admit(std::uint16_t agent, const HelloBody& hello);
    void send_notices(std::uint16_t agent);
    void send_ready(std::uint16_t agent, const std::optional<Admission>& admission);
    void restore_replay();
    [[nodiscard]] HandedOut deliver_durable(std::uint16_t agent, const ReplayMessage& message);
    void finish_turn();
    void release_waiting();
    void report_retired();
    void count_malformed(std::uint16_t agent, std::string_view what);

    [[nodiscard]] bool is_own(std::uint16_t agent,
                              std::uint32_t publisher,
                              std::uint32_t incarnation) const;
    void forward(const Route& route, Frame& frame, const GateMark& gate);
    void share_out(const TopicShare& share, const Frame& frame, const GateMark& gate);
    void take_turn(const TopicShare& share, const MessageFrame& message, const GateMark& gate);
    void add_shares(const TopicShare& share,
                    const MessageFrame& message,
                    const Frame& frame,
                    std::vector<MessagePart>& parts);
    void give_share(const TopicShare& share,
                    std::uint16_t receiver,
                    Frame frame,
                    const GateMark& gate);
    void send_or_queue(std::uint16_t receiver, QueueEntry&& entry);
    void queue(std::uint16_t receiver, QueueEntry&& entry);
    [[nodiscard]] bool send_message(std::uint16_t receiver, QueueEntry& entry);
    void send_urgent(std::uint16_t agent, Frame frame);
    [[nodiscard]] bool flush_urgent(std::uint16_t agent);
    void flush_queue(std::uint16_t agent);
    [[nodiscard]] bool flush_waiting(std::uint16_t agent);
    [[nodiscard]] bool flush_durable(std::uint16_t agent);
    [[nodiscard]] bool may_send(std::uint16_t agent) const;
    [[nodiscard]] bool flush_front(std::uint16_t agent);
    void send_or_replace(std::uint16_t receiver, QueueEntry&& entry);
    [[nodiscard]] bool is_turn_of_latest(const Session& session) const;
    [[nodiscard]] bool flush_latest(std::uint16_t agent);
    /// Whether a message may leave without overtaking one that waits.
    [[nodiscard]] static bool is_line_free(const Session& session) {
        return session.queue.is_empty() && session.latest.is_empty() && session.urgent.empty() &&
               !session.is_blocked;
    }
    /// A gated message goes alone, so that the kill switch is read right before it leaves; a
    /// heartbeat takes no credit and is no message.
    [[nodiscard]] static bool may_be_bundled(const QueueEntry& entry) {
        return entry.takes_credit && !entry.gate.gated && entry.frame.size() < smallest_unbundled;
    }
    [[nodiscard]] std::size_t collect_bundle(const ReceiverQueue& queue);
    [[nodiscard]] bool collect_run(const ReceiverQueue& queue, const QueueEntry& entry);
    [[nodiscard]] bool flush_entries(std::uint16_t agent);
    [[nodiscard]] bool flush_whole_bundle(std::uint16_t agent);
    void note_dropped_for(std::uint16_t receiver, const std::optional<Frame>& dropped);
    [[nodiscard]] bool flush_bundle(std::uint16_t agent, std::size_t count);
    void forward_heartbeat(const HeartbeatBody& heartbeat);
    void end_life(std::uint16_t agent);
    void end_session(std::uint16_t agent);

    void refuse(std::uint16_t agent,
                std::string_view topic,
                std::uint64_t sequence,
                std::int32_t status,
                std::string reason,
                std::uint32_t incarnation = 0);
    [[nodiscard]] bool refuse_if_void(std::uint16_t receiver,
                                      const Frame& frame,
                                      const GateMark& gate);
    /// Takes the quotas of the configuration.
    void set_quotas();
    [[nodiscard]] bool refuse_beyond_quota(std::uint16_t agent, const MessageFrame& message);
    /// Tells the sender, once, that the kill switch has voided a message that was accepted.
    void tell_void(std::string_view topic, const MessageCause& message, const std::string& reason);
    void count_refused(std::int32_t status);
    void note_dropped(std::uint16_t receiver, const Frame& frame);
    void note_lost(std::uint16_t agent,
                   std::uint64_t count,
                   std::string_view code,
                   std::string_view reason);
    [[nodiscard]] std::string_view publisher_of(const MessageHeader& header) const;
    [[nodiscard]] std::optional<std::uint16_t> agent_of(const MessageHeader& header) const;
    [[nodiscard]] const std::string& name_of(std::uint16_t agent) const {
        return config_.agents[agent].name;
    }

    // ReplayHands
    void hand_out(std::uint16_t agent, Frame frame) override;
    HandedOut deliver(std::uint16_t agent, const ReplayMessage& message) override;
    std::vector<std::uint16_t> enter(ReplayMessage& message) override;
    std::vector<MessagePart> shares_of(const Frame& frame) override;
    [[nodiscard]] bool may_go_on() const override;
    [[nodiscard]] bool may_advance() override;
    std::vector<ReplayMessage> backlog(std::uint16_t agent) override;
    void enter_request(std::uint16_t agent, Frame frame) override;
    void waits_for(const std::vector<std::uint16_t>& agents) override;
    void found_endless(std::uint16_t agent, std::int64_t time) override;

    // RequestHands
    void bring(std::uint16_t agent, Frame frame) override;
    void answer_person(const PersonReply& reply) override;
    [[nodiscard]] std::string why_gone(std::uint16_t agent) const override;
    [[nodiscard]] std::int64_t request_time() const override;
    [[nodiscard]] std::uint32_t incarnation_of(std::uint16_t agent) const override {
        return sessions_[agent].incarnation;
    }
    void bring_held(std::uint16_t agent);

    // DurableHands
    [[nodiscard]] GateReading read_gate() override { return output_.gate(); }
    void note_void(std::uint16_t receiver, const DurableRecord& record) override;
    void note_damage(const std::string& reason) override;
    [[nodiscard]] std::string away_state(std::uint16_t receiver) const override;
    void note_on_disk(const DurableRecord& record) override;

    RouterConfig config_;
    RouterOutput& output_;
    RoutingTable routes_;
    std::vector<Session> sessions_;
    std::optional<ReplayConductor> replay_;  ///< Only under a replay clock.
    RequestDesk requests_;
    std::optional<DurableDesk> durable_;  ///< Only of a fleet with a log.
    DropReport drops_;
    EventTally tally_;
    RouterCounts counts_;
    std::deque<MessageCause> told_void_;        ///< Whose senders know; the newest at the end.
    std::vector<std::uint16_t> in_burst_;       ///< Receivers for whom something waits for its end.
    BundleWriter bundle_;                       ///< Empty between calls.
    std::size_t bundled_bytes_ = 0;             ///< Of the messages in it.
    std::vector<std::uint16_t> run_receivers_;  ///< Of the run of a bundle that is being read.
    std::map<std::string, std::size_t> turns_;  ///< By agent with instances: whose turn is next.
    bool is_retirement_told_ = false;
    Monotonic now_{};
};

}  // namespace drover
