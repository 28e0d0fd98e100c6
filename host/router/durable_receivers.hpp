/// How far each receiver of durable messages is in the log, and what it gets next.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "durable_log/segment_log.hpp"
#include "router/durable_partitions.hpp"
#include "router/durable_tail.hpp"
#include "router/router_config.hpp"
#include "router/router_output.hpp"
#include "router/routing_table.hpp"
#include "wire/control_frame.hpp"

namespace drover {

/// What a receiver's delivery asks of others.
class DeliveryHands {
public:
    virtual ~DeliveryHands() = default;
    [[nodiscard]] virtual GateReading read_gate() = 0;
    /// The kill switch has made the message void for this receiver.
    virtual void note_void(std::uint16_t receiver, const DurableRecord& record) = 0;
    /// In which state the receiver stays until a person does something; empty: it runs, or comes
    /// by itself.
    [[nodiscard]] virtual std::string away_state(std::uint16_t receiver) const = 0;
    /// The log cannot be read; a sentence.
    virtual void note_damage(const std::string& reason) = 0;
};

/// Whether an agent's file belongs to the log.
struct Admission {
    std::string declined;      ///< A sentence: it does not. Empty: it does.
    std::uint64_t cursor = 0;  ///< Delivery goes on behind this position.
    bool is_anew = false;      ///< The log knows a life of it that its file does not.
};

/// How far an agent's own durable messages are, by their durable sequence.
struct OwnPublications {
    std::uint64_t sent = 0;    ///< Committed by the agent, as far as the router was told.
    std::uint64_t logged = 0;  ///< On disk in the log.
};

/// Agents are numbered in the file's order. One thread.
class DurableReceivers {
public:
    /// How a sentence on an agent's file and a log that do not belong together ends.
    static constexpr const char* remedy =
        ". Restore the file and the log from the same moment, or remove the file: the agent then "
        "goes on where the log knows it to be, without its state.";

    /// Everything must outlive the receivers.
    DurableReceivers(SegmentLog& log, DurableTail& tail, RoutingTable& routes, DeliveryHands& hands)
        : log_(log), tail_(tail), routes_(routes), hands_(hands), partitions_(log, routes) {}

    /// Takes the agents as they are now; those that the log does not know begin at its head.
    void take_agents(const std::vector<RouterAgent>& agents);
    [[nodiscard]] bool is_receiver(std::uint16_t agent) const {
        return receivers_[agent].is_registered;
    }

    /// The agent says HELLO; `logged` is its last durable sequence in the log.
    [[nodiscard]] Admission admit(std::uint16_t agent,
                                  const HelloBody& hello,
                                  std::uint64_t logged);
    /// It was admitted so, and may be given messages; `logged` as for `admit`, but on disk.
    void open(std::uint16_t agent,
              const HelloBody& hello,
              const Admission& admission,
              std::uint64_t logged);
    void close(std::uint16_t agent);

    /// What it gets next, of what is on disk up to `limit`; null: nothing now. What is not for it,
    /// or void, is passed over. Valid as in DurableTail::at.
    [[nodiscard]] const DurableRecord* next(std::uint16_t agent, std::uint64_t limit);
    /// What `next` gave went out.
    void note_sent(std::uint16_t agent);
    /// The last `count` did not go out after all.
    void take_back(std::uint16_t agent, std::size_t count);
    /// It has committed everything up to `position`. False: that was not sent to it.
    [[nodiscard]] bool note_handled(std::uint16_t agent,
                                    std::uint64_t position,
                                    const OwnPublications& own);
    /// What it published up to this durable sequence is on disk. Whether its cursor moved by that.
    bool note_logged(std::uint16_t agent, std::uint64_t sequence);

    /// For a replay, which keeps the order itself: whether the agent is through with the message.
    [[nodiscard]] bool is_through(std::uint16_t agent, std::uint64_t position) const;
    /// For a replay: the message is void for the agent.
    void pass_over(std::uint16_t agent, std::uint64_t position);
    /// For a replay: moves its cursor over what it is through with.
    void settle(std::uint16_t agent, std::uint64_t limit);
    /// For a replay: whether the message is for the agent.
    [[nodiscard]] bool wants(std::uint16_t agent, const DurableRecord& record);

