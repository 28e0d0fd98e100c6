/// What `drover logs` prints of the lines it finds.
#include <fstream>

#include <gmock/gmock.h>

#include "base/json_value.hpp"
#include "fake_droverd.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::StartsWith;

namespace {

struct LogsVerb : testing::Test {
    void write(const std::string& name, const std::string& text) {
        std::filesystem::create_directories(folder.state() / "logs");
        std::ofstream(folder.state() / "logs" / name, std::ios::app) << text;
    }
    static std::string record(int second, const std::string& message) {
        return R"({"time":"2026-01-01T00:)" + std::to_string(10 + second / 50) + ":" +
               std::to_string(10 + second % 50) + R"(Z","agent":"risk","level":"warning",)" +
               R"("message":")" + message + "\"}\n";
    }
    CommandResult logs(std::vector<std::string> arguments = {}) {
        arguments.insert(arguments.begin(), {"logs", "--state-dir", folder.state().string()});
        return run_drover(std::move(arguments));
    }
    CommandFolder folder;
};

}  // namespace

TEST_F(LogsVerb, shows_time_agent_level_and_message) {
    write("risk.log", record(0, "limit reached"));
    EXPECT_EQ(logs().output, "2026-01-01T00:10:10Z  risk  warning  limit reached\n");
}

TEST_F(LogsVerb, says_that_a_log_cannot_be_read) {
    write("risk.log", record(0, "limit reached"));
    // As a log of another user's is for everybody but root: there, and not to be opened.
    std::filesystem::create_symlink("broker.log", folder.state() / "logs" / "broker.log");
    const CommandResult result = logs();
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("broker.log' cannot be read: "));
    EXPECT_THAT(result.errors, HasSubstr("Run the command as the user who started the fleet."));
}

TEST_F(LogsVerb, leaves_lines_that_are_no_records_as_they_are) {
    write("risk.log", "Segmentation fault\n[1,2]\n");
    EXPECT_EQ(logs().output, "Segmentation fault\n[1,2]\n");
}

TEST_F(LogsVerb, gives_programs_the_lines_as_they_were_written) {
    write("risk.log", record(0, "limit reached"));
    EXPECT_EQ(logs({"-o", "json"}).output, record(0, "limit reached"));
}

TEST_F(LogsVerb, shows_the_last_hundred_lines_unless_a_question_of_its_own_bounds_them) {
    std::string text;
    for (int line = 0; line < 120; ++line) {
        text += record(line, "line " + std::to_string(line));
    }
    write("risk.log", text);
    const auto lines = [](const CommandResult& result) {
        return std::count(result.output.begin(), result.output.end(), '\n');
    };
    EXPECT_EQ(lines(logs()), 100);
    EXPECT_EQ(lines(logs({"-n", "110"})), 110);
    EXPECT_EQ(lines(logs({"--since", "2026-01-01"})), 120);
}

TEST_F(LogsVerb, counts_a_file_that_was_turned_over_to_its_agent) {
    write("risk.1.log", record(0, "before"));
    write("risk.log", record(1, "behind"));
    const CommandResult whole = logs({"risk"});
    EXPECT_EQ(whole.exit_code, 0);
    EXPECT_THAT(whole.output, HasSubstr("before\n2026"));
    const CommandResult part = logs({"risk.1"});
    EXPECT_EQ(part.exit_code, 2) << "a part of a log is nobody's name";
    EXPECT_THAT(part.errors, StartsWith("drover: Nothing named 'risk.1' has a log here."));
}

TEST_F(LogsVerb, says_that_no_fleet_was_started_where_there_are_no_logs) {
    const CommandResult none = logs();
    EXPECT_EQ(none.exit_code, 1);
    EXPECT_EQ(none.errors,
              "drover: There are no logs in '" + folder.state().string() +
                  "': no fleet was started there yet.\n");
}

}  // namespace drover::test
