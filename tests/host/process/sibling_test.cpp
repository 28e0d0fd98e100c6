// A forked sibling is its parent's child in everything: it is watched, reaped and seen under its
// own name and number.
#include "process/sibling.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <functional>
#include <string>

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/descriptor_message.hpp"
#include "process/launcher.hpp"
#include "process/process_tree.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_end = 20s;

/// Forks a process that forks a sibling, which runs `act` and exits with what that returns; returns
/// the sibling as a child of the test.
Child sibling_that(const std::function<int()>& act) {
    auto sockets = make_message_socket_pair();
    const pid_t middle = ::fork();
    if (middle == 0) {
        auto sibling = fork_sibling();
        if (!sibling) {
            ::_exit(1);
        }
        if (sibling.value().is_here) {
            ::_exit(act());
        }
        const std::array<int, 1> watch{sibling.value().watch.number()};
        const bool is_sent = send_message(
            sockets.value().theirs.number(), std::to_string(sibling.value().pid), watch);
        ::_exit(is_sent ? 0 : 1);
    }
    sockets.value().theirs.close();
    bool is_ended = false;
    auto message = receive_message(sockets.value().ours.number(), is_ended);
    ::waitpid(middle, nullptr, 0);
    if (!message || message->descriptors.size() != 1) {
        ADD_FAILURE() << "no sibling";
        return {};
    }
    return {std::stoi(message->text), std::move(message->descriptors.front())};
}

TEST(Sibling, is_reaped_by_the_parent_of_who_forked_it) {
    const Child child = sibling_that([] { return 7; });
    const auto status = wait_for_exit(child, longest_end);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->code, 7);
}

TEST(Sibling, is_a_child_of_that_parent_while_it_runs) {
    const Child child = sibling_that([] { return ::pause(); });
    const auto entry = process_entry(child.pid);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->parent, ::getpid());
    send_signal(child, SIGKILL);
    const auto status = wait_for_exit(child, longest_end);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->signal, SIGKILL);
}

TEST(Sibling, knows_its_own_number_when_it_signals_its_thread) {
    const Child child = sibling_that([] {
        ::pthread_kill(::pthread_self(), SIGUSR1);
        return 0;
    });
    const auto status = wait_for_exit(child, longest_end);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->signal, SIGUSR1) << status->text();
}

TEST(Sibling, locks_robust_mutexes_that_tell_of_its_end) {
    void* const memory = ::mmap(nullptr,
                                sizeof(pthread_mutex_t),
                                PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS,
                                -1,
                                0);
    auto* const mutex = static_cast<pthread_mutex_t*>(memory);
    pthread_mutexattr_t kind;
    ::pthread_mutexattr_init(&kind);
    ::pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
    ::pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
    ::pthread_mutex_init(mutex, &kind);
    const Child child = sibling_that([mutex] { return ::pthread_mutex_lock(mutex); });
    ASSERT_TRUE(wait_for_exit(child, longest_end));
    EXPECT_EQ(::pthread_mutex_lock(mutex), EOWNERDEAD);
    ::munmap(memory, sizeof(pthread_mutex_t));
}

TEST(Sibling, counts_one_thread_in_a_process_of_one) {
    EXPECT_EQ(thread_count(), 1);
}

TEST(Sibling, shows_an_overwritten_entry_of_its_environment) {
    ASSERT_EQ(::setenv("DROVER_SIBLING", "as it was", 1), 0);
    EXPECT_TRUE(overwrite_environment("DROVER_SIBLING=other"));
    EXPECT_STREQ(::getenv("DROVER_SIBLING"), "other");
    EXPECT_FALSE(overwrite_environment("DROVER_SIBLING=longer than before")) << "no room";
    EXPECT_FALSE(overwrite_environment("DROVER_NO_SUCH_ENTRY=other"));
    ::unsetenv("DROVER_SIBLING");
}

TEST(DescriptorMessage, carries_text_and_descriptors) {
    const auto sockets = make_message_socket_pair();
    ASSERT_TRUE(sockets);
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    ASSERT_TRUE(send_message(sockets.value().ours.number(), "first", pipe));
    ASSERT_TRUE(send_message(sockets.value().ours.number(), "second"));
    bool is_ended = false;
    auto first = receive_message(sockets.value().theirs.number(), is_ended);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->text, "first");
    ASSERT_EQ(first->descriptors.size(), 2U);
    EXPECT_EQ(open_file(first->descriptors[0].number()), open_file(pipe[0]));
    const auto second = receive_message(sockets.value().theirs.number(), is_ended);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->text, "second");
    EXPECT_TRUE(second->descriptors.empty());
    EXPECT_FALSE(is_ended);
    ::close(pipe[0]);
    ::close(pipe[1]);
}

TEST(DescriptorMessage, tells_when_the_other_side_is_gone) {
    auto sockets = make_message_socket_pair();
    ASSERT_TRUE(sockets);
    sockets.value().theirs.close();
    bool is_ended = false;
    EXPECT_FALSE(receive_message(sockets.value().ours.number(), is_ended));
    EXPECT_TRUE(is_ended);
    EXPECT_FALSE(send_message(sockets.value().ours.number(), "nobody hears this"));
}

}  // namespace
}  // namespace drover
