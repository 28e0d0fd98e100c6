// droverd's arguments, and the line that tells how its start went.
#include "daemon/daemon_options.hpp"

#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "base/file_descriptor.hpp"
#include "base/json_value.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using test::ScratchFolder;

TEST(DaemonOptions, are_read) {
    const auto options = read_daemon_options(
        {"--file", "a.yaml", "--state-dir", "state", "--fresh", "--lifeline", "0", "--ready", "2"});
    ASSERT_TRUE(options);
    EXPECT_EQ(options.value().file, "a.yaml");
    EXPECT_EQ(options.value().state_directory, "state");
    EXPECT_TRUE(options.value().fresh);
    EXPECT_EQ(options.value().lifeline, 0);
    EXPECT_EQ(options.value().ready, 2);
    EXPECT_FALSE(options.value().is_supervisor);
}

TEST(DaemonOptions, are_handed_to_the_supervisor_with_its_own_descriptors) {
    DaemonOptions options;
    options.file = "a.yaml";
    options.state_directory = "state";
    options.fresh = true;
    options.lifeline = 2;
    const auto again = read_daemon_options(options.for_supervisor(0, 1));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again.value().is_supervisor);
    EXPECT_TRUE(again.value().fresh);
    EXPECT_EQ(again.value().lifeline, 0);
    EXPECT_EQ(again.value().ready, -1);
}

TEST(DaemonOptions, of_a_rehearsal_need_no_file) {
    const auto options = read_daemon_options({"--rehearse", "--state-dir", "state"});
    ASSERT_TRUE(options);
    EXPECT_TRUE(options.value().is_rehearsal);
    EXPECT_EQ(options.value().take_over, -1);
}

TEST(DaemonOptions, are_refused_when_they_are_wrong) {
    EXPECT_FALSE(read_daemon_options({}));
    EXPECT_FALSE(read_daemon_options({"--file", "a.yaml"}));
    EXPECT_FALSE(read_daemon_options({"--file", "a.yaml", "--state-dir", "s", "--loud", "x"}));
    EXPECT_FALSE(read_daemon_options({"--file", "a.yaml", "--state-dir"}));
    EXPECT_FALSE(read_daemon_options({"--file", "a.yaml", "--state-dir", "s", "--ready", "x"}));
    EXPECT_FALSE(read_daemon_options({"--file", "a.yaml", "--state-dir", "s", "--ready", "999"}));
}

TEST(DaemonReport, is_one_line_of_json) {
    const ScratchFolder scratch;
    const auto path = scratch.path() / "ready";
    const FileDescriptor file(::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    report_faults(file.number(), {"agents.yaml:1:1: wrong", "worse"});
    report_started(file.number(), "/run/x");
    std::ifstream lines(path);
    std::string line;
    std::getline(lines, line);
    EXPECT_EQ(line, R"({"ok":false,"faults":["agents.yaml:1:1: wrong","worse"]})");
    std::getline(lines, line);
    const Json started = Json::parse(line);
    EXPECT_EQ(started.at("ok"), true);
    EXPECT_EQ(started.at("run_directory"), "/run/x");
    EXPECT_GT(started.at("pid"), 1);
}

}  // namespace
}  // namespace drover
