// droverd as a service: what a service manager hears, and who finds the fleet.
#include <array>
#include <csignal>
#include <cstring>
#include <thread>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

/// The end of NOTIFY_SOCKET that systemd holds.
class Manager {
public:
    explicit Manager(std::filesystem::path path) : path_(std::move(path)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strcpy(address.sun_path, path_.c_str());
        EXPECT_EQ(
            ::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
            0);
    }
    /// Takes what has come so far, up to the first datagram with `text`. Returns whether there was
    /// one.
    [[nodiscard]] bool has_heard(const std::string& text) {
        std::array<char, 4096> block{};
        ssize_t got = 0;
        while ((got = ::recv(socket_.number(), block.data(), block.size(), MSG_DONTWAIT)) > 0) {
            const std::string_view said(block.data(), static_cast<std::size_t>(got));
            if (said.find(text) != std::string_view::npos) {
                return true;
            }
        }
        return false;
    }
    /// Waits until a datagram with `text` has come.
    [[nodiscard]] bool hears(const std::string& text) {
        return eventually([&] { return has_heard(text); });
    }

private:
    std::filesystem::path path_;
    FileDescriptor socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

class ServiceScenario : public testing::Test {
protected:
    ServiceScenario() { fleet_.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n"); }

    [[nodiscard]] Program start_service() const {
        ProgramStart start = fleet_.start_of(
            "droverd",
            {"--file", fleet_.folder() / "agents.yaml", "--state-dir", fleet_.state_directory()});
        start.environment.push_back("NOTIFY_SOCKET=" + socket_.string());
        start.environment.emplace_back("WATCHDOG_USEC=400000");
        return Program(start);
    }

    FleetUnderTest fleet_;
    std::filesystem::path socket_ = fleet_.folder() / "notify";
    Manager manager_{socket_};
};

TEST_F(ServiceScenario, tells_the_manager_that_it_is_ready_well_alive_and_stopping) {
    Program service = start_service();
    EXPECT_TRUE(manager_.hears("READY=1"));
    EXPECT_TRUE(manager_.hears("STATUS=2 of 2 units are running and healthy."));
    EXPECT_TRUE(manager_.hears("WATCHDOG=1"));
    EXPECT_TRUE(manager_.hears("WATCHDOG=1"));
    service.send_signal(SIGTERM);
    EXPECT_TRUE(manager_.hears("STOPPING=1"));
    ASSERT_TRUE(service.wait_for_end(patience));
    EXPECT_EQ(service.exit_code(), 0) << service.errors();
}

TEST_F(ServiceScenario, feeds_no_watchdog_while_the_supervisor_stands_still) {
    const Program service = start_service();
    ASSERT_TRUE(manager_.hears("STATUS=2 of 2 units are running and healthy."));
    const auto status = fleet_.status();
    ASSERT_TRUE(status);
    ASSERT_TRUE(gets_signal(status->supervisor, SIGSTOP));
    // Whatever was on its way is heard first; then there is silence for two of its times.
    const auto begin = std::chrono::steady_clock::now();
    auto last = begin;
    while (std::chrono::steady_clock::now() - last < std::chrono::milliseconds(800) &&
           std::chrono::steady_clock::now() - begin < patience) {
        if (manager_.has_heard("WATCHDOG=1")) {
            last = std::chrono::steady_clock::now();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_LT(last - begin, patience - std::chrono::seconds(1));
    ASSERT_TRUE(gets_signal(status->supervisor, SIGCONT));
    EXPECT_TRUE(manager_.hears("WATCHDOG=1"));
}

TEST_F(ServiceScenario, says_on_its_error_output_why_it_does_not_start) {
    fleet_.write("agents.yaml", "version: 1\nname: x\nagents: {a: {plugin: nowhere}}\n");
    Program service = start_service();
    ASSERT_TRUE(service.wait_for_end(patience));
    EXPECT_EQ(service.exit_code(), 1);
    EXPECT_NE(service.errors().find("nowhere"), std::string::npos) << service.errors();
}

TEST_F(ServiceScenario, is_found_by_a_person_with_another_runtime_folder) {
    const Program service = start_service();
    ASSERT_TRUE(manager_.hears("STATUS=2 of 2 units are running and healthy."));
    ProgramStart asking =
        fleet_.start_of("drover", {"--state-dir", fleet_.state_directory(), "status"});
    asking.environment.insert(asking.environment.begin(),
                              "XDG_RUNTIME_DIR=" + (fleet_.folder() / "elsewhere").string());
    const ProgramResult asked = run_program(asking, patience);
    EXPECT_EQ(asked.exit_code, 0) << asked.text();
    EXPECT_NE(asked.output.find("ticker"), std::string::npos);
}

}  // namespace
}  // namespace drover::scenarios
