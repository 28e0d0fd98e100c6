/// What `drover validate` says of a file that is good, and in which order of one that is not.
#include "command/validate_verb.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"
#include "plugin/library_description.hpp"
#include "real_drover.hpp"

namespace drover::test {

using scenarios::ProgramResult;
using testing::HasSubstr;

namespace {

/// A folder with a plugin that a stand-in for drover-agent describes: one agent without a config.
struct ValidateVerb : testing::Test {
    ValidateVerb() : real(folder) {
        LibraryDescription library;
        library.file = folder.path() / "plugins" / "desk.so";
        library.build_id = "b1";
        library.agents.push_back({"desk", "1.0", "drover", "A desk", 0, "", "", 0, {}});
        std::ofstream(folder.path() / "description") << to_line(to_json(library));
        std::filesystem::create_directories(folder.path() / "plugins");
        std::ofstream(folder.path() / "plugins" / "desk.so") << "described by the stand-in";
        real.stand_in("drover-agent", "cat '" + (folder.path() / "description").string() + "'");
    }
    void write(const std::string& text) const {
        std::ofstream(folder.path() / "agents.yaml") << "version: 1\nname: spx\n" << text;
    }
    CommandFolder folder;
    RealDrover real;
};

}  // namespace

TEST_F(ValidateVerb, says_what_a_good_file_holds) {
    write(
        "clock: wall\n"
        "topics: {\"a.>\": {delivery: stream}}\n"
        "agents:\n"
        "  risk: {plugin: ./plugins/desk.so}\n"
        "  view: {plugin: ./plugins/desk.so, enabled: false}\n");
    const ProgramResult result = real.run({"validate", "-f", "agents.yaml"});
    EXPECT_EQ(result.exit_code, 0) << result.text();
    EXPECT_EQ(result.output,
              "agents.yaml is good: fleet 'spx', 2 agents (1 disabled), 1 topic rule, clock "
              "wall.\n");
    EXPECT_EQ(result.errors, "");
}

TEST_F(ValidateVerb, starts_nothing_and_makes_nothing) {
    write("clock: wall\nagents: {risk: {plugin: ./plugins/desk.so}}\n");
    EXPECT_EQ(real.run({"validate"}).exit_code, 0);
    EXPECT_FALSE(std::filesystem::exists(folder.state()));
}

TEST_F(ValidateVerb, prints_the_fleet_as_json) {
    write("clock: wall\nagents: {risk: {plugin: ./plugins/desk.so, enabled: false}}\n");
    const auto document = parse_json(real.run({"validate", "-o", "json"}).output);
    ASSERT_TRUE(document);
    EXPECT_EQ(document.value().at("ok"), true);
    EXPECT_EQ(document.value().at("faults"), Json::array());
    EXPECT_EQ(document.value().at("fleet").at("name"), "spx");
    const Json& agents = document.value().at("fleet").at("agents");
    ASSERT_EQ(agents.size(), 1U);
    EXPECT_EQ(agents[0].at("name"), "risk");
    EXPECT_EQ(agents[0].at("plugin"), "./plugins/desk.so");
    EXPECT_EQ(agents[0].at("enabled"), false);
    EXPECT_EQ(std::filesystem::path(agents[0].at("plugin_file").get<std::string>()).filename(),
              "desk.so");
}

TEST_F(ValidateVerb, counts_a_plugin_that_cannot_be_loaded_as_a_fault) {
    write("clock: wall\nagents:\n  risk: {plugin: ./plugins/desk.so}\n");
    real.stand_in("drover-agent", "echo '{\"error\": \"its ABI is another one.\"}'");
    const ProgramResult result = real.run({"validate"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.output, "");
    EXPECT_THAT(result.errors, HasSubstr("agents.yaml:5:"));
    EXPECT_THAT(result.errors, HasSubstr("its ABI is another one."));
    EXPECT_THAT(result.errors, HasSubstr("drover: 1 fault found.\n"));
}

TEST_F(ValidateVerb, lists_faults_of_the_file_and_of_plugins_in_the_order_of_their_places) {
    write(
        "clock: wall\n"
        "agents:\n"
        "  risk: {plugin: ./plugins/desk.so, agent: none}\n"
        "  data: {plugin: ./plugins/desk.so, restrat: always}\n"
        "  view: {plugin: ./plugins/none.so}\n");
    const ProgramResult result = real.run({"validate"});
    EXPECT_EQ(result.exit_code, 1);
    const std::size_t third = result.errors.find("agents.yaml:7:");
    EXPECT_LT(result.errors.find("agents.yaml:5:"), result.errors.find("agents.yaml:6:"))
        << result.text();
    EXPECT_LT(result.errors.find("agents.yaml:6:"), third) << result.text();
    EXPECT_NE(third, std::string::npos) << result.text();
    EXPECT_TRUE(result.errors.ends_with("drover: 3 faults found.\n")) << result.text();
}

TEST_F(ValidateVerb, tells_a_file_that_is_not_there) {
    const CommandResult text = run_drover({"validate", "-f", folder.path() / "none.yaml"});
    EXPECT_EQ(text.exit_code, 1);
    EXPECT_THAT(text.errors, HasSubstr("none.yaml"));
    const auto document = parse_json(
        run_drover({"validate", "-o", "json", "-f", folder.path() / "none.yaml"}).output);
    ASSERT_TRUE(document);
    EXPECT_EQ(document.value().at("ok"), false);
    EXPECT_EQ(document.value().at("faults").size(), 1U);
}

}  // namespace drover::test
