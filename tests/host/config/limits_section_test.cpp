// `limits`: values, units, defaults, and what is refused.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

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

TEST(Limits, may_be_as_small_as_an_agent_can_live_with_and_no_smaller) {
    const ConfigFolder folder;
    const auto faults_of = [&folder](const std::string& limit) {
        return folder.faults("agents: {risk: {plugin: risk, limits: {" + limit + "}}}\n");
    };
    const std::vector<std::pair<std::string, std::string>> least_and_less{
        {"memory: 16MiB", "memory: 16383KiB"},
        {"cpu: 1%", "cpu: 0%"},
        {"cpu: 102400%", "cpu: 102401%"},
        {"processes: 8", "processes: 7"},
        {"open_files: 32", "open_files: 31"},
        {"core: 0KiB", "core: -1KiB"},
        {"address_space: 128MiB", "address_space: 127MiB"},
        {"file_size: 64KiB", "file_size: 63KiB"},
        {"nice: -20", "nice: -21"},
        {"nice: 19", "nice: 20"}};
    for (const auto& [least, less] : least_and_less) {
        EXPECT_THAT(faults_of(least), IsEmpty()) << least;
        EXPECT_THAT(faults_of(less), ElementsAre(HasSubstr("agent 'risk': limits: '"))) << less;
    }
}

TEST(Limits, that_are_unlimited_lift_what_the_machine_would_hold_an_agent_to) {
    const LimitsConfig limits = limits_of(
        "{processes: 64, open_files: 100, core: none, address_space: 4GiB, locked_memory: 0KiB}",
        "{processes: unlimited, open_files: unlimited, core: unlimited, address_space: unlimited, "
        "locked_memory: unlimited}");
    EXPECT_EQ(limits.processes, std::nullopt);
    EXPECT_EQ(limits.open_files, LimitsConfig::unlimited);
    EXPECT_EQ(limits.core, LimitsConfig::unlimited);
    EXPECT_EQ(limits.address_space, LimitsConfig::unlimited);
    EXPECT_EQ(limits.locked_memory, LimitsConfig::unlimited);
    const LimitsConfig nothing = limits_of("{}", "{}");
    EXPECT_EQ(nothing.open_files, std::nullopt) << "as the machine has it";
    EXPECT_EQ(nothing.core, std::nullopt);
    EXPECT_EQ(nothing.nice, std::nullopt);
}

TEST(Limits, take_processors_in_any_order_and_those_of_an_agent_in_the_place_of_the_defaults) {
    const int last = static_cast<int>(::sysconf(_SC_NPROCESSORS_CONF)) - 1;
    const std::string all = "[" + std::to_string(last) + ", 0-" + std::to_string(last) + "]";
    const std::vector<int> cpus = limits_of("{}", "{cpus: " + all + "}").cpus;
    EXPECT_EQ(cpus.size(), static_cast<std::size_t>(last) + 1);
    EXPECT_TRUE(std::ranges::is_sorted(cpus));
    EXPECT_EQ(cpus.back(), last);
    EXPECT_THAT(limits_of("{cpus: " + all + "}", "{cpus: [0]}").cpus, ElementsAre(0));
    EXPECT_EQ(limits_of("{cpus: " + all + "}", "{nice: 1}").cpus, cpus);
}

TEST(Limits, take_no_half_a_range_of_processors) {
    const ConfigFolder folder;
    for (const char* odd : {"0-", "-0", "0--0", "0x", "\"\"", "[0]", "0 - 0", "4294967296"}) {
        EXPECT_THAT(folder.faults("agents: {risk: {plugin: risk, limits: {cpus: [" +
                                  std::string(odd) + "]}}}\n"),
                    ElementsAre(HasSubstr("limits: 'cpus' takes numbers of processors and ranges")))
            << odd;
    }
    EXPECT_THAT(folder.faults("agents: {risk: {plugin: risk, limits: {cpus: 0}}}\n"),
                ElementsAre(HasSubstr("'cpus' takes a list of processors such as [0, 2-3]")));
}

TEST(Limits, take_nothing_behind_a_share_of_a_processor) {
    const ConfigFolder folder;
    for (const char* odd : {R"("50%\0more")", "50%%", "\"50% \"", "50", "\"%\""}) {
        EXPECT_THAT(folder.faults("agents: {risk: {plugin: risk, limits: {cpu: " +
                                  std::string(odd) + "}}}\n"),
                    ElementsAre(HasSubstr("limits: 'cpu' takes a share of one processor")))
            << odd;
    }
}

TEST(Limits, know_where_they_stand) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(defaults: {limits: {nice: 1}}
agents:
  own: {plugin: risk, limits: {nice: 2}}
  usual: {plugin: risk}
)"));
    EXPECT_EQ(fleet.find("own")->supervision.limits.place.line, 3);
    EXPECT_EQ(fleet.find("usual")->supervision.limits.place.line, 1);
}

}  // namespace
}  // namespace drover
