#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(AgentsSection, finds_cycles_and_names_the_whole_path) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(agents:
  a: {plugin: risk, depends_on: [b]}
  b: {plugin: risk, depends_on: {c: {condition: started}}}
  c: {plugin: risk, depends_on: [a]}
  x: {plugin: risk, depends_on: [y]}
  y: {plugin: risk, depends_on: [x, a]}
)"),
        ElementsAre("4:34: agent 'c': the dependencies go round in a circle: a → b → c → a; "
                    "none of them could start first.",
                    "6:34: agent 'y': the dependencies go round in a circle: x → y → x; "
                    "none of them could start first."));
}

TEST(AgentsSection, checks_dependencies) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(agents:
  risk: {plugin: risk, depends_on: [risk, brokr, broker, broker, {x: 1}]}
  broker: {plugin: broker, depends_on: advisor}
  advisor:
    plugin: advisor
    depends_on:
      risk: {condition: complete, restart: maybe, wait: 1}
      broker:
  last: {plugin: advisor, depends_on: {broker: {condition: helthy}, risk: healthy}}
)"),
        ElementsAre(
            "2:37: agent 'risk' depends on itself.",
            "2:43: agent 'risk' depends on 'brokr', which is not defined. Did you mean 'broker'?",
            "2:58: agent 'risk': 'depends_on' names 'broker' twice.",
            "2:66: agent 'risk': 'depends_on' takes names of agents, and this is a map.",
            "3:40: agent 'broker': 'depends_on' takes a list of agents or a map, and this is the "
            "text 'advisor': write [advisor].",
            "7:25: agent 'advisor': depends_on 'risk': 'condition' takes started, healthy, "
            "completed, completed_successfully or log_ready, and this is the text 'complete'. Did "
            "you mean 'completed'?",
            "7:44: agent 'advisor': depends_on 'risk': 'restart' takes true or false, and this is "
            "the text 'maybe'.",
            "7:51: agent 'advisor': depends_on 'risk': unknown key 'wait'.",
            "9:60: agent 'last': depends_on 'broker': 'condition' takes started, healthy, "
            "completed, completed_successfully or log_ready, and this is the text 'helthy'. Did "
            "you mean 'healthy'?",
            "9:75: agent 'last': depends_on 'risk': a map with keys such as 'condition' is "
            "expected here, and this is the text 'healthy'."));
}

TEST(AgentsSection, reads_dependencies_of_both_forms) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(agents:
  a: {plugin: risk}
  b: {plugin: risk, depends_on: [a]}
  c: {plugin: risk, depends_on: {a: {condition: started}, b: {restart: yes}}}
)"));
    const auto& of_b = fleet.find("b")->depends_on;
    ASSERT_THAT(of_b, SizeIs(1));
    EXPECT_EQ(of_b[0].condition, DependencyCondition::healthy);
    EXPECT_FALSE(of_b[0].restart);
    const auto& of_c = fleet.find("c")->depends_on;
    ASSERT_THAT(of_c, SizeIs(2));
    EXPECT_EQ(of_c[0].condition, DependencyCondition::started);
    EXPECT_EQ(of_c[1].condition, DependencyCondition::healthy);
    EXPECT_TRUE(of_c[1].restart);
    EXPECT_EQ(of_c[1].place.line, 4);
}

TEST(AgentsSection, refuses_two_agents_of_one_name) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("agents:\n  risk: {plugin: risk}\n  risk: {plugin: risk}\n"),
                ElementsAre("3:3: The key 'risk' stands here for the second time; the first is in "
                            "line 2."));
}

TEST(AgentsSection, refuses_bad_names_and_what_is_no_map) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("agents:\n  Risk: {plugin: risk}\n  b: risk\n  c:\n"),
                ElementsAre("2:3: agent 'Risk': this is no name for an agent: use 1 to 48 of a-z, "
                            "0-9, - _ and ., beginning with a letter.",
                            "3:6: agent 'b': a map with keys such as 'plugin' is expected here, "
                            "and this is the text 'risk'.",
                            "4:3: agent 'c': 'plugin' is missing: name the library that the agent "
                            "comes from, as in plugin: risk"));
}

TEST(AgentsSection, lists_unknown_keys_and_wrong_types) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(agents:
  a:
    plugin: [risk]
    confg: {}
    partition: 2
    on_link_lost: keep
    agent: {}
    config: 5
    enabled: maybe
    observer: 1
    simulate: "yes"
)"),
        ElementsAre("3:13: agent 'a': 'plugin' takes a text, and this is a list.",
                    "4:5: agent 'a': unknown key 'confg'. Did you mean 'config'?",
                    "5:5: agent 'a': 'partition' is not available yet in this version of drover: "
                    "remove the key.",
                    "6:5: agent 'a': 'on_link_lost' is a key of the plugin: write it under the "
                    "agent's 'config'.",
                    "7:12: agent 'a': 'agent' takes a text, and this is a map.",
                    "8:13: agent 'a': 'config' takes a map, and this is the number 5.",
                    "9:14: agent 'a': 'enabled' takes true or false, and this is the text 'maybe'.",
                    "10:15: agent 'a': 'observer' takes true or false, and this is the number 1.",
                    "11:15: agent 'a': 'simulate' takes true or false, and this is the text "
                    "'yes'."));
}

