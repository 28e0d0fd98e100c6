#include "config/env_file.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

TEST(EnvFile, reads_names_and_values_as_shells_write_them) {
    std::vector<Fault> faults;
    EXPECT_THAT(parse_env_text("# a comment\n"
                               "\n"
                               "MODE=paper\n"
                               "  export DATA = /srv/data  # where it lies\n"
                               "EMPTY=\n"
                               "SINGLE='as it $is # here'\n"
                               "DOUBLE=\"a\\n\\\"b\\\"\" # rest\n"
                               "URL=http://x/#y\n"
                               "MODE=live\n",
                               "x.env",
                               faults),
                ElementsAre(Pair("DATA", "/srv/data"),
                            Pair("EMPTY", ""),
                            Pair("SINGLE", "as it $is # here"),
                            Pair("DOUBLE", "a\n\"b\""),
                            Pair("URL", "http://x/#y"),
                            Pair("MODE", "live")));
    EXPECT_THAT(faults, IsEmpty());
}

TEST(EnvFile, names_the_place_of_every_line_that_is_something_else) {
    std::vector<Fault> faults;
    EXPECT_THAT(
        parse_env_text(
            "just words\n\n  5X=1\nA='open\nB=\"open\nC='x' y\nDROVER_X=1\n", "x.env", faults),
        IsEmpty());
    std::vector<std::string> texts;
    for (const Fault& fault : faults) {
        texts.push_back(fault.text());
    }
    EXPECT_THAT(texts,
                ElementsAre(HasSubstr("x.env:1:1: NAME=VALUE is expected"),
                            HasSubstr("x.env:3:3: NAME=VALUE is expected"),
                            HasSubstr("x.env:4:1: the quotes of 'A' are not closed"),
                            HasSubstr("x.env:5:1: the quotes of 'B' are not closed"),
                            HasSubstr("x.env:6:1: the quotes of 'C' are not closed"),
                            HasSubstr("x.env:7:1: 'DROVER_X' belongs to drover")));
}

TEST(EnvFile, of_an_agent_may_be_several_of_which_the_last_wins) {
    const ConfigFolder folder;
    std::ofstream(folder.path() / "a.env") << "MODE=paper\nA=1\n";
    std::ofstream(folder.path() / "b.env") << "MODE=live\n";
    const auto fleet = std::get<FleetConfig>(
        folder.load("agents:\n  risk: {plugin: risk, env_file: [a.env, b.env]}\n"
                    "  data: {plugin: market_data, env_file: a.env}\n"));
    EXPECT_THAT(fleet.agents[0].variables, ElementsAre(Pair("A", "1"), Pair("MODE", "live")));
    EXPECT_THAT(fleet.agents[1].variables, ElementsAre(Pair("MODE", "paper"), Pair("A", "1")));
}

TEST(EnvFile, that_cannot_be_read_is_a_fault_of_the_key_and_a_bad_line_one_of_the_file) {
    const ConfigFolder folder;
    std::ofstream(folder.path() / "a.env") << "good=1\nbad\n";
    EXPECT_THAT(
        folder.faults("agents:\n  risk: {plugin: risk, env_file: none.env}\n"
                      "  data: {plugin: market_data, env_file: {a: b}}\n"
                      "  view: {plugin: advisor, env_file: a.env}\n"),
        ElementsAre(HasSubstr("2:34: agent 'risk': 'env_file': FOLDER/none.env: The file cannot "
                              "be opened"),
                    HasSubstr("3:41: agent 'data': 'env_file' takes a file or a list of files, "
                              "and this is a map"),
                    HasSubstr("FOLDER/a.env:2:1: NAME=VALUE is expected")));
}

}  // namespace
}  // namespace drover
