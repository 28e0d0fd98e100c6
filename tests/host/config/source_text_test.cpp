/// What may be read at all, before it is understood.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(SourceFile, that_cannot_be_opened_is_one_fault) {
    const ConfigFolder folder;
    const auto loaded = load_fleet_config(folder.path() / "none.yaml", {});
    EXPECT_THAT(folder.shown(std::get<std::vector<Fault>>(loaded)),
                ElementsAre("FOLDER/none.yaml: The file cannot be opened: No such file or "
                            "directory."));
    const auto directory = load_fleet_config(folder.path(), {});
    EXPECT_THAT(folder.shown(std::get<std::vector<Fault>>(directory)),
                ElementsAre("FOLDER: This is a folder; name the file in it."));
}

TEST(SourceFile, beyond_four_megabytes_is_refused) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("#" + std::string(std::size_t{5} << 20U, 'x')),
                ElementsAre("file: The file is larger than 4 MiB, the most that is read."));
}

TEST(SourceFile, that_is_not_utf8_is_refused_at_the_byte) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("a: 1\nb: \"\xFC\"\n"),
                ElementsAre("2:5: This byte is not UTF-8 text: save the file as UTF-8."));
    EXPECT_THAT(folder.faults(std::string("a: 1\nb\0: 2", 10)),
                ElementsAre("2:2: This byte is not UTF-8 text: save the file as UTF-8."));
    EXPECT_THAT(folder.faults("\xFF\xFE"
                              "a"),
                ElementsAre(HasSubstr("1:1: This byte is not UTF-8")));
}

TEST(SourceFile, may_begin_with_a_byte_order_mark) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("\xEF\xBB\xBF"
                              "agents: {risk: {plugin: riskk}}"),
                ElementsAre(HasSubstr("1:25: agent 'risk': there is no plugin 'riskk'")));
}

TEST(SourceFile, that_is_empty_is_one_fault) {
    const ConfigFolder folder;
    for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "~\n"}) {
        EXPECT_THAT(
            folder.faults(text),
            ElementsAre("file: The file is empty: it needs at least 'agents' with one agent."))
            << text;
    }
}

}  // namespace
}  // namespace drover
