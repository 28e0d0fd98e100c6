/// What all sockets of this room have in common: non-blocking send and receive without exceptions.
#pragma once

#include <memory>

#include "link/frame.hpp"

namespace zmq {
class socket_t;
}

namespace drover {

enum class LinkStatus {
    done,         ///< Sent or received.
    would_block,  ///< Not now; poll.
    failed        ///< The socket is broken; close it.
};

/// A ZeroMQ socket. Movable, closed at the end. One thread.
class LinkSocket {
public:
    LinkSocket(LinkSocket&&) noexcept;
    LinkSocket& operator=(LinkSocket&&) noexcept;
    LinkSocket(const LinkSocket&) = delete;
    LinkSocket& operator=(const LinkSocket&) = delete;
    ~LinkSocket();

    /// libzmq's own handle, for Poller.
    [[nodiscard]] void* handle() const;

    // For Poller. libzmq tells by a descriptor that a socket has news, but it also takes news in
    // while it sends and receives; so the descriptor can be relied on only once a look has found
    // nothing.

    /// Readable when the socket has news that no look has seen yet.
    [[nodiscard]] int news_descriptor() const { return news_descriptor_; }
    /// Whether something may be there that the descriptor does not tell of.
    [[nodiscard]] bool needs_look() const { return needs_look_; }
    /// ZMQ_POLLIN and ZMQ_POLLOUT bits that hold now.
    [[nodiscard]] int look() const;

protected:
    explicit LinkSocket(std::unique_ptr<zmq::socket_t> socket);

    /// Takes the frame's bytes when `done`, leaves it alone otherwise. Never blocks.
    [[nodiscard]] LinkStatus send_frame(Frame& frame, bool has_more_parts = false) const;
    /// Never blocks.
    [[nodiscard]] LinkStatus receive_frame(Frame& frame) const;

private:
    std::unique_ptr<zmq::socket_t> socket_;
    int news_descriptor_ = -1;
    mutable bool needs_look_ = true;
};

}  // namespace drover
