#include "link/poller.hpp"

#include <cerrno>
#include <string>

namespace drover {
namespace {

short events_of(bool for_reading, bool for_writing) {
    return static_cast<short>((for_reading ? ZMQ_POLLIN : 0) | (for_writing ? ZMQ_POLLOUT : 0));
}

long milliseconds_of(std::optional<std::chrono::nanoseconds> longest) {
    if (!longest) {
        return -1;
    }
    return std::chrono::ceil<std::chrono::milliseconds>(*longest).count();
}

}  // namespace

std::size_t Poller::add(const LinkSocket& socket, bool for_reading, bool for_writing) {
    items_.push_back({socket.handle(), 0, events_of(for_reading, for_writing), 0});
    return items_.size() - 1;
}

std::size_t Poller::add(int descriptor, bool for_reading, bool for_writing) {
    items_.push_back({nullptr, descriptor, events_of(for_reading, for_writing), 0});
    return items_.size() - 1;
}

Result<void> Poller::wait(std::optional<std::chrono::nanoseconds> longest) {
    if (::zmq_poll(items_.data(), static_cast<int>(items_.size()), milliseconds_of(longest)) >= 0) {
        return success();
    }
    if (errno == EINTR) {
        for (zmq_pollitem_t& item : items_) {
            item.revents = 0;
        }
        return success();
    }
    return Error{ErrorKind::unavailable,
                 std::string("Waiting for messages failed: ") + ::zmq_strerror(errno) + "."};
}

bool Poller::is_readable(std::size_t index) const {
    // A descriptor whose peer is gone reads its end.
    return (items_[index].revents & (ZMQ_POLLIN | ZMQ_POLLERR)) != 0;
}

bool Poller::is_writable(std::size_t index) const {
    return (items_[index].revents & ZMQ_POLLOUT) != 0;
}

}  // namespace drover
