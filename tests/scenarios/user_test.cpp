// Agents that run as another user of the machine: what they need stays usable for them.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "base/system_user.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/standby_state.hpp"
#include "tests/host/process/open_to_others.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* other_user = "nobody";

/// A ticker as somebody else and a listener as we are.
std::string ticker_as(const std::string& user) {
    return "  ticker: {plugin: @behaving@, agent: ticker" +
           (user.empty() ? "" : ", user: " + user) + "}\n" +
           "  listener: {plugin: @behaving@, agent: listener}\n";
}

class Users : public testing::Test {
protected:
    void SetUp() override {
        if (::geteuid() != 0 || !find_system_user(other_user)) {
            GTEST_SKIP() << "only root may start agents as another user, and there must be one";
        }
        if (!test::is_open_to_others(program_folder()) ||
            !test::is_open_to_others(fleet_.folder().parent_path())) {
            GTEST_SKIP() << "another user cannot reach " << program_folder();
        }
        let_others_enter();
    }
    /// The folder of a test is closed to others; that of a service is not.
    void let_others_enter() const {
        ::chmod(fleet_.folder().c_str(), 0755);
        ::chmod((fleet_.folder() / "run").c_str(), 0711);
    }
    [[nodiscard]] static uid_t owner_of(const std::filesystem::path& path) {
        struct stat about {};
        EXPECT_EQ(::stat(path.c_str(), &about), 0) << path;
        return about.st_uid;
    }
    [[nodiscard]] static std::string status_line(pid_t pid, const std::string& key) {
        std::ifstream file("/proc/" + std::to_string(pid) + "/status");
        for (std::string line; std::getline(file, line);) {
            if (line.starts_with(key + ":")) {
                return line;
            }
        }
        return {};
    }
    [[nodiscard]] pid_t pid_of(const std::string& agent) const {
        const auto status = fleet_.status();
        return status ? (*status)[agent].pid.value_or(-1) : -1;
    }
    [[nodiscard]] std::filesystem::path state_of_ticker() const {
        return fleet_.state_directory() / "agents/ticker/state.sqlite";
    }

    /// Whether a process is that user's in every respect: its ids, its groups, its home.
    static void expect_is_of(pid_t pid, const SystemUser& user) {
        const std::string id = '\t' + std::to_string(user.user);
        EXPECT_EQ(status_line(pid, "Uid"), "Uid:" + id + id + id + id) << pid;
        std::string groups = "Groups:\t";
        for (const gid_t group : user.groups) {
            groups += std::to_string(group) + ' ';
        }
        EXPECT_EQ(status_line(pid, "Groups"), groups) << pid;
        std::ifstream file("/proc/" + std::to_string(pid) + "/environ");
        const std::string environment((std::istreambuf_iterator<char>(file)), {});
        EXPECT_NE(environment.find(std::string(1, '\0') + "HOME=" + user.home.string() + '\0'),
                  std::string::npos)
            << pid;
    }

    FleetUnderTest fleet_;
};

TEST_F(Users, are_what_agents_run_as_and_their_messages_and_state_go_on) {
    const SystemUser user = find_system_user(other_user).value();
    fleet_.write_agents(ticker_as(other_user));
    fleet_.up();
    EXPECT_TRUE(fleet_.hears_more("listener"));
    const std::string id = std::to_string(user.user);
    EXPECT_EQ(status_line(pid_of("ticker"), "Uid"),
              "Uid:\t" + id + "\t" + id + "\t" + id + "\t" + id);
    EXPECT_EQ(status_line(pid_of("listener"), "Uid"), "Uid:\t0\t0\t0\t0");
    EXPECT_EQ(owner_of(state_of_ticker()), user.user);
    // A killed agent, and a killed router, come back to it.
    ASSERT_TRUE(gets_signal(pid_of("ticker"), SIGKILL));
    EXPECT_TRUE(fleet_.reaches(
        "ticker", [](const AgentStatus& now) { return now.is_well() && now.restarts == 1; }));
    ASSERT_TRUE(gets_signal(pid_of("drover-router"), SIGKILL));
    EXPECT_TRUE(fleet_.reaches("drover-router", [](const AgentStatus& now) {
        return now.is_well() && now.restarts == 1;
    }));
    EXPECT_TRUE(fleet_.hears_more("listener"));
    const ProgramResult described = fleet_.drover({"describe", "ticker", "-o", "json"});
    EXPECT_NE(described.output.find(R"("user":"set")"), std::string::npos) << described.text();
    fleet_.down();
    EXPECT_TRUE(fleet_.is_gone_within(patience));
}

