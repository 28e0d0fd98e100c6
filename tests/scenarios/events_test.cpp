// `drover events` tells everything that happened in a fleet once, with its reason, whether droverd
// runs or not.
#include <csignal>
#include <fstream>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Json> records_in(const std::string& lines) {
    std::vector<Json> records;
    std::istringstream input(lines);
    for (std::string line; std::getline(input, line);) {
        auto record = parse_json(line);
        EXPECT_TRUE(record) << line;
        if (record) {
            records.push_back(std::move(record.value()));
        }
    }
    return records;
}

std::string text(const Json& record, const char* key) {
    return value_or<std::string>(record, key, "");
}

class Events : public testing::Test {
protected:
    /// The records of `drover events -o json` with these further arguments.
    [[nodiscard]] std::vector<Json> records(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"events", "-o", "json"});
        const ProgramResult result = fleet.drover(more);
        EXPECT_EQ(result.exit_code, 0) << result.text();
        return records_in(result.output);
    }
    /// "state -> state event" of an agent's transitions.
    [[nodiscard]] std::vector<std::string> transitions(const std::string& agent) const {
        std::vector<std::string> words;
        for (const Json& record : records({agent, "--kind", "transition", "-n", "1000"})) {
            words.push_back(text(record, "state_from") + " -> " + text(record, "state") + " " +
                            text(record, "event"));
        }
        return words;
    }
    [[nodiscard]] std::uint64_t counted(const std::vector<std::string>& arguments) const {
        std::uint64_t all = 0;
        for (const Json& record : records(arguments)) {
            all += value_or<std::uint64_t>(record, "count", 0);
        }
        return all;
    }

    FleetUnderTest fleet;
};

TEST_F(Events, of_an_agent_that_is_killed_are_exactly_its_transitions_with_reasons) {
    fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n");
    fleet.up();
    const pid_t pid = fleet.pid_of("ticker").value_or(-1);
    ASSERT_TRUE(gets_signal(pid, SIGKILL));
    ASSERT_TRUE(fleet.reaches(
        "ticker", [](const AgentStatus& now) { return now.is_well() && now.restarts == 1; }));
    EXPECT_THAT(transitions("ticker"),
                ElementsAre("stopped -> waiting start_requested",
                            "waiting -> starting dependencies_met",
                            "starting -> running reported_ready",
                            "running -> stopping process_exited",
                            "stopping -> backing_off ended_to_restart",
                            "backing_off -> starting dependencies_met",
                            "starting -> running reported_ready"));
    const auto all = records({"ticker", "--kind", "transition"});
    EXPECT_EQ(all[3].at("pid"), pid);
    EXPECT_EQ(all[3].at("exit").at("signal"), SIGKILL);
    EXPECT_THAT(text(all[3], "reason"), HasSubstr("killed by SIGKILL"));
    EXPECT_EQ(text(all[4], "cause"), "restart_policy");
    EXPECT_EQ(text(all[4], "cause_name"), "on_failure");
    std::uint64_t sequence = 0;
    for (const Json& record : records({"-n", "100000"})) {
        EXPECT_EQ(record.at("sequence"), ++sequence) << "none is missing, none comes twice";
    }
}

TEST_F(Events, name_the_person_and_the_command_behind_a_stop_and_a_start) {
    fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n");
    fleet.up();
    ASSERT_EQ(fleet.drover({"stop", "ticker"}).exit_code, 0);
    ASSERT_EQ(fleet.drover({"start", "ticker"}).exit_code, 0);
    std::vector<std::string> causes;
    for (const Json& record : records({"ticker", "--kind", "transition"})) {
        if (text(record, "cause") == "person") {
            causes.push_back(text(record, "state") + " " + text(record, "cause_name"));
        }
    }
    ASSERT_EQ(causes.size(), 3U);
    EXPECT_THAT(causes[0], HasSubstr("stopping "));
    EXPECT_THAT(causes[0], HasSubstr(" with 'drover stop ticker'"));
    EXPECT_THAT(causes[1], HasSubstr("stopped "));
    EXPECT_THAT(causes[2], HasSubstr("starting "));
    EXPECT_THAT(causes[2], HasSubstr(" with 'drover start ticker'"));
}

