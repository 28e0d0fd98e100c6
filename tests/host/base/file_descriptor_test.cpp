/// Who closes a descriptor, and when.
#include "base/file_descriptor.hpp"

#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace drover {
namespace {

int open_null() {
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool is_open(int number) {
    return ::fcntl(number, F_GETFD) >= 0;
}

TEST(FileDescriptorTest, is_closed_with_its_owner) {
    int number = -1;
    {
        const FileDescriptor owner(open_null());
        number = owner.number();
        ASSERT_TRUE(is_open(number));
    }
    EXPECT_FALSE(is_open(number));
}

TEST(FileDescriptorTest, has_one_owner_at_a_time) {
    FileDescriptor first(open_null());
    const int number = first.number();
    FileDescriptor second(std::move(first));
    EXPECT_EQ(second.number(), number);
    EXPECT_TRUE(is_open(number));
    {
        FileDescriptor third;
        EXPECT_FALSE(third.is_open());
        third = std::move(second);
        EXPECT_TRUE(is_open(number));
    }
    EXPECT_FALSE(is_open(number));
}

TEST(FileDescriptorTest, that_is_replaced_is_closed_by_who_replaced_it) {
    int number = -1;
    FileDescriptor kept(open_null());
    {
        FileDescriptor other(open_null());
        number = kept.number();
        kept = std::move(other);
        EXPECT_TRUE(kept.is_open());
    }
    EXPECT_FALSE(is_open(number));
    EXPECT_TRUE(is_open(kept.number()));
}

TEST(FileDescriptorTest, that_was_released_stays_open) {
    FileDescriptor owner(open_null());
    const int number = owner.release();
    EXPECT_FALSE(owner.is_open());
    owner.close();
    EXPECT_TRUE(is_open(number));
    ::close(number);
}

TEST(FileDescriptorTest, is_closed_once) {
    FileDescriptor owner(open_null());
    const int number = owner.number();
    owner.close();
    EXPECT_EQ(owner.number(), -1);
    const FileDescriptor next(open_null());
    ASSERT_EQ(next.number(), number) << "the lowest free number";
    owner.close();
    EXPECT_TRUE(is_open(number));
}

}  // namespace
}  // namespace drover
