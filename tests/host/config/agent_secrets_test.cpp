#include "config/agent_secrets.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

/// A folder in which files with secrets can be made.
struct Secrets : testing::Test {
    std::filesystem::path secret(const std::string& name,
                                 const std::string& text,
                                 int mode = 0600) const {
        const auto file = folder.path() / name;
        std::ofstream(file) << text;
        std::filesystem::permissions(file, std::filesystem::perms(mode));
        return file;
    }
    std::string refusal(const std::filesystem::path& file) const {
        const auto text = read_secret(file);
        return text ? "it was read" : text.error().message;
    }
    ConfigFolder folder;
};

TEST_F(Secrets, are_what_a_file_of_the_owner_alone_holds) {
    EXPECT_EQ(read_secret(secret("a", "s3cr3t key\n")).value(), "s3cr3t key");
    EXPECT_EQ(read_secret(secret("b", "two\nlines\r\n", 0400)).value(), "two\nlines");
}

TEST_F(Secrets, are_refused_where_others_may_read_or_write_them) {
    for (const int mode : {0640, 0604, 0620, 0666}) {
        EXPECT_THAT(refusal(secret("a", "s3cr3t", mode)), HasSubstr("chmod 600"));
    }
}

TEST_F(Secrets, are_refused_where_the_file_holds_none) {
    EXPECT_THAT(refusal(secret("a", "\n")), HasSubstr("is empty"));
    EXPECT_THAT(refusal(secret("b", "abc\n")), HasSubstr("less than 4 bytes"));
    EXPECT_THAT(refusal(secret("c", std::string(70000, 'x'))), HasSubstr("larger than 64 KiB"));
    EXPECT_THAT(refusal(secret("d", "\xff\xfe\xfd\xfc")), HasSubstr("no text"));
    EXPECT_THAT(refusal(folder.path()), HasSubstr("no regular file"));
    EXPECT_THAT(refusal(folder.path() / "none"), HasSubstr("No such file"));
}

TEST_F(Secrets, stand_in_the_config_by_their_names_and_nowhere_by_their_values) {
    (void)secret("key", "s3cr3t");
    const auto fleet = std::get<FleetConfig>(
        folder.load("agents:\n  risk:\n    plugin: risk\n    secrets: {api-key: key}\n"
                    "    config: {login: {key: \"${secret:api-key}\", user: ann}}\n"));
    const AgentConfig& risk = fleet.agents[0];
    EXPECT_EQ(risk.config_json, R"({"login":{"key":"${secret:api-key}","user":"ann"}})");
    EXPECT_THAT(risk.secret_values, ElementsAre(Pair("/login/key", "api-key")));
    ASSERT_EQ(risk.secrets.size(), 1U);
    EXPECT_EQ(risk.secrets[0].file, folder.path() / "key");
}

TEST_F(Secrets, are_faults_with_their_place_where_they_cannot_be_used) {
    (void)secret("open", "s3cr3t", 0644);
    EXPECT_THAT(
        folder.faults("agents:\n"
                      "  a: {plugin: risk, secrets: {key: open}}\n"
                      "  b: {plugin: risk, secrets: [key]}\n"
                      "  c: {plugin: risk, secrets: {Key: open, other: {}}}\n"
                      "  d: {plugin: risk, config: {x: \"${secret:kye}\"}}\n"
                      "  e: {plugin: \"${secret:key}\", config: {x: \"a ${secret:key}\"}}\n"),
        testing::IsSupersetOf(
            {HasSubstr("2:36: agent 'a': secret 'key': FOLDER/open can be read or written by"),
             HasSubstr("3:30: agent 'b': 'secrets' takes a map from names to files"),
             HasSubstr("4:31: agent 'c': 'Key' is no name for a secret"),
             HasSubstr("agent 'c': secret 'other' takes the file it lies in"),
             HasSubstr("5:33: agent 'd': config: there is no secret 'kye'"),
             HasSubstr("6:15: '${secret:key}' stands for a secret: it must be the whole value"),
             HasSubstr("'${secret:key}' stands for a secret: it must be the whole value")}));
}

TEST_F(Secrets, have_a_name_only_where_they_are_a_whole_text) {
    EXPECT_EQ(secret_name_in("${secret:api-key}"), "api-key");
    EXPECT_EQ(secret_name_in("x${secret:api-key}"), "");
    EXPECT_EQ(secret_name_in("${secret:a}${secret:b}"), "");
    EXPECT_EQ(secret_name_in("${HOME}"), "");
}

}  // namespace
}  // namespace drover
