/// The router's desk for durable messages: into the log, and out of it to their receivers. Knows no
/// sessions: what follows is asked of DurableHands.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "durable_log/segment_log.hpp"
#include "router/drop_report.hpp"
#include "router/durable_publishers.hpp"
#include "router/durable_receivers.hpp"
#include "router/durable_tail.hpp"
#include "router/router_output.hpp"
#include "wire/message_frame.hpp"

namespace drover {

class DurableHands : public DeliveryHands {
public:
    /// It is on disk now.
    virtual void note_on_disk(const DurableRecord& record) = 0;
};

/// Agents are numbered in the file's order. One thread, besides the log's own.
class DurableDesk {
public:
    /// `routes` and `hands` must outlive the desk.
    DurableDesk(std::unique_ptr<SegmentLog> log, RoutingTable& routes, DurableHands& hands);
    /// Stores the cursors.
    ~DurableDesk() { receivers_.store(); }
    DurableDesk(const DurableDesk&) = delete;
    DurableDesk& operator=(const DurableDesk&) = delete;

    /// Agents or rules are these now; new receivers begin at the head of the log.
    void take_agents(const std::vector<RouterAgent>& agents);

    [[nodiscard]] DurablePublishers& publishers() { return publishers_; }
    [[nodiscard]] const DurablePublishers& publishers() const { return publishers_; }
    [[nodiscard]] DurableReceivers& receivers() { return receivers_; }
    [[nodiscard]] const SegmentLog& log() const { return *log_; }

    /// Whether the log takes a frame of the agent now. Who stands in the way of the retention may
    /// pass the largest size: otherwise it could never catch up.
    [[nodiscard]] bool has_room(std::uint16_t agent, std::size_t frame);
    /// For a replay, whose publications pass the largest size: what a callback has published must
    /// be through before others can catch up. Whether the disk keeps up with a frame.
    [[nodiscard]] bool keeps_up(std::size_t frame) const { return log_->has_room(frame, true); }
    /// Whether the log is below its largest size, so that the clock of a replay may move on.
    [[nodiscard]] bool is_below_max_size() { return has_room_for(0, false); }
    /// Appends a message; its delivery becomes its position. `set`: see Route.
    const DurableRecord& append(Frame frame, const GateReading* gate, std::uint32_t set);
    /// Appends that the publication with this header was refused.
    void append_refusal(const MessageHeader& header);
    /// Hands what was appended to the disk.
    void commit();
    /// The publisher, which is away, is to be told that its message is void. On disk with the next
    /// `commit`.
    void keep_notice(std::uint32_t publisher, VoidNotice notice);
    /// What the publisher, which is back, is to be told.
    [[nodiscard]] std::vector<VoidNotice> take_notices(std::uint32_t publisher);

    /// What is on disk and was told of: deliveries end here.
    [[nodiscard]] std::uint64_t told() const { return told_; }
    /// The log's thread has done something. Returns the publishers of which more is on disk.
    [[nodiscard]] std::set<std::uint32_t> take_news();
    [[nodiscard]] int descriptor() const { return log_->descriptor(); }

    /// What the agent gets next; see DurableReceivers::next.
    [[nodiscard]] const DurableRecord* next(std::uint16_t agent) {
        return receivers_.next(agent, told_);
    }
    /// The record at `position`, kept or in memory; null when it cannot be read.
    [[nodiscard]] const DurableRecord* at(std::uint64_t position);
    /// True once for each void message.
    [[nodiscard]] bool is_first_void(std::uint64_t position) {
        return voids_.insert(position).second;
    }
    /// See DeliveryHands::note_damage.
    void note_damage(const std::string& reason) { damage_ = reason; }

    /// Stores cursors and removes what nobody needs, once a second when there is something new.
    void tick(Monotonic now);
    [[nodiscard]] std::optional<Monotonic> deadline() const;
    /// A cursor has moved.
    void note_progress() { has_progress_ = true; }
    /// The same at once.
    void store_and_trim();
    /// Whether the last that was told of the log's health was bad.
    [[nodiscard]] bool is_in_trouble() const { return !trouble_.empty(); }
    /// How the log does, when that has changed.
    [[nodiscard]] std::optional<RouterHealth> take_health();

    /// Whose cursors the log has though they are no receivers any more.
    [[nodiscard]] std::vector<ParkedReceiver> parked(const std::vector<RouterAgent>& agents) const;
    /// What `drover log stat` shows. Keys: docs/control_channel.md.
    [[nodiscard]] Json status(const std::vector<RouterAgent>& agents) const;
    /// See `obey`. Fail with a sentence.
    /// What a person asks, through the supervisor: {"what": "stat", "trim", "skip" or "forget",
    /// "name", "position"}. Fails with a sentence.
    [[nodiscard]] Result<void> obey(const Json& order, const std::vector<RouterAgent>& agents);
    [[nodiscard]] Result<void> skip(const std::vector<RouterAgent>& agents,
                                    const std::string& name,
                                    std::uint64_t position);
    [[nodiscard]] Result<void> forget(const std::vector<RouterAgent>& agents,
                                      const std::string& name);

private:
    [[nodiscard]] bool has_room_for(std::size_t frame, bool holds_oldest);
    [[nodiscard]] std::string describe_trouble();
    [[nodiscard]] std::string who_holds() const;

    std::unique_ptr<SegmentLog> log_;
    RoutingTable& routes_;
    DurableHands& hands_;
    DurableTail tail_;
    DurablePublishers publishers_;
    DurableReceivers receivers_;
    std::uint64_t told_;
    std::set<std::uint64_t> voids_;  ///< Positions above the retention whose senders were told.
    bool has_progress_ = false;
    bool has_notices_ = false;  ///< Not in a checkpoint yet.
    bool is_full_ = false;      ///< At its largest size.
    std::optional<Monotonic> store_due_;
    std::string damage_;
    std::string trouble_;  ///< As told last.
    Monotonic now_{};
};

}  // namespace drover
