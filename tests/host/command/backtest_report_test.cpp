/// What a backtest came to, in words for programs and for people.
#include "command/backtest_report.hpp"

#include <gmock/gmock.h>

#include "base/json_value.hpp"

namespace drover::test {

using testing::HasSubstr;

namespace {

/// What the simulation answers where `summary` was published.
Json answer_with(Json summary) {
    return {{"summary", std::move(summary)},
            {"host", {{"events", 12}, {"seconds", 0.5}, {"left_out", {"gateway", "recorder"}}}}};
}

}  // namespace

TEST(BacktestReport, has_the_summary_as_it_was_printed_and_the_hosts_keys_behind_it) {
    EXPECT_EQ(backtest_document(answer_with(R"({"trades":3,"final_equity":100000.10})")),
              R"({"trades":3,"final_equity":100000.10,"events":12,"seconds":0.5,)"
              R"("left_out":["gateway","recorder"]})");
}

TEST(BacktestReport, is_one_document_whatever_space_and_how_little_the_summary_has) {
    for (const char* summary : {"{}", " { }\n", "\t{\"trades\": 3 }\n\n"}) {
        const auto document = parse_json(backtest_document(answer_with(summary)));
        ASSERT_TRUE(document) << summary;
        EXPECT_EQ(document.value().at("events"), 12) << summary;
        EXPECT_EQ(summary_warning(answer_with(summary)), "") << summary;
    }
}

TEST(BacktestReport, has_null_for_each_figure_where_there_is_no_summary) {
    const auto document = parse_json(backtest_document(answer_with(nullptr)));
    ASSERT_TRUE(document);
    for (const char* key : {"trades",
                            "final_equity",
                            "return_percent",
                            "max_drawdown_percent",
                            "bars",
                            "open_positions"}) {
        EXPECT_TRUE(document.value().at(key).is_null()) << key;
    }
    EXPECT_EQ(document.value().at("events"), 12);
    EXPECT_THAT(summary_warning(answer_with(nullptr)),
                HasSubstr("add the `performance` agent of the plugin `backtest`"));
}

TEST(BacktestReport, leaves_out_what_is_no_summary) {
    for (const char* published : {"", "[1]", "12", "no JSON", "{\"trades\":"}) {
        const Json answer = answer_with(published);
        const auto document = parse_json(backtest_document(answer));
        ASSERT_TRUE(document) << published;
        EXPECT_TRUE(document.value().at("trades").is_null()) << published;
        EXPECT_THAT(summary_warning(answer), HasSubstr("is no JSON object")) << published;
    }
}

TEST(BacktestReport, shows_numbers_with_the_digits_that_they_were_printed_with) {
    EXPECT_EQ(backtest_table(R"({"final_equity": 100000.10 ,"return_percent":1e2,"bars":0})"),
              "final_equity           100000.10\n"
              "return_percent         1e2\n"
              "bars                   0\n");
}

TEST(BacktestReport, does_not_take_a_figure_of_a_part_for_that_of_the_whole) {
    EXPECT_EQ(backtest_table(R"({"long":{"trades":3},"note":"\"trades\":4","trades":10})"),
              "note                   \"trades\":4\n"
              "trades                 10\n");
}

TEST(BacktestReport, leaves_tables_out_and_writes_lists_and_nothing_in_words) {
    EXPECT_EQ(backtest_table(R"({"profile":{"steps":1},"rows":[{"a":1}],"left_out":["x","y"],)"
                             R"("none":[],"reason":"","hash":null,"done":true})"),
              "left_out               x, y\n"
              "none                   -\n"
              "reason                 -\n"
              "hash                   null\n"
              "done                   true\n");
}

}  // namespace drover::test
