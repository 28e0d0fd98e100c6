#include "link/link_socket.hpp"

#include <cerrno>
#include <utility>

#include <zmq.hpp>

namespace drover {
namespace {

/// EINTR counts as "not now": whoever polls comes back.
LinkStatus status_of(int result) {
    if (result >= 0) {
        return LinkStatus::done;
    }
    return errno == EAGAIN || errno == EINTR ? LinkStatus::would_block : LinkStatus::failed;
}

}  // namespace

LinkSocket::LinkSocket(std::unique_ptr<zmq::socket_t> socket) : socket_(std::move(socket)) {
    std::size_t size = sizeof(news_descriptor_);
    ::zmq_getsockopt(socket_->handle(), ZMQ_FD, &news_descriptor_, &size);
}
LinkSocket::LinkSocket(LinkSocket&&) noexcept = default;
LinkSocket& LinkSocket::operator=(LinkSocket&&) noexcept = default;
LinkSocket::~LinkSocket() = default;

void* LinkSocket::handle() const {
    return socket_->handle();
}

int LinkSocket::look() const {
    int events = 0;
    std::size_t size = sizeof(events);
    ::zmq_getsockopt(socket_->handle(), ZMQ_EVENTS, &events, &size);
    needs_look_ = (events & ZMQ_POLLIN) != 0;
    return events;
}

LinkStatus LinkSocket::send_frame(Frame& frame, bool has_more_parts) const {
    needs_look_ = true;
    const int flags = ZMQ_DONTWAIT | (has_more_parts ? ZMQ_SNDMORE : 0);
    return status_of(::zmq_msg_send(frame.handle(), socket_->handle(), flags));
}

LinkStatus LinkSocket::receive_frame(Frame& frame) const {
    const LinkStatus status =
        status_of(::zmq_msg_recv(frame.handle(), socket_->handle(), ZMQ_DONTWAIT));
    // A receive that finds nothing has taken in all news before.
    needs_look_ = status != LinkStatus::would_block;
    return status;
}

}  // namespace drover
