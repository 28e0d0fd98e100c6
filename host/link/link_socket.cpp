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

LinkSocket::LinkSocket(std::unique_ptr<zmq::socket_t> socket) : socket_(std::move(socket)) {}
LinkSocket::LinkSocket(LinkSocket&&) noexcept = default;
LinkSocket& LinkSocket::operator=(LinkSocket&&) noexcept = default;
LinkSocket::~LinkSocket() = default;

void* LinkSocket::handle() const {
    return socket_->handle();
}

LinkStatus LinkSocket::send_frame(Frame& frame) const {
    return status_of(::zmq_msg_send(frame.handle(), socket_->handle(), ZMQ_DONTWAIT));
}

LinkStatus LinkSocket::receive_frame(Frame& frame) const {
    return status_of(::zmq_msg_recv(frame.handle(), socket_->handle(), ZMQ_DONTWAIT));
}

}  // namespace drover
