/// The requests of a simulation: the router's desk, and frames that wait for their turn in the one
/// FIFO. So a simulation brings requests and replies as a live replay does.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "link/frame.hpp"
#include "router/replay_queue.hpp"
#include "router/request_desk.hpp"
#include "runner/agent_runner.hpp"
#include "runner/transport.hpp"

namespace drover {

/// Agents are numbered in the file's order; agent n has the handle n + 1. One thread.
class RequestExchange final : private RequestHands {
public:
    /// `queue` is lent. Entries with `mark` set are frames of this exchange.
    static constexpr std::uint32_t mark = std::uint32_t{1} << 31U;

    RequestExchange(RequestDirectory directory, ReplayQueue<std::uint32_t>& queue)
        : queue_(queue), desk_(std::move(directory), static_cast<RequestHands&>(*this)) {}

    /// Agent `from` sends.
    void send(std::uint16_t from, const OutgoingRequest& request);
    void send(std::uint16_t from, const OutgoingReply& reply);
    /// Hands over the frame of an entry, unless who asked is gone.
    void deliver(std::uint32_t entry, std::uint16_t agent, AgentRunner& runner);
    /// The agent has completed: who waits for its answer gets LOST.
    void completed(std::uint16_t agent);

    /// Replies that nobody waited for any more.
    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

private:
    void bring(std::uint16_t agent, Frame frame) override;
    void answer_person(const PersonReply& reply) override;
    [[nodiscard]] std::string why_gone(std::uint16_t agent) const override;
    [[nodiscard]] std::int64_t request_time() const override { return queue_.now(); }
    [[nodiscard]] std::uint32_t incarnation_of(std::uint16_t agent) const override;
    [[nodiscard]] Frame take(std::uint32_t entry);
    [[nodiscard]] const void* aligned(std::span<const std::byte> body);

    ReplayQueue<std::uint32_t>& queue_;
    RequestDesk desk_;
    std::deque<Frame> frames_;  ///< By slot.
    std::vector<std::uint32_t> free_;
    std::vector<std::uint16_t> completed_;
    std::vector<std::uint64_t> room_;
    std::uint64_t dropped_ = 0;
};

}  // namespace drover
