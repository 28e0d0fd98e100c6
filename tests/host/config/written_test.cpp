// What stands in a file, as texts by key.
#include "config/written.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::map<std::string, std::string> written(const std::string& text) {
    return written_values(parse_yaml(text, "agents.yaml").root);
}

TEST(WrittenValues, have_a_pointer_each) {
    EXPECT_THAT(written("a: 1\nb: {c: x, d/e: 'y'}\n"),
                ElementsAre(Pair("/a", "1"), Pair("/b/c", "x"), Pair("/b/d~1e", R"("y")")));
}

TEST(WrittenValues, are_whole_lists_and_empty_maps) {
    EXPECT_THAT(
        written("a: [1, {x: 2, w: 3}]\nb: {}\nc: []\n"),
        ElementsAre(Pair("/a", R"([1, {"w": 3, "x": 2}])"), Pair("/b", "{}"), Pair("/c", "[]")));
}

TEST(WrittenValues, leave_out_keys_without_a_value) {
    EXPECT_THAT(written("a:\nb: ~\nc: 1\n"), ElementsAre(Pair("/c", "1")));
}

TEST(WrittenValues, do_not_depend_on_the_order_of_keys) {
    EXPECT_EQ(written("a: 1\nb: {x: 1, y: 2}\n"), written("b: {y: 2, x: 1}\na: 1\n"));
}

TEST(WrittenValues, of_a_fleet_have_their_variables_replaced) {
    const ConfigFolder folder;
    ::setenv("DROVER_TEST_WRITTEN", "always", 1);
    const auto loaded =
        folder.load("agents: {a: {plugin: risk, restart: \"${DROVER_TEST_WRITTEN}\"}}\n");
    ::unsetenv("DROVER_TEST_WRITTEN");
    EXPECT_EQ(std::get<FleetConfig>(loaded).written.at("/agents/a/restart"), R"("always")");
}

}  // namespace
}  // namespace drover
