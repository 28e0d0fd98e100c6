// `sandbox`: what is granted, and what cannot be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Sandboxes, are_strict_and_grant_what_is_named) {
    const ConfigFolder folder;
    std::filesystem::create_directory(folder.path() / "data");
    const auto fleet = std::get<FleetConfig>(
        folder.load("agents:\n"
                    "  a: {plugin: risk, sandbox: strict}\n"
                    "  b: {plugin: risk, sandbox: {network: yes, read: [data], write: [/tmp]}}\n"
                    "  c: {plugin: risk, sandbox: none}\n"
                    "  d: {plugin: risk}\n"));
    ASSERT_TRUE(fleet.agents[0].sandbox);
    EXPECT_FALSE(fleet.agents[0].sandbox->network);
    ASSERT_TRUE(fleet.agents[1].sandbox);
    EXPECT_TRUE(fleet.agents[1].sandbox->network);
    EXPECT_THAT(fleet.agents[1].sandbox->read, ElementsAre(folder.path() / "data"));
    EXPECT_THAT(fleet.agents[1].sandbox->write, ElementsAre(std::filesystem::path("/tmp")));
    EXPECT_FALSE(fleet.agents[2].sandbox);
    EXPECT_FALSE(fleet.agents[3].sandbox);
}

TEST(Sandboxes, are_faults_with_their_place_where_they_grant_what_there_is_not) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults("agents:\n"
                      "  a: {plugin: risk, sandbox: lax}\n"
                      "  b: {plugin: risk, sandbox: [strict]}\n"
                      "  c: {plugin: risk, sandbox: {network: 3, read: data, write: [none, {}]}}\n"
                      "  d: {plugin: risk, sandbox: {files: [x]}}\n"),
        ElementsAre(HasSubstr("2:30: agent 'a': 'sandbox' takes strict, none, or a map"),
                    HasSubstr("3:30: agent 'b': 'sandbox' takes strict, none, or a map"),
                    HasSubstr("4:40: agent 'c': sandbox: 'network' takes"),
                    HasSubstr("4:49: agent 'c': sandbox: 'read' takes a list of files"),
                    HasSubstr("4:63: agent 'c': sandbox: 'write': FOLDER/none does not exist"),
                    HasSubstr("4:69: agent 'c': sandbox: 'write' takes a list of files"),
                    HasSubstr("5:31: agent 'd': sandbox: unknown key 'files'")));
}

}  // namespace
}  // namespace drover
