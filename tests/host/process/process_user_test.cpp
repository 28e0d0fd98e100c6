/// Who a process runs as, and what it may reach then.
#include "process/process_user.hpp"

#include <csignal>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process/launcher.hpp"
#include "tests/host/process/open_to_others.hpp"
#include "tests/host/process/scratch.hpp"
#include "tests/host/process/shell.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;
using test::ScratchFolder;

ProcessUser maria_needing(std::vector<ProcessUser::Need> needs) {
    SystemUser user;
    user.name = "maria";
    return {user, std::move(needs)};
}

TEST(ProcessUser, that_is_refused_something_is_told_what_and_how_to_change_it) {
    const ProcessUser wanted =
        maria_needing({{"/x.so", R_OK}, {"/run", X_OK}, {"/state", R_OK | W_OK}});
    const auto told = [&wanted](int index) {
        return sentence_of({UserFailure::Step::need, index, EACCES}, wanted);
    };
    EXPECT_EQ(
        told(0),
        "user: maria cannot read /x.so: Permission denied (it, and every folder above it, must "
        "be open to maria).");
    EXPECT_EQ(told(1).find("user: maria cannot enter or run /run: "), 0U) << told(1);
    EXPECT_EQ(told(2).find("user: maria cannot write to /state: "), 0U) << told(2);
}

TEST(ProcessUser, that_cannot_be_taken_on_is_named) {
    const std::string told =
        sentence_of({UserFailure::Step::identity, 0, EPERM}, maria_needing({{"/x.so", R_OK}}));
    EXPECT_NE(told.find("maria"), std::string::npos) << told;
    EXPECT_NE(told.find("Operation not permitted"), std::string::npos) << told;
}

TEST(ProcessUser, is_looked_at_where_it_runs_already) {
    const auto nobody = find_system_user("nobody");
    const ScratchFolder scratch;
    if (::geteuid() != 0 || !nobody || !test::is_open_to_others(scratch.path().parent_path())) {
        GTEST_SKIP() << "only root may look as another user, who must reach temporary folders";
    }
    const auto file = scratch.path() / "file";
    { std::ofstream(file) << "x"; }
    ::chmod(scratch.path().c_str(), 0755);
    const ProcessUser wanted{nobody.value(), {{"/bin/sh", X_OK}, {file, R_OK}}};
    EXPECT_TRUE(look_as(wanted));
    ::chmod(scratch.path().c_str(), 0700);
    const auto looked = look_as(wanted);
    ASSERT_FALSE(looked);
    EXPECT_EQ(looked.error().kind, ErrorKind::refused);
    EXPECT_EQ(looked.error().message.find("user: nobody cannot read " + file.string()), 0U)
        << looked.error().message;
    EXPECT_EQ(::geteuid(), 0U) << "this process stays who it is";
}

TEST(ProcessUser, is_known_by_a_childs_pidfd_and_status) {
    const auto started_first = launch(shell("exec sleep 1000"));
    const auto started_second = launch(shell("exec sleep 1000"));
    ASSERT_TRUE(started_first && started_second);
    const Child& first = started_first.value();
    const Child& second = started_second.value();
    const uid_t own = ::geteuid();
    EXPECT_TRUE(is_child_as(own, first.pid, first.watch.number()));
    EXPECT_FALSE(is_child_as(own + 1, first.pid, first.watch.number())) << "another user's";
    EXPECT_FALSE(is_child_as(own, first.pid, second.watch.number())) << "another process's pidfd";
    const FileDescriptor parent(static_cast<int>(::syscall(SYS_pidfd_open, ::getppid(), 0U)));
    EXPECT_FALSE(is_child_as(own, ::getppid(), parent.number())) << "no child";
    const FileDescriptor file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    EXPECT_FALSE(is_child_as(own, first.pid, file.number())) << "no pidfd";
    for (const Child* const child : {&first, &second}) {
        send_signal(*child, SIGKILL);
        EXPECT_TRUE(wait_for_exit(*child, 20s));
    }
}

}  // namespace
}  // namespace drover
