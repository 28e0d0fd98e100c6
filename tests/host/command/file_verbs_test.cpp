/// The verbs that need no droverd.
#include <fstream>

#include <gmock/gmock.h>

#include "durable_log/segment_log.hpp"
#include "fake_droverd.hpp"
#include "process/state_lock.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::Not;

namespace {

struct FileVerbs : testing::Test {
    void write(const std::filesystem::path& file, const std::string& text) {
        std::filesystem::create_directories((folder.path() / file).parent_path());
        std::ofstream(folder.path() / file) << text;
    }
    CommandResult drover(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"--state-dir", folder.state().string()});
        return run_drover(std::move(arguments));
    }
    std::string file() { return folder.path() / "agents.yaml"; }
    CommandFolder folder;
};

constexpr const char* two_faults =
    "version: 1\nname: desk\nagents:\n  risk:\n    plugin: nowhere\n    restrat: always\n";

}  // namespace

TEST_F(FileVerbs, list_every_fault_with_its_place_and_answer_1) {
    write("agents.yaml", two_faults);
    const CommandResult result = drover({"validate", "-f", file()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("agents.yaml:5:"));
    EXPECT_THAT(result.errors, HasSubstr("agents.yaml:6:"));
    EXPECT_THAT(result.errors, HasSubstr("2 faults found"));
}

TEST_F(FileVerbs, list_faults_as_json) {
    write("agents.yaml", two_faults);
    const CommandResult result = drover({"validate", "-o", "json", "-f", file()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.errors, "");
    const auto document = parse_json(result.output);
    ASSERT_TRUE(document.has_value());
    EXPECT_EQ(document.value().at("ok"), false);
    ASSERT_EQ(document.value().at("faults").size(), 2U);
    EXPECT_EQ(document.value().at("faults")[0].at("line"), 5);
    EXPECT_FALSE(document.value().at("faults")[0].at("message").get<std::string>().empty());
}

TEST_F(FileVerbs, start_nothing_while_the_file_has_a_fault) {
    write("agents.yaml", two_faults);
    const CommandResult result = drover({"up", "-d", "-f", file()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("agents.yaml:5:"));
    EXPECT_FALSE(std::filesystem::exists(folder.state()));
}

TEST_F(FileVerbs, answer_2_to_a_malformed_override) {
    write("agents.yaml", two_faults);
    EXPECT_EQ(drover({"backtest", "-f", file(), "--set", "nonsense"}).exit_code, 2);
}

TEST_F(FileVerbs, merge_logs_by_time_and_pick_by_name) {
    write("state/logs/risk.log",
          R"({"time":"2026-01-01T00:00:01Z","agent":"risk","level":"info","message":"first"})"
          "\n"
          R"({"time":"2026-01-01T00:00:03Z","agent":"risk","level":"info","message":"third"})"
          "\n");
    write("state/logs/data.log",
          R"({"time":"2026-01-01T00:00:02Z","agent":"data","level":"info","message":"second"})"
          "\n");
    const std::string all = drover({"logs"}).output;
    const std::size_t third = all.find("third");
    EXPECT_LT(all.find("first"), all.find("second"));
    EXPECT_LT(all.find("second"), third);
    EXPECT_NE(third, std::string::npos) << all;
    EXPECT_THAT(drover({"logs", "risk"}).output, Not(HasSubstr("second")));
    const std::string last = drover({"logs", "-n", "1"}).output;
    EXPECT_THAT(last, HasSubstr("third"));
    EXPECT_THAT(last, Not(HasSubstr("second")));
}

TEST_F(FileVerbs, refuse_to_start_a_fleet_where_no_state_directory_can_be) {
    write("state", "a file");
    write("agents.yaml", "agents: {a: {plugin: nowhere}}");
    const std::string file = (folder.path() / "agents.yaml").string();
    const std::string state = (folder.path() / "state").string();
    EXPECT_EQ(run_drover({"up", "-d", "-f", file, "--state-dir", state}).errors,
              "drover: '" + state +
                  "' cannot be the state directory: it is no folder. Name another with "
                  "--state-dir.\n");
    EXPECT_EQ(run_drover({"up", "-d", "-f", file, "--state-dir", state + "/below"}).errors,
              "drover: '" + state + "/below' cannot be the state directory: '" + state +
                  "' is no folder. Name another with --state-dir.\n");
    const CommandResult result =
        run_drover({"up", "-d", "-f", file, "--state-dir", "/proc/self/fleet"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("'/proc/self/fleet' cannot be the state directory"));
}

TEST_F(FileVerbs, help_with_a_name_that_has_no_log) {
    write("state/logs/risk.log", "");
    const CommandResult result = drover({"logs", "riks"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.errors, HasSubstr("'risk'"));
}

TEST_F(FileVerbs, do_not_read_a_durable_log_that_somebody_writes) {
    std::filesystem::create_directories(folder.state() / "router" / "log");
    const auto lock = StateLock::take(folder.state());
    ASSERT_TRUE(lock.has_value());
    const CommandResult result = drover({"log", "stat"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("does not answer now: ask again."));
}

TEST_F(FileVerbs, look_after_the_durable_log_without_a_droverd) {
    EXPECT_EQ(drover({"log", "stat"}).exit_code, 1);
    EXPECT_FALSE(std::filesystem::exists(folder.state()));
    const auto place = folder.state() / "router" / "log";
    LogDisk disk;
    {
        auto log = SegmentLog::open({.folder = place}, disk);
        ASSERT_TRUE(log.has_value());
        log.value()->set_cursor("risk", {0, 0, {}});
        log.value()->set_cursor("old-risk", {0, 0, {}});
        log.value()->append({RecordKind::message, 7, 1, 1, std::nullopt}, {});
    }
    const CommandResult shown = drover({"log", "stat"});
    EXPECT_EQ(shown.exit_code, 0);
    EXPECT_THAT(shown.output, HasSubstr("positions  1 to 1"));
    EXPECT_THAT(shown.output, HasSubstr("old-risk"));
    EXPECT_THAT(drover({"log", "skip", "risk"}).errors, HasSubstr("needs --position"));
    EXPECT_THAT(drover({"log", "skip", "risk", "--position", "2"}).errors,
                HasSubstr("Position 2 does not wait for 'risk'"));
    const CommandResult skipped = drover({"log", "skip", "risk", "--position", "1"});
    EXPECT_THAT(skipped.output, HasSubstr("skips 1"));
    EXPECT_EQ(drover({"log", "forget", "nobody"}).exit_code, 1);
    const auto left = parse_json(drover({"log", "forget", "old-risk", "-o", "json"}).output);
    ASSERT_TRUE(left.has_value());
    ASSERT_EQ(left.value().at("receivers").size(), 1U);
    EXPECT_EQ(left.value().at("receivers")[0].at("name"), "risk");
    EXPECT_EQ(drover({"log", "trim"}).exit_code, 0);
}

}  // namespace drover::test
