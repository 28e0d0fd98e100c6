// `drover tap` shows messages as they pass, decoded by the plugins' own field tables.
#include <csignal>
#include <sstream>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* two_tickers =
    R"(  left: {plugin: @behaving@, agent: ticker, config: {topic: test.left}}
  right: {plugin: @behaving@, agent: ticker, config: {topic: test.right.side}}
)";

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

TEST(Tap, prints_so_many_messages_as_json_and_ends) {
    FleetUnderTest fleet;
    fleet.write_agents(two_tickers);
    fleet.up();
    const ProgramResult result = fleet.drover({"tap", "test.left", "-n", "5", "-o", "json"});
    ASSERT_EQ(result.exit_code, 0) << result.text();
    const auto lines = lines_of(result.output);
    ASSERT_EQ(lines.size(), 5U) << result.text();
    std::uint64_t last = 0;
    for (const std::string& line : lines) {
        const auto message = parse_json(line);
        ASSERT_TRUE(message) << line;
        EXPECT_EQ(message.value().at("topic"), "test.left");
        EXPECT_EQ(message.value().at("publisher"), "left");
        EXPECT_EQ(message.value().at("type"), "test.tick");
        const auto count = message.value().at("records").at(0).at("count").get<std::uint64_t>();
        EXPECT_TRUE(last == 0 || count == last + 1) << line;
        last = count;
    }
}

TEST(Tap, matches_patterns) {
    FleetUnderTest fleet;
    fleet.write_agents(two_tickers);
    fleet.up();
    struct Case {
        const char* pattern;
        bool hears_left;
        bool hears_right;
    };
    for (const Case& wanted : {Case{">", true, true},
                               Case{"test.*", true, false},
                               Case{"test.*.side", false, true},
                               Case{"test.>", true, true}}) {
        Program tap = fleet.start_drover({"tap", wanted.pattern});
        const auto hears = [&tap](const char* topic) {
            return tap.output().find(topic) != std::string::npos;
        };
        EXPECT_TRUE(eventually([&] {
            return lines_of(tap.output()).size() > 12 &&
                   (hears("test.left") || !wanted.hears_left) &&
                   (hears("test.right.side") || !wanted.hears_right);
        })) << wanted.pattern
            << ": " << tap.output() << tap.errors();
        tap.send_signal(SIGINT);
        ASSERT_TRUE(tap.wait_for_end(patience));
        EXPECT_EQ(hears("test.left"), wanted.hears_left) << wanted.pattern;
        EXPECT_EQ(hears("test.right.side"), wanted.hears_right) << wanted.pattern;
    }
}

TEST(Tap, refuses_what_is_no_pattern) {
    FleetUnderTest fleet;
    fleet.write_agents(two_tickers);
    fleet.up();
    const ProgramResult result = fleet.drover({"tap", "test..left"});
    EXPECT_EQ(result.exit_code, 2) << result.text();
    EXPECT_NE(result.errors.find("test..left"), std::string::npos) << result.text();
}

TEST(Tap, of_topics_on_which_nobody_publishes_says_so_and_waits) {
    FleetUnderTest fleet;
    fleet.write_agents(two_tickers);
    fleet.up();
    Program tap = fleet.start_drover({"tap", "nobody.>"});
    EXPECT_TRUE(eventually([&tap] {
        return tap.errors().find(
                   "No agent of the fleet publishes on a topic that 'nobody.>' "
                   "matches") != std::string::npos;
    })) << tap.errors();
    tap.send_signal(SIGINT);
    ASSERT_TRUE(tap.wait_for_end(patience));
}

TEST(Tap, ends_on_an_interrupt) {
    FleetUnderTest fleet;
    fleet.write_agents(two_tickers);
    fleet.up();
    Program tap = fleet.start_drover({"tap", ">"});
    ASSERT_TRUE(eventually([&tap] { return !tap.output().empty(); })) << tap.errors();
    tap.send_signal(SIGINT);
    ASSERT_TRUE(tap.wait_for_end(patience));
    EXPECT_TRUE(fleet.gets_well());
}

