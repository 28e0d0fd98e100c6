// What stands by makes the next process of an agent: a zygote is copied, a spare takes over. What
// holds for an agent that was executed holds for these too.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/standby_state.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* chatter_of_zygotes =
    R"(  ticker: {plugin: @behaving@, agent: ticker, standby: zygote}
  listener: {plugin: @behaving@, agent: listener, standby: zygote}
)";

std::size_t count_of(const FleetUnderTest& fleet, const std::string& words) {
    std::size_t count = 0;
    for (const MarkedProcess& process : fleet.processes()) {
        count += process.command.find(words) == std::string::npos ? 0U : 1U;
    }
    return count;
}

TEST(Zygote, is_copied_when_an_agent_was_killed_and_messages_flow_again) {
    FleetUnderTest fleet;
    fleet.write_agents(chatter_of_zygotes);
    fleet.up();
    (void)standby_gets(fleet, "ticker", "ready");
    for (int round = 0; round < 3; ++round) {
        for (const char* agent : {"ticker", "listener"}) {
            const Json back = copied_and_back(fleet, agent);
            EXPECT_EQ(text_at(back, "started_by"), "zygote") << back;
            EXPECT_EQ(text_at(back, "started_by_reason"), "") << back;
        }
    }
    EXPECT_TRUE(fleet.hears_more("listener"));
    EXPECT_TRUE(fleet.gets_well());
    EXPECT_EQ(count_of(fleet, "--live ticker"), 1U) << "ps shows a copy under its agent's name";
}

TEST(Zygote, serves_all_agents_that_are_started_alike) {
    FleetUnderTest fleet;
    fleet.write_agents(chatter_of_zygotes);
    fleet.up();
    const Json ticker = standby_gets(fleet, "ticker", "ready");
    const Json listener = standby_gets(fleet, "listener", "ready");
    EXPECT_EQ(pid_in(ticker), pid_in(listener));
    EXPECT_EQ(count_of(fleet, "--zygote"), 1U);
}

TEST(Zygote, is_shown_by_describe) {
    FleetUnderTest fleet;
    fleet.write_agents(chatter_of_zygotes);
    fleet.up();
    (void)standby_gets(fleet, "ticker", "ready");
    const ProgramResult described = fleet.drover({"describe", "ticker"});
    EXPECT_EQ(described.exit_code, 0);
    EXPECT_NE(described.output.find("standby"), std::string::npos) << described.text();
    EXPECT_NE(described.output.find("started_by"), std::string::npos) << described.text();
}

TEST(Zygote, that_was_killed_is_replaced_and_the_agents_do_not_notice) {
    FleetUnderTest fleet;
    fleet.write_agents(chatter_of_zygotes);
    fleet.up();
    const pid_t first = pid_in(standby_gets(fleet, "ticker", "ready"));
    const auto before = fleet.status();
    ASSERT_TRUE(gets_signal(first, SIGKILL));
    EXPECT_TRUE(fleet.reaches([&](const FleetStatus& now) {
        const Json standby = part_of(now, "ticker").at("standby");
        return standby.at("state") == "ready" && pid_in(standby) != first;
    }));
    const auto after = fleet.status();
    ASSERT_TRUE(before && after);
    EXPECT_EQ((*before)["listener"].pid, (*after)["listener"].pid);
    (void)killed_and_back(fleet, "ticker");
    EXPECT_TRUE(fleet.hears_more("listener"));
}

TEST(Zygote, that_does_not_answer_is_killed_and_the_agent_is_executed) {
    FleetUnderTest fleet;
    fleet.write_agents(chatter_of_zygotes);
    fleet.up();
    const pid_t first = pid_in(standby_gets(fleet, "ticker", "ready"));
    ASSERT_TRUE(gets_signal(first, SIGSTOP));
    const Json back = killed_and_back(fleet, "ticker");
    EXPECT_EQ(text_at(back, "started_by"), "exec") << back;
    EXPECT_NE(text_at(back, "started_by_reason").find("did not answer"), std::string::npos) << back;
    EXPECT_NE(pid_in(standby_gets(fleet, "ticker", "ready")), first);
    EXPECT_EQ(text_at(copied_and_back(fleet, "ticker"), "started_by"), "zygote");
    EXPECT_EQ(count_of(fleet, "--live ticker"), 1U);
}

