// What a service manager hears of a fleet.
#include "daemon/service_manager.hpp"

#include <array>
#include <cstdlib>
#include <cstring>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using test::ScratchFolder;
using namespace std::chrono_literals;

class ServiceManagers : public ::testing::Test {
protected:
    ServiceManagers() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strcpy(address.sun_path, socket_.c_str());
        EXPECT_EQ(
            ::bind(manager_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
            0);
        ::setenv("NOTIFY_SOCKET", socket_.c_str(), 1);
    }
    ~ServiceManagers() override {
        for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
            ::unsetenv(name);
        }
    }
    /// The next datagram, or "" where there is none.
    [[nodiscard]] std::string heard() const {
        std::array<char, 4096> block{};
        const ssize_t got = ::recv(manager_.number(), block.data(), block.size(), MSG_DONTWAIT);
        return got < 0 ? "" : std::string(block.data(), static_cast<std::size_t>(got));
    }

    ScratchFolder scratch_;
    std::string socket_ = scratch_.path() / "notify";
    FileDescriptor manager_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    static constexpr int guard = 4711;
};

TEST_F(ServiceManagers, hear_that_the_fleet_is_ready_and_how_it_does) {
    auto service = ServiceManager::from_environment(guard);
    service.ready("starting");
    EXPECT_EQ(heard(), "READY=1\nSTATUS=starting");
    service.status("starting");
    EXPECT_EQ(heard(), "") << "the same again is no news";
    service.status("all is well");
    EXPECT_EQ(heard(), "STATUS=all is well");
    service.stopping();
    EXPECT_EQ(heard(), "STOPPING=1");
}

TEST_F(ServiceManagers, are_not_what_agents_inherit) {
    ::setenv("WATCHDOG_USEC", "1000", 1);
    ::setenv("WATCHDOG_PID", "1", 1);
    const auto service = ServiceManager::from_environment(guard);
    EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
    EXPECT_EQ(std::getenv("WATCHDOG_USEC"), nullptr);
    EXPECT_EQ(std::getenv("WATCHDOG_PID"), nullptr);
}

TEST_F(ServiceManagers, are_fed_twice_in_the_watchdogs_time) {
    ::setenv("WATCHDOG_USEC", "10000000", 1);
    ::setenv("WATCHDOG_PID", std::to_string(guard).c_str(), 1);
    auto service = ServiceManager::from_environment(guard);
    const Monotonic now = monotonic_now();
    service.feed_watchdog(now);
    EXPECT_EQ(heard(), "WATCHDOG=1");
    EXPECT_EQ(service.next_feeding(), now + 5s);
    service.feed_watchdog(now + 4s);
    EXPECT_EQ(heard(), "");
    service.feed_watchdog(now + 5s);
    EXPECT_EQ(heard(), "WATCHDOG=1");
}

TEST_F(ServiceManagers, of_another_process_are_not_fed) {
    ::setenv("WATCHDOG_USEC", "10000000", 1);
    ::setenv("WATCHDOG_PID", "1", 1);
    auto service = ServiceManager::from_environment(guard);
    EXPECT_FALSE(service.next_feeding());
    service.feed_watchdog(monotonic_now());
    EXPECT_EQ(heard(), "");
}

TEST_F(ServiceManagers, that_nobody_named_are_not_told) {
    for (const char* address : {"", "relative", "/"}) {
        ::setenv("NOTIFY_SOCKET", address, 1);
        auto service = ServiceManager::from_environment(guard);
        EXPECT_FALSE(service.is_told()) << address;
        service.ready("to nobody");
    }
    ::setenv("NOTIFY_SOCKET", (scratch_.path() / "nobody").c_str(), 1);
    auto service = ServiceManager::from_environment(guard);
    service.ready("to somebody who is gone");
}

}  // namespace
}  // namespace drover