TEST_F(Events, tell_of_a_refusal_with_topic_reason_and_count) {
    fleet.write_agents("  bad: {plugin: @trespasses@, agent: outside-its-ports}\n");
    fleet.up_well_or_not();
    std::vector<Json> refusals;
    ASSERT_TRUE(eventually([&] {
        refusals = records({"--kind", "refusal"});
        return !refusals.empty();
    }));
    EXPECT_EQ(text(refusals[0], "agent"), "bad");
    EXPECT_EQ(text(refusals[0], "topic"), "test.tick");
    EXPECT_EQ(text(refusals[0], "code"), "denied");
    EXPECT_EQ(refusals[0].at("count"), 1);
    EXPECT_THAT(text(refusals[0], "reason"), HasSubstr("may not publish on 'test.tick'"));
}

TEST_F(Events, tell_of_many_refusals_together_and_miss_none) {
    fleet.write_agents(
        "  orders: {plugin: @behaving@, agent: ticker, config: {topic: order.submit.test}}\n",
        "topics:\n  \"order.submit.>\": {gated: true}\n");
    fleet.up();
    ASSERT_EQ(fleet.drover({"kill-switch", "engage", "--reason", "looks wrong"}).exit_code, 0);
    ASSERT_TRUE(fleet.reaches("orders", [](const AgentStatus& now) { return now.refused > 300; }));
    ASSERT_EQ(fleet.drover({"kill-switch", "release"}).exit_code, 0);
    ASSERT_TRUE(fleet.gets_well());
    // What was on its way when the switch was moved is refused and told of a little later.
    std::uint64_t refused = 0;
    std::uint64_t told = 0;
    EXPECT_TRUE(fleet.reaches("orders",
                              [&](const AgentStatus& now) {
                                  refused = now.refused;
                                  told = counted({"--kind", "refusal", "-n", "100000"});
                                  return told == refused;
                              }))
        << told << " of " << refused;
    EXPECT_LT(records({"--kind", "refusal", "-n", "100000"}).size(), refused / 10);
    std::vector<Json> switches;
    ASSERT_TRUE(eventually([&] {
        switches = records({"--kind", "kill_switch"});
        return switches.size() == 2;
    }));
    EXPECT_EQ(text(switches[0], "event"), "engaged");
    EXPECT_EQ(text(switches[0], "reason"), "looks wrong");
    EXPECT_FALSE(text(switches[0], "cause_name").empty());
    EXPECT_EQ(text(switches[1], "event"), "released");
}

TEST_F(Events, tell_of_losses_with_receiver_publisher_topic_and_why) {
    fleet.write_agents(
        "  slow: {plugin: @slow_receiver@, config: {pause_us: 2000}}\n"
        "  flood: {plugin: @floods@, agent: from-thread}\n");
    fleet.up_well_or_not();
    std::set<std::string> codes;
    EXPECT_TRUE(eventually([&] {
        for (const Json& record : records({"slow", "--kind", "loss", "-n", "100000"})) {
            EXPECT_EQ(text(record, "topic"), "test.flood.thread");
            EXPECT_EQ(text(record, "publisher"), "flood");
            EXPECT_GT(value_or<std::uint64_t>(record, "count", 0), 0U);
            codes.insert(text(record, "code"));
        }
        return codes.contains("queue_full") && codes.contains("gap");
    }));
    const std::string status = fleet.drover({"status"}).output;
    EXPECT_NE(status.find(" in full queues"), std::string::npos) << status;
    fleet.down();
}

TEST_F(Events, tell_at_the_next_start_who_engaged_the_switch_while_droverd_was_down) {
    fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n");
    fleet.up();
    fleet.down();
    ASSERT_EQ(fleet.drover({"kill-switch", "engage", "--reason", "over night"}).exit_code, 0);
    EXPECT_TRUE(records({"--kind", "kill_switch"}).empty());
    fleet.up();
    const auto switches = records({"--kind", "kill_switch"});
    ASSERT_EQ(switches.size(), 1U);
    EXPECT_EQ(switches[0].at("run"), 2);
    EXPECT_THAT(text(switches[0], "reason"), HasSubstr("over night"));
    EXPECT_THAT(text(switches[0], "reason"), HasSubstr("while no droverd ran"));
}

