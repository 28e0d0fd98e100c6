/// What `drover backtest` takes on its command line.
#include "command/backtest_options.hpp"

#include <utility>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>

#include "parsed_verb.hpp"

namespace drover::test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

/// The options as `words` set them, or the sentence that refuses them.
struct ParsedBacktest {
    explicit ParsedBacktest(std::vector<std::string> words) {
        CLI::App verb;
        add_backtest_options(verb, options);
        refusal = parse(verb, std::move(words));
    }
    BacktestOptions options;
    std::string refusal;
};

}  // namespace

TEST(BacktestOptions, are_what_is_usual_where_nothing_is_typed) {
    const ParsedBacktest parsed({});
    EXPECT_EQ(parsed.refusal, "");
    EXPECT_EQ(parsed.options.file, "agents.yaml");
    EXPECT_TRUE(parsed.options.running.empty());
    EXPECT_FALSE(parsed.options.from);
    EXPECT_FALSE(parsed.options.to);
    EXPECT_THAT(parsed.options.sets, IsEmpty());
    EXPECT_TRUE(parsed.options.events.empty());
    EXPECT_EQ(parsed.options.progress_descriptor, -1);
    EXPECT_FALSE(parsed.options.as_json);
    EXPECT_TRUE(parsed.options.hash);
    EXPECT_FALSE(parsed.options.profile);
}

TEST(BacktestOptions, reach_the_verb_each) {
    const ParsedBacktest parsed({"-f",
                                 "desk.yaml",
                                 "--running",
                                 "running.json",
                                 "--events",
                                 "events.json",
                                 "--progress-fd",
                                 "7",
                                 "--no-hash",
                                 "--profile",
                                 "-o",
                                 "json"});
    EXPECT_EQ(parsed.refusal, "");
    EXPECT_EQ(parsed.options.file, "desk.yaml");
    EXPECT_EQ(parsed.options.running, "running.json");
    EXPECT_EQ(parsed.options.events, "events.json");
    EXPECT_EQ(parsed.options.progress_descriptor, 7);
    EXPECT_FALSE(parsed.options.hash);
    EXPECT_TRUE(parsed.options.profile);
    EXPECT_TRUE(parsed.options.as_json);
}

TEST(BacktestOptions, take_dates_and_times_for_both_ends) {
    const ParsedBacktest dates({"--from", "2000-02-29", "--to", "2020-04-17"});
    EXPECT_EQ(dates.options.from, "2000-02-29");
    EXPECT_EQ(dates.options.to, "2020-04-17");
    const ParsedBacktest times({"--from", "2020-01-02T09:30:00Z", "--to", "2020-01-02 16:00"});
    EXPECT_EQ(times.refusal, "");
    EXPECT_EQ(times.options.from, "2020-01-02T09:30:00Z") << "what follows is the agent's to read";
}

TEST(BacktestOptions, refuse_what_does_not_begin_with_a_date) {
    for (const char* option : {"--from", "--to"}) {
        for (const char* text : {"yesterday",
                                 "2000",
                                 "2000-1-3",
                                 "20000103",
                                 "2000/01/03",
                                 "2001-02-29",
                                 "2000-13-01",
                                 "2000-00-01",
                                 "2000-01-00",
                                 "2000-04-31",
                                 "x2000-01-03",
                                 ""}) {
            const ParsedBacktest parsed({option, text});
            EXPECT_THAT(parsed.refusal,
                        HasSubstr(std::string(option) + ": '" + text +
                                  "' is no date: write it as in 2000-01-03"));
        }
    }
}

TEST(BacktestOptions, take_one_value_behind_each_set) {
    const ParsedBacktest parsed({"--set", "risk.limit=1", "--set", "broker.cash=2"});
    EXPECT_THAT(parsed.options.sets, ElementsAre("risk.limit=1", "broker.cash=2"));
    EXPECT_THAT(ParsedBacktest({"--set", "risk.limit=1", "broker.cash=2"}).refusal,
                HasSubstr("broker.cash=2"));
}

TEST(BacktestOptions, refuse_what_is_no_descriptor) {
    for (const char* text : {"out", "-1", "3x", "", "4294967296"}) {
        EXPECT_THAT(ParsedBacktest({"--progress-fd", text}).refusal,
                    HasSubstr("'" + std::string(text) + "' is no descriptor"))
            << text;
    }
    EXPECT_EQ(ParsedBacktest({"--progress-fd", "0"}).options.progress_descriptor, 0);
}

}  // namespace drover::test
