/// Waiting for a fleet and for the end of a process.
#include "command/waiting.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <sys/wait.h>

#include "fake_droverd.hpp"

namespace drover::test {

namespace {

constexpr auto very_long = std::chrono::seconds(30);

/// Says that risk is starting, and from the third look on that it runs.
Answers running_at_the_third_look(std::atomic<int>& looks) {
    return [&looks](const std::string&, const Json&) {
        const bool is_up = ++looks >= 3;
        return good(status_of({agent("risk", is_up ? "running" : "starting", "healthy", "")}));
    };
}

bool is_risk_running(const FleetSnapshot& fleet) {
    return fleet.find("risk") != nullptr && fleet.find("risk")->state == "running";
}

}  // namespace

TEST(WaitingForAFleet, looks_until_it_is_as_it_is_wanted) {
    const CommandFolder folder;
    std::atomic<int> looks = 0;
    const FakeDroverd droverd(folder.state(), running_at_the_third_look(looks));
    auto client = ControlClient::connect(folder.state());
    ASSERT_TRUE(client);
    const auto fleet = wait_for_fleet(client.value(), very_long, is_risk_running);
    ASSERT_TRUE(fleet);
    EXPECT_TRUE(is_risk_running(fleet.value()));
    EXPECT_EQ(looks.load(), 3);
}

TEST(WaitingForAFleet, looks_once_where_there_is_no_time_and_tells_what_it_saw) {
    const CommandFolder folder;
    std::atomic<int> looks = 0;
    const FakeDroverd droverd(folder.state(), running_at_the_third_look(looks));
    auto client = ControlClient::connect(folder.state());
    ASSERT_TRUE(client);
    const auto fleet = wait_for_fleet(client.value(), std::chrono::seconds(0), is_risk_running);
    ASSERT_TRUE(fleet);
    EXPECT_FALSE(is_risk_running(fleet.value()));
    EXPECT_EQ(looks.load(), 1);
}

TEST(WaitingForAFleet, fails_when_droverd_goes_away) {
    const CommandFolder folder;
    FakeDroverd* server = nullptr;
    FakeDroverd droverd(folder.state(), [&server](const std::string&, const Json&) {
        server->hang_up();
        return good(status_of({agent("risk", "starting", "unknown", "")}));
    });
    server = &droverd;
    auto client = ControlClient::connect(folder.state());
    ASSERT_TRUE(client);
    const auto fleet = wait_for_fleet(client.value(), very_long, is_risk_running);
    ASSERT_FALSE(fleet);
    EXPECT_EQ(fleet.error().kind, ErrorKind::unavailable);
}

TEST(WaitingForAProcess, ends_with_it_and_not_before) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::pause();
        ::_exit(0);
    }
    EXPECT_FALSE(wait_for_process_end(child, std::chrono::milliseconds(1)));
    ::kill(child, SIGKILL);
    EXPECT_TRUE(wait_for_process_end(child, very_long));
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    EXPECT_TRUE(wait_for_process_end(child, very_long)) << "it is gone altogether";
}

}  // namespace drover::test