TEST_F(Users, give_their_state_back_when_the_key_is_gone) {
    fleet_.write_agents(ticker_as(other_user));
    fleet_.up();
    ASSERT_TRUE(fleet_.hears_more("listener"));
    fleet_.write_agents(ticker_as(""));
    ASSERT_EQ(fleet_.drover({"apply"}).exit_code, 0);
    EXPECT_TRUE(fleet_.gets_well());
    EXPECT_TRUE(fleet_.hears_more("listener"));
    EXPECT_EQ(owner_of(state_of_ticker()), 0U);
    EXPECT_EQ(status_line(pid_of("ticker"), "Uid"), "Uid:\t0\t0\t0\t0");
}

TEST_F(Users, may_obey_the_kill_switch_and_may_not_touch_what_is_not_theirs) {
    fleet_.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker, user: nobody, "
        "config: {topic: order.submit.x}}\n"
        "  listener: {plugin: @behaving@, agent: listener}\n",
        "topics: {\"order.submit.>\": {gated: true}}\n");
    fleet_.up();
    ASSERT_TRUE(fleet_.hears_more("listener"));
    ASSERT_EQ(fleet_.drover({"kill-switch", "engage", "--reason", "test"}).exit_code, 0);
    EXPECT_TRUE(fleet_.reaches("ticker", [](const AgentStatus& now) {
        return now.health == "degraded" &&
               now.reason.find("a tick was refused") != std::string::npos;
    }));
    ASSERT_EQ(fleet_.drover({"kill-switch", "release"}).exit_code, 0);
    EXPECT_TRUE(fleet_.hears_more("listener"));
    // Others may pass the folders and connect to nothing but their own link.
    struct stat about {};
    ASSERT_EQ(::stat((fleet_.state_directory() / "run/control").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 077U, 0U);
    for (const auto& socket :
         std::filesystem::directory_iterator(fleet_.state_directory() / "run")) {
        ASSERT_EQ(::stat(socket.path().c_str(), &about), 0);
        EXPECT_EQ(about.st_mode & 077U, 0U) << socket.path();
    }
    ASSERT_EQ(::stat((fleet_.state_directory() / "kill_switch").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 022U, 0U);
}

TEST_F(Users, that_cannot_reach_what_an_agent_needs_fail_it_with_a_sentence) {
    ::chmod(fleet_.folder().c_str(), 0700);
    fleet_.write_agents(ticker_as(other_user));
    fleet_.up(3);
    EXPECT_TRUE(fleet_.reaches("ticker", [](const AgentStatus& now) {
        return now.state == "failed" &&
               now.reason.find("user: nobody cannot") != std::string::npos &&
               now.reason.find("must be open to nobody") != std::string::npos;
    }));
    let_others_enter();
    ASSERT_EQ(fleet_.drover({"start", "ticker"}).exit_code, 0);
    EXPECT_TRUE(fleet_.gets_well());
}

TEST_F(Users, are_who_the_processes_are_that_stand_by_for_their_agents) {
    const SystemUser user = find_system_user(other_user).value();
    fleet_.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker, user: nobody, standby: zygote}\n"
        "  second: {plugin: @behaving@, agent: quiet, user: nobody, standby: spare}\n"
        "  listener: {plugin: @behaving@, agent: listener, standby: zygote}\n");
    fleet_.up();
    const pid_t zygote = pid_in(standby_gets(fleet_, "ticker", "ready"));
    const pid_t spare = pid_in(standby_gets(fleet_, "second", "ready"));
    const pid_t own = pid_in(standby_gets(fleet_, "listener", "ready"));
    EXPECT_NE(zygote, own) << "no copy of another user's process";
    for (const pid_t pid : {zygote, spare}) {
        expect_is_of(pid, user);
    }
    EXPECT_EQ(status_line(own, "Uid"), "Uid:\t0\t0\t0\t0");
    for (int round = 0; round < 2; ++round) {
        const Json copied = copied_and_back(fleet_, "ticker");
        EXPECT_EQ(text_at(copied, "started_by"), "zygote") << copied;
        expect_is_of(pid_in(copied), user);
        (void)standby_gets(fleet_, "second", "ready");
        const Json spared = killed_and_back(fleet_, "second");
        EXPECT_EQ(text_at(spared, "started_by"), "spare") << spared;
        expect_is_of(pid_in(spared), user);
    }
    const Json back = copied_and_back(fleet_, "listener");
    EXPECT_EQ(text_at(back, "started_by"), "zygote") << back;
    EXPECT_EQ(status_line(pid_in(back), "Uid"), "Uid:\t0\t0\t0\t0");
    EXPECT_TRUE(fleet_.hears_more("listener"));
    EXPECT_EQ(owner_of(state_of_ticker()), user.user);
    fleet_.down();
    EXPECT_TRUE(fleet_.is_gone_within(patience));
}