TEST(Tap, goes_on_over_a_restart_of_the_router) {
    FleetUnderTest fleet;
    fleet.write_agents(two_tickers);
    fleet.up();
    Program tap = fleet.start_drover({"tap", "test.left"});
    ASSERT_TRUE(eventually([&tap] { return !tap.output().empty(); })) << tap.errors();
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    ASSERT_TRUE(gets_signal((*status)["drover-router"].pid, SIGKILL));
    ASSERT_TRUE(fleet.reaches("drover-router", [](const AgentStatus& now) {
        return now.is_well() && now.restarts == 1;
    }));
    const std::size_t before = tap.output().size();
    EXPECT_TRUE(eventually([&] { return tap.output().size() > before; })) << tap.errors();
}

TEST(Tap, prints_no_more_than_its_rate_and_says_what_it_passed_over) {
    FleetUnderTest fleet;
    fleet.write_agents(two_tickers);
    fleet.up();
    const ProgramResult result = fleet.drover({"tap", ">", "--rate", "2", "-n", "5"});
    ASSERT_EQ(result.exit_code, 0) << result.text();
    EXPECT_EQ(lines_of(result.output).size(), 5U) << result.text();
    EXPECT_NE(result.errors.find("passed over, to keep to --rate 2"), std::string::npos)
        << result.text();
}

TEST(Tap, tells_other_programs_where_and_how_to_listen) {
    FleetUnderTest fleet;
    fleet.write_agents(two_tickers);
    fleet.up();
    const ProgramResult result = fleet.drover({"tap", "--socket"});
    ASSERT_EQ(result.exit_code, 0) << result.text();
    const auto socket = parse_json(result.output);
    ASSERT_TRUE(socket) << result.text();
    EXPECT_EQ(socket.value().at("endpoint").get<std::string>().rfind("ipc://", 0), 0U);
    EXPECT_EQ(socket.value().at("types").at(0).at("name"), "test.tick");
    EXPECT_GT(socket.value().at("publishers").at("left").get<int>(), 0);
    EXPECT_EQ(fleet.drover({"tap", "--socket", ">"}).exit_code, 2);
    EXPECT_EQ(fleet.drover({"tap"}).exit_code, 2);
}

TEST(Tap, is_read_by_a_plain_client_in_python) {
    FleetUnderTest fleet;
    const auto run_python = [&fleet](std::vector<std::string> arguments) {
        ProgramStart start = fleet.start_of("drover", std::move(arguments));
        start.program = "/usr/bin/python3";
        start.environment.push_back("PATH=" + program_folder().string() + ":/usr/bin:/bin");
        return run_program(start, 2 * patience);
    };
    if (run_python({"-c", "import zmq"}).exit_code != 0) {
        GTEST_SKIP() << "the Debian package python3-zmq is not installed";
    }
    fleet.write_agents(two_tickers);
    fleet.up();
    const auto script = repository() / "examples/notebook_tap/tap.py";
    const ProgramResult heard = run_python({script.string(), "test.left", "3"});
    ASSERT_EQ(heard.exit_code, 0) << heard.text();
    const auto lines = lines_of(heard.output);
    ASSERT_EQ(lines.size(), 3U) << heard.text();
    EXPECT_EQ(lines[0].rfind("test.left left ", 0), 0U) << heard.text();
    EXPECT_NE(lines[0].find("[{'count': "), std::string::npos) << heard.text();
}

TEST(Tap, that_nobody_reads_slows_nobody) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker, config: {period_ms: 1, remember: 0}}\n"
        "  listener: {plugin: @behaving@, agent: listener}\n");
    fleet.up();
    Program tap = fleet.start_drover({"tap", ">"});
    ASSERT_TRUE(eventually([&tap] { return !tap.output().empty(); })) << tap.errors();
    for (const MarkedProcess& process : fleet.processes()) {
        if (process.command.find("tap") != std::string::npos) {
            ::kill(process.pid, SIGSTOP);
        }
    }
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    EXPECT_TRUE(fleet.reaches("listener", [&](const AgentStatus& now) {
        return now.messages_in > (*before)["listener"].messages_in + 500 && now.lost == 0;
    }));
}

}  // namespace
}  // namespace drover::scenarios
