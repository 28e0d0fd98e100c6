// What an agent may ask of drover.simulation/1, and what becomes of it.
#include "runner/backtest_arguments.hpp"

#include <gmock/gmock.h>

namespace drover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::filesystem::path own_file = "/fleet/agents.yaml";

std::string fault_of(std::string_view request) {
    const auto arguments = backtest_arguments(request, own_file);
    return arguments ? "no fault" : arguments.error().message;
}

TEST(BacktestArguments, are_those_of_the_fleets_own_file_by_default) {
    EXPECT_THAT(backtest_arguments("{}", own_file).value(),
                ElementsAre("backtest", "-o", "json", "--file=/fleet/agents.yaml"));
}

TEST(BacktestArguments, are_those_of_the_applied_copy_where_there_is_one) {
    EXPECT_THAT(backtest_arguments("{}", own_file, "/state/applied/running.json").value(),
                ElementsAre("backtest", "-o", "json", "--running=/state/applied/running.json"));
    EXPECT_THAT(backtest_arguments(R"({"file": "x.yaml"})", own_file, "/state/applied/running.json")
                    .value(),
                ElementsAre("backtest", "-o", "json", "--file=/fleet/x.yaml"));
}

TEST(BacktestArguments, keep_each_value_in_one_word) {
    EXPECT_THAT(
        backtest_arguments(R"({"from": "2000-01-03", "to": "-x", "set": ["a.b=1", "c.d='e f'"]})",
                           own_file)
            .value(),
        ElementsAre("backtest",
                    "-o",
                    "json",
                    "--from=2000-01-03",
                    "--to=-x",
                    "--set=a.b=1",
                    "--set=c.d='e f'",
                    "--file=/fleet/agents.yaml"));
}

TEST(BacktestArguments, take_another_file_from_the_folder_of_the_fleets_own) {
    EXPECT_THAT(backtest_arguments(R"({"file": "more/other.yaml"})", own_file).value(),
                ::testing::Contains("--file=/fleet/more/other.yaml"));
    EXPECT_THAT(backtest_arguments(R"({"file": "/else/where.yaml"})", own_file).value(),
                ::testing::Contains("--file=/else/where.yaml"));
}

TEST(BacktestArguments, are_refused_with_the_key_at_fault) {
    EXPECT_THAT(fault_of("nonsense"), HasSubstr("is no JSON"));
    EXPECT_THAT(fault_of("[1]"), HasSubstr("is no JSON object: [1]"));
    EXPECT_THAT(fault_of(R"({"form": "x"})"), HasSubstr("the key 'form'"));
    EXPECT_THAT(fault_of(R"({"from": 2000})"), HasSubstr("'from': 2000"));
    EXPECT_THAT(fault_of(R"({"file": ""})"), HasSubstr("'file': \"\""));
    EXPECT_THAT(fault_of(R"({"set": {"a": 1}})"), HasSubstr("which is no list"));
    EXPECT_THAT(fault_of(R"({"set": [1]})"), HasSubstr("has 1 in 'set'"));
    EXPECT_THAT(fault_of(R"({"to": "a\u0000b"})"), HasSubstr("'to'"));
}

}  // namespace
}  // namespace drover
