#include "fleet/fleet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/fleet/fleet_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class FleetOfFile : public testing::Test {
protected:
    PreparedFleet prepare(std::string_view text, const std::vector<std::string>& sets = {}) {
        const auto file = folder_.write("agents.yaml", text);
        std::vector<Override> overrides;
        for (const std::string& set : sets) {
            overrides.push_back(parse_override(set).value());
        }
        auto loaded = load_fleet_config(file, PluginSearch{{DROVER_TEST_PLUGINS}}, overrides);
        if (const auto* const faults = std::get_if<std::vector<Fault>>(&loaded)) {
            ADD_FAILURE() << faults->front().text();
            return {};
        }
        return prepare_fleet(std::get<FleetConfig>(std::move(loaded)), FleetFolder::options());
    }

    /// Faults without the path of the file and with PLUGINS for the folder of the plugins.
    [[nodiscard]] std::vector<std::string> shown(const std::vector<Fault>& faults) const {
        std::vector<std::string> texts;
        const std::string plugins = DROVER_TEST_PLUGINS;
        for (const Fault& fault : faults) {
            std::string text = fault.text();
            const std::string begin = (folder_.path() / "agents.yaml").string() + ":";
            if (text.starts_with(begin)) {
                text.erase(0, begin.size());
            }
            for (std::size_t at = text.find(plugins); at != std::string::npos;
                 at = text.find(plugins)) {
                text.replace(at, plugins.size(), "PLUGINS");
            }
            texts.push_back(std::move(text));
        }
        return texts;
    }

    FleetFolder folder_;
};

TEST_F(FleetOfFile, is_prepared_with_its_descriptions) {
    const PreparedFleet fleet = prepare(R"(agents:
  a: {plugin: good, agent: first, config: {fast: 5, cash: 100000.50, file: data/x.csv}}
  b: {plugin: one_agent, config: {fast: 1}}
  c: {plugin: good, agent: second}
)");
    EXPECT_THAT(shown(fleet.faults), IsEmpty());
    EXPECT_THAT(shown(fleet.unloadable), IsEmpty());
    ASSERT_THAT(fleet.agents, SizeIs(3));
    EXPECT_EQ(fleet.agents[0].description->name, "first");
    EXPECT_EQ(fleet.agents[2].description->name, "second");
    EXPECT_EQ(fleet.agents[0].library, fleet.agents[2].library);
    EXPECT_FALSE(fleet.agents[0].cannot_run.has_value());
}

TEST_F(FleetOfFile, resolves_paths_against_the_file_and_those_of_overrides_against_the_folder) {
    const PreparedFleet fleet = prepare(R"(agents:
  a: {plugin: one_agent, config: {fast: 5, cash: 100000.50, file: data/../x.csv}}
  b: {plugin: one_agent, config: {fast: 5}}
  c: {plugin: one_agent, config: {fast: 5, file: /abs/y.csv}}
)",
                                        {"b.file=z.csv"});
    EXPECT_THAT(shown(fleet.faults), IsEmpty());
    EXPECT_EQ(
        fleet.config.agents[0].config_json,
        R"({"fast":5,"cash":100000.50,"file":")" + (folder_.path() / "x.csv").string() + R"("})");
    EXPECT_EQ(
        fleet.config.agents[1].config_json,
        R"({"fast":5,"file":")" + (std::filesystem::current_path() / "z.csv").string() + R"("})");
    EXPECT_EQ(fleet.config.agents[2].config_json, R"({"fast":5,"file":"/abs/y.csv"})");
}

TEST_F(FleetOfFile, places_what_a_schema_forbids) {
    const PreparedFleet fleet = prepare(R"(agents:
  a:
    plugin: one_agent
    config:
      fast: "10"
      csh: 5
      file: [x]
  b:
    plugin: one_agent
    config: {cash: 5}
  c: {plugin: one_agent}
  d: {plugin: good, agent: second, config: {x: 1}}
)",
                                        {"b.fast=0"});
    EXPECT_THAT(
        shown(fleet.faults),
        ElementsAre(
            "5:13: agent 'a': config: 'fast' must be a whole number, and this is the text '10'.",
            "6:7: agent 'a': config: unknown key 'csh'. Did you mean 'cash'?",
            "7:13: agent 'a': config: 'file' must be a text, and this is a list.",
            "11:3: agent 'c': config: 'fast' is missing.",
            "12:45: agent 'd': config: unknown key 'x'. No key is known here.",
            "--set b.fast=0: agent 'b': config: 'fast' must be at least 1, and this is 0."));
}

TEST_F(FleetOfFile, places_a_missing_key_at_the_config) {
    const PreparedFleet fleet = prepare("agents:\n  a: {plugin: one_agent, config: {cash: 1}}\n");
    EXPECT_THAT(shown(fleet.faults), ElementsAre("2:26: agent 'a': config: 'fast' is missing."));
}

TEST_F(FleetOfFile, checks_the_choice_of_an_agent) {
    const PreparedFleet fleet = prepare(R"(agents:
  a: {plugin: good, config: {fast: 1}}
  b: {plugin: good, agent: frist}
)");
    EXPECT_THAT(shown(fleet.faults),
                ElementsAre("2:15: agent 'a': The plugin has several agents; choose one with "
                            "`agent:` ('first', 'second').",
                            "3:28: agent 'b': The plugin has no agent 'frist'; it has 'first', "
                            "'second'. Did you mean 'first'?"));
}

TEST_F(FleetOfFile, keeps_plugins_that_cannot_be_loaded_apart) {
    const PreparedFleet fleet = prepare(R"(agents:
  a: {plugin: crash}
  b: {plugin: one_agent, config: {fast: 1}}
  c: {plugin: other_hash, config: {any: thing}}
)");
    EXPECT_THAT(shown(fleet.faults), IsEmpty());
    EXPECT_THAT(shown(fleet.unloadable),
                ElementsAre("2:15: agent 'a' cannot run: Plugin 'PLUGINS/crash.so' crashed while "
                            "being described: killed by SIGSEGV.",
                            testing::StartsWith("4:15: agent 'c' cannot run: Plugin "
                                                "'PLUGINS/other_hash.so' was built with other")));
    ASSERT_THAT(fleet.agents, SizeIs(3));
    EXPECT_THAT(*fleet.agents[0].cannot_run, HasSubstr("crashed while being described"));
    EXPECT_EQ(fleet.agents[0].library, nullptr);
    EXPECT_FALSE(fleet.agents[1].cannot_run.has_value());
}

TEST_F(FleetOfFile, refuses_two_layouts_of_one_type) {
    const PreparedFleet fleet = prepare(R"(agents:
  a: {plugin: one_agent, config: {fast: 1}}
  b: {plugin: other_layout, agent: second}
  c: {plugin: other_layout, agent: second}
)");
    EXPECT_THAT(shown(fleet.faults),
                ElementsAre("3:15: agent 'b': the message type 'test.record' version 1 has one "
                            "layout in PLUGINS/one_agent.so and another in "
                            "PLUGINS/other_layout.so: only one of them has the field 'more'. Build "
                            "both plugins against the same header, or raise the version of one."));
}

}  // namespace
}  // namespace drover
