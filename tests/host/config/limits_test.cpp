// `limits` and `sandbox`: values, units, defaults, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

LimitsConfig limits_of(const std::string& defaults, const std::string& own) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(
        folder.load("defaults: {limits: " + defaults +
                    "}\nagents: {risk: {plugin: risk, limits: " + own + "}}\n"));
    return fleet.agents[0].supervision.limits;
}

TEST(Limits, are_read_with_their_units) {
    const LimitsConfig limits = limits_of("{}",
                                          "{memory: 512MiB, cpu: 150%, processes: 64, open_files: "
                                          "1024, core: none, address_space: 4GiB, file_size: "
                                          "unlimited, locked_memory: 64KiB, nice: -5, cpus: [0, "
                                          "0-0]}");
    EXPECT_EQ(limits.memory, std::uint64_t{512} << 20U);
    EXPECT_EQ(limits.cpu_percent, 150);
    EXPECT_EQ(limits.processes, 64);
    EXPECT_EQ(limits.open_files, 1024U);
    EXPECT_EQ(limits.core, 0U);
    EXPECT_EQ(limits.address_space, std::uint64_t{4} << 30U);
    EXPECT_EQ(limits.file_size, LimitsConfig::unlimited);
    EXPECT_EQ(limits.locked_memory, std::uint64_t{64} << 10U);
    EXPECT_EQ(limits.nice, -5);
    EXPECT_THAT(limits.cpus, ElementsAre(0));
}

TEST(Limits, of_an_agent_win_over_the_defaults_key_by_key) {
    const LimitsConfig limits = limits_of("{memory: 1GiB, open_files: 100, nice: 5, cpu: 50%}",
                                          "{memory: unlimited, nice: 3, cpu: unlimited}");
    EXPECT_EQ(limits.memory, std::nullopt);
    EXPECT_EQ(limits.cpu_percent, std::nullopt);
    EXPECT_EQ(limits.open_files, 100U);
    EXPECT_EQ(limits.nice, 3);
    EXPECT_THAT(limits.cpus, IsEmpty());
}

TEST(Limits, name_the_place_of_each_wrong_type_range_and_unit) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults("agents:\n"
                      "  risk:\n"
                      "    plugin: risk\n"
                      "    limits:\n"
                      "      memory: 512\n"
                      "      cpu: 1.5\n"
                      "      processes: none\n"
                      "      open_files: 3\n"
                      "      core: 5MB\n"
                      "      address_space: 1MiB\n"
                      "      nice: 20\n"
                      "      cpus: [0, a, 3-1, 100000]\n"
                      "      swap: 1GiB\n"),
        ElementsAre(HasSubstr("5:15: agent 'risk': limits: 'memory': '512' is not a size"),
                    HasSubstr("6:12: agent 'risk': limits: 'cpu' takes a share of one processor"),
                    HasSubstr("7:18: agent 'risk': limits: 'processes' takes a whole number"),
                    HasSubstr("8:19: agent 'risk': limits: 'open_files' takes a whole number from "
                              "32"),
                    HasSubstr("9:13: agent 'risk': limits: 'core': '5MB' is not a size"),
                    HasSubstr("10:22: agent 'risk': limits: 'address_space' must be at least"),
                    HasSubstr("11:13: agent 'risk': limits: 'nice' takes a whole number from -20 "
                              "to 19"),
                    HasSubstr("12:17: agent 'risk': limits: 'cpus' takes numbers of processors"),
                    HasSubstr("12:20: agent 'risk': limits: 'cpus' takes numbers of processors"),
                    HasSubstr("12:25: agent 'risk': limits: 'cpus': there is no processor 100000"),
                    HasSubstr("13:7: agent 'risk': limits: unknown key 'swap'")));
    EXPECT_THAT(folder.faults("agents:\n  risk: {plugin: risk, limits: {cpus: []}}\n"),
                ElementsAre(HasSubstr("2:39: agent 'risk': limits: 'cpus' names no processor")));
}

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
