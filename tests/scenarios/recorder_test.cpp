// The program that records: one that is killed, stands still or is followed by another.
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/recorder_program.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* recording_file = "fleet.recording";
constexpr const char* two_tickers =
    R"(  ticker: {plugin: @behaving@, agent: ticker, config: {topic: test.left}}
  other: {plugin: @behaving@, agent: ticker, config: {topic: test.right.side}}
)";

TEST(Recorder, that_is_killed_costs_the_fleet_nothing_and_can_be_read) {
    const FleetUnderTest fleet;
    fleet.write_agents(two_tickers);
    fleet.up();
    Program recorder = fleet.start_drover({"record", "-O", recording_file, "--restart"});
    // What there is can be read at any time; it is enough when it holds outputs of a whole life.
    ASSERT_TRUE(eventually([&] {
        const auto told = parse_json(
            fleet.drover({"replay", recording_file, "--agent", "ticker", "-o", "json"}).output);
        return told && value_or<int>(told.value(), "outputs", 0) > 20;
    })) << recorder.errors();
    ASSERT_TRUE(fleet.gets_well());
    recorder.send_signal(SIGKILL);
    ASSERT_TRUE(recorder.wait_for_end(patience));
    EXPECT_TRUE(eventually([&] {
        return fleet.drover({"events", "-n", "50"}).output.find("is gone; what it had written") !=
               std::string::npos;
    }));
    EXPECT_TRUE(fleet.gets_well());
    const ProgramResult replayed = fleet.drover({"replay", recording_file, "--agent", "ticker"});
    EXPECT_EQ(replayed.exit_code, 0) << replayed.text();
    EXPECT_NE(replayed.errors.find("not brought to its end"), std::string::npos) << replayed.text();
    // The next recorder finds the way free.
    EXPECT_EQ(fleet.drover({"record", "-O", "second.recording", "--count", "5"}).exit_code, 0);
}

TEST(Recorder, that_stood_still_is_given_up_and_says_so) {
    const FleetUnderTest fleet;
    fleet.write_agents(two_tickers);
    fleet.up();
    Program recorder = fleet.start_drover({"record", "-O", recording_file, "--restart"});
    ASSERT_TRUE(
        eventually([&] { return std::filesystem::exists(fleet.folder() / recording_file); }));
    recorder.send_signal(SIGSTOP);
    EXPECT_TRUE(eventually([&] {
        return fleet.drover({"events", "-n", "50"}).output.find("was given up") !=
               std::string::npos;
    }));
    EXPECT_TRUE(fleet.gets_well());
    recorder.send_signal(SIGCONT);
    ASSERT_TRUE(recorder.wait_for_end(patience)) << recorder.errors();
    EXPECT_EQ(recorder.exit_code(), 1);
    EXPECT_NE(recorder.errors().find("given this recorder up"), std::string::npos)
        << recorder.errors();
}

/// An agent that hears of a change of recorders late writes to the one before, which is gone.
TEST(Recorder, that_follows_another_is_not_given_up_for_it) {
    const FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  busy: {plugin: @hangs@, agent: until, config: {file: @FOLDER@/go},\n"
        "    heartbeat: {timeout: 60s}}\n");
    Program first = started_recorder(fleet, {"-O", "first.recording"});
    fleet.up();
    ASSERT_TRUE(
        fleet.reaches("ticker", [](const AgentStatus& now) { return now.messages_out > 5; }));
    first.send_signal(SIGKILL);
    ASSERT_TRUE(first.wait_for_end(patience));
    Program second = fleet.start_drover({"record", "-O", recording_file});
    AgentStatus joined;
    ASSERT_TRUE(fleet.reaches("ticker", [&](const AgentStatus& now) {
        joined = now;
        return std::filesystem::exists(fleet.folder() / recording_file);
    }));
    // A tick takes 5 ms; a recorder that has been there for 5 s can be one that stands still.
    ASSERT_TRUE(fleet.reaches("ticker", [&](const AgentStatus& now) {
        return now.messages_out > joined.messages_out + 1200;
    }));
    fleet.write("go", "");
    EXPECT_TRUE(eventually([&] {
        const auto events = fleet.drover({"events", "--kind", "loss"}).output;
        return events.find("busy") != std::string::npos;
    })) << "it has found the first recorder gone";
    EXPECT_TRUE(fleet.hears_more("busy"));
    second.send_signal(SIGINT);
    ASSERT_TRUE(second.wait_for_end(patience)) << second.errors();
    EXPECT_EQ(second.exit_code(), 0) << second.errors();
}

TEST(Recorder, is_one_at_a_time_and_never_overwrites_a_file) {
    const FleetUnderTest fleet;
    fleet.write_agents(two_tickers);
    fleet.up();
    Program recorder = started_recorder(fleet, {"-O", recording_file, "test.>"});
    const ProgramResult second = fleet.drover({"record", "-O", "second.recording"});
    EXPECT_EQ(second.exit_code, 1) << second.text();
    EXPECT_NE(second.errors.find("one recording runs at a time"), std::string::npos);
    const ProgramResult why = fleet.drover({"why", "nothing"});
    EXPECT_NE(why.errors.find("mentions 'nothing'"), std::string::npos)
        << "what is being recorded is looked into: " << why.text();
    recorder.send_signal(SIGINT);
    ASSERT_TRUE(recorder.wait_for_end(patience));
    const ProgramResult no_source = fleet.drover({"why", "nothing"});
    EXPECT_NE(no_source.errors.find("Nothing is being recorded"), std::string::npos)
        << no_source.text();
    const ProgramResult again = fleet.drover({"record", "-O", recording_file});
    EXPECT_EQ(again.exit_code, 1) << again.text();
    EXPECT_NE(again.errors.find("is there already"), std::string::npos) << again.text();
    EXPECT_EQ(fleet.drover({"record", "test..x", "-O", "third.recording"}).exit_code, 2);
}

}  // namespace
}  // namespace drover::scenarios
