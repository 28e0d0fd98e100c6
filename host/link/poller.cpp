#include "link/poller.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <string>

#include <zmq.h>

#include "base/clock.hpp"

namespace drover {
namespace {

timespec time_of(std::chrono::nanoseconds length) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(length);
    return {static_cast<std::time_t>(seconds.count()),
            static_cast<long>((length - seconds).count())};
}

}  // namespace

std::size_t Poller::add(const LinkSocket& socket, bool for_reading, bool for_writing) {
    items_.push_back({&socket, for_reading, for_writing, false, false});
    waits_.push_back({socket.news_descriptor(), POLLIN, 0});
    return items_.size() - 1;
}

std::size_t Poller::add(int descriptor, bool for_reading, bool for_writing) {
    items_.push_back({nullptr, for_reading, for_writing, false, false});
    waits_.push_back({descriptor,
                      static_cast<short>((for_reading ? POLLIN : 0) | (for_writing ? POLLOUT : 0)),
                      0});
    return items_.size() - 1;
}

Result<void> Poller::wait(std::optional<std::chrono::nanoseconds> longest) {
    const Monotonic began = longest ? monotonic_now() : Monotonic{};
    bool is_ready = look_at_links();
    while (true) {
        timespec pause{};
        if (longest && !is_ready) {
            pause = time_of(
                std::max(*longest - (monotonic_now() - began), std::chrono::nanoseconds::zero()));
        }
        const bool has_end = longest || is_ready;
        const int count =
            ::ppoll(waits_.data(), waits_.size(), has_end ? &pause : nullptr, nullptr);
        if (count < 0) {
            return errno == EINTR
                       ? success()
                       : Result<void>(Error{ErrorKind::unavailable,
                                            std::string("Waiting for messages failed: ") +
                                                std::strerror(errno) + "."});
        }
        is_ready = (count > 0 && take_news()) || is_ready;
        if (is_ready || count == 0) {
            return success();
        }
    }
}

bool Poller::look_at_links() {
    bool is_ready = false;
    for (Item& item : items_) {
        if (item.link != nullptr && (item.link->needs_look() || item.for_writing)) {
            is_ready = look_at(item) || is_ready;
        }
    }
    return is_ready;
}

bool Poller::look_at(Item& item) {
    const int events = item.link->look();
    item.is_readable = item.for_reading && (events & ZMQ_POLLIN) != 0;
    item.is_writable = item.for_writing && (events & ZMQ_POLLOUT) != 0;
    return item.is_readable || item.is_writable;
}

bool Poller::take_news() {
    bool is_ready = false;
    for (std::size_t index = 0; index < items_.size(); ++index) {
        Item& item = items_[index];
        const int news = waits_[index].revents;
        if (news == 0) {
            continue;
        }
        if (item.link != nullptr) {
            is_ready = look_at(item) || is_ready;
        } else {
            // A descriptor whose peer is gone reads its end.
            item.is_readable = (news & (POLLIN | POLLERR | POLLHUP)) != 0;
            item.is_writable = (news & POLLOUT) != 0;
            is_ready = true;
        }
    }
    return is_ready;
}

}  // namespace drover
