/// Leads a fleet under a replay clock: one delivery outstanding, in the order of ReplayQueue, and
/// nothing while somebody is missing.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "link/frame.hpp"
#include "router/receiver_queue.hpp"
#include "router/replay_queue.hpp"
#include "router/shared_topics.hpp"
#include "wire/control_frame.hpp"

namespace drover {

/// A message in the replay's FIFO.
struct ReplayMessage {
    Frame frame;
    GateMark gate{};
    bool is_durable = false;
    std::uint64_t position = 0;  ///< In the log, of a durable message that has entered.
};

/// What became of a message whose turn it was.
enum class HandedOut {
    not_at_all,  ///< Void, or the agent is through with it.
    as_stream,   ///< It is lost when the agent's life ends before it is handled.
    as_durable   ///< It is handed out again then.
};

/// What the conductor has done for it. Calls come from inside the conductor's functions.
class ReplayHands {
public:
    virtual ~ReplayHands() = default;
    /// Sends a frame to an agent, later if it cannot be sent now.
    virtual void hand_out(std::uint16_t agent, Frame frame) = 0;
    /// Gives an agent the message whose turn it is, unless that is void.
    virtual HandedOut deliver(std::uint16_t agent, const ReplayMessage& message) = 0;
    /// A message enters the FIFO: copies it to the tap, gives a durable one its position, and says
    /// who receives it whole.
    virtual std::vector<std::uint16_t> enter(ReplayMessage& message) = 0;
    /// And who gets a share of it, because several instances share its topic; both in the file's
    /// order.
    virtual std::vector<MessagePart> shares_of(const Frame& frame) = 0;
    /// Whether the next step may be handed out: not while something that entered is not on disk.
    [[nodiscard]] virtual bool may_go_on() const = 0;
    /// Whether the clock may move on: not while the durable log has reached its largest size. What
    /// waits is handed out all the same, so that whoever it is kept for catches up.
    [[nodiscard]] virtual bool may_advance() = 0;
    /// The durable messages that the agent is not through with, oldest first.
    virtual std::vector<ReplayMessage> backlog(std::uint16_t agent) = 0;
    /// A request or reply of `agent` enters: finds who gets it and calls `bring`.
    virtual void enter_request(std::uint16_t agent, Frame frame) = 0;
    /// The agents for which the replay waits have changed; none: it goes on.
    virtual void waits_for(const std::vector<std::uint16_t>& agents) = 0;
    /// The replay stands for ever: the instant at `time` has no end; `agent` was next.
    virtual void found_endless(std::uint16_t agent, std::int64_t time) = 0;
};

/// Whether the supervisor wants an agent to take part.
enum class Presence {
    expected,  ///< It is to come, or come back; everybody waits for it.
    running,
    absent  ///< Disabled, outside its schedule, stopped or completed: left out.
};

/// Agents are numbered in the file's order. One thread.
class ReplayConductor {
public:
    ReplayConductor(std::size_t agents, ReplayHands& hands);

    void set_presence(std::uint16_t agent, Presence presence);
    /// The agent has said HELLO; it will say DONE when all that its start published is sent.
    /// `fleet_time` is what it last heard.
    void link_opened(std::uint16_t agent, std::int64_t fleet_time);
    /// The agent's life or its link has ended. What it was handling is lost.
    void link_ended(std::uint16_t agent);

    /// Takes a message, request or reply of `agent` that was allowed.
    void publish(std::uint16_t agent, ReplayMessage message);
    /// Enters what a log held when the router began, for one receiver.
    void restore(std::uint16_t receiver, ReplayMessage message);
    /// The agent has committed its handling of everything durable up to `position`.
    void handled(std::uint16_t agent, std::uint64_t position);
    /// Enters a request or reply for its one receiver.
    void bring(std::uint16_t receiver, Frame frame);
    /// Enters a request of a person: behind all of the instant in which it comes, so that a fleet
    /// run afresh can be asked at the same place.
    void bring_behind_instant(std::uint16_t receiver, Frame frame);
    void done(std::uint16_t agent, const DoneBody& done);
    /// Returns false when an advance is open already.
    [[nodiscard]] bool ask_advance(std::uint16_t agent, const AdvanceBody& advance);

    /// Hands out the next step if there is one and nothing is outstanding.
    void move_on(Monotonic now);
    /// When an open advance falls due; nothing: not before something else happens.
    [[nodiscard]] std::optional<Monotonic> deadline() const;

    /// The fleet's time, ns since the epoch; 0 before the first advance.
    [[nodiscard]] std::int64_t now() const { return queue_.now(); }
    [[nodiscard]] bool is_absent(std::uint16_t agent) const {
        return members_[agent].presence == Presence::absent;
    }
    /// Whether nothing waits and nothing is being handled.
    [[nodiscard]] bool is_idle() const;
    /// Deliveries lost because their agent died.
    [[nodiscard]] std::uint64_t lost() const { return lost_; }

private:
    using Queue = ReplayQueue<ReplayMessage>;

    struct Member {
        Presence presence = Presence::expected;
        bool has_started = false;          ///< Link open, start's publications are here.
        std::vector<ReplayMessage> early;  ///< What it published before that.
    };

    struct Outstanding {
        std::uint16_t agent;
        bool is_stream = false;
        std::optional<ReplayMessage> durable;  ///< While its handling is not committed.
    };

    [[nodiscard]] bool is_everybody_here();
    void enter_early();
    void bring_back(std::uint16_t agent);
    void enter(std::uint16_t agent, ReplayMessage message);
    [[nodiscard]] std::optional<Queue::Step> next_step(Monotonic now);
    [[nodiscard]] bool may_advance(Monotonic now);
    [[nodiscard]] Monotonic advance_due() const;
    void take(Queue::Step step, Monotonic now);
    void deliver(const Queue::Step& step);
    void advance(const Queue::Step& step, Monotonic now);

    ReplayHands& hands_;
    Queue queue_;
    std::vector<Member> members_;
    std::deque<std::pair<std::uint16_t, Frame>> behind_instant_;  ///< With their receivers.
    std::vector<std::uint16_t> missing_;                          ///< As last told.
    bool has_early_ = false;
    bool was_told_ = false;
    std::optional<Outstanding> outstanding_;
    std::optional<Monotonic> last_advance_;  ///< When the last advance was due.
    std::int64_t delay_ = 0;                 ///< Of the open advance.
    bool is_held_up_ = false;                ///< It is due, and the log has no room.
    bool is_endless_ = false;
    std::uint64_t lost_ = 0;
};

}  // namespace drover