TEST_F(Events, survive_a_kill_of_the_supervisor_and_the_next_one_says_that_it_was_killed) {
    fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n");
    fleet.up();
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    ASSERT_TRUE(gets_signal(status->supervisor, SIGKILL));
    ASSERT_TRUE(fleet.is_gone_within(patience));
    EXPECT_EQ(transitions("ticker").size(), 3U) << "readable without droverd";
    // What a power loss may leave.
    std::ofstream(fleet.state_directory() / "events/events.jsonl", std::ios::app)
        << R"({"time":"2026-)";
    fleet.up();
    EXPECT_EQ(transitions("ticker").size(), 6U);
    std::vector<std::string> words;
    for (const Json& record : records({"--kind", "supervisor"})) {
        words.push_back(std::to_string(record.at("run").get<int>()) + " " + text(record, "event"));
    }
    EXPECT_THAT(words, ElementsAre("1 started", "2 predecessor_lost", "2 started"));
    const auto lost = records({"--kind", "supervisor"})[1];
    EXPECT_THAT(text(lost, "reason"), HasSubstr("pid " + std::to_string(status->supervisor)));
    fleet.down();
    EXPECT_EQ(text(records({"-n", "1"}).back(), "event"), "ended");
}

TEST_F(Events, are_followed_over_droverds_restart) {
    fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n");
    fleet.up();
    Program follow = fleet.start_drover({"events", "-f", "-o", "json", "--kind", "supervisor"});
    const auto seen = [&follow](const char* words) {
        return follow.output().find(words) != std::string::npos;
    };
    EXPECT_TRUE(eventually([&] { return seen("\"started\""); }));
    fleet.down();
    EXPECT_TRUE(eventually([&] { return seen("\"ended\""); }));
    fleet.up();
    EXPECT_TRUE(eventually([&] { return seen("\"run\":2"); }));
    follow.send_signal(SIGINT);
    ASSERT_TRUE(follow.wait_for_end(patience));
    std::uint64_t last = 0;
    for (const Json& record : records_in(follow.output())) {
        EXPECT_GT(record.at("sequence").get<std::uint64_t>(), last);
        last = record.at("sequence").get<std::uint64_t>();
    }
}

TEST_F(Events, can_be_chosen_by_name_time_and_number) {
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  listener: {plugin: @behaving@, agent: listener}\n");
    fleet.up();
    for (const Json& record : records({"listener"})) {
        EXPECT_EQ(text(record, "agent"), "listener");
    }
    EXPECT_EQ(records({"-n", "2"}).size(), 2U);
    EXPECT_TRUE(records({"--since", "2200-01-01"}).empty());
    EXPECT_FALSE(records({"--since", "10m"}).empty());
    const ProgramResult mistyped = fleet.drover({"events", "tikcer"});
    EXPECT_EQ(mistyped.exit_code, 2);
    EXPECT_THAT(mistyped.errors, HasSubstr("Did you mean 'ticker'?"));
    const ProgramResult shown = fleet.drover({"events", "ticker"});
    EXPECT_THAT(shown.output, HasSubstr("starting -> running"));
    EXPECT_EQ(shown.output.find('\x1b'), std::string::npos) << "no colours in a file";
}

TEST_F(Events, stay_bounded_and_droverd_well_while_an_agent_flaps) {
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  bad: {plugin: @floods@, agent: health}\n");
    fleet.up_well_or_not();
    EXPECT_TRUE(eventually([&] {
        return records({"bad", "--kind", "health", "-n", "100000"}).size() > 40;
    }));
    const auto first = records({"bad", "--kind", "health", "-n", "100000"});
    const double seconds = static_cast<double>(first.back().at("time_ns").get<std::int64_t>() -
                                               first.front().at("time_ns").get<std::int64_t>()) /
                           1e9;
    EXPECT_LT(static_cast<double>(first.size()), 100 + 60 * (seconds + 1));
    EXPECT_TRUE(fleet.reaches([](const FleetStatus& now) { return now["ticker"].is_well(); }));
}

TEST_F(Events, need_a_state_directory_where_a_fleet_was_started) {
    const ProgramResult result = fleet.drover({"events"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("no fleet was started there yet"));
}

}  // namespace
}  // namespace drover::scenarios
