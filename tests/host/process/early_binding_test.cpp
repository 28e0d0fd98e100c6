// A program that is to be copied is bound early, and nobody else: the wish does not go on to
// children, unless somebody else had it.
#include "process/early_binding.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace drover {
namespace {

constexpr const char* variable = "LD_BIND_NOW";

class EarlyBindingTest : public ::testing::Test {
protected:
    void SetUp() override { ::unsetenv(variable); }
    void TearDown() override { ::unsetenv(variable); }
};

TEST_F(EarlyBindingTest, is_asked_for_by_one_entry) {
    std::vector<std::string> environment{"NAME=value"};
    ask_for_early_binding(environment);
    ASSERT_EQ(environment.size(), 2U);
    EXPECT_TRUE(environment[1].starts_with("LD_BIND_NOW="));
    EXPECT_GT(environment[1].size(), std::string("LD_BIND_NOW=").size()) << "empty: not asked for";
}

TEST_F(EarlyBindingTest, does_not_go_on_to_children) {
    std::vector<std::string> environment;
    ask_for_early_binding(environment);
    ASSERT_EQ(environment.size(), 1U);
    ::putenv(environment.front().data());
    forget_early_binding();
    EXPECT_EQ(::getenv(variable), nullptr);
}

TEST_F(EarlyBindingTest, leaves_what_somebody_else_wished) {
    ::setenv(variable, "1", 1);
    std::vector<std::string> environment;
    ask_for_early_binding(environment);
    EXPECT_TRUE(environment.empty());
    forget_early_binding();
    ASSERT_NE(::getenv(variable), nullptr);
    EXPECT_STREQ(::getenv(variable), "1");
}

}  // namespace
}  // namespace drover