TEST(AgentsSection, reads_simulate_as_yes_no_or_unsaid) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(agents:
  a: {plugin: risk, simulate: no, enabled: false, observer: true}
  b: {plugin: risk, simulate: true}
  c: {plugin: risk}
)"));
    EXPECT_EQ(fleet.find("a")->simulate, false);
    EXPECT_FALSE(fleet.find("a")->enabled);
    EXPECT_TRUE(fleet.find("a")->observer);
    EXPECT_EQ(fleet.find("b")->simulate, true);
    EXPECT_FALSE(fleet.find("c")->simulate.has_value());
    EXPECT_TRUE(fleet.find("c")->enabled);
}

TEST(AgentsSection, reads_grants_as_a_list_or_unsaid) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(agents:
  a: {plugin: risk, grants: [drover.simulation/1, drover.control/1]}
  b: {plugin: risk, grants: []}
  c: {plugin: risk}
)"));
    EXPECT_THAT(*fleet.find("a")->grants, ElementsAre("drover.simulation/1", "drover.control/1"));
    EXPECT_THAT(*fleet.find("b")->grants, testing::IsEmpty());
    EXPECT_FALSE(fleet.find("c")->grants.has_value());
    EXPECT_THAT(
        folder.faults(R"(agents:
  a: {plugin: risk, grants: drover.simulation/1}
  b: {plugin: risk, grants: [drover.simulaton/1, drover.control/1, [x]]}
  c: {plugin: risk, grants: [drover.simulation/1, drover.simulation/1]}
)"),
        ElementsAre(HasSubstr("2:29: agent 'a': 'grants' takes a list"),
                    HasSubstr("Did you mean 'drover.simulation/1'?"),
                    HasSubstr("'grants' takes drover.control/1 or drover.simulation/1, and this "
                              "is a list"),
                    HasSubstr("'grants' names 'drover.simulation/1' twice")));
}

TEST(AgentsSection, limits_the_number_of_agents) {
    const ConfigFolder folder;
    std::string text = "agents:\n";
    for (int number = 0; number <= 1000; ++number) {
        text += "  a" + std::to_string(number) + ": {plugin: risk}\n";
    }
    EXPECT_THAT(folder.faults(text), ElementsAre(HasSubstr("1001 agents are more than the 1000")));
}

TEST(PluginSearch, tells_where_it_looked_and_what_was_near) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults(R"(agents:
  a: {plugin: borker}
  b: {plugin: ./mine/risk.so}
  c: {plugin: risk.so}
  d: {plugin: ./plugins}
)"),
                ElementsAre("2:15: agent 'a': there is no plugin 'borker'; looked for "
                            "FOLDER/plugins/borker.so. Did you mean 'broker'?",
                            "3:15: agent 'b': there is no plugin './mine/risk.so'; looked for "
                            "FOLDER/mine/risk.so. A plugin with a slash is a path relative to the "
                            "file that names it.",
                            "4:15: agent 'c': there is no plugin 'risk.so'; looked for "
                            "FOLDER/plugins/risk.so.so. Write the name without .so, or a path with "
                            "a slash.",
                            "5:15: agent 'd': there is no plugin './plugins'; looked for "
                            "FOLDER/plugins. A plugin with a slash is a path relative to the file "
                            "that names it."));
}

TEST(AgentsSection, keeps_the_names_of_the_programs_from_agents) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults("agents:\n  drover-router: {plugin: risk}\n  droverd: {plugin: risk}\n"),
        ElementsAre(HasSubstr("2:3: agent 'drover-router': this is the name of a program"),
                    HasSubstr("3:3: agent 'droverd': this is the name of a program")));
}

TEST(PluginSearch, takes_the_first_folder_that_has_the_plugin) {
    const ConfigFolder folder;
    std::filesystem::create_directory(folder.path() / "more");
    std::ofstream(folder.path() / "more" / "risk.so") << "";
    std::ofstream(folder.path() / "more" / "extra.so") << "";
    folder.write("agents: {a: {plugin: risk}, b: {plugin: extra}, c: {plugin: more/extra.so}}");
    const auto loaded = load_fleet_config(
        folder.file(), PluginSearch{{folder.path() / "plugins", folder.path() / "more"}});
    const auto& fleet = std::get<FleetConfig>(loaded);
    EXPECT_EQ(fleet.find("a")->plugin_file, folder.path() / "plugins" / "risk.so");
    EXPECT_EQ(fleet.find("b")->plugin_file, folder.path() / "more" / "extra.so");
    EXPECT_EQ(fleet.find("c")->plugin_file, folder.path() / "more" / "extra.so");
    EXPECT_EQ(fleet.find("a")->plugin, "risk");
}

TEST(PluginSearch, begins_beside_the_programs_and_goes_on_with_the_variable) {
    ::setenv("DROVER_PLUGIN_PATH", "/opt/a::/opt/b/", 1);
    const PluginSearch search = default_plugin_search("/usr/lib/drover/bin");
    ::unsetenv("DROVER_PLUGIN_PATH");
    EXPECT_THAT(search.folders, ElementsAre("/usr/lib/drover/plugins", "/opt/a", "/opt/b/"));
    EXPECT_THAT(default_plugin_search("/x/bin").folders, ElementsAre("/x/plugins"));
}

}  // namespace
}  // namespace drover
