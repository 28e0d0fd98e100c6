#include "router/receiver_queue.hpp"

#include <algorithm>
#include <utility>

#include "wire/bundle.hpp"

namespace drover {

ReceiverQueue::ReceiverQueue(std::size_t capacity, CreditWindow window)
    : capacity_(capacity), full_window_(window), window_(window) {}

std::optional<Frame> ReceiverQueue::push(QueueEntry entry) {
    if (ring_.empty()) {
        ring_.resize(capacity_);
    }
    std::optional<Frame> dropped;
    if (is_full()) {
        dropped = drop_oldest();
    }
    std::size_t tail = head_ + count_;
    tail = tail >= capacity_ ? tail - capacity_ : tail;
    messages_ += entry.messages();
    ring_[tail] = std::move(entry);
    ++count_;
    return dropped;
}

std::optional<Frame> ReceiverQueue::drop_oldest() {
    std::optional<Frame> dropped;
    if (!front().is_run()) {
        if (front().takes_credit) {
            dropped = std::move(front().frame);
        }
        pop();
        return dropped;
    }
    dropped.emplace(take_from_run());
    if (!front().is_run()) {
        free_front();
    }
    return dropped;
}

std::span<const std::byte> ReceiverQueue::take_from_run() {
    QueueEntry& entry = front();
    BundleReader reader(entry.rest());
    const auto bytes = reader.next().value_or(std::span<const std::byte>());
    entry.run.begin = entry.run.end - static_cast<std::uint32_t>(reader.left());
    entry.run.bytes -= static_cast<std::uint32_t>(bytes.size());
    --entry.run.messages;
    --messages_;
    return bytes;
}

void ReceiverQueue::pop() {
    messages_ -= front().messages();
    free_front();
}

void ReceiverQueue::free_front() {
    QueueEntry& entry = ring_[head_];
    entry.frame = Frame();
    entry.gate.is_refused.reset();
    entry.run = {};
    head_ = head_ + 1 == capacity_ ? 0 : head_ + 1;
    --count_;
}

std::size_t ReceiverQueue::send_off(std::size_t messages) {
    std::size_t bytes = 0;
    for (std::size_t left = messages; left > 0;) {
        if (front().messages() <= left) {
            left -= front().messages();
            bytes += front().size();
            pop();
        } else {
            bytes += take_from_run().size();
            --left;
        }
    }
    charge(messages, bytes);
    return bytes;
}

std::size_t ReceiverQueue::reset() {
    std::size_t dropped = 0;
    while (!is_empty()) {
        dropped += front().takes_credit ? front().messages() : 0U;
        pop();
    }
    frames_in_flight_ = 0;
    bytes_in_flight_ = 0;
    window_ = full_window_;
    return dropped;
}

void ReceiverQueue::charge(std::size_t frames, std::size_t bytes) {
    frames_in_flight_ += static_cast<std::uint32_t>(frames);
    bytes_in_flight_ += bytes;
}

void ReceiverQueue::credit(std::uint32_t frames, std::uint64_t bytes, std::uint32_t window) {
    window_ = full_window_.asked_for(window);
    frames_in_flight_ -= std::min(frames, frames_in_flight_);
    bytes_in_flight_ -= std::min(bytes, bytes_in_flight_);
}

}  // namespace drover
