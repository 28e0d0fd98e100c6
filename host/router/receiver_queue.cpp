#include "router/receiver_queue.hpp"

#include <algorithm>
#include <utility>

namespace drover {

ReceiverQueue::ReceiverQueue(std::size_t capacity, CreditWindow window)
    : capacity_(capacity), window_(window) {}

std::optional<Frame> ReceiverQueue::push(QueueEntry entry) {
    if (ring_.empty()) {
        ring_.resize(capacity_);
    }
    std::optional<Frame> dropped;
    if (count_ == capacity_) {
        if (front().takes_credit) {
            dropped = std::move(front().frame);
        }
        pop();
    }
    std::size_t tail = head_ + count_;
    tail = tail >= capacity_ ? tail - capacity_ : tail;
    ring_[tail] = std::move(entry);
    ++count_;
    return dropped;
}

void ReceiverQueue::pop() {
    ring_[head_].frame = Frame();
    ring_[head_].gate.is_refused.reset();
    head_ = head_ + 1 == capacity_ ? 0 : head_ + 1;
    --count_;
}

std::size_t ReceiverQueue::reset() {
    std::size_t dropped = 0;
    while (!is_empty()) {
        dropped += front().takes_credit ? 1U : 0U;
        pop();
    }
    frames_in_flight_ = 0;
    bytes_in_flight_ = 0;
    return dropped;
}

void ReceiverQueue::charge(std::size_t frames, std::size_t bytes) {
    frames_in_flight_ += static_cast<std::uint32_t>(frames);
    bytes_in_flight_ += bytes;
}

void ReceiverQueue::credit(std::uint32_t frames, std::uint64_t bytes) {
    frames_in_flight_ -= std::min(frames, frames_in_flight_);
    bytes_in_flight_ -= std::min(bytes, bytes_in_flight_);
}

}  // namespace drover
