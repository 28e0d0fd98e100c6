// `drover tap --from` begins in the durable log and goes on with what comes, each message once.
#include <algorithm>
#include <csignal>
#include <sstream>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* tickers =
    R"(  kept: {plugin: @behaving@, agent: ticker, config: {topic: test.kept, period_ms: 5}}
  fleeting: {plugin: @behaving@, agent: ticker, config: {topic: test.fleeting}}
)";
constexpr const char* one_is_durable =
    "topics:\n  \"test.kept\": {delivery: durable, receivers: declared}\n";

std::vector<Json> messages_in(const std::string& output) {
    std::vector<Json> messages;
    std::istringstream stream(output);
    for (std::string line; std::getline(stream, line);) {
        const auto message = parse_json(line);
        EXPECT_TRUE(message) << line;
        if (message) {
            messages.push_back(message.value());
        }
    }
    return messages;
}

/// The counts of the ticks, which a ticker gives without gaps.
std::vector<std::uint64_t> counts_of(const std::vector<Json>& messages) {
    std::vector<std::uint64_t> counts;
    for (const Json& message : messages) {
        for (const Json& record : message.at("records")) {
            counts.push_back(record.at("count").get<std::uint64_t>());
        }
    }
    return counts;
}

void expect_no_gap(const std::vector<std::uint64_t>& counts, std::uint64_t first) {
    for (std::size_t index = 0; index < counts.size(); ++index) {
        ASSERT_EQ(counts[index], first + index) << "at " << index;
    }
}

std::uint64_t head_of_log(const FleetUnderTest& fleet) {
    const auto log = parse_json(fleet.drover({"log", "stat", "-o", "json"}).output);
    return log ? value_or<std::uint64_t>(log.value(), "head", 0) : 0;
}

TEST(TapPast, comes_before_the_present_without_gap_or_double_also_when_the_router_dies) {
    FleetUnderTest fleet;
    fleet.write_agents(tickers, one_is_durable);
    fleet.up();
    ASSERT_TRUE(eventually([&] { return head_of_log(fleet) > 100; }));
    Program tap = fleet.start_drover({"tap", "test.kept", "--from", "start", "-o", "json"});
    const auto lines = [&] {
        const std::string output = tap.output();
        return static_cast<std::uint64_t>(std::ranges::count(output, '\n'));
    };
    // All that had been there by now; what comes meanwhile is no moving target.
    const std::uint64_t past = head_of_log(fleet);
    ASSERT_TRUE(eventually([&] { return lines() > past; }, 3 * patience)) << tap.errors();
    for (int death = 0; death < 3; ++death) {
        const auto status = fleet.status();
        ASSERT_TRUE(status);
        const auto before = (*status)["drover-router"];
        ASSERT_TRUE(before.pid);
        ASSERT_TRUE(gets_signal(before.pid, SIGKILL));
        ASSERT_TRUE(fleet.reaches("drover-router", [&](const AgentStatus& router) {
            return router.state == "running" && router.pid != before.pid;
        }));
        const std::uint64_t head = head_of_log(fleet);
        ASSERT_TRUE(eventually([&] { return lines() > head; }, 3 * patience)) << tap.errors();
    }
    tap.send_signal(SIGINT);
    ASSERT_TRUE(tap.wait_for_end(patience));
    EXPECT_EQ(tap.exit_code(), 0) << tap.errors();
    std::string output = tap.output();
    output.resize(output.rfind('\n') + 1);
    const auto messages = messages_in(output);
    expect_no_gap(counts_of(messages), 1);
    EXPECT_EQ(messages.front().at("position"), 1);
    EXPECT_EQ(messages.front().at("publisher"), "kept");
}

TEST(TapPast, can_be_had_without_a_fleet) {
    FleetUnderTest fleet;
    const ProgramResult nothing = fleet.drover({"tap", ">", "--from", "start"});
    EXPECT_EQ(nothing.exit_code, 1);
    EXPECT_NE(nothing.errors.find("There is no durable log in"), std::string::npos)
        << nothing.text();
    fleet.write_agents(tickers, one_is_durable);
    fleet.up();
    ASSERT_TRUE(eventually([&] { return head_of_log(fleet) > 50; }));
    fleet.down();
    const ProgramResult all = fleet.drover({"tap", "test.kept", "--from", "start", "-o", "json"});
    ASSERT_EQ(all.exit_code, 0) << all.text();
    EXPECT_EQ(all.errors, "");
    const auto messages = messages_in(all.output);
    ASSERT_GT(messages.size(), 50U);
    expect_no_gap(counts_of(messages), 1);
    EXPECT_EQ(messages.front().at("type"), "test.tick");

    const auto third = messages.at(2);
    const std::string position = third.at("position").dump();
    const std::string time = third.at("publish_time").get<std::string>();
    for (const std::string& from : {position, time}) {
        const ProgramResult later =
            fleet.drover({"tap", "test.kept", "--from", from, "-n", "2", "-o", "json"});
        const auto found = messages_in(later.output);
        ASSERT_EQ(found.size(), 2U) << from << later.text();
        EXPECT_EQ(found.front(), third) << from;
    }
    const ProgramResult of_stream = fleet.drover({"tap", "test.fleeting", "--from", "1h"});
    EXPECT_EQ(of_stream.exit_code, 0);
    EXPECT_EQ(of_stream.output, "");
    EXPECT_NE(of_stream.errors.find("Only durable topics have a past"), std::string::npos)
        << of_stream.text();
    EXPECT_NE(of_stream.errors.find("has no message on 'test.fleeting'"), std::string::npos)
        << of_stream.text();
    const ProgramResult nowhere = fleet.drover({"tap", ">", "--from", "yesterday"});
    EXPECT_EQ(nowhere.exit_code, 2);
    EXPECT_NE(nowhere.errors.find("is no place in the durable log"), std::string::npos)
        << nowhere.text();
}

TEST(TapPast, is_not_had_of_streams_which_are_shown_from_now_on) {
    FleetUnderTest fleet;
    fleet.write_agents(tickers, one_is_durable);
    fleet.up();
    Program tap = fleet.start_drover({"tap", "test.*", "--from", "start", "-o", "json"});
    ASSERT_TRUE(eventually([&] {
        return tap.output().find("test.fleeting") != std::string::npos &&
               tap.output().find("test.kept") != std::string::npos;
    })) << tap.errors();
    tap.send_signal(SIGINT);
    ASSERT_TRUE(tap.wait_for_end(patience));
    EXPECT_NE(tap.errors().find("of the other topics that 'test.*' matches is shown what is "
                                "published from now on"),
              std::string::npos)
        << tap.errors();
}

TEST(TapPast, that_begins_beyond_the_log_says_so_and_waits) {
    FleetUnderTest fleet;
    fleet.write_agents(tickers, one_is_durable);
    fleet.up();
    ASSERT_TRUE(eventually([&] { return head_of_log(fleet) > 0; }));
    for (const auto& [from, note] :
         {std::pair("99999999", "The durable log ends before position 99999999; the tap waits"),
          std::pair("2200-01-01", "has no message of then or later yet; the tap waits")}) {
        Program tap = fleet.start_drover({"tap", "test.kept", "--from", from});
        EXPECT_TRUE(eventually([&] { return tap.errors().find(note) != std::string::npos; }))
            << from << tap.errors();
        EXPECT_FALSE(tap.wait_for_end(std::chrono::milliseconds(0))) << from;
        tap.send_signal(SIGINT);
        ASSERT_TRUE(tap.wait_for_end(patience));
        EXPECT_EQ(tap.output(), "") << from;
    }
}

}  // namespace
}  // namespace drover::scenarios
