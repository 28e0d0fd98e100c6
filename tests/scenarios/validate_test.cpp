// Faults of agents.yaml: all are listed with their places, and nothing starts.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

/// A file that holds one fault, and where and how it must be told.
struct Faulty {
    const char* name;
    const char* agents;  ///< The whole file.
    const char* place;   ///< "LINE:COLUMN"
    const char* told;    ///< Part of the sentence.
};

std::ostream& operator<<(std::ostream& stream, const Faulty& fault) {
    return stream << fault.name;
}

class FaultyFile : public testing::TestWithParam<Faulty> {
protected:
    void SetUp() override { fleet.write("agents.yaml", fleet.filled_in(GetParam().agents)); }
    void expect_told(const ProgramResult& result) {
        EXPECT_EQ(result.exit_code, 1) << result.text();
        const std::string told = result.output + result.errors;
        EXPECT_NE(told.find("agents.yaml:" + std::string(GetParam().place) + ":"),
                  std::string::npos)
            << "expected the place " << GetParam().place << ": " << result.text();
        EXPECT_NE(told.find(GetParam().told), std::string::npos) << result.text();
    }
    FleetUnderTest fleet;
};

TEST_P(FaultyFile, is_told_by_validate_with_its_place_and_a_sentence) {
    expect_told(fleet.drover({"validate", "-f", "agents.yaml"}));
}

TEST_P(FaultyFile, starts_nothing) {
    expect_told(fleet.drover({"up", "-d"}));
    EXPECT_TRUE(fleet.is_gone_within(patience));
    EXPECT_EQ(fleet.drover({"status"}).exit_code, 4);
}

INSTANTIATE_TEST_SUITE_P(
    Faults,
    FaultyFile,
    testing::Values(
        Faulty{"cycle",
               "version: 1\nname: x\nclock: wall\nagents:\n"
               "  one: {plugin: @behaving@, agent: quiet, depends_on: [two]}\n"
               "  two: {plugin: @behaving@, agent: quiet, depends_on: [one]}\n",
               "6",
               "circle"},
        Faulty{"unknown_key",
               "version: 1\nname: x\nclock: wall\nagents:\n"
               "  one:\n    plugin: @behaving@\n    agent: quiet\n    depnds_on: []\n",
               "8:5",
               "depends_on"},
        Faulty{"duplicate_key",
               "version: 1\nname: x\nclock: wall\nagents:\n"
               "  one:\n    plugin: @behaving@\n    agent: quiet\n    agent: quiet\n",
               "8:5",
               "agent"},
        Faulty{"duplicate_agent",
               "version: 1\nname: x\nclock: wall\nagents:\n"
               "  one: {plugin: @behaving@, agent: quiet}\n"
               "  one: {plugin: @behaving@, agent: quiet}\n",
               "6:3",
               "one"},
        Faulty{"missing_plugin",
               "version: 1\nname: x\nclock: wall\nagents:\n"
               "  one:\n    plugin: no_such_plugin\n",
               "6:13",
               "no_such_plugin"},
        Faulty{"missing_plugin_file",
               "version: 1\nname: x\nclock: wall\nagents:\n"
               "  one:\n    plugin: ./nowhere/agent.so\n",
               "6:13",
               "agent.so"},
        Faulty{"unknown_agent_of_a_plugin",
               "version: 1\nname: x\nclock: wall\nagents:\n"
               "  one:\n    plugin: @behaving@\n    agent: tikcer\n",
               "7",
               "ticker"},
        Faulty{"config_of_the_wrong_type",
               "version: 1\nname: x\nclock: wall\nagents:\n"
               "  one:\n    plugin: @behaving@\n    agent: quiet\n    config:\n"
               "      number: seven\n",
               "9:15",
               "number"},
        Faulty{"config_key_that_the_schema_does_not_know",
               "version: 1\nname: x\nclock: wall\nagents:\n"
               "  one:\n    plugin: @behaving@\n    agent: quiet\n    config:\n"
               "      nubmer: 7\n",
               "9:7",
               "number"},
        Faulty{"missing_dependency",
               "version: 1\nname: x\nclock: wall\nagents:\n"
               "  one:\n    plugin: @behaving@\n    agent: quiet\n    depends_on: [tow]\n"
               "  two: {plugin: @behaving@, agent: quiet}\n",
               "8:18",
               "two"},
        Faulty{"grant_to_an_agent_that_asks_for_nothing",
               "version: 1\nname: x\nclock: wall\nagents:\n"
               "  one:\n    plugin: @behaving@\n    agent: quiet\n"
               "    grants: [drover.simulation/1]\n",
               "8:13",
               "grants"},
        Faulty{"subscriber_that_is_no_agent",
               "version: 1\nname: x\nclock: wall\ntopics:\n"
               "  \"test.>\": {subscribers: [two]}\nagents:\n"
               "  one: {plugin: @behaving@, agent: quiet}\n",
               "5:28",
               "two"},
        Faulty{"broken_yaml",
               "version: 1\nname: x\nclock: wall\nagents:\n  one: {plugin: @behaving@\n  two: }\n",
               "6",
               ""},
        Faulty{"clock_of_an_agent_that_is_not_there",
               "version: 1\nname: x\nclock: {replay: market}\nagents:\n"
               "  one: {plugin: @behaving@, agent: quiet}\n",
               "3:17",
               "market"}),
    [](const testing::TestParamInfo<Faulty>& tested) { return tested.param.name; });

