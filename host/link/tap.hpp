/// The tap: copies of messages for those who watch, and a reader of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "link/link_context.hpp"
#include "link/link_socket.hpp"

namespace drover {

/// What a reader asks for is at most so long; a topic has at most 200 bytes. The connection of one
/// that asks for more is closed.
inline constexpr std::int64_t largest_tap_wish = 4096;

/// The router's side: a publishing socket that knows whether anybody listens. A slow reader loses
/// copies (1000 wait for it); the fleet never waits.
class TapSocket : public LinkSocket {
public:
    [[nodiscard]] static Result<TapSocket> bind(LinkContext& context, const std::string& endpoint);

    /// How many wishes one call of `read_subscriptions` takes at most.
    static constexpr std::size_t most_wishes = 32;
    /// Takes note of readers that came and went. Call it when the socket is readable: it stays so
    /// while there are more, so that a reader which asks without end keeps nobody waiting. Returns
    /// how many wishes it took.
    std::size_t read_subscriptions();
    [[nodiscard]] bool has_readers() const { return subscriptions_ > 0; }

    /// Copies a frame to those who asked for its topic. Never blocks, never fails.
    void publish(const Frame& frame);

private:
    using LinkSocket::LinkSocket;

    std::size_t subscriptions_ = 0;  ///< Different prefixes asked for.
};

/// A reader's side: receives the frames whose topic text begins with what it asked for.
class TapReader : public LinkSocket {
public:
    [[nodiscard]] static Result<TapReader> connect(LinkContext& context,
                                                   const std::string& endpoint,
                                                   const std::string& topic_prefix);
    /// Asks for nothing yet.
    [[nodiscard]] static Result<TapReader> connect(LinkContext& context,
                                                   const std::string& endpoint);

    /// Asks for the topics with a prefix, or takes that back.
    void subscribe(std::string_view topic_prefix);
    void unsubscribe(std::string_view topic_prefix);

    [[nodiscard]] LinkStatus receive(Frame& frame) { return receive_frame(frame); }

private:
    using LinkSocket::LinkSocket;
};

}  // namespace drover
