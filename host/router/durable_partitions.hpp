/// Which part of a durable message each instance of an agent gets when the instances share by key,
/// and whom it has to wait for when it took over keys.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "durable_log/partitions.hpp"
#include "durable_log/segment_log.hpp"
#include "router/durable_record.hpp"
#include "router/router_config.hpp"
#include "router/routing_table.hpp"

namespace drover {

/// Agents are numbered in the file's order. One thread.
class DurablePartitions {
public:
    /// Both must outlive it.
    DurablePartitions(SegmentLog& log, const RoutingTable& routes) : log_(log), routes_(routes) {}

    /// Takes the agents as they are now: where who shares has changed, it holds from the head of
    /// the log on.
    void take_agents(const std::vector<RouterAgent>& agents);
    /// Forgets who had shared and is through, with the cursors of those that have left. Goes by the
    /// cursors in the log's state, so that a checkpoint never holds one without the other.
    void forget_settled();

    /// Whether the agent is one of several that share by key, or was.
    [[nodiscard]] bool shares(std::uint16_t agent) const {
        return members_[agent].history != nullptr;
    }
    /// Whether any of the message's records are for the agent, which must be a receiver of it.
    [[nodiscard]] bool has_part(std::uint16_t agent, const DurableRecord& record) const;
    /// The frame with the agent's records only; `has_part` must say that there are some.
    [[nodiscard]] Frame part_of(std::uint16_t agent, const DurableRecord& record) const;
    /// Who must be through with what it was given before the agent may have its part.
    [[nodiscard]] std::optional<UnsettledShare> must_wait(std::uint16_t agent,
                                                          const DurableRecord& record,
                                                          const ReceiverProgress& progress) const;
    /// The position behind which nothing is for an agent that retires; nothing: it does not.
    [[nodiscard]] std::optional<std::uint64_t> retires_at(std::uint16_t agent) const;

    /// The position from which on the log says who had keys, for an agent that had none then; 0:
    /// from its beginning.
    [[nodiscard]] std::uint64_t unknown_before(std::uint16_t agent) const;

private:
    struct Member {
        std::string name;
        std::string agent;  ///< Of which it is an instance.
        bool has_left = false;
        const PartitionHistory* history = nullptr;
    };

    void take_group(const std::string& agent, const std::vector<RouterAgent>& agents);
    void look_up();
    void forget_left(const std::string& agent, const PartitionHistory& history);
    [[nodiscard]] std::vector<std::string> receivers_of(const std::string& agent) const;
    [[nodiscard]] bool has_left(const std::string& instance) const;
    [[nodiscard]] const PartitionEpoch* epoch_at(std::uint16_t agent, std::uint64_t position) const;
    [[nodiscard]] const std::array<std::size_t, partition_count>& owners_in(
        const PartitionEpoch& epoch) const;

    SegmentLog& log_;
    const RoutingTable& routes_;
    std::vector<Member> members_;  ///< By agent.
    /// Of the epoch that was asked for last.
    mutable const PartitionEpoch* known_epoch_ = nullptr;
    mutable std::array<std::size_t, partition_count> known_owners_{};
};

}  // namespace drover
