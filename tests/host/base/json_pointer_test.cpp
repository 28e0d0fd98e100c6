/// Steps of JSON pointers.
#include "base/json_pointer.hpp"

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

TEST(JsonPointer, leads_to_keys_with_slashes_and_tildes) {
    EXPECT_EQ(pointer_step("limits"), "/limits");
    EXPECT_EQ(pointer_step("a/b~c"), "/a~1b~0c");
    EXPECT_EQ(pointer_step("~1"), "/~01") << "no slash comes back out of it";
    EXPECT_EQ(pointer_step(""), "/");
    for (const char* key : {"order.submit.>", "a/b", "~", "~1", "", "ä"}) {
        const Json document = {{key, {{"x", 7}}}};
        EXPECT_EQ(document.at(Json::json_pointer(pointer_step(key) + pointer_step("x"))), 7) << key;
    }
}

}  // namespace
}  // namespace drover