    /// What the agent gets of a message that it wants.
    [[nodiscard]] Frame frame_for(std::uint16_t agent, const DurableRecord& record) const {
        return partitions_.shares(agent) ? partitions_.part_of(agent, record) : record.frame;
    }
    /// Those for whom something waited that others had to settle first, and have; `limit` as for
    /// `next`.
    [[nodiscard]] std::vector<std::uint16_t> take_released(std::uint64_t limit);
    /// Whether the agent, which retires, is through with all that it was given.
    [[nodiscard]] bool has_settled(std::uint16_t agent, std::uint64_t limit);
    /// Forgets who had shared messages and is through with them.
    void forget_settled(std::uint64_t limit);
    /// A sentence about a receiver that waits for one which does not come by itself, or about one
    /// that is to leave and does not come; empty: none does. `limit` as for `next`.
    [[nodiscard]] std::string who_waits_in_vain(std::uint64_t limit);

    /// Everything up to here that is for the agent is handled, or void; of one that shares by key,
    /// also what it published by that is in the log.
    [[nodiscard]] std::uint64_t effective(std::uint16_t agent) const;
    /// Writes all cursors into the log's state.
    void store() const;
    /// The first position that waits for the agent or is being handled by it; 0: none.
    [[nodiscard]] std::uint64_t first_waiting(std::uint16_t agent, std::uint64_t limit);
    /// The agent is to begin at the head of the log, as one that the log does not know. False: it
    /// is running.
    [[nodiscard]] bool begin_anew(std::uint16_t agent);
    /// The message at `position` will not be given to the agent.
    void skip(std::uint16_t agent, std::uint64_t position);

private:
    /// What was handled behind `before` published up to `sequence`.
    struct Unlogged {
        std::uint64_t before = 0;
        std::uint64_t sequence = 0;
    };
    struct Receiver {
        std::string name;
        bool is_registered = false;
        bool is_open = false;
        std::uint64_t handled = 0;            ///< As it said last.
        std::uint64_t scanned = 0;            ///< Up to here: sent, void, or not for it.
        std::uint64_t passed = 0;             ///< Of a replay: void up to here.
        std::uint64_t waits_at = 0;           ///< While closed: known to be for it; 0: not known.
        std::deque<std::uint64_t> in_flight;  ///< Sent, and not handled.
        std::vector<std::uint64_t> skips;     ///< Sorted.
        DurableRecord part;                   ///< What `next` gave, of one who shares.
        std::uint64_t blocked_at = 0;         ///< This position waits for another receiver; or 0.
        UnsettledShare blocked_by;            ///< For this one.
        std::deque<Unlogged> unlogged;        ///< Of one who shares: not on disk yet.

        [[nodiscard]] bool skips_over(std::uint64_t position) const;
    };

    [[nodiscard]] const DurableRecord* look_at(std::uint16_t agent, std::uint64_t position);
    [[nodiscard]] bool is_void(const DurableRecord& record);
    [[nodiscard]] bool is_blocked(std::uint16_t agent,
                                  const DurableRecord& record,
                                  std::uint64_t limit);
    [[nodiscard]] std::string why_in_vain(const Receiver& receiver) const;
    void warn_of_unknown_owners(std::uint16_t agent) const;
    [[nodiscard]] const DurableRecord* cut(std::uint16_t agent, const DurableRecord& record);
    [[nodiscard]] std::optional<std::uint16_t> registered(const std::string& name) const;
    [[nodiscard]] ReceiverProgress progress(std::uint64_t limit);
    [[nodiscard]] std::uint64_t handled_up_to(std::uint16_t agent) const;
    void wait_for_publications(std::uint16_t agent,
                               std::uint64_t before,
                               const OwnPublications& own);

    SegmentLog& log_;
    DurableTail& tail_;
    RoutingTable& routes_;
    DeliveryHands& hands_;
    DurablePartitions partitions_;
    std::vector<Receiver> receivers_;
};

}  // namespace drover
