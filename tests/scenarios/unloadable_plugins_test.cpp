// Plugin files that are there and cannot be used: `validate` says so, `up` starts the rest.
#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

struct Unloadable {
    const char* plugin;
    const char* told;  ///< Part of the sentence.
};

std::ostream& operator<<(std::ostream& stream, const Unloadable& plugin) {
    return stream << plugin.plugin;
}

class UnloadablePlugin : public testing::TestWithParam<Unloadable> {
protected:
    void SetUp() override {
        fleet.write_agents(
            "  ticker: {plugin: @behaving@, agent: ticker}\n"
            "  bad: {plugin: " +
            misbehaving_plugin(GetParam().plugin) +
            "}\n"
            "  dependent: {plugin: @behaving@, agent: quiet, depends_on: [bad]}\n"
            "  listener: {plugin: @behaving@, agent: listener}\n");
    }
    FleetUnderTest fleet;
};

TEST_P(UnloadablePlugin, is_listed_by_validate_with_its_place) {
    const ProgramResult result = fleet.drover({"validate"});
    EXPECT_EQ(result.exit_code, 1) << result.text();
    const std::string told = result.output + result.errors;
    EXPECT_NE(told.find(GetParam().told), std::string::npos) << result.text();
    EXPECT_NE(told.find("agents.yaml:"), std::string::npos) << result.text();
    EXPECT_NE(told.find(std::string(GetParam().plugin) + ".so"), std::string::npos)
        << result.text();
}

TEST_P(UnloadablePlugin, leaves_the_rest_of_the_fleet_running) {
    const ProgramResult started = fleet.drover({"up", "-d"});
    EXPECT_EQ(started.exit_code, 3) << started.text();
    EXPECT_NE(started.errors.find("bad"), std::string::npos) << started.text();
    EXPECT_TRUE(fleet.reaches([](const FleetStatus& now) {
        return now["ticker"].is_well() && now["listener"].is_well() && now["bad"].state == "failed";
    }));
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_NE((*status)["bad"].reason.find(GetParam().told), std::string::npos) << status->text;
    EXPECT_FALSE((*status)["bad"].pid);
    EXPECT_FALSE((*status)["dependent"].pid) << "it depends on one that cannot run";
    EXPECT_NE((*status)["dependent"].reason.find("bad"), std::string::npos) << status->text;
    EXPECT_TRUE(fleet.hears_more("listener"));
}

TEST_P(UnloadablePlugin, is_told_by_describe) {
    const ProgramResult result = fleet.drover({"describe", misbehaving_plugin(GetParam().plugin)});
    EXPECT_EQ(result.exit_code, 1) << result.text();
    EXPECT_NE(result.errors.find(GetParam().told), std::string::npos) << result.text();
}

INSTANTIATE_TEST_SUITE_P(Plugins,
                         UnloadablePlugin,
                         testing::Values(Unloadable{"a_text_file", "not a library"},
                                         Unloadable{"no_entry_symbol", "drover_library_v1"},
                                         Unloadable{"no_description", "no description"},
                                         Unloadable{"wrong_abi_hash", "other ABI headers"},
                                         Unloadable{"wrong_major", "ABI 7"},
                                         Unloadable{"crashes_while_loading", "SIGSEGV"},
                                         Unloadable{"hangs_while_loading", "described"}),
                         [](const testing::TestParamInfo<Unloadable>& tested) {
                             return tested.param.plugin;
                         });

TEST(UnloadablePlugins, do_not_hide_each_other) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  one: {plugin: @no_entry_symbol@}\n"
        "  two: {plugin: @wrong_major@}\n"
        "  three: {plugin: @behaving@, agent: quiet}\n");
    const ProgramResult result = fleet.drover({"validate"});
    EXPECT_EQ(result.exit_code, 1);
    const std::string told = result.output + result.errors;
    EXPECT_NE(told.find("no_entry_symbol.so"), std::string::npos) << result.text();
    EXPECT_NE(told.find("wrong_major.so"), std::string::npos) << result.text();
}

TEST(UnloadablePlugins, do_not_include_one_that_only_prints) {
    FleetUnderTest fleet;
    fleet.write_agents("  chatty: {plugin: @prints_while_loading@}\n");
    EXPECT_EQ(fleet.drover({"validate"}).exit_code, 0);
    fleet.up();
    EXPECT_TRUE(fleet.gets_well());
    const ProgramResult described =
        fleet.drover({"describe", misbehaving_plugin("prints_while_loading")});
    EXPECT_EQ(described.exit_code, 0) << described.text();
    EXPECT_NE(described.output.find("prints"), std::string::npos) << described.text();
    EXPECT_EQ(described.output.find("not an answer"), std::string::npos) << described.text();
}

}  // namespace
}  // namespace drover::scenarios
