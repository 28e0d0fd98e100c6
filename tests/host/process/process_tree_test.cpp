// A whole tree is found and ended, also the parts of it that left session and parent.
#include "process/process_tree.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "process/launcher.hpp"
#include "tests/host/process/scratch.hpp"
#include "tests/host/process/shell.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::ScratchFolder;

bool holds(const std::vector<pid_t>& pids, pid_t pid) {
    return std::find(pids.begin(), pids.end(), pid) != pids.end();
}

bool is_running(pid_t pid) {
    const auto entry = process_entry(pid);
    return entry && !entry->is_zombie();
}

/// A child with a stubborn grandchild: a session of its own, deaf to SIGTERM, re-parented.
struct StubbornTree {
    explicit StubbornTree(const std::filesystem::path& folder) {
        const std::string file = (folder / "grandchild").string();
        LaunchRequest request =
            shell("setsid sh -c 'trap \"\" TERM; echo $$ > " + file + ".new; mv " + file + ".new " +
                  file + "; while :; do sleep 1000; done' & read line < /dev/zero");
        request.environment = {"DROVER_LIFE=stubborn.1"};
        child = std::move(launch(request).value());
        EXPECT_TRUE(
            eventually([&] { return static_cast<bool>(std::ifstream(file) >> grandchild); }));
    }
    Child child;
    pid_t grandchild = 0;
};

TEST(ProcessTree, kills_every_descendant) {
    const ScratchFolder scratch;
    become_subreaper();
    const StubbornTree tree(scratch.path());
    EXPECT_TRUE(holds(descendants_of(::getpid()), tree.grandchild));
    EXPECT_TRUE(kill_all_descendants(20s));
    EXPECT_TRUE(descendants_of(::getpid()).empty());
    EXPECT_FALSE(is_running(tree.grandchild));
}

TEST(ProcessTree, kills_a_grandchild_whose_parent_is_gone) {
    const ScratchFolder scratch;
    become_subreaper();
    const StubbornTree tree(scratch.path());
    send_signal(tree.child, SIGKILL);
    ASSERT_TRUE(wait_for_exit(tree.child, 20s));
    ASSERT_TRUE(is_running(tree.grandchild));
    EXPECT_TRUE(kill_all_descendants(20s));
    EXPECT_FALSE(is_running(tree.grandchild));
}

TEST(ProcessTree, gives_up_at_the_deadline) {
    // One that is killed may be gone in the blink before the deadline is looked at: so again.
    EXPECT_TRUE(eventually([] {
        EXPECT_TRUE(launch(shell("read line < /dev/zero")));
        return !kill_all_descendants(0s);
    }));
    EXPECT_TRUE(kill_all_descendants(20s));
}

TEST(ProcessTree, finds_a_session_and_what_came_out_of_it) {
    const ScratchFolder scratch;
    become_subreaper();
    const StubbornTree tree(scratch.path());
    const auto members = members_of_session(tree.child.pid);
    EXPECT_TRUE(holds(members, tree.child.pid));
    EXPECT_TRUE(holds(members, tree.grandchild)) << "a descendant with its own session";
    EXPECT_FALSE(holds(members, ::getpid()));
    EXPECT_TRUE(kill_all_descendants(20s));
    EXPECT_TRUE(members_of_session(tree.child.pid).empty());
}

TEST(ProcessTree, knows_a_lost_grandchild_by_its_environment) {
    const ScratchFolder scratch;
    become_subreaper();
    const StubbornTree tree(scratch.path());
    send_signal(tree.child, SIGKILL);
    ASSERT_TRUE(wait_for_exit(tree.child, 20s));
    EXPECT_FALSE(holds(members_of_session(tree.child.pid), tree.grandchild));
    EXPECT_TRUE(has_environment_entry(tree.grandchild, "DROVER_LIFE=stubborn.1"));
    EXPECT_FALSE(has_environment_entry(tree.grandchild, "DROVER_LIFE=stubborn"));
    EXPECT_FALSE(has_environment_entry(::getpid(), "DROVER_LIFE=stubborn.1"));
    EXPECT_TRUE(kill_all_descendants(20s));
}

TEST(ProcessTree, knows_a_child_by_what_it_has_open) {
    auto one = std::move(make_socket_pair().value());
    const auto other = make_socket_pair();
    LaunchRequest request = shell("read line < /dev/zero");
    request.output = one.theirs.number();
    const auto child = launch(request);
    ASSERT_TRUE(child);
    const pid_t pid = child.value().pid;
    const OpenFile inherited = open_file(one.theirs.number());
    const OpenFile foreign = open_file(other.value().theirs.number());
    EXPECT_TRUE(holds_open_file(pid, {foreign, inherited}));
    EXPECT_FALSE(holds_open_file(pid, {foreign}));
    EXPECT_TRUE(kill_all_descendants(20s));
    EXPECT_FALSE(holds_open_file(pid, {inherited}));
}

TEST(ProcessTree, lists_children) {
    const auto child = launch(shell("read line < /dev/zero"));
    ASSERT_TRUE(child);
    EXPECT_EQ(children_of(::getpid()), std::vector<pid_t>{child.value().pid});
    EXPECT_TRUE(kill_all_descendants(20s));
    EXPECT_TRUE(children_of(::getpid()).empty());
}

TEST(ProcessTree, measures_what_a_process_uses) {
    const auto busy = launch(shell("while :; do :; done"));
    ASSERT_TRUE(busy);
    EXPECT_TRUE(eventually([&] {
        const auto usage = usage_of(busy.value().pid);
        return usage && usage->cpu_nanoseconds > 20'000'000 && usage->resident_bytes > 0;
    }));
    EXPECT_TRUE(kill_all_descendants(20s));
    EXPECT_FALSE(usage_of(busy.value().pid));
}

TEST(ProcessTree, sees_that_a_process_is_stopped) {
    const auto child = launch(shell("read line < /dev/zero"));
    ASSERT_TRUE(child);
    send_signal(child.value(), SIGSTOP);
    EXPECT_TRUE(eventually([&] {
        const auto usage = usage_of(child.value().pid);
        return usage && usage->state == 'T';
    }));
    EXPECT_TRUE(kill_all_descendants(20s));
}

}  // namespace
}  // namespace drover