TEST(Validate, lists_every_fault_at_once) {
    const FleetUnderTest fleet;
    fleet.write("agents.yaml",
                fleet.filled_in("version: 1\nname: x\nclock: wall\nagents:\n"
                                "  one:\n"
                                "    plugin: no_such_plugin\n"
                                "    restrat: always\n"
                                "  two:\n"
                                "    plugin: @behaving@\n"
                                "    agent: quiet\n"
                                "    depends_on: [three]\n"
                                "    config: {number: seven}\n"));
    const ProgramResult result = fleet.drover({"validate"});
    EXPECT_EQ(result.exit_code, 1) << result.text();
    const std::string told = result.output + result.errors;
    for (const char* place :
         {"agents.yaml:6:", "agents.yaml:7:", "agents.yaml:11:", "agents.yaml:12:"}) {
        EXPECT_NE(told.find(place), std::string::npos) << place << " in " << result.text();
    }
}

TEST(Validate, accepts_a_good_file_and_loads_no_agent) {
    const FleetUnderTest fleet;
    fleet.write_agents("  one: {plugin: @behaving@, agent: quiet, config: {journal: journal}}\n");
    const ProgramResult result = fleet.drover({"validate"});
    EXPECT_EQ(result.exit_code, 0) << result.text();
    EXPECT_TRUE(fleet.is_gone_within(patience));
    EXPECT_EQ(fleet.read("journal"), "");
}

TEST(Validate, accepts_the_files_that_drover_ships) {
    if (!std::filesystem::exists(repository() / "data" / "sp500-2000.csv")) {
        GTEST_SKIP() << "data/sp500-2000.csv is not there; ./dev setup fetches it";
    }
    const FleetUnderTest fleet;
    for (const char* file : {"agents.yaml", "examples/sma_crossover/agents.yaml"}) {
        const ProgramResult result = fleet.drover({"validate", "-f", repository() / file});
        EXPECT_EQ(result.exit_code, 0) << file << ": " << result.text();
        EXPECT_EQ((result.output + result.errors).find("warning"), std::string::npos)
            << result.text();
    }
}

TEST(Validate, waits_for_no_pipe_and_neither_does_anybody_else) {
    const FleetUnderTest fleet;
    fleet.write_agents("  one: {plugin: @behaving@, agent: quiet}\n");
    const auto pipe = fleet.folder() / "pipe.yaml";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    const std::vector<std::vector<std::string>> commands{{"validate", "-f", pipe},
                                                         {"up", "-d", "-f", pipe},
                                                         {"graph", "-f", pipe},
                                                         {"backtest", "-f", pipe},
                                                         {"replay", pipe, "--agent", "one"},
                                                         {"validate", "-f", "/dev/zero"}};
    for (const auto& command : commands) {
        const ProgramResult result = fleet.drover(command);
        EXPECT_EQ(result.exit_code, 1) << command.front() << ": " << result.text();
        EXPECT_NE(result.errors.find(", and only a file is read"), std::string::npos)
            << command.front() << ": " << result.text();
    }
    fleet.write_agents("  one: {plugin: @behaving@, agent: quiet, env_file: pipe.yaml}\n");
    EXPECT_NE(fleet.drover({"validate"}).errors.find("'env_file'"), std::string::npos);
    fleet.write_agents("  one: {plugin: ./pipe.yaml}\n");
    const ProgramResult plugin = fleet.drover({"validate"});
    EXPECT_NE(plugin.errors.find("it is a pipe, a socket or a device"), std::string::npos)
        << plugin.text();
    fleet.write_agents("  one: {plugin: @behaving@, agent: quiet}\n");
    fleet.up();
    const ProgramResult apply = fleet.drover({"apply", "-f", pipe});
    EXPECT_EQ(apply.exit_code, 1) << apply.text();
    EXPECT_NE(apply.errors.find("This is a pipe, and only a file is read"), std::string::npos)
        << apply.text();
    EXPECT_TRUE(fleet.gets_well());
}

TEST(Validate, refuses_sockets_whose_paths_are_too_long_and_so_does_up) {
    const FleetUnderTest fleet;
    fleet.write_agents(
        "  one: {plugin: @behaving@, agent: quiet}\n"
        "  an-agent-whose-name-is-rather-long: {plugin: @behaving@, agent: quiet}\n");
    const auto refusal_of = [&fleet](std::vector<std::string> arguments, std::size_t length) {
        ProgramStart start = fleet.start_of("drover", std::move(arguments));
        start.environment.pop_back();  // XDG_RUNTIME_DIR
        start.environment.push_back("XDG_RUNTIME_DIR=/tmp/" + std::string(length, 'x'));
        const ProgramResult result = run_program(start, 2 * patience);
        EXPECT_EQ(result.exit_code, 1) << result.text();
        return result.errors;
    };
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"validate"}, std::vector<std::string>{"up", "-d"}}) {
        const std::string all = refusal_of(command, 200);
        EXPECT_NE(all.find("bytes, and a Unix socket takes 107. Set XDG_RUNTIME_DIR to a shorter "
                           "folder."),
                  std::string::npos)
            << all;
        const std::string one = refusal_of(command, 40);
        EXPECT_NE(one.find("an-agent-whose-name-is-rather-long.4294967295 has "), std::string::npos)
            << one;
        EXPECT_NE(one.find("or give the agent a shorter name."), std::string::npos) << one;
        EXPECT_EQ(one.find("/one.4294967295"), std::string::npos) << one;
    }
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(Validate, fails_for_a_file_that_is_not_there) {
    const FleetUnderTest fleet;
    const ProgramResult result = fleet.drover({"validate", "-f", "nowhere.yaml"});
    EXPECT_EQ(result.exit_code, 1) << result.text();
    EXPECT_NE(result.errors.find("nowhere.yaml"), std::string::npos) << result.text();
}

}  // namespace
}  // namespace drover::scenarios
