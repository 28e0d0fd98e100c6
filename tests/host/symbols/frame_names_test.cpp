// A process that dies leaves its stack, and the files tell what stands there.
#include "symbols/frame_names.hpp"

#include <csignal>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/crash_capture.hpp"

namespace drover {

/// Not in an unnamed namespace: the tests look for the name.
__attribute__((noinline)) int reads_from_nowhere(const volatile int* nowhere) {
    return *nowhere;
}

namespace {

using testing::HasSubstr;

class CapturedCrashes : public ::testing::Test {
protected:
    CapturedCrashes()
        : area_(static_cast<CrashArea*>(::mmap(nullptr,
                                               sizeof(CrashArea),
                                               PROT_READ | PROT_WRITE,
                                               MAP_SHARED | MAP_ANONYMOUS,
                                               -1,
                                               0))) {}
    ~CapturedCrashes() override { ::munmap(area_, sizeof(CrashArea)); }

    /// Lets a child do it, and returns how it ended.
    template <typename Deed>
    int in_a_child(Deed&& deed) {
        const pid_t child = ::fork();
        if (child == 0) {
            std::array<char, 4096> path{};
            (void)::readlink("/proc/self/exe", path.data(), path.size() - 1);
            capture_crashes(*area_, path.data());
            deed();
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
    }
    std::vector<FrameName> names() {
        std::vector<FramePlace> places;
        const CrashCapture capture = read_capture(*area_).value();
        for (const CrashFrame& frame : capture.frames) {
            places.push_back({frame.module, frame.offset, !places.empty()});
        }
        return names_of(places);
    }

    CrashArea* area_;
};

TEST_F(CapturedCrashes, name_the_function_and_the_line_of_a_fault) {
    EXPECT_EQ(in_a_child([] { std::exit(reads_from_nowhere(nullptr)); }), SIGSEGV);
    const auto capture = read_capture(*area_);
    ASSERT_TRUE(capture);
    EXPECT_EQ(capture->signal, SIGSEGV);
    EXPECT_EQ(capture->address, 0U);
    const auto found = names();
    ASSERT_FALSE(found.empty());
    EXPECT_THAT(found[0].function, HasSubstr("reads_from_nowhere"));
    EXPECT_THAT(found[0].file, HasSubstr("frame_names_test.cpp"));
    EXPECT_GT(found[0].line, 0);
}

TEST_F(CapturedCrashes, end_by_the_signal_that_hit_them) {
    EXPECT_EQ(in_a_child([] { std::abort(); }), SIGABRT);
    EXPECT_EQ(read_capture(*area_).value().signal, SIGABRT);
}

TEST_F(CapturedCrashes, are_captured_when_somebody_else_sends_the_signal) {
    EXPECT_EQ(in_a_child([] {
                  ::kill(::getpid(), SIGABRT);
                  ::pause();
              }),
              SIGABRT);
    EXPECT_FALSE(read_capture(*area_).value().frames.empty());
}

TEST_F(CapturedCrashes, include_a_stack_that_overflowed) {
    EXPECT_EQ(in_a_child([] {
                  struct Recursion {
                      static int deeper(int depth) {
                          volatile char room[4096] = {};
                          return depth < 0 ? room[0] : deeper(depth + 1) + room[1];
                      }
                  };
                  std::exit(Recursion::deeper(0));
              }),
              SIGSEGV);
    EXPECT_EQ(read_capture(*area_).value().frames.size(), CrashArea::most_frames);
}

TEST_F(CapturedCrashes, leave_nothing_of_a_process_that_they_forked) {
    EXPECT_EQ(in_a_child([] {
                  const pid_t grandchild = ::fork();
                  if (grandchild == 0) {
                      std::abort();
                  }
                  ::waitpid(grandchild, nullptr, 0);
              }),
              0);
    EXPECT_FALSE(read_capture(*area_));
}

TEST_F(CapturedCrashes, are_read_with_care_for_a_child_wrote_them) {
    area_->signal.store(SIGSEGV);
    area_->frame_count = 4'000'000'000U;
    area_->frames[0] = {5, 77, 0};
    std::ranges::fill(area_->modules[0], 'x');
    const auto capture = read_capture(*area_);
    ASSERT_TRUE(capture);
    EXPECT_EQ(capture->frames.size(), CrashArea::most_frames);
    EXPECT_EQ(capture->frames[0].module, "");
    EXPECT_EQ(capture->frames[1].module.size(), CrashArea::longest_path);
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
