#include "daemon/service_manager.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace drover {
namespace {

std::string taken_from_environment(const char* name) {
    const char* const value = std::getenv(name);
    std::string text = value == nullptr ? "" : value;
    ::unsetenv(name);
    return text;
}

/// 0 where the text is no number.
std::int64_t number_in(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc{} && end == text.data() + text.size() ? number : 0;
}

}  // namespace

ServiceManager ServiceManager::from_environment(int guard) {
    ServiceManager manager;
    manager.address_ = taken_from_environment("NOTIFY_SOCKET");
    manager.watchdog_text_ = taken_from_environment("WATCHDOG_USEC");
    manager.watchdog_process_ = taken_from_environment("WATCHDOG_PID");
    const std::int64_t microseconds = number_in(manager.watchdog_text_);
    const std::string& meant = manager.watchdog_process_;
    const std::string& address = manager.address_;
    const bool is_address = address.size() > 1 && address.size() < sizeof(sockaddr_un::sun_path) &&
                            (address.front() == '/' || address.front() == '@');
    if (!is_address) {
        return manager;
    }
    manager.socket_ = FileDescriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const bool is_meant =
        meant.empty() || number_in(meant) == guard || number_in(meant) == ::getpid();
    if (microseconds > 0 && is_meant) {
        manager.watchdog_ = std::chrono::nanoseconds(microseconds * 1000);
    }
    return manager;
}

void ServiceManager::return_to_environment() const {
    for (const auto& [name, value] : {std::pair{"NOTIFY_SOCKET", address_},
                                      std::pair{"WATCHDOG_USEC", watchdog_text_},
                                      std::pair{"WATCHDOG_PID", watchdog_process_}}) {
        if (!value.empty()) {
            ::setenv(name, value.c_str(), 1);
        }
    }
}

void ServiceManager::ready(const std::string& status) {
    last_status_ = status;
    send("READY=1\nSTATUS=" + status);
}

void ServiceManager::status(const std::string& status) {
    if (status != last_status_) {
        last_status_ = status;
        send("STATUS=" + status);
    }
}

void ServiceManager::stopping() {
    send("STOPPING=1");
}

void ServiceManager::feed_watchdog(Monotonic now) {
    if (watchdog_ && now >= next_feeding_) {
        next_feeding_ = now + *watchdog_ / 2;
        send("WATCHDOG=1");
    }
}

std::optional<Monotonic> ServiceManager::next_feeding() const {
    return watchdog_ ? std::optional(next_feeding_) : std::nullopt;
}

void ServiceManager::send(const std::string& lines) const {
    if (!socket_.is_open()) {
        return;
    }
    sockaddr_un target{};
    target.sun_family = AF_UNIX;
    std::memcpy(target.sun_path, address_.data(), address_.size());
    if (target.sun_path[0] == '@') {
        target.sun_path[0] = '\0';  // An abstract address.
    }
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    // A manager that does not listen must not hold up the fleet.
    (void)::sendto(socket_.number(),
                   lines.data(),
                   lines.size(),
                   MSG_NOSIGNAL | MSG_DONTWAIT,
                   reinterpret_cast<const sockaddr*>(&target),
                   length);
}

}  // namespace drover
