// Holds the golden layout in C++, and says which line does not fit.
#include <cstddef>

#include <gtest/gtest.h>

#include <drover/drover.h>
#include <drover/trading/records.hpp>

namespace drover {
namespace {

TEST(GoldenLayout, is_that_of_plugins_already_built) {
#define VALUE(constant, expected) EXPECT_EQ(constant, expected) << #constant;
#define SIZE(type, bytes) EXPECT_EQ(sizeof(type), bytes##U) << #type;
#define MEMBER(type, member, place, bytes)                            \
    EXPECT_EQ(offsetof(type, member), place##U) << #type "." #member; \
    EXPECT_EQ(sizeof(type::member), bytes##U) << #type "." #member;

#include "golden_layout.inc"

#undef VALUE
#undef SIZE
#undef MEMBER
}

}  // namespace
}  // namespace drover