TEST_F(Users, that_cannot_reach_it_any_more_fail_an_agent_though_something_stands_by) {
    for (const std::string standby : {"zygote", "spare"}) {
        let_others_enter();
        fleet_.write_agents(
            "  ticker: {plugin: @behaving@, agent: ticker, user: nobody, standby: " + standby +
            "}\n");
        fleet_.up();
        (void)standby_gets(fleet_, "ticker", "ready");
        ::chmod(fleet_.folder().c_str(), 0700);
        ASSERT_TRUE(gets_signal(pid_of("ticker"), SIGKILL));
        EXPECT_TRUE(fleet_.reaches("ticker", [](const AgentStatus& now) {
            return now.state == "failed" &&
                   now.reason.find("user: nobody cannot") != std::string::npos;
        })) << standby;
        let_others_enter();
        EXPECT_EQ(fleet_.drover({"start", "ticker"}).exit_code, 0);
        EXPECT_TRUE(fleet_.gets_well()) << standby;
        fleet_.down();
    }
}

TEST_F(Users, that_an_agent_no_longer_has_leave_nothing_that_stands_by_as_them) {
    for (const std::string standby : {"zygote", "spare"}) {
        const auto agents = [&](const std::string& user) {
            return "  ticker: {plugin: @behaving@, agent: ticker, standby: " + standby + user +
                   "}\n";
        };
        fleet_.write_agents(agents(", user: nobody"));
        fleet_.up();
        const pid_t first = pid_in(standby_gets(fleet_, "ticker", "ready"));
        fleet_.write_agents(agents(""));
        ASSERT_EQ(fleet_.drover({"apply"}).exit_code, 0);
        EXPECT_TRUE(fleet_.gets_well());
        const pid_t next = pid_in(standby_gets(fleet_, "ticker", "ready"));
        EXPECT_NE(first, next);
        EXPECT_EQ(status_line(next, "Uid"), "Uid:\t0\t0\t0\t0") << standby;
        const Json back = copied_and_back(fleet_, "ticker");
        EXPECT_EQ(text_at(back, "started_by"), standby) << back;
        EXPECT_EQ(status_line(pid_in(back), "Uid"), "Uid:\t0\t0\t0\t0") << standby;
        fleet_.down();
    }
}

TEST_F(Users, cannot_make_droverd_take_another_process_for_a_copy_of_their_zygote) {
    fleet_.write_agents("  liar: {plugin: @lies_as_a_zygote@, user: nobody, standby: zygote}\n");
    fleet_.up();
    EXPECT_TRUE(fleet_.gets_well());
    const auto status = fleet_.status();
    ASSERT_TRUE(status);
    const Json liar = part_of(*status, "liar");
    EXPECT_NE(pid_in(liar), status->supervisor);
    EXPECT_EQ(text_at(liar, "started_by"), "exec") << liar;
    EXPECT_NE(text_at(liar, "started_by_reason").find("which is no copy of it"), std::string::npos)
        << liar;
    fleet_.down();
    EXPECT_TRUE(fleet_.is_gone_within(patience));
}

TEST_F(Users, of_an_adopted_fleet_keep_their_links_when_the_router_is_lost) {
    fleet_.write_agents(ticker_as(other_user), "on_supervisor_death: adopt\n");
    fleet_.up();
    const auto before = fleet_.status();
    ASSERT_TRUE(before);
    ASSERT_TRUE(gets_signal(before->supervisor, SIGKILL));
    ASSERT_TRUE(fleet_.reaches(
        [&](const FleetStatus& now) { return now.supervisor != before->supervisor; }));
    EXPECT_EQ(pid_of("ticker"), (*before)["ticker"].pid.value_or(0));
    ASSERT_TRUE(gets_signal(pid_of("drover-router"), SIGKILL));
    EXPECT_TRUE(fleet_.reaches("drover-router", [&](const AgentStatus& now) {
        return now.is_well() && now.pid != (*before)["drover-router"].pid;
    }));
    EXPECT_TRUE(fleet_.hears_more("listener"));
    EXPECT_EQ(pid_of("ticker"), (*before)["ticker"].pid.value_or(0));
}

TEST_F(Users, that_do_not_exist_are_a_fault_and_nothing_starts) {
    fleet_.write_agents(ticker_as("no-such-user"));
    const ProgramResult up = fleet_.drover({"up", "-d"});
    EXPECT_EQ(up.exit_code, 1);
    EXPECT_NE(up.errors.find("There is no user 'no-such-user' on this machine."), std::string::npos)
        << up.text();
    EXPECT_TRUE(fleet_.processes().empty());
}

}  // namespace
}  // namespace drover::scenarios
