/// What a command says that could not write all of its output.
#include "command/output_end.hpp"

#include <array>
#include <csignal>
#include <cstdio>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "fake_droverd.hpp"

namespace drover::test {

using testing::HasSubstr;

namespace {

/// The end of a command with `code` whose standard output is `output` and that wrote a line.
CommandResult ended_with(int code, int output) {
    (void)std::fflush(stdout);
    const int kept = ::dup(STDOUT_FILENO);
    ::dup2(output, STDOUT_FILENO);
    testing::internal::CaptureStderr();
    (void)std::puts("a line");
    CommandResult result;
    result.exit_code = finish_output(code);
    result.errors = testing::internal::GetCapturedStderr();
    std::clearerr(stdout);
    ::dup2(kept, STDOUT_FILENO);
    ::close(kept);
    return result;
}

}  // namespace

TEST(OutputEnd, says_nothing_where_all_was_written) {
    const FileDescriptor null_device(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    for (const int code : {0, 3}) {
        const CommandResult result = ended_with(code, null_device.number());
        EXPECT_EQ(result.exit_code, code);
        EXPECT_EQ(result.errors, "");
    }
}

TEST(OutputEnd, is_a_failure_where_the_disk_is_full) {
    const FileDescriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    ASSERT_TRUE(full.is_open());
    const CommandResult result = ended_with(0, full.number());
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.errors, "drover: The output cannot be written: No space left on device.\n");
    EXPECT_EQ(ended_with(3, full.number()).exit_code, 3) << "it had failed already";
}

TEST(OutputEnd, lets_a_reader_go_who_has_what_it_wanted) {
    (void)std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    ::close(ends[0]);
    const FileDescriptor writing(ends[1]);
    const CommandResult result = ended_with(0, writing.number());
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.errors, "");
    (void)std::signal(SIGPIPE, SIG_DFL);
}

}  // namespace drover::test
