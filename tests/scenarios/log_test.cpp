// `drover log` with a fleet that runs, and with one that does not.
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

Json log_of(const FleetUnderTest& fleet) {
    const ProgramResult result = fleet.drover({"log", "stat", "-o", "json"});
    EXPECT_EQ(result.exit_code, 0) << result.text();
    const auto parsed = parse_json(result.output);
    return parsed ? parsed.value() : Json::object();
}

TEST(Log, is_told_of_by_the_fleet_and_by_its_files) {
    FleetUnderTest fleet;
    fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n",
                       "topics:\n  \"test.>\": {delivery: durable, receivers: declared}\n"
                       "log: {segment_size: 1MiB, max_size: 8MiB}\n");
    EXPECT_EQ(fleet.drover({"up", "-d"}).exit_code, 0);
    const Json live = log_of(fleet);
    EXPECT_EQ(live.at("max_size"), 8U << 20U);
    EXPECT_EQ(live.at("trouble"), "");
    EXPECT_EQ(fleet.drover({"log", "trim"}).exit_code, 0);
    const ProgramResult unknown = fleet.drover({"log", "forget", "nobody"});
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_NE(unknown.errors.find("The durable log knows no receiver 'nobody'."), std::string::npos)
        << unknown.text();
    EXPECT_EQ(fleet.drover({"down"}).exit_code, 0);
    const Json files = log_of(fleet);
    EXPECT_EQ(files.at("log"), live.at("log"));
    EXPECT_EQ(fleet.drover({"up", "-d", "--fresh"}).exit_code, 0);
    EXPECT_NE(log_of(fleet).at("log"), live.at("log"));
}

TEST(Log, is_not_there_where_nothing_is_durable) {
    FleetUnderTest fleet;
    fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n");
    EXPECT_EQ(fleet.drover({"up", "-d"}).exit_code, 0);
    const ProgramResult none = fleet.drover({"log", "stat"});
    EXPECT_EQ(none.exit_code, 1);
    EXPECT_NE(none.errors.find("has no durable topics"), std::string::npos) << none.text();
}

}  // namespace
}  // namespace drover::scenarios
