/// What waits for one receiver: bounded, the oldest is dropped, and credit says what may go out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "link/frame.hpp"
#include "router/router_config.hpp"

namespace drover {

/// Under which reading of the kill switch a message was accepted.
struct GateMark {
    bool gated = false;
    std::uint32_t revision = 0;  ///< Of the switch; only for gated messages.
    /// Whether the sender was told that the switch voided it; shared by the copies of all
    /// receivers, null for messages that are not gated.
    std::shared_ptr<bool> is_refused;
};

struct QueueEntry {
    Frame frame;
    GateMark gate;
    bool takes_credit = true;  ///< False for a heartbeat.
    Monotonic queued_at{};
    bool is_latest = false;  ///< Of a topic of which only the newest message counts.
};

/// A ring of entries with the receiver's credit. One thread.
class ReceiverQueue {
public:
    ReceiverQueue(std::size_t capacity, CreditWindow window);

    [[nodiscard]] bool is_empty() const { return count_ == 0; }
    [[nodiscard]] bool is_full() const { return count_ == capacity_; }
    [[nodiscard]] std::size_t size() const { return count_; }

    /// Appends an entry. Returns the message that had to go for it, if one had to.
    std::optional<Frame> push(QueueEntry entry);
    /// The oldest entry; only while not empty.
    [[nodiscard]] QueueEntry& front() { return ring_[head_]; }
    [[nodiscard]] const QueueEntry& front() const { return ring_[head_]; }
    /// The entry `index` places behind the oldest; only for index < size().
    [[nodiscard]] const QueueEntry& at(std::size_t index) const {
        const std::size_t place = head_ + index;
        return ring_[place >= capacity_ ? place - capacity_ : place];
    }
    void pop();
    /// Drops everything and gives the full window back. Returns how many messages were dropped.
    std::size_t reset();

    /// Whether a frame of `bytes` may go out now. One frame may always be in flight.
    [[nodiscard]] bool has_credit(std::size_t bytes) const {
        return has_credit_behind(0, 0, bytes);
    }
    /// The same for a frame that goes out behind `frames` others of `before` bytes in all.
    [[nodiscard]] bool has_credit_behind(std::size_t frames,
                                         std::size_t before,
                                         std::size_t bytes) const {
        return frames_in_flight_ + frames == 0 ||
               (frames_in_flight_ + frames < window_.frames &&
                bytes_in_flight_ + before + bytes <= window_.bytes);
    }
    /// A frame of `bytes` went out.
    void charge(std::size_t bytes) { charge(1, bytes); }
    /// `frames` frames of `bytes` in all went out.
    void charge(std::size_t frames, std::size_t bytes);
    /// The receiver has handled `frames` frames of `bytes` in all.
    void credit(std::uint32_t frames, std::uint64_t bytes);

private:
    std::size_t capacity_;
    CreditWindow window_;
    std::vector<QueueEntry> ring_;  ///< Made with the first entry: most receivers never queue.
    std::size_t head_ = 0;
    std::size_t count_ = 0;
    std::uint32_t frames_in_flight_ = 0;
    std::uint64_t bytes_in_flight_ = 0;
};

}  // namespace drover
