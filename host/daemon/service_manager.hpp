/// Tells the service manager that started droverd how the fleet does: ready, well, stopping.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"

namespace drover {

/// systemd's notification protocol, sd_notify(3): datagrams of KEY=VALUE lines to the socket that
/// NOTIFY_SOCKET names. Where nobody asks to be told, every call does nothing. One thread.
class ServiceManager {
public:
    /// Takes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID out of the environment, so that no agent
    /// speaks for droverd. A watchdog that means another process than this one or `guard` is not
    /// fed.
    static ServiceManager from_environment(int guard);

    /// Puts back what `from_environment` took: another program goes on in this process.
    void return_to_environment() const;

    [[nodiscard]] bool is_told() const { return socket_.is_open(); }

    /// The fleet is under supervision; `status` is one line for people.
    void ready(const std::string& status);
    /// Says `status` when it is not what was said last.
    void status(const std::string& status);
    void stopping();

    /// Says that the supervisor's loop turns, twice in the time that the watchdog allows.
    void feed_watchdog(Monotonic now);
    /// When `feed_watchdog` is due; nothing without a watchdog.
    [[nodiscard]] std::optional<Monotonic> next_feeding() const;

private:
    ServiceManager() = default;
    void send(const std::string& lines) const;

    FileDescriptor socket_;
    std::string address_;
    std::string watchdog_text_;
    std::string watchdog_process_;
    std::string last_status_;
    std::optional<std::chrono::nanoseconds> watchdog_;
    Monotonic next_feeding_{};
};

}  // namespace drover