TEST(Zygote, of_a_replaced_plugin_is_not_used_any_more) {
    FleetUnderTest fleet;
    const std::filesystem::path own = fleet.folder() / "own.so";
    std::filesystem::copy_file(misbehaving_plugin("behaving"), own);
    fleet.write_agents("  quiet: {plugin: @FOLDER@/own.so, agent: quiet, standby: zygote}\n");
    fleet.up();
    const pid_t first = pid_in(standby_gets(fleet, "quiet", "ready"));
    std::filesystem::copy_file(misbehaving_plugin("behaving"), fleet.folder() / "new.so");
    std::filesystem::rename(fleet.folder() / "new.so", own);
    const Json none = standby_gets(fleet, "quiet", "none");
    EXPECT_NE(text_at(none, "reason").find("own.so was replaced"), std::string::npos) << none;
    const Json back = killed_and_back(fleet, "quiet");
    EXPECT_EQ(text_at(back, "started_by"), "exec") << back;
    EXPECT_NE(text_at(back, "started_by_reason").find("own.so was replaced"), std::string::npos)
        << back;
    EXPECT_NE(pid_in(standby_gets(fleet, "quiet", "ready")), first);
    EXPECT_EQ(text_at(copied_and_back(fleet, "quiet"), "started_by"), "zygote");
}

TEST(Zygote, is_not_made_of_a_plugin_that_cannot_be_copied) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  threads: {plugin: @starts_a_thread_while_loading@, standby: zygote}\n"
        "  files: {plugin: @opens_a_file_while_loading@, standby: zygote}\n");
    fleet.up();
    for (const auto& [agent, word] :
         {std::pair("threads", "starts threads"), std::pair("files", "opens files")}) {
        const Json none = standby_gets(fleet, agent, "none");
        EXPECT_NE(text_at(none, "reason").find(word), std::string::npos) << none;
        const Json back = killed_and_back(fleet, agent);
        EXPECT_EQ(text_at(back, "started_by"), "exec") << back;
        EXPECT_NE(text_at(back, "started_by_reason").find(word), std::string::npos) << back;
    }
}

TEST(Zygote, that_hangs_while_loading_keeps_nobody_from_starting) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  quiet: {plugin: @behaving@, agent: quiet}\n"
        "  hanger: {plugin: @hangs_while_loading@, standby: zygote, restart: no,\n"
        "           heartbeat: {grace: 1s}}\n");
    fleet.up_well_or_not();
    EXPECT_TRUE(
        fleet.reaches("hanger", [](const AgentStatus& now) { return now.state == "failed"; }));
    EXPECT_TRUE(fleet.reaches("quiet", [](const AgentStatus& now) { return now.is_well(); }));
}

TEST(Zygote, leaves_no_orphans_of_a_copy_that_was_killed_or_stopped) {
    FleetUnderTest fleet;
    fleet.write_agents("  forker: {plugin: @children@, standby: zygote}\n");
    fleet.up();
    (void)standby_gets(fleet, "forker", "ready");
    // Guard, supervisor, router, zygote, the agent and its two.
    constexpr std::size_t with_zygote_and_children = 7;
    for (int round = 0; round < 3; ++round) {
        const Json back = copied_and_back(fleet, "forker");
        EXPECT_EQ(text_at(back, "started_by"), "zygote") << back;
        EXPECT_TRUE(eventually([&] {
            return fleet.processes().size() == with_zygote_and_children;
        })) << "the children of the last life must be gone";
    }
    EXPECT_EQ(fleet.drover({"stop", "forker"}).exit_code, 0);
    EXPECT_TRUE(
        eventually([&] { return fleet.processes().size() == with_zygote_and_children - 3; }));
    EXPECT_EQ(fleet.drover({"start", "forker"}).exit_code, 0);
    EXPECT_TRUE(fleet.gets_well());
    fleet.down();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(Zygote, is_gone_with_its_copies_when_the_supervisor_or_the_guard_is_killed) {
    for (const bool is_guard : {false, true}) {
        FleetUnderTest fleet;
        fleet.write_agents("  forker: {plugin: @children@, standby: zygote}\n");
        fleet.up();
        (void)standby_gets(fleet, "forker", "ready");
        EXPECT_EQ(text_at(copied_and_back(fleet, "forker"), "started_by"), "zygote");
        const auto status = fleet.status();
        ASSERT_TRUE(status);
        ASSERT_TRUE(gets_signal(is_guard ? status->guard : status->supervisor, SIGKILL));
        EXPECT_TRUE(fleet.is_gone_within(patience));
    }
}

TEST(Zygote, makes_agents_whose_hang_is_noticed_and_whose_crash_is_reported) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker, standby: zygote}\n"
        "  hanger:\n    plugin: @hangs@\n    agent: on-message\n    standby: zygote\n"
        "    config: {after: 3, once: @FOLDER@/hung}\n    heartbeat: {timeout: 300ms}\n"
        "  speaker:\n    plugin: @crashes@\n    agent: speak-and-crash\n    standby: zygote\n"
        "    config: {after: 3, lines: 70, once: @FOLDER@/crashed}\n");
    fleet.up_well_or_not();
    for (const char* agent : {"hanger", "speaker"}) {
        EXPECT_TRUE(fleet.reaches(
            agent, [](const AgentStatus& now) { return now.is_well() && now.restarts == 1; }));
        Json report;
        EXPECT_TRUE(eventually([&] {
            const auto document =
                parse_json(fleet.drover({"describe", agent, "-o", "json"}).output);
            report =
                document ? value_or<Json>(document.value(), "last_crash", nullptr) : Json(nullptr);
            return report.is_object();
        })) << agent;
        ASSERT_TRUE(report.is_object());
        EXPECT_GT(report.at("backtrace").size(), 3U) << report;
        EXPECT_EQ(report.at("callback").at("name"), "on_message") << report;
    }
}

