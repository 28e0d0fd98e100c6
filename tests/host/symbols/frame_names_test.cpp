// A process that dies leaves its stack, and the files tell what stands there.
#include "symbols/frame_names.hpp"

#include <csignal>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/process/crashing_child.hpp"

namespace drover {

/// Not in an unnamed namespace: the tests look for the name.
__attribute__((noinline)) int reads_from_nowhere(const volatile int* nowhere) {
    return *nowhere;
}

namespace {

using testing::HasSubstr;

class CapturedCrashes : public test::CrashingChild {
protected:
    std::vector<FrameName> names() {
        std::vector<FramePlace> places;
        const CrashCapture captured = capture();
        for (const CrashFrame& frame : captured.frames) {
            places.push_back({frame.module, frame.offset, !places.empty()});
        }
        return names_of(places);
    }
};

TEST_F(CapturedCrashes, name_the_function_and_the_line_of_a_fault) {
    EXPECT_EQ(in_a_child([] { std::exit(reads_from_nowhere(nullptr)); }), SIGSEGV);
    const auto found = names();
    ASSERT_FALSE(found.empty());
    EXPECT_THAT(found[0].function, HasSubstr("reads_from_nowhere"));
    EXPECT_THAT(found[0].file, HasSubstr("frame_names_test.cpp"));
    EXPECT_GT(found[0].line, 0);
}

TEST(FrameNames, are_empty_for_what_is_no_file_with_symbols) {
    const auto names =
        names_of({{"/nowhere.so", 1, true}, {"/etc/passwd", 1, true}, {"", 1, true}});
    ASSERT_EQ(names.size(), 3U);
    for (const FrameName& name : names) {
        EXPECT_EQ(name.function + name.file, "");
    }
}

}  // namespace
}  // namespace drover
