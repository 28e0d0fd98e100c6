// `log`, of agents and of the durable log: sizes, files, rates, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(LogSection, has_the_documented_defaults_and_takes_those_of_the_file) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(
defaults: {log: {max_size: 512KiB, rate: unlimited}}
agents:
  risk: {plugin: risk, log: {max_files: 2, rate: 50/s}}
  broker: {plugin: broker}
)"));
    constexpr std::uint64_t half_mebibyte = std::uint64_t{512} << 10U;
    EXPECT_EQ(fleet.find("risk")->supervision.log, (LogConfig{half_mebibyte, 2, 50}));
    EXPECT_EQ(fleet.find("broker")->supervision.log, (LogConfig{half_mebibyte, 5, 0}));
    EXPECT_EQ(fleet.log, (LogConfig{half_mebibyte, 5, 0})) << "droverd and the router";
    EXPECT_EQ(LogConfig{}, (LogConfig{std::uint64_t{10} << 20U, 5, 2000}));
}

TEST(LogSection, lists_every_wrong_value_with_its_place) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(agents:
  a: {plugin: risk, log: {max_size: 10MB, max_files: 0, rate: 100}}
  b: {plugin: risk, log: {max_size: 1KiB, max_files: some, rate: [1/s]}}
  c: {plugin: risk, log: {max_size: {}, rate: 0/s, keep: 1}}
  d: {plugin: risk, log: quiet}
)"),
        ElementsAre(
            "2:37: agent 'a': log: 'max_size': '10MB' is not a size: write a whole number and a "
            "unit, for example 512KiB, 10MiB or 1GiB.",
            "2:54: agent 'a': log: 'max_files' takes a whole number from 1 to 100, and this is "
            "the number 0.",
            "2:63: agent 'a': log: 'rate': '100' is not a rate: write how many a second, from 1/s "
            "to 1000000/s, for example 2000/s. Write unlimited for no limit.",
            "3:37: agent 'b': log: 'max_size' must be at least 64KiB, and this is 1KiB.",
            "3:54: agent 'b': log: 'max_files' takes a whole number from 1 to 100, and this is "
            "the text 'some'.",
            "3:66: agent 'b': log: 'rate' takes lines a second such as 2000/s, or unlimited, and "
            "this is a list.",
            "4:37: agent 'c': log: 'max_size' takes a size such as 512KiB, 10MiB or 1GiB, and "
            "this is a map.",
            "4:47: agent 'c': log: 'rate': '0/s' is not a rate: write how many a second, from 1/s "
            "to 1000000/s, for example 2000/s. Write unlimited for no limit.",
            "4:52: agent 'c': log: unknown key 'keep'.",
            "5:26: agent 'd': log: a map with keys such as 'max_size' is expected here, and this "
            "is the text 'quiet'."));
}

TEST(LogSection, takes_the_smallest_file_and_the_most_files_and_no_more) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(
        folder.load("agents: {risk: {plugin: risk, log: {max_size: 64KiB, max_files: 100}}}"));
    EXPECT_EQ(fleet.find("risk")->supervision.log,
              (LogConfig{std::uint64_t{64} << 10U, 100, LogConfig{}.rate}));
    EXPECT_THAT(folder.faults("agents: {risk: {plugin: risk, log: {max_files: 101}}}"),
                ElementsAre(HasSubstr("'max_files' takes a whole number from 1 to 100")));
}

TEST(DurableLogSection, takes_sizes) {
    const ConfigFolder folder;
    const auto plain = std::get<FleetConfig>(folder.load("agents: {risk: {plugin: risk}}"));
    EXPECT_EQ(plain.durable_log.segment_size, std::uint64_t{64} << 20U);
    EXPECT_EQ(plain.durable_log.max_size, std::uint64_t{4} << 30U);
    const auto fleet = std::get<FleetConfig>(
        folder.load("log: {segment_size: 8MiB, max_size: 1GiB}\nagents: {risk: {plugin: risk}}"));
    EXPECT_EQ(fleet.durable_log.segment_size, std::uint64_t{8} << 20U);
    EXPECT_EQ(fleet.durable_log.max_size, std::uint64_t{1} << 30U);
}

TEST(DurableLogSection, names_what_is_wrong_with_it) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults("log: {segment_size: 64MiB, max_size: 100MiB}\n"
                      "agents: {risk: {plugin: risk}}"),
        ElementsAre("1:38: log: 'max_size' must be at least twice 'segment_size', because a "
                    "segment is removed as a whole while the next one is written; they are "
                    "100MiB and 64MiB."));
    EXPECT_THAT(folder.faults("log: {segment_size: 1KiB, rate: 5}\n"
                              "agents: {risk: {plugin: risk}}"),
                ElementsAre(HasSubstr("'segment_size'"), HasSubstr("'rate'")));
}

TEST(DurableLogSection, takes_two_of_the_smallest_segments) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(
        folder.load("log: {segment_size: 1MiB, max_size: 2MiB}\nagents: {risk: {plugin: risk}}"));
    EXPECT_EQ(fleet.durable_log.max_size, 2 * fleet.durable_log.segment_size);
}

TEST(DurableLogSection, that_names_only_the_segments_is_itself_the_place_of_a_size_too_small) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("agents: {risk: {plugin: risk}}\nlog: {segment_size: 3GiB}"),
                ElementsAre("2:6: log: 'max_size' must be at least twice 'segment_size', because a "
                            "segment is removed as a whole while the next one is written; they are "
                            "4GiB and 3GiB."));
}

}  // namespace
}  // namespace drover
