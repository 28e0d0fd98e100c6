/// The manual pages: complete, and good roff.
#include "command/manual_page.hpp"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"
#include "shell_output.hpp"

namespace drover::test {

using testing::HasSubstr;

namespace {

Json schema() {
    std::ifstream input(DROVER_DOCS "/agents.schema.json");
    return parse_json(std::string{std::istreambuf_iterator<char>(input), {}}).value();
}

/// What `man` complains of, and the page as it shows it; nothing where there is no man.
std::pair<std::string, std::string> shown(const std::string& page) {
    const CommandFolder folder;
    const std::string file = folder.path() / "page.1";
    std::ofstream(file) << page;
    const std::string man = "LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings=all -l '" + file + "'";
    return {shell_output(man + " 2>&1 >/dev/null"), shell_output(man + " 2>/dev/null | cat")};
}

bool has_man() {
    return !shell_output("command -v man").empty();
}

}  // namespace

TEST(ManualPage, of_the_command_has_every_verb_with_its_options) {
    const VerbEntry tree = command_verbs();
    const std::string page = command_page(tree, "1.2.3");
    for (const VerbEntry& verb : tree.verbs) {
        EXPECT_THAT(page, HasSubstr(".SS " + roff_text(verb.name))) << verb.name;
    }
    EXPECT_THAT(page, HasSubstr("\\fB\\-\\-with\\-dependents\\fR"));
    EXPECT_THAT(page, HasSubstr("drover 1.2.3"));
}

TEST(ManualPage, of_the_file_has_every_key_of_the_schema) {
    const Json root = schema();
    const std::string page = file_page(root, "1.2.3");
    for (const char* map : {"/properties/defaults", "/definitions/agent", "/definitions/backoff"}) {
        for (const auto& [key, about] : root.at(Json::json_pointer(map)).at("properties").items()) {
            EXPECT_THAT(page, HasSubstr("\\fB" + roff_text(key) + "\\fR")) << map;
        }
    }
}

TEST(ManualPage, is_shown_by_man_without_a_warning) {
    if (!has_man()) {
        GTEST_SKIP() << "There is no man here.";
    }
    const auto [warnings, command] = shown(command_page(command_verbs(), "1.2.3"));
    EXPECT_EQ(warnings, "");
    EXPECT_THAT(command, HasSubstr("drover up -d --timeout 1m"));
    const auto [of_file, file] = shown(file_page(schema(), "1.2.3"));
    EXPECT_EQ(of_file, "");
    EXPECT_THAT(file, HasSubstr("max_restarts"));
}

TEST(ManualPage, shows_text_as_it_is) {
    EXPECT_EQ(roff_text(".x\n'y -a \\"), "\\&.x\n\\&\\(aqy \\-a \\e");
}

}  // namespace drover::test