TEST(Zygote, gives_each_copy_its_own_output_and_environment) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  one: {plugin: @behaving@, agent: teller, standby: zygote,\n"
        "        config: {file: @FOLDER@/one, variable: DROVER_LIFE, text: of one}}\n"
        "  two: {plugin: @behaving@, agent: teller, standby: zygote,\n"
        "        config: {file: @FOLDER@/two, variable: DROVER_LIFE, text: of two}}\n");
    fleet.up();
    (void)standby_gets(fleet, "one", "ready");
    for (const char* agent : {"one", "two"}) {
        EXPECT_EQ(text_at(copied_and_back(fleet, agent), "started_by"), "zygote");
        const std::string told = fleet.read(agent);
        EXPECT_NE(told.rfind("/" + std::string(agent) + ".2"), std::string::npos) << told;
        const ProgramResult logs = fleet.drover({"logs", agent});
        EXPECT_NE(logs.output.find("the text is of " + std::string(agent)), std::string::npos)
            << logs.text();
    }
}

TEST(Zygote, comes_and_goes_with_apply_and_no_agent_is_touched) {
    FleetUnderTest fleet;
    fleet.write_agents("  quiet: {plugin: @behaving@, agent: quiet}\n");
    fleet.up();
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    EXPECT_TRUE(part_of(*before, "quiet").at("standby").is_null());
    EXPECT_EQ(count_of(fleet, "--zygote"), 0U);
    fleet.write_agents("  quiet: {plugin: @behaving@, agent: quiet, standby: zygote}\n");
    EXPECT_EQ(fleet.drover({"apply"}).exit_code, 0);
    (void)standby_gets(fleet, "quiet", "ready");
    fleet.write_agents("  quiet: {plugin: @behaving@, agent: quiet, standby: none}\n");
    EXPECT_EQ(fleet.drover({"apply"}).exit_code, 0);
    EXPECT_TRUE(eventually([&] { return count_of(fleet, "--zygote") == 0; }));
    const auto after = fleet.status();
    ASSERT_TRUE(after);
    EXPECT_EQ((*before)["quiet"].pid, (*after)["quiet"].pid);
}

TEST(Spare, takes_over_with_the_process_that_stood_by_and_is_followed_by_another) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker, standby: spare}\n"
        "  listener: {plugin: @behaving@, agent: listener}\n");
    fleet.up();
    pid_t spare = pid_in(standby_gets(fleet, "ticker", "ready"));
    for (int round = 0; round < 3; ++round) {
        const Json back = killed_and_back(fleet, "ticker");
        EXPECT_EQ(text_at(back, "started_by"), "spare") << back;
        EXPECT_EQ(pid_in(back), spare);
        const pid_t next = pid_in(standby_gets(fleet, "ticker", "ready"));
        EXPECT_NE(next, spare);
        spare = next;
    }
    EXPECT_TRUE(fleet.hears_more("listener"));
    EXPECT_EQ(count_of(fleet, "--live ticker"), 2U);
}

