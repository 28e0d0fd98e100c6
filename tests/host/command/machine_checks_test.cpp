/// What doctor says of the machine.
#include <set>

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include "check_of_name.hpp"
#include "process/cgroup.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::Not;

namespace {

constexpr std::uint64_t megabyte = 1'000'000;

/// Another soft limit of this process, for as long as it lives.
class SoftLimit {
public:
    SoftLimit(__rlimit_resource resource, rlim_t limit) : resource_(resource) {
        ::getrlimit(resource_, &before_);
        const rlimit lowered{limit, before_.rlim_max};
        EXPECT_EQ(::setrlimit(resource_, &lowered), 0) << std::strerror(errno);
    }
    SoftLimit(const SoftLimit&) = delete;
    SoftLimit& operator=(const SoftLimit&) = delete;
    ~SoftLimit() { ::setrlimit(resource_, &before_); }

private:
    __rlimit_resource resource_;
    rlimit before_{};
};

CheckResult checked(const std::string& name) {
    return check(machine_checks(), name);
}

}  // namespace

TEST(MachineChecks, warns_of_little_room_and_fails_where_there_is_none) {
    EXPECT_EQ(judge_disk("/x", {5000 * megabyte, 9000 * megabyte}).verdict, Verdict::ok);
    EXPECT_EQ(judge_disk("/x", {900 * megabyte, 9000 * megabyte}).verdict, Verdict::warn);
    const CheckResult full = judge_disk("/x", {10 * megabyte, 9000 * megabyte});
    EXPECT_EQ(full.verdict, Verdict::fail);
    EXPECT_EQ(full.found, "only 10.0 MB of 9.0 GB are free in /x");
    EXPECT_FALSE(full.advice.empty());
}

TEST(MachineChecks, says_how_many_files_are_needed) {
    EXPECT_EQ(judge_open_files(1024, 4096).verdict, Verdict::ok);
    EXPECT_EQ(judge_open_files(512, 4096).verdict, Verdict::warn);
    EXPECT_EQ(judge_open_files(64, 4096).verdict, Verdict::fail);
    EXPECT_THAT(judge_open_files(64, 4096).advice, HasSubstr("ulimit -n 1024"));
}

TEST(MachineChecks, knows_the_kernels_that_are_too_old) {
    EXPECT_EQ(judge_kernel("6.1.0-18-amd64").verdict, Verdict::ok);
    EXPECT_EQ(judge_kernel("5.9.0").verdict, Verdict::ok);
    EXPECT_EQ(judge_kernel("5.8.12").verdict, Verdict::fail);
    EXPECT_EQ(judge_kernel("4.19").verdict, Verdict::fail);
    EXPECT_EQ(judge_kernel("odd").verdict, Verdict::fail);
}

TEST(MachineChecks, says_of_control_groups_what_a_fleet_would) {
    const auto results = machine_checks();
    const auto home = CgroupHome::find();
    const CheckResult& groups = check(results, "control-groups");
    EXPECT_EQ(groups.verdict, home ? Verdict::ok : Verdict::warn);
    EXPECT_EQ(groups.found,
              home ? "agents with limits get groups of their own" : home.error().message);
}

TEST(MachineChecks, ask_for_no_more_files_than_this_user_may_give_itself) {
    EXPECT_THAT(judge_open_files(64, 512).advice, HasSubstr("ulimit -n 512"));
    for (const std::uint64_t most : {64U, 512U}) {
        const CheckResult result = judge_open_files(most, most);
        EXPECT_THAT(result.advice, Not(HasSubstr("ulimit -n " + std::to_string(most))));
        EXPECT_THAT(result.advice, HasSubstr("may not raise it beyond " + std::to_string(most)));
    }
}

TEST(MachineChecks, say_which_kernel_they_found) {
    utsname about{};
    ASSERT_EQ(::uname(&about), 0);
    EXPECT_EQ(checked("kernel").verdict, Verdict::ok);
    EXPECT_EQ(checked("kernel").found, std::string("Linux ") + about.release);
}

TEST(MachineChecks, see_how_many_files_this_process_may_open) {
    const SoftLimit limit(RLIMIT_NOFILE, 200);
    EXPECT_EQ(checked("open-files").verdict, Verdict::fail);
    EXPECT_EQ(checked("open-files").found, "a process may open 200 files");
}

TEST(MachineChecks, warn_of_a_user_who_may_have_few_processes) {
    {
        const SoftLimit few(RLIMIT_NPROC, 255);
        EXPECT_EQ(checked("processes").verdict, Verdict::warn);
        EXPECT_EQ(checked("processes").found, "this user may have 255 processes");
        EXPECT_THAT(checked("processes").advice, HasSubstr("ulimit -u"));
    }
    const SoftLimit enough(RLIMIT_NPROC, 256);
    EXPECT_EQ(checked("processes").verdict, Verdict::ok);
    EXPECT_EQ(checked("processes").found, "this user may have 256 processes");
}

TEST(MachineChecks, warn_where_an_agent_that_crashes_leaves_no_core) {
    {
        const SoftLimit none(RLIMIT_CORE, 0);
        EXPECT_EQ(checked("core-dumps").verdict, Verdict::warn);
        EXPECT_THAT(checked("core-dumps").advice, HasSubstr("ulimit -c unlimited"));
    }
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_CORE, &limit), 0);
    if (limit.rlim_max == 0) {
        GTEST_SKIP() << "this machine lets nobody leave a core";
    }
    const SoftLimit some(RLIMIT_CORE, limit.rlim_max);
    EXPECT_EQ(checked("core-dumps").verdict, Verdict::ok);
}

TEST(MachineChecks, have_a_name_each_and_what_to_do_where_something_is_wrong) {
    std::set<std::string> names;
    for (const CheckResult& result : machine_checks()) {
        names.insert(result.name);
        EXPECT_FALSE(result.found.empty()) << result.name;
        EXPECT_EQ(result.verdict == Verdict::ok, result.advice.empty()) << result.name;
    }
    EXPECT_THAT(names,
                testing::UnorderedElementsAre("kernel",
                                              "open-files",
                                              "processes",
                                              "core-dumps",
                                              "memory",
                                              "clock",
                                              "time-zones",
                                              "control-groups"));
}

TEST(Verdicts, have_a_word_each) {
    EXPECT_STREQ(text_of(Verdict::ok), "ok");
    EXPECT_STREQ(text_of(Verdict::warn), "warn");
    EXPECT_STREQ(text_of(Verdict::fail), "fail");
}

}  // namespace drover::test
