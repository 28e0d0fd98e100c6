// Control groups, on a folder that looks like cgroup v2: which files are written, and what says no.
#include "process/cgroup.hpp"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using test::ScratchFolder;
using testing::HasSubstr;

/// The files of a group that the kernel would make.
class ControlGroups : public testing::Test {
protected:
    ControlGroups() { make_group("", "cpu io memory pids"); }

    void make_group(const std::string& name, const std::string& controllers) const {
        const auto folder = home / name;
        std::filesystem::create_directories(folder);
        for (const char* file : {"cgroup.type",
                                 "cgroup.procs",
                                 "cgroup.subtree_control",
                                 "cgroup.kill",
                                 "memory.max",
                                 "memory.swap.max",
                                 "memory.oom.group",
                                 "memory.events",
                                 "cpu.max",
                                 "pids.max"}) {
            std::ofstream(folder / file) << "";
        }
        std::ofstream(folder / "cgroup.controllers") << controllers << "\n";
    }
    std::string text(const std::string& file) const {
        std::ifstream input(home / file);
        return {std::istreambuf_iterator<char>(input), {}};
    }
    void write(const std::string& file, const std::string& text) const {
        std::ofstream(home / file) << text;
    }
    Result<CgroupHome> find() const {
        return CgroupHome::find_at(home, [](pid_t pid) { return pid == 100; });
    }

    ScratchFolder scratch;
    std::filesystem::path home = scratch.path() / "group";
};

TEST_F(ControlGroups, lie_where_mountinfo_and_the_own_group_say) {
    const std::string mounts =
        "25 30 0:23 / /sys/fs/cgroup rw,nosuid shared:4 - tmpfs tmpfs rw\n"
        "31 24 0:26 / /sys/fs/cgroup/unified rw,nosuid shared:9 - cgroup2 cgroup2 rw\n";
    const auto path = [&](const std::string& groups) {
        return CgroupHome::path_in(mounts, groups).value();
    };
    EXPECT_EQ(path("4:memory:/x\n0::/system.slice/drover.service\n"),
              "/sys/fs/cgroup/unified/system.slice/drover.service");
    EXPECT_EQ(path("0::/system.slice/drover.service/drover.supervisor\n"),
              "/sys/fs/cgroup/unified/system.slice/drover.service");
    EXPECT_EQ(path("0::/\n"), "/sys/fs/cgroup/unified");
    EXPECT_FALSE(CgroupHome::path_in("", "0::/\n"));
    EXPECT_FALSE(CgroupHome::path_in(mounts, "4:memory:/x\n"));
}

TEST_F(ControlGroups, are_refused_with_the_reason_where_nothing_is_delegated) {
    EXPECT_TRUE(find());
    write("cgroup.controllers", "hugetlb\n");
    EXPECT_THAT(find().error().message, HasSubstr("has no controller for cpu, memory, pids"));
    EXPECT_FALSE(CgroupHome::find_at(home / "none", [](pid_t) { return true; }));
}

TEST_F(ControlGroups, are_refused_where_strangers_live_in_the_same_group) {
    write("cgroup.procs", "100\n");
    EXPECT_TRUE(find());
    write("cgroup.procs", "100\n1234\n");
    EXPECT_THAT(find().error().message, HasSubstr("process 1234, which is not drover's"));
}

TEST_F(ControlGroups, hand_down_controllers_once_the_own_processes_have_moved) {
    make_group("drover.supervisor", "");
    write("cgroup.procs", "100\n");
    write("cgroup.subtree_control", "cpu memory\n");
    ASSERT_TRUE(find().value().settle());
    EXPECT_EQ(text("drover.supervisor/cgroup.procs"), "100");
    EXPECT_THAT(text("cgroup.subtree_control"), HasSubstr("+pids"));
}

TEST_F(ControlGroups, hold_memory_processor_and_processes_of_an_agent) {
    make_group("drover.agent.risk.7", "");
    const auto group = find().value().make("risk", 7, {std::uint64_t{512} << 20U, 150, 64});
    ASSERT_TRUE(group) << group.error().message;
    EXPECT_EQ(text("drover.agent.risk.7/memory.max"), "536870912");
    EXPECT_EQ(text("drover.agent.risk.7/memory.swap.max"), "0");
    EXPECT_EQ(text("drover.agent.risk.7/memory.oom.group"), "1");
    EXPECT_EQ(text("drover.agent.risk.7/cpu.max"), "150000 100000");
    EXPECT_EQ(text("drover.agent.risk.7/pids.max"), "64");
    EXPECT_FALSE(group.value().ran_out_of_memory());
    write("drover.agent.risk.7/memory.events", "low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\n");
    EXPECT_TRUE(group.value().ran_out_of_memory());
    group.value().kill();
    EXPECT_EQ(text("drover.agent.risk.7/cgroup.kill"), "1");
}

TEST_F(ControlGroups, that_can_no_longer_be_read_tell_nothing_and_throw_nothing) {
    make_group("drover.agent.risk.7", "");
    const auto group = find().value().make("risk", 7, {std::uint64_t{512} << 20U, 150, 64});
    ASSERT_TRUE(group) << group.error().message;
    // A read fails, as it does in a group that was removed after its file was opened.
    const auto events = home / "drover.agent.risk.7" / "memory.events";
    std::filesystem::remove(events);
    std::filesystem::create_directory(events);
    EXPECT_FALSE(group.value().ran_out_of_memory());
}

TEST_F(ControlGroups, are_left_without_what_has_no_limit) {
    make_group("drover.agent.risk.7", "");
    ASSERT_TRUE(find().value().make("risk", 7, {std::nullopt, 50, std::nullopt}));
    EXPECT_EQ(text("drover.agent.risk.7/memory.max"), "");
    EXPECT_EQ(text("drover.agent.risk.7/cpu.max"), "50000 100000");
}

TEST_F(ControlGroups, that_cannot_be_limited_are_not_used) {
    make_group("drover.agent.risk.7", "");
    std::filesystem::remove(home / "drover.agent.risk.7" / "memory.max");
    const auto group =
        find().value().make("risk", 7, {std::uint64_t{512} << 20U, std::nullopt, std::nullopt});
    ASSERT_FALSE(group);
    EXPECT_THAT(group.error().message, HasSubstr("memory.max"));
}

}  // namespace
}  // namespace drover
