#include "daemon/event_loop.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace drover {

Result<EventLoop> EventLoop::create() {
    FileDescriptor set(::epoll_create1(EPOLL_CLOEXEC));
    FileDescriptor timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.fd = timer.number();
    if (!set.is_open() || !timer.is_open() ||
        ::epoll_ctl(set.number(), EPOLL_CTL_ADD, timer.number(), &wanted) != 0) {
        return Error{ErrorKind::unavailable,
                     std::string("Cannot wait for events: ") + std::strerror(errno) + "."};
    }
    return EventLoop(std::move(set), std::move(timer));
}

EventLoop::EventLoop(FileDescriptor set, FileDescriptor timer)
    : set_(std::move(set)), timer_(std::move(timer)) {}

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

void EventLoop::set_timer(std::optional<Monotonic> deadline) {
    if (deadline == timer_due_) {
        return;
    }
    constexpr std::int64_t per_second = 1'000'000'000;
    itimerspec setting{};
    if (deadline) {
        // Zero would disarm the timer; a time that has passed fires at once.
        const std::int64_t due = std::max<std::int64_t>(deadline->time_since_epoch().count(), 1);
        setting.it_value.tv_sec = due / per_second;
        setting.it_value.tv_nsec = due % per_second;
    }
    ::timerfd_settime(timer_.number(), TFD_TIMER_ABSTIME, &setting, nullptr);
    timer_due_ = deadline;
}

void EventLoop::turn(std::optional<Monotonic> deadline) {
    constexpr int most_events = 64;
    set_timer(deadline);
    std::array<epoll_event, most_events> news{};
    const int count = ::epoll_wait(set_.number(), news.data(), most_events, -1);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = news[static_cast<std::size_t>(i)];
        if (event.data.fd == timer_.number()) {
            std::uint64_t times = 0;
            [[maybe_unused]] const ssize_t got = ::read(timer_.number(), &times, sizeof times);
            timer_due_.reset();
            continue;
        }
        const auto found = watches_.find(event.data.fd);
        if (found != watches_.end()) {
            const auto handler = found->second.handler;  // It may forget itself.
            (*handler)(event.events);
        }
    }
}

}  // namespace drover
