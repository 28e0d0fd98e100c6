// One fleet in several environments, and what is packed for others of it.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* teller = R"(  teller:
    plugin: @behaving@
    agent: teller
    config: {file: @FOLDER@/told, variable: MODE, text: from the base}
)";

class Environments : public testing::Test {
protected:
    std::string told() {
        EXPECT_TRUE(
            eventually([this] { return std::filesystem::exists(fleet.folder() / "told"); }));
        return fleet.read("told");
    }
    FleetUnderTest fleet;
};

TEST_F(Environments, merge_their_overlay_over_the_file_of_the_fleet) {
    fleet.write_agents(teller);
    fleet.write("agents.prod.yaml", "name: live\nagents: {teller: {config: {text: from prod}}}\n");
    fleet.up(0, {"--environment", "prod"});
    EXPECT_THAT(told(), HasSubstr("from prod"));
    const ProgramResult status = fleet.drover({"status", "-o", "json"});
    EXPECT_THAT(status.output, HasSubstr("\"fleet\":\"live\""));
    EXPECT_THAT(status.output, HasSubstr("\"environment\":\"prod\""));
}

TEST_F(Environments, name_the_file_that_is_wrong) {
    fleet.write_agents(teller);
    fleet.write("agents.prod.yaml", "agents:\n  teller: {restart: perhaps}\n");
    const ProgramResult wrong = fleet.drover({"validate", "--environment", "prod"});
    EXPECT_EQ(wrong.exit_code, 1) << wrong.text();
    EXPECT_THAT(wrong.errors, HasSubstr("agents.prod.yaml:2:21: "));
    const ProgramResult missing = fleet.drover({"up", "-d", "--environment", "prd"});
    EXPECT_EQ(missing.exit_code, 2) << missing.text();
    EXPECT_THAT(missing.errors, HasSubstr("Did you mean 'prod'?"));
    EXPECT_EQ(fleet.drover({"status"}).exit_code, 4);
}

TEST_F(Environments, pack_a_support_bundle_without_secrets) {
    fleet.write_agents(teller);
    fleet.write("agents.prod.yaml", "name: live # ftp://ann:pa55word@host/\n");
    fleet.up(0, {"--environment", "prod"});
    const ProgramResult packed = fleet.drover({"support-bundle", "-O", "bundle.tar.gz"});
    ASSERT_EQ(packed.exit_code, 0) << packed.text();
    const ProgramResult content =
        run_program({"/bin/sh",
                     {"-c", "tar -xzf bundle.tar.gz && grep -ra . drover-support-*"},
                     {"PATH=/usr/bin:/bin"},
                     fleet.folder()},
                    patience);
    EXPECT_EQ(content.exit_code, 0) << content.errors;
    for (const char* part : {"/status.json:",
                             "/doctor.txt:",
                             "/config/agents.yaml:",
                             "/config/agents.prod.yaml:",
                             "/events/events.jsonl:",
                             "/logs/droverd.log:",
                             "/agents/teller.json:"}) {
        EXPECT_THAT(content.output, HasSubstr(part));
    }
    EXPECT_THAT(content.output, HasSubstr("ftp://ann:***@host/"));
    EXPECT_THAT(content.output, Not(HasSubstr("pa55word")));
    const auto rights = std::filesystem::status(fleet.folder() / "bundle.tar.gz").permissions();
    EXPECT_EQ(rights, std::filesystem::perms(0600));
}

}  // namespace
}  // namespace drover::scenarios
