/// What becomes of descriptors 0, 1 and 2 that a program was started without.
#include "base/standard_descriptors.hpp"

#include <cerrno>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/host/base/child_of_a_moment.hpp"

namespace drover {
namespace {

bool is_null_device(int number) {
    struct stat null_device {};
    struct stat about {};
    return ::stat("/dev/null", &null_device) == 0 && ::fstat(number, &about) == 0 &&
           about.st_rdev == null_device.st_rdev;
}

TEST(StandardDescriptors, that_are_closed_are_taken_so_that_no_file_gets_their_number) {
    const ChildOutcome outcome = in_child([] {
        for (int number = STDIN_FILENO; number <= STDERR_FILENO; ++number) {
            ::close(number);
        }
        occupy_standard_descriptors();
        for (int number = STDIN_FILENO; number <= STDERR_FILENO; ++number) {
            if (!is_null_device(number)) {
                return 1;
            }
        }
        return ::open("/dev/zero", O_RDONLY) > STDERR_FILENO ? 0 : 2;
    });
    EXPECT_EQ(outcome.exit_code, 0);
}

TEST(StandardDescriptors, that_were_closed_fail_as_they_would_have) {
    const ChildOutcome outcome = in_child([] {
        for (int number = STDIN_FILENO; number <= STDERR_FILENO; ++number) {
            ::close(number);
        }
        occupy_standard_descriptors();
        char letter = 'x';
        if (::read(STDIN_FILENO, &letter, 1) != -1 || errno != EBADF) {
            return 1;
        }
        if (::write(STDOUT_FILENO, &letter, 1) != -1 || errno != EBADF) {
            return 2;
        }
        return ::write(STDERR_FILENO, &letter, 1) == -1 && errno == EBADF ? 0 : 3;
    });
    EXPECT_EQ(outcome.exit_code, 0);
}

TEST(StandardDescriptors, that_are_open_stay_what_they_are) {
    const ChildOutcome outcome = in_child([] {
        ::close(STDIN_FILENO);
        occupy_standard_descriptors();
        constexpr char text[] = "heard";
        return ::write(STDERR_FILENO, text, sizeof text - 1) == sizeof text - 1 ? 0 : 1;
    });
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_EQ(outcome.errors, "heard");
}

}  // namespace
}  // namespace drover
