/// What a process that dies by a signal leaves of its stack, and that it dies of it all the same.
#include "process/crash_capture.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <link.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "base/file_descriptor.hpp"
#include "tests/host/process/crashing_child.hpp"

namespace drover {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::Ge;
using testing::HasSubstr;
using testing::Lt;

using CrashCaptureTest = test::CrashingChild;

__attribute__((noinline)) void writes_to(std::uintptr_t address) {
    *reinterpret_cast<volatile char*>(address) = 1;
}

__attribute__((noinline)) void calls_who_writes_to(std::uintptr_t address) {
    writes_to(address);
    std::atomic_signal_fence(std::memory_order_seq_cst);  // So that it is a call and no jump.
}

/// Where a function of the program begins, as frames tell it.
std::uint64_t offset_of(void (*function)(std::uintptr_t)) {
    dl_find_object found{};
    EXPECT_EQ(::_dl_find_object(reinterpret_cast<void*>(function), &found), 0);
    return reinterpret_cast<std::uint64_t>(function) - found.dlfo_link_map->l_addr;
}

auto is_within(void (*function)(std::uintptr_t)) {
    constexpr std::uint64_t longest = 256;
    return Field(&CrashFrame::offset,
                 AllOf(Ge(offset_of(function)), Lt(offset_of(function) + longest)));
}

TEST_F(CrashCaptureTest, leaves_the_signal_and_the_address_of_a_fault_of_memory) {
    EXPECT_EQ(in_a_child([] { writes_to(16); }), SIGSEGV);
    EXPECT_EQ(capture().signal, SIGSEGV);
    EXPECT_EQ(capture().address, 16U);
}

TEST_F(CrashCaptureTest, leaves_the_frames_of_the_fault_and_of_who_called_with_the_path_told) {
    program_ = "/opt/the/program";
    EXPECT_EQ(in_a_child([] { calls_who_writes_to(16); }), SIGSEGV);
    const CrashCapture captured = capture();
    ASSERT_GE(captured.frames.size(), 2U);
    EXPECT_THAT(captured.frames[0], is_within(&writes_to)) << "not the handler's own";
    EXPECT_THAT(captured.frames[1], is_within(&calls_who_writes_to));
    EXPECT_EQ(captured.frames[0].module, "/opt/the/program");
    EXPECT_EQ(captured.frames[1].module, "/opt/the/program");
}

TEST_F(CrashCaptureTest, names_the_library_in_which_the_process_was) {
    EXPECT_EQ(in_a_child([] { std::abort(); }), SIGABRT);
    const CrashCapture captured = capture();
    ASSERT_FALSE(captured.frames.empty());
    EXPECT_THAT(captured.frames[0].module, HasSubstr("libc.so"));
    EXPECT_THAT(captured.frames, Contains(Field(&CrashFrame::module, program_)));
}

TEST_F(CrashCaptureTest, cuts_a_path_that_is_too_long) {
    program_ = std::string(1000, 'p');
    EXPECT_EQ(in_a_child([] { writes_to(16); }), SIGSEGV);
    const CrashCapture captured = capture();
    ASSERT_FALSE(captured.frames.empty());
    EXPECT_EQ(captured.frames[0].module, std::string(CrashArea::longest_path - 1, 'p'));
}

TEST_F(CrashCaptureTest, lets_the_process_end_by_the_signal_that_hit_it) {
    for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS}) {
        std::construct_at(area_);
        EXPECT_EQ(in_a_child([signal] { ::raise(signal); }), signal);
        EXPECT_EQ(capture().signal, signal);
        EXPECT_FALSE(capture().frames.empty()) << signal;
    }
}

/// From now on the kernel sends this process SIGSYS for getppid, and does not make the call.
bool forbid_getppid() {
    std::array rules{
        sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
        sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_getppid},
        sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_TRAP},
        sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
    };
    const sock_fprog program{rules.size(), rules.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// The call is not made again when the handler returns: the process went on without it.
TEST_F(CrashCaptureTest, lets_a_process_end_that_made_a_system_call_which_is_forbidden) {
    EXPECT_EQ(in_a_child([] {
                  if (!forbid_getppid()) {
                      ::_exit(1);
                  }
                  ::syscall(SYS_getppid);
              }),
              SIGSYS);
    EXPECT_EQ(capture().signal, SIGSYS);
}

TEST_F(CrashCaptureTest, leaves_nothing_of_an_end_that_is_no_crash) {
    EXPECT_EQ(in_a_child([] {}), 0);
    EXPECT_FALSE(read_capture(*area_));
    EXPECT_EQ(in_a_child([] { ::raise(SIGTERM); }), SIGTERM);
    EXPECT_FALSE(read_capture(*area_));
}

TEST_F(CrashCaptureTest, does_not_take_the_sender_of_a_signal_for_an_address) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    FileDescriptor reading(ends[0]);
    FileDescriptor writing(ends[1]);
    const pid_t child = start([&] {
        (void)::write(writing.number(), "x", 1);
        ::pause();
    });
    writing.close();
    char is_ready = 0;
    EXPECT_EQ(::read(reading.number(), &is_ready, 1), 1);
    ::kill(child, SIGSEGV);
    EXPECT_EQ(end_of(child), SIGSEGV);
    EXPECT_EQ(capture().signal, SIGSEGV);
    EXPECT_FALSE(capture().frames.empty()) << "it is captured like any other";
    EXPECT_EQ(capture().address, 0U) << "this process is " << ::getpid();
}

TEST_F(CrashCaptureTest, leaves_the_stack_of_the_thread_that_was_hit) {
    EXPECT_EQ(in_a_child([] { std::thread(calls_who_writes_to, 16).join(); }), SIGSEGV);
    const CrashCapture captured = capture();
    ASSERT_GE(captured.frames.size(), 2U);
    EXPECT_THAT(captured.frames[0], is_within(&writes_to));
    EXPECT_THAT(captured.frames[1], is_within(&calls_who_writes_to));
}

TEST_F(CrashCaptureTest, works_on_a_stack_that_overflowed_and_keeps_the_innermost_frames) {
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
    EXPECT_EQ(capture().frames.size(), CrashArea::most_frames);
}

TEST_F(CrashCaptureTest, leaves_nothing_of_a_process_that_was_forked_and_lets_that_end_as_well) {
    EXPECT_EQ(in_a_child([] {
                  const pid_t grandchild = ::fork();
                  if (grandchild == 0) {
                      std::abort();
                  }
                  ::_exit(end_of(grandchild));
              }),
              -SIGABRT);
    EXPECT_FALSE(read_capture(*area_));
}

TEST_F(CrashCaptureTest, is_read_with_care_for_a_child_wrote_it) {
    area_->signal.store(SIGSEGV);
    area_->frame_count = 4'000'000'000U;
    area_->frames[0] = {5, 77, 0};
    std::ranges::fill(area_->modules[0], 'x');
    const auto captured = read_capture(*area_);
    ASSERT_TRUE(captured);
    EXPECT_EQ(captured->frames.size(), CrashArea::most_frames);
    EXPECT_EQ(captured->frames[0].module, "");
    EXPECT_EQ(captured->frames[1].module.size(), CrashArea::longest_path);
}

}  // namespace
}  // namespace drover
