// Where plugins are looked for.
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;

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
