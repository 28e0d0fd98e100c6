#include "config/environment.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;

/// Sets a variable for one test.
class Variable {
public:
    Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() { ::unsetenv(name_); }

private:
    const char* name_;
};

TEST(Environment, replaces_a_variable_inside_a_text) {
    const Variable variable("DROVER_TEST_VALUE", "data");
    EXPECT_EQ(replace_variables("/${DROVER_TEST_VALUE}/x").value(), "/data/x");
}

TEST(Environment, takes_the_default_of_a_variable_that_is_unset_or_empty) {
    const Variable variable("DROVER_TEST_EMPTY", "");
    EXPECT_EQ(replace_variables("${DROVER_TEST_EMPTY:-a}${DROVER_TEST_UNSET:-b:-c}").value(),
              "ab:-c");
    EXPECT_EQ(replace_variables("${DROVER_TEST_EMPTY}").value(), "");
}

TEST(Environment, reads_two_dollars_as_one) {
    EXPECT_EQ(replace_variables("$$5 $$${DROVER_TEST_UNSET:-x} $y $").value(), "$5 $x $y $");
}

TEST(Environment, names_the_variable_that_is_not_set) {
    EXPECT_EQ(replace_variables("${DROVER_TEST_UNSET}").error().message,
              "The environment variable DROVER_TEST_UNSET is not set: set it, or give a default "
              "with ${DROVER_TEST_UNSET:-default}.");
}

TEST(Environment, refuses_what_names_no_variable) {
    EXPECT_EQ(replace_variables("${a b}").error().message,
              "'${a b}' names no environment variable: write ${NAME} or ${NAME:-default}, and $$ "
              "for a dollar.");
    EXPECT_EQ(replace_variables("x${A").error().message,
              "'${A' opens a brace that is not closed: write ${NAME}, and $$ for a dollar.");
}

TEST(Environment, gives_plain_values_their_type_after_replacing) {
    const Variable variable("DROVER_TEST_CASH", "100000.50");
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(
agents:
  risk:
    plugin: ${DROVER_TEST_PLUGIN:-risk}
    config:
      cash: ${DROVER_TEST_CASH}
      text: "${DROVER_TEST_CASH}"
      list: ["${DROVER_TEST_UNSET:-x}"]
)"));
    EXPECT_EQ(fleet.agents[0].config_json, R"({"cash":100000.50,"text":"100000.50","list":["x"]})");
}

TEST(Environment, places_each_variable_that_is_not_set) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults(R"(name: ${DROVER_TEST_A}
agents:
  risk: {plugin: risk, config: {x: "${DROVER_TEST_B}"}}
)"),
                testing::IsSupersetOf(
                    {"1:7: The environment variable DROVER_TEST_A is not set: set it, or give a "
                     "default with ${DROVER_TEST_A:-default}.",
                     "3:36: The environment variable DROVER_TEST_B is not set: set it, or give a "
                     "default with ${DROVER_TEST_B:-default}."}));
}

TEST(Environment, is_left_alone_in_keys_and_in_overrides) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(
        folder.load("agents: {risk: {plugin: risk, config: {$$x: 1}}}", {"risk.y=${HOME} $$"}));
    EXPECT_EQ(fleet.agents[0].config_json, R"({"$$x":1,"y":"${HOME} $$"})");
}

}  // namespace
}  // namespace drover
