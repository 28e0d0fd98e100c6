#include "base/system_user.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

TEST(SystemUsers, are_found_by_name_with_their_groups) {
    const auto root = find_system_user("root");
    ASSERT_TRUE(root);
    EXPECT_EQ(root.value().user, 0U);
    EXPECT_FALSE(root.value().groups.empty());
    EXPECT_EQ(user_text(0), "root");
}

TEST(SystemUsers, that_do_not_exist_are_named) {
    const auto nobody = find_system_user("no-such-user");
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().kind, ErrorKind::not_found);
    EXPECT_EQ(nobody.error().message, "There is no user 'no-such-user' on this machine.");
}

}  // namespace
}  // namespace drover
