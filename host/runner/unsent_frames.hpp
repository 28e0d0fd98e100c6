/// What an agent has to say and its link has not taken yet, in order; small messages that leave
/// together are bundled on the way in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "link/frame.hpp"
#include "runner/transport.hpp"
#include "wire/bundle.hpp"

namespace drover {

/// A bundle holds either stream messages or durable ones: what may be dropped and what may not
/// never share a frame. One thread.
class UnsentFrames {
public:
    /// Stream messages that may wait while the router is away, and their bytes. Both bounds meet
    /// at messages of 4 KiB, such as 64 records.
    static constexpr std::size_t most_messages = 65536;
    static constexpr std::size_t most_bytes = std::size_t{256} << 20U;

    void add(const PublishedMessage& message);
    /// A control frame; behind all messages so far.
    void add(std::span<const std::byte> control);
    /// Small messages that were collected may leave now.
    void close_bundle();

    /// Whether nothing waits to be sent; a bundle that is not closed does not count.
    [[nodiscard]] bool is_empty() const { return frames_.empty(); }
    [[nodiscard]] Frame& front() { return frames_.front().frame; }
    void pop_front();

    /// Drops the oldest stream messages while there are too many or too large ones, and returns how
    /// many went. The newest stays, and durable messages do: the runner bounds those (see
    /// DurableBacklog).
    [[nodiscard]] std::size_t drop_excess();
    /// Forgets everything, and returns how many stream messages that were.
    [[nodiscard]] std::size_t discard_all();
    /// Forgets the durable messages: they will be put first again.
    void discard_durable();
    /// One durable message, as its frame: `put_first` sends all of them before everything else.
    void resend(std::span<const std::byte> frame);
    void put_first();

private:
    struct Waiting {
        Frame frame;
        std::size_t messages = 0;  ///< Of a stream.
        bool is_durable = false;
        std::size_t bytes = 0;  ///< Its own, with stream messages; a frame that was sent is empty.
    };
    [[nodiscard]] static Waiting taken_from(BundleWriter& bundle, bool is_durable);
    void push(Waiting waiting);
    void discount(const Waiting& waiting);

    std::deque<Waiting> frames_;
    std::size_t messages_ = 0;  ///< Stream messages among them.
    std::size_t bytes_ = 0;     ///< Of the frames that hold those.
    BundleWriter bundle_;       ///< Behind all of `frames_`.
    bool bundle_is_durable_ = false;
    std::deque<Waiting> resent_;
    BundleWriter resent_bundle_;
};

}  // namespace drover
