#include "daemon/event_loop.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <string>
#include <utility>

#include <sys/epoll.h>

namespace drover {

Result<EventLoop> EventLoop::create() {
    FileDescriptor set(::epoll_create1(EPOLL_CLOEXEC));
    if (!set.is_open()) {
        return Error{ErrorKind::unavailable,
                     std::string("Cannot wait for events: ") + std::strerror(errno) + "."};
    }
    return EventLoop(std::move(set));
}

void EventLoop::watch(int descriptor, std::uint32_t events, Handler handler) {
    epoll_event wanted{};
    wanted.events = events;
    wanted.data.fd = descriptor;
    const bool is_known = watches_.contains(descriptor);
    ::epoll_ctl(set_.number(), is_known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &wanted);
    watches_[descriptor] = Watch{events, std::make_shared<const Handler>(std::move(handler))};
}

void EventLoop::change(int descriptor, std::uint32_t events) {
    const auto found = watches_.find(descriptor);
    if (found == watches_.end() || found->second.events == events) {
        return;
    }
    epoll_event wanted{};
    wanted.events = events;
    wanted.data.fd = descriptor;
    ::epoll_ctl(set_.number(), EPOLL_CTL_MOD, descriptor, &wanted);
    found->second.events = events;
}

void EventLoop::forget(int descriptor) {
    if (watches_.erase(descriptor) > 0) {
        ::epoll_ctl(set_.number(), EPOLL_CTL_DEL, descriptor, nullptr);
    }
}

void EventLoop::turn(std::optional<Monotonic> deadline) {
    constexpr int most_events = 64;
    constexpr std::int64_t per_second = 1'000'000'000;
    timespec pause{};
    if (deadline) {
        const std::int64_t left = std::max<std::int64_t>((*deadline - monotonic_now()).count(), 0);
        pause = {left / per_second, left % per_second};
    }
    std::array<epoll_event, most_events> news{};
    const int count = ::epoll_pwait2(
        set_.number(), news.data(), most_events, deadline ? &pause : nullptr, nullptr);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = news[static_cast<std::size_t>(i)];
        const auto found = watches_.find(event.data.fd);
        if (found != watches_.end()) {
            const auto handler = found->second.handler;  // It may forget itself.
            (*handler)(event.events);
        }
    }
}

}  // namespace drover
