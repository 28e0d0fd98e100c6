/// What `drover backtest` refuses before it starts anything; tests/scenarios run whole ones.
#include "command/backtest_verb.hpp"

#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>

#include "base/file_descriptor.hpp"
#include "fake_droverd.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::Not;

namespace {

struct BacktestVerb : testing::Test {
    void write(const std::string& text) const { std::ofstream(file()) << text; }
    [[nodiscard]] std::string file() const { return folder.path() / "agents.yaml"; }
    [[nodiscard]] CommandResult drover(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {"backtest", "-f", file()});
        return run_drover(std::move(arguments));
    }
    CommandFolder folder;
};

}  // namespace

TEST_F(BacktestVerb, names_the_file_that_is_not_there) {
    const CommandResult result = drover({});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr(file() + ": The file cannot be opened"));
    const CommandResult running = run_drover({"backtest", "--running", file()});
    EXPECT_EQ(running.exit_code, 1);
    EXPECT_THAT(running.errors, HasSubstr(file()));
}

TEST_F(BacktestVerb, refuses_a_range_that_ends_before_it_begins) {
    const CommandResult result = drover({"--from", "2020-01-02", "--to", "2020-01-01"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.errors,
              "drover: --from 2020-01-02 lies after --to 2020-01-01. Run 'drover backtest --help' "
              "for help.\n");
    EXPECT_THAT(drover({"--from", "2020-01-02", "--to", "2020-01-02"}).errors,
                Not(HasSubstr("lies after")))
        << "one day is a range";
    EXPECT_THAT(
        drover({"--from", "2020-01-02T10:00:00Z", "--to", "2020-01-02T09:00:00-05:00"}).errors,
        Not(HasSubstr("lies after")))
        << "times have zones, which the agent knows";
}

TEST_F(BacktestVerb, refuses_a_descriptor_that_it_cannot_write_progress_to) {
    const FileDescriptor reading(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const std::string closed = std::to_string(::getdtablesize() - 1);
    for (const std::string& number : {std::to_string(reading.number()), closed}) {
        const CommandResult result = drover({"--progress-fd", number});
        EXPECT_EQ(result.exit_code, 2) << number;
        EXPECT_EQ(result.errors,
                  "drover: --progress-fd " + number +
                      ": this process was started without such a descriptor to write to.\n");
    }
}

TEST_F(BacktestVerb, refuses_a_value_that_is_set_nowhere) {
    write("agents: {risk: {plugin: nowhere}}");
    const CommandResult result = drover({"--set", "risk"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.errors, HasSubstr("risk"));
}

TEST_F(BacktestVerb, lists_what_is_wrong_with_the_file) {
    write("agents: {risk: {plugin: nowhere, restrat: always}}");
    const CommandResult result = drover({});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("agents.yaml:1:"));
    EXPECT_THAT(result.errors, HasSubstr("'restart'"));
    EXPECT_EQ(result.output, "");
}

}  // namespace drover::test
