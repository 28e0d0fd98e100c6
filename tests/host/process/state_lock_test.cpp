// One droverd at a time in a state directory.
#include "process/state_lock.hpp"

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using test::ScratchFolder;

TEST(StateLock, makes_the_state_directory) {
    const ScratchFolder scratch;
    EXPECT_TRUE(StateLock::take(scratch.path() / "deep" / "state"));
}

TEST(StateLock, refuses_a_second_holder_and_names_the_first) {
    const ScratchFolder scratch;
    const auto first = StateLock::take(scratch.path());
    ASSERT_TRUE(first);
    const auto second = StateLock::take(scratch.path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::refused);
    EXPECT_NE(second.error().message.find(std::to_string(::getpid())), std::string::npos);
}

TEST(StateLock, is_free_again_once_its_holder_is_gone) {
    const ScratchFolder scratch;
    EXPECT_TRUE(StateLock::take(scratch.path()));
    EXPECT_TRUE(StateLock::take(scratch.path()));
}

TEST(StateLock, is_waited_for_while_its_holder_ends) {
    const ScratchFolder scratch;
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t holder = ::fork();
    if (holder == 0) {
        const auto held = StateLock::take(scratch.path());
        (void)!::write(pipe[1], "", held ? 1 : 0);
        ::poll(nullptr, 0, 200);
        ::_exit(0);
    }
    ::close(pipe[1]);
    char byte = 0;
    EXPECT_EQ(::read(pipe[0], &byte, 1), 1) << "the child holds the lock";
    EXPECT_TRUE(StateLock::take(scratch.path(), std::chrono::seconds(60)));
    ::close(pipe[0]);
    ::waitpid(holder, nullptr, 0);
}

TEST(StateLock, tells_who_holds_it) {
    const ScratchFolder scratch;
    EXPECT_FALSE(StateLock::holder(scratch.path())) << "there is no lock yet";
    {
        const auto lock = StateLock::take(scratch.path());
        ASSERT_TRUE(lock);
        EXPECT_EQ(StateLock::holder(scratch.path()), std::to_string(::getpid()));
    }
    EXPECT_FALSE(StateLock::holder(scratch.path()));
    EXPECT_TRUE(StateLock::take(scratch.path())) << "asking does not keep it";
}

/// Whether another descriptor than `own` of this process is open on the file.
bool is_open_elsewhere(const std::filesystem::path& file, int own) {
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        if (entry.path().filename() != std::to_string(own) &&
            std::filesystem::read_symlink(entry.path(), gone) == file) {
            return true;
        }
    }
    return false;
}

TEST(StateLock, does_not_take_who_asks_for_its_holder_for_a_holder) {
    const ScratchFolder scratch;
    const auto file = std::filesystem::canonical(scratch.path()) / "lock";
    const FileDescriptor asking(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_EQ(::flock(asking.number(), LOCK_SH), 0);
    auto taken = std::async(std::launch::async,
                            [&scratch] { return StateLock::take(scratch.path()).has_value(); });
    const Monotonic deadline = monotonic_now() + std::chrono::seconds(20);
    while (!is_open_elsewhere(file, asking.number()) && monotonic_now() < deadline &&
           taken.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
        std::this_thread::yield();
    }
    ASSERT_EQ(::flock(asking.number(), LOCK_UN), 0);
    EXPECT_TRUE(taken.get());
}

TEST(StateLock, is_held_as_long_as_one_heir_lives) {
    const ScratchFolder scratch;
    auto first = StateLock::take(scratch.path());
    ASSERT_TRUE(first);
    {
        const StateLock heir =
            StateLock::adopt(::fcntl(first.value().descriptor(), F_DUPFD_CLOEXEC, 10));
        { const auto ended = std::move(first.value()); }
        EXPECT_FALSE(StateLock::take(scratch.path()));
    }
    EXPECT_TRUE(StateLock::take(scratch.path()));
}

TEST(StateLock, tells_when_the_state_directory_cannot_be_used) {
    const ScratchFolder scratch;
    std::ofstream(scratch.path() / "file") << "text";
    const auto lock = StateLock::take(scratch.path() / "file");
    ASSERT_FALSE(lock);
    EXPECT_EQ(lock.error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace drover