TEST(Spare, that_was_killed_is_replaced) {
    FleetUnderTest fleet;
    fleet.write_agents("  quiet: {plugin: @behaving@, agent: quiet, standby: spare}\n");
    fleet.up();
    const pid_t first = pid_in(standby_gets(fleet, "quiet", "ready"));
    ASSERT_TRUE(gets_signal(first, SIGKILL));
    EXPECT_TRUE(fleet.reaches([&](const FleetStatus& now) {
        const Json standby = part_of(now, "quiet").at("standby");
        return standby.at("state") == "ready" && pid_in(standby) != first;
    }));
    EXPECT_EQ(text_at(killed_and_back(fleet, "quiet"), "started_by"), "spare");
}

TEST(Spare, ends_when_its_agent_is_stopped_and_leaves_nothing_at_the_end) {
    FleetUnderTest fleet;
    fleet.write_agents("  forker: {plugin: @children@, standby: spare}\n");
    fleet.up();
    (void)standby_gets(fleet, "forker", "ready");
    EXPECT_EQ(text_at(killed_and_back(fleet, "forker"), "started_by"), "spare");
    EXPECT_EQ(fleet.drover({"stop", "forker"}).exit_code, 0);
    constexpr std::size_t without_forker = 3;
    EXPECT_TRUE(eventually([&] { return fleet.processes().size() == without_forker; }));
    EXPECT_EQ(fleet.drover({"start", "forker"}).exit_code, 0);
    EXPECT_TRUE(fleet.gets_well());
    fleet.down();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(Standby, is_taken_over_or_made_anew_when_another_supervisor_goes_on) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker, standby: zygote}\n"
        "  listener: {plugin: @behaving@, agent: listener, standby: spare}\n",
        "on_supervisor_death: adopt\n");
    fleet.up();
    (void)standby_gets(fleet, "ticker", "ready");
    (void)standby_gets(fleet, "listener", "ready");
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    fleet.lose_supervisor();
    const auto after = fleet.status();
    ASSERT_TRUE(after);
    EXPECT_EQ((*after)["ticker"].pid, (*before)["ticker"].pid);
    EXPECT_EQ((*after)["listener"].pid, (*before)["listener"].pid);
    EXPECT_EQ(text_at(part_of(*after, "ticker"), "started_by"), "zygote") << after->text;
    (void)standby_gets(fleet, "ticker", "ready");
    (void)standby_gets(fleet, "listener", "ready");
    EXPECT_TRUE(eventually([&] { return count_of(fleet, "--zygote") == 1; }))
        << "what stood by for the lost supervisor is taken over or gone";
    EXPECT_EQ(text_at(copied_and_back(fleet, "ticker"), "started_by"), "zygote");
    EXPECT_EQ(text_at(killed_and_back(fleet, "listener"), "started_by"), "spare");
    EXPECT_TRUE(fleet.hears_more("listener"));
    EXPECT_EQ(count_of(fleet, "--live ticker"), 1U);
    fleet.down();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(Zygote, makes_fifty_agents_at_once_on_a_machine_that_has_no_time) {
    FleetUnderTest fleet;
    constexpr int many = 50;
    std::string agents;
    for (int number = 1; number <= many; ++number) {
        agents +=
            "  agent-" + std::to_string(number) +
            ": {plugin: @behaving@, agent: quiet, standby: zygote, heartbeat: {grace: 60s}}\n";
    }
    fleet.write_agents(agents);
    // Twice as many as there are processors, so that nobody gets one when it wants one.
    std::vector<Program> busy;
    const auto processors = static_cast<int>(std::thread::hardware_concurrency());
    for (int count = 0; count < 2 * processors; ++count) {
        busy.emplace_back(fleet.start_of("/bin/sh", {"-c", "while :; do :; done"}));
    }
    Program up = fleet.start_drover({"up", "-d", "--timeout", "120s"});
    EXPECT_TRUE(up.wait_for_end(4 * patience)) << up.errors();
    EXPECT_EQ(up.exit_code(), 0) << up.errors();
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    int copied = 0;
    for (int number = 1; number <= many; ++number) {
        const std::string name = "agent-" + std::to_string(number);
        EXPECT_TRUE((*status)[name].is_well()) << status->text;
        EXPECT_EQ((*status)[name].restarts, 0) << name;
        const Json part = part_of(*status, name);
        const bool is_copy = text_at(part, "started_by") == "zygote";
        copied += is_copy ? 1 : 0;
        EXPECT_TRUE(is_copy || !text_at(part, "started_by_reason").empty())
            << "whoever was executed says why: " << part;
    }
    EXPECT_GT(copied, 0) << status->text;
    EXPECT_EQ(count_of(fleet, "--live agent-"), std::size_t{many}) << "one process an agent";
    busy.clear();
    fleet.down();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

}  // namespace
}  // namespace drover::scenarios
