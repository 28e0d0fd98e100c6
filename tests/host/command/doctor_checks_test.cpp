/// What doctor makes of what it measures.
#include "command/doctor_checks.hpp"

#include <cstdlib>
#include <fstream>
#include <set>

#include <gmock/gmock.h>

#include "check_of_name.hpp"
#include "fake_droverd.hpp"
#include "process/state_lock.hpp"
#include "process/state_version.hpp"

namespace drover::test {

using testing::HasSubstr;

TEST(DoctorChecks, fails_over_a_state_directory_of_a_newer_drover_and_does_not_look_into_it) {
    const CommandFolder folder;
    std::filesystem::create_directories(folder.state() / "router" / "log");
    std::ofstream(folder.state() / "version") << state_version + 1 << "\n";
    const auto results = run_checks({folder.state(), folder.path() / "agents.yaml", false});
    EXPECT_EQ(check(results, "state-directory").verdict, Verdict::fail);
    EXPECT_THAT(check(results, "state-directory").found,
                HasSubstr("was written by a newer drover"));
    EXPECT_THAT(check(results, "durable-log").found, HasSubstr("not looked at"));
}

TEST(DoctorChecks, looks_at_the_state_directory_and_the_fleet) {
    const CommandFolder folder;
    std::ofstream(folder.path() / "agents.yaml") << "agents: {a: {plugin: nowhere}}";
    std::ofstream(folder.state()) << "a file";
    const auto results = run_checks({folder.state(), folder.path() / "agents.yaml", true});
    EXPECT_EQ(check(results, "state-directory").verdict, Verdict::fail);
    EXPECT_EQ(check(results, "fleet").verdict, Verdict::fail);
    EXPECT_THAT(check(results, "fleet").found, HasSubstr("agents.yaml:1:"));
    EXPECT_EQ(check(results, "kernel").verdict, Verdict::ok);
    EXPECT_EQ(check(results, "programs").verdict, Verdict::fail) << "they lie elsewhere in a test";
}

TEST(DoctorChecks, does_not_miss_a_fleet_that_nobody_named) {
    const CommandFolder folder;
    const auto results = run_checks({folder.state(), folder.path() / "agents.yaml", false});
    EXPECT_EQ(check(results, "fleet").verdict, Verdict::ok);
    EXPECT_EQ(check(results, "state-directory").verdict, Verdict::ok);
    EXPECT_EQ(check(results, "droverd").verdict, Verdict::ok);
}

TEST(DoctorChecks, sees_a_droverd_of_another_version) {
    const CommandFolder folder;
    const FakeDroverd droverd(folder.state(), [](const std::string&, const Json&) {
        return good({{"pid", 12}, {"version", "9.9.9"}});
    });
    const auto results = run_checks({folder.state(), folder.path() / "agents.yaml", false});
    EXPECT_EQ(check(results, "droverd").verdict, Verdict::warn);
    EXPECT_THAT(check(results, "droverd").found, HasSubstr("9.9.9"));
}

TEST(DoctorChecks, sees_for_whom_the_durable_log_is_kept_in_vain) {
    const CommandFolder folder;
    const FakeDroverd droverd(folder.state(), [](const std::string& method, const Json&) {
        if (method == "ping") {
            return good({{"pid", 12}, {"version", "0"}});
        }
        return good(
            {{"trouble", ""},
             {"receivers",
              {{{"name", "risk"}, {"parked", false}}, {{"name", "old-risk"}, {"parked", true}}}}});
    });
    const auto results = run_checks({folder.state(), folder.path() / "agents.yaml", false});
    EXPECT_EQ(check(results, "durable-log").verdict, Verdict::warn);
    EXPECT_THAT(check(results, "durable-log").found, HasSubstr("does not have: old-risk"));
}

TEST(DoctorChecks, sees_whose_messages_nobody_else_gets_while_it_is_failed) {
    const CommandFolder folder;
    const FakeDroverd droverd(folder.state(), [](const std::string& method, const Json&) {
        if (method == "ping") {
            return good({{"pid", 12}, {"version", "0"}});
        }
        return good({{"trouble", ""},
                     {"receivers",
                      {{{"name", "risk"}, {"parked", false}, {"away", "stopped"}},
                       {{"name", "work.2"}, {"parked", false}, {"away", "failed"}}}}});
    });
    const auto results = run_checks({folder.state(), folder.path() / "agents.yaml", false});
    EXPECT_EQ(check(results, "durable-log").verdict, Verdict::warn);
    EXPECT_THAT(check(results, "durable-log").found, HasSubstr("nobody else gets them: work.2"));
}

TEST(DoctorChecks, sees_a_durable_log_that_is_damaged_while_nothing_runs) {
    const CommandFolder folder;
    const auto log = folder.state() / "router" / "log";
    std::filesystem::create_directories(log);
    std::ofstream(log / "00000000000000000001.segment") << "no log at all";
    const auto results = run_checks({folder.state(), folder.path() / "agents.yaml", false});
    EXPECT_EQ(check(results, "durable-log").verdict, Verdict::fail);
    EXPECT_THAT(check(results, "durable-log").found, HasSubstr("damaged"));
}

TEST(DoctorChecks, sees_a_router_that_does_not_tell_of_its_log) {
    const CommandFolder folder;
    std::filesystem::create_directories(folder.state() / "router" / "log");
    const FakeDroverd droverd(folder.state(), [](const std::string& method, const Json&) {
        return method == "log" ? bad(1, "drover-router ended.")
                               : good({{"pid", 12}, {"version", "0"}});
    });
    const auto results = run_checks({folder.state(), folder.path() / "agents.yaml", false});
    EXPECT_EQ(check(results, "durable-log").verdict, Verdict::fail);
    EXPECT_EQ(check(results, "durable-log").found, "drover-router ended.");
}

TEST(DoctorChecks, takes_a_kill_switch_that_was_removed_for_engaged) {
    const CommandFolder folder;
    std::filesystem::create_directories(folder.state());
    const DoctorPlace where{folder.state(), folder.path() / "agents.yaml", false};
    EXPECT_EQ(check(run_checks(where), "kill-switch").verdict, Verdict::ok) << "nothing was here";
    std::ofstream(folder.state() / "version") << "3";
    EXPECT_EQ(check(run_checks(where), "kill-switch").verdict, Verdict::warn);
}

TEST(DoctorChecks, leave_a_durable_log_alone_that_a_droverd_works_with) {
    const CommandFolder folder;
    const auto log = folder.state() / "router" / "log";
    std::filesystem::create_directories(log);
    std::ofstream(log / "00000000000000000001.segment") << "half written";
    const auto lock = StateLock::take(folder.state());
    ASSERT_TRUE(lock);
    const auto results = run_checks({folder.state(), folder.path() / "agents.yaml", false});
    EXPECT_EQ(check(results, "durable-log").verdict, Verdict::ok);
    EXPECT_THAT(check(results, "durable-log").found,
                HasSubstr("droverd (pid " + std::to_string(::getpid()) + ") works with it"));
}

TEST(DoctorChecks, say_that_the_path_of_the_sockets_is_too_long) {
    const CommandFolder folder;
    const std::string deep = folder.path() / std::string(90, 'x');
    ::setenv("XDG_RUNTIME_DIR", deep.c_str(), 1);
    const auto results = run_checks({folder.state(), folder.path() / "agents.yaml", false});
    EXPECT_EQ(check(results, "sockets").verdict, Verdict::fail);
    EXPECT_THAT(check(results, "sockets").advice, HasSubstr("XDG_RUNTIME_DIR"));
}

TEST(DoctorChecks, have_a_name_each_and_what_to_do_where_something_is_wrong) {
    const CommandFolder folder;
    std::set<std::string> names;
    for (const CheckResult& result :
         run_checks({folder.state(), folder.path() / "agents.yaml", false})) {
        EXPECT_TRUE(names.insert(result.name).second) << result.name;
        EXPECT_FALSE(result.found.empty()) << result.name;
        EXPECT_TRUE(result.verdict != Verdict::ok || result.advice.empty()) << result.name;
    }
}

}  // namespace drover::test
