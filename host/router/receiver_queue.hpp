/// What waits for one receiver: bounded, the oldest is dropped, and credit says what may go out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "link/frame.hpp"
#include "router/router_config.hpp"
#include "wire/control_frame.hpp"
#include "wire/credit_window.hpp"

namespace drover {

/// Under which reading of the kill switch a message was accepted.
struct GateMark {
    bool gated = false;
    std::uint32_t revision = 0;  ///< Of the switch; only for gated messages.
    /// Whether the sender was told that the switch voided it; shared by the copies of all
    /// receivers, null for messages that are not gated.
    std::shared_ptr<bool> is_refused;
};

/// Consecutive messages of a BUNDLE that all go to the same receivers and wait in one piece.
struct BundleRun {
    std::uint32_t begin = 0;  ///< In the frame: the head of the first of them.
    std::uint32_t end = 0;
    std::uint32_t messages = 0;
    std::uint32_t bytes = 0;  ///< Of the message frames alone.
};

struct QueueEntry {
    Frame frame;  ///< A message or a heartbeat; with a run the BUNDLE that holds it.
    GateMark gate;
    bool takes_credit = true;  ///< False for a heartbeat.
    Monotonic queued_at{};
    bool is_latest = false;  ///< Of a topic of which only the newest message counts.
    BundleRun run{};         ///< Of no messages: the frame is no bundle.

    [[nodiscard]] bool is_run() const { return run.messages > 0; }
    [[nodiscard]] std::size_t messages() const { return is_run() ? run.messages : 1; }
    /// Bytes that it takes of a window.
    [[nodiscard]] std::size_t size() const { return is_run() ? run.bytes : frame.size(); }
    /// What is left of a run, as BundleReader reads it.
    [[nodiscard]] std::span<const std::byte> rest() const {
        return frame.bytes().subspan(run.begin, run.end - run.begin);
    }
    /// Whether the frame holds this run and nothing else.
    [[nodiscard]] bool is_whole_bundle() const {
        return is_run() && run.begin == control_head_size && run.end == frame.size();
    }
};

/// A ring of entries with the receiver's credit. One thread.
class ReceiverQueue {
public:
    ReceiverQueue(std::size_t capacity, CreditWindow window);

    [[nodiscard]] bool is_empty() const { return count_ == 0; }
    [[nodiscard]] bool is_full() const { return messages_ >= capacity_; }
    /// Messages and heartbeats; those of a run count one by one.
    [[nodiscard]] std::size_t size() const { return messages_; }
    [[nodiscard]] std::size_t entries() const { return count_; }
    [[nodiscard]] bool has_room_for(std::size_t messages) const {
        return messages_ + messages <= capacity_;
    }

    /// Appends an entry; a run only while there is room for it. Returns the message that had to go
    /// for it, if one had to.
    std::optional<Frame> push(QueueEntry entry);
    /// Only while not empty. Returns what was dropped, if it was a message.
    std::optional<Frame> drop_oldest();
    /// The oldest entry; only while not empty.
    [[nodiscard]] QueueEntry& front() { return ring_[head_]; }
    [[nodiscard]] const QueueEntry& front() const { return ring_[head_]; }
    /// The entry `index` places behind the oldest; only for index < entries().
    [[nodiscard]] const QueueEntry& at(std::size_t index) const {
        const std::size_t place = head_ + index;
        return ring_[place >= capacity_ ? place - capacity_ : place];
    }
    void pop();
    /// The oldest `messages` messages, which have the credit, are sent. Returns their bytes.
    std::size_t send_off(std::size_t messages);
    /// Drops everything and gives the full window back. Returns how many messages were dropped.
    std::size_t reset();

    /// Whether a frame of `bytes` may go out now. One of any size may while less than a quarter of
    /// the window is in flight: that much a receiver may have handled and not returned yet.
    [[nodiscard]] bool has_credit(std::size_t bytes) const {
        return has_credit_behind(0, 0, bytes);
    }
    /// The same for a frame that goes out behind `frames` others of `before` bytes in all.
    [[nodiscard]] bool has_credit_behind(std::size_t frames,
                                         std::size_t before,
                                         std::size_t bytes) const {
        const std::size_t ahead = frames_in_flight_ + frames;
        const std::size_t bytes_ahead = bytes_in_flight_ + before;
        return ahead == 0 || (ahead < window_.frames && bytes_ahead + bytes <= window_.bytes) ||
               (ahead < window_.frames / 4 && bytes_ahead < window_.bytes / 4);
    }
    /// Whether all messages of an entry may go out now.
    [[nodiscard]] bool has_credit_for(const QueueEntry& entry) const {
        return frames_in_flight_ + entry.messages() <= window_.frames &&
               bytes_in_flight_ + entry.size() <= window_.bytes;
    }
    /// A frame of `bytes` went out.
    void charge(std::size_t bytes) { charge(1, bytes); }
    /// `frames` frames of `bytes` in all went out.
    void charge(std::size_t frames, std::size_t bytes);
    /// The receiver has handled `frames` frames of `bytes` in all, and from now on wants
    /// `window` of them in flight; see CreditWindow::asked_for.
    void credit(std::uint32_t frames, std::uint64_t bytes, std::uint32_t window = 0);

private:
    /// Takes the oldest message out of the run at the front. Returns it; it lives as long as the
    /// run's frame.
    std::span<const std::byte> take_from_run();
    void free_front();

    std::size_t capacity_;
    CreditWindow full_window_;  ///< Of a receiver that has not asked for another.
    CreditWindow window_;
    std::vector<QueueEntry> ring_;  ///< Made with the first entry: most receivers never queue.
    std::size_t head_ = 0;
    std::size_t count_ = 0;     ///< Entries.
    std::size_t messages_ = 0;  ///< In all of them.
    std::uint32_t frames_in_flight_ = 0;
    std::uint64_t bytes_in_flight_ = 0;
};

}  // namespace drover
