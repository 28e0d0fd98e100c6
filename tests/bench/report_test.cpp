#include "bench/report.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bench/statistics.hpp"

namespace drover::bench {
namespace {

Figure restart() {
    Figure figure;
    figure.name = "restart.new_process";
    figure.title = "kill to new process";
    figure.unit = "ms";
    figure.runs = {3, 1, 2};
    figure.floor_name = "C loop";
    figure.floor_runs = {2, 1, 0.5};
    figure.targets = {{Target::Of::ratio, Target::Bound::at_most, 1.5}};
    return figure;
}

TEST(Statistics, the_median_of_an_odd_number_is_the_one_in_the_middle) {
    EXPECT_EQ(median({9, 1, 5}), 5);
}

TEST(Statistics, the_median_of_an_even_number_is_the_mean_of_two) {
    EXPECT_EQ(median({4, 1, 3, 2}), 2.5);
}

TEST(Statistics, nothing_measured_is_zero) {
    EXPECT_EQ(median({}), 0);
    EXPECT_EQ(minimum({}), 0);
    EXPECT_EQ(percentile({}, 0.99), 0);
}

TEST(Statistics, the_p99_of_a_hundred_values_is_the_last_but_one) {
    std::vector<double> values;
    for (int value = 100; value > 0; --value) {
        values.push_back(value);
    }
    EXPECT_EQ(percentile(values, 0.99), 99);
    EXPECT_EQ(percentile(values, 0.5), 50);
    EXPECT_EQ(percentile(values, 1.0), 100);
}

TEST(Statistics, the_p99_of_few_values_is_the_largest) {
    EXPECT_EQ(percentile({7, 3, 5}, 0.99), 7);
}

TEST(Figure, the_ratio_is_that_of_the_medians) {
    EXPECT_EQ(restart().value(), 2);
    EXPECT_EQ(restart().floor(), 1);
    EXPECT_EQ(restart().ratio(), 2);
}

TEST(Figure, without_a_floor_there_is_no_ratio) {
    Figure figure = restart();
    figure.floor_runs.clear();
    EXPECT_FALSE(figure.floor().has_value());
    EXPECT_FALSE(figure.ratio().has_value());
    EXPECT_EQ(figure.is_met(), false) << "a ratio that is not known reaches no target";
}

TEST(Figure, a_target_is_met_only_when_every_bound_holds) {
    Figure figure = restart();
    EXPECT_EQ(figure.is_met(), false);
    figure.targets = {{Target::Of::ratio, Target::Bound::at_most, 2},
                      {Target::Of::value, Target::Bound::at_least, 2}};
    EXPECT_EQ(figure.is_met(), true);
    figure.targets.push_back({Target::Of::value, Target::Bound::at_least, 2.1});
    EXPECT_EQ(figure.is_met(), false);
    figure.targets.clear();
    EXPECT_FALSE(figure.is_met().has_value());
}

TEST(Figure, a_promise_is_judged_by_the_worst_run_and_not_by_the_median) {
    Figure lost = restart();
    lost.runs = {0, 0, 2.31};
    lost.targets = {{Target::Of::value, Target::Bound::at_most, 0}};
    EXPECT_EQ(lost.is_met(), true) << "the median is 0";
    EXPECT_EQ(lost.runs_that_miss(), 0U);
    lost.targets.front().judged_by_worst = true;
    EXPECT_EQ(lost.is_met(), false);
    EXPECT_EQ(lost.runs_that_miss(), 1U);
    lost.runs = {0, 0, 0};
    EXPECT_EQ(lost.is_met(), true);
}

TEST(Figure, the_worst_of_what_should_be_large_is_the_smallest) {
    Figure rate = restart();
    rate.targets = {{Target::Of::value, Target::Bound::at_least, 2, true}};
    EXPECT_EQ(rate.runs_that_miss(), 1U);
    rate.targets = {{Target::Of::ratio, Target::Bound::at_least, 2, true}};
    EXPECT_EQ(rate.runs_that_miss(), 1U) << "1 over the floor's median of 1";
    rate.targets = {{Target::Of::ratio, Target::Bound::at_least, 1, true}};
    EXPECT_EQ(rate.is_met(), true);
    rate.floor_runs.clear();
    EXPECT_EQ(rate.is_met(), false) << "a ratio that is not known reaches no target";
}

TEST(BenchReport, json_holds_value_unit_floor_ratio_and_runs) {
    Figure alone = restart();
    alone.name = "alone";
    alone.floor_runs.clear();
    const auto report = nlohmann::json::parse(json_report({restart(), alone}));
    EXPECT_EQ(report.at("restart.new_process"),
              (nlohmann::json{{"value", 2.0},
                              {"unit", "ms"},
                              {"floor", 1.0},
                              {"ratio", 2.0},
                              {"runs", {3.0, 1.0, 2.0}}}));
    EXPECT_TRUE(report.at("alone").at("floor").is_null());
    EXPECT_TRUE(report.at("alone").at("ratio").is_null());
}

TEST(BenchReport, a_missed_target_is_called_missed) {
    EXPECT_NE(text_report({restart()}).find("≤ 1.5 ×  missed"), std::string::npos)
        << text_report({restart()});
}

TEST(BenchReport, a_promise_that_was_broken_is_told_with_the_number_of_runs) {
    Figure lost = restart();
    lost.runs = {0, 0, 2.31};
    lost.targets = {{Target::Of::value, Target::Bound::at_most, 0, true}};
    EXPECT_NE(text_report({lost}).find("≤ 0.000 in each run  missed in 1 of 3 runs"),
              std::string::npos)
        << text_report({lost});
    lost.runs = {0, 0, 0};
    EXPECT_NE(text_report({lost}).find("≤ 0.000 in each run  met"), std::string::npos);
}

TEST(BenchReport, markdown_names_cores_and_kernel_and_has_one_row_a_figure) {
    Figure figure = restart();
    figure.note = "one of three";
    EXPECT_EQ(markdown_report({figure}, {2, "Linux 6.1"}),
              "Seen on 2 cores, Linux 6.1.\n\n"
              "| what | unit | min | median | p99 | beside | its median | ratio | target |  |\n"
              "|---|---|---|---|---|---|---|---|---|---|\n"
              "| kill to new process | ms | 1.00 | 2.00 | 3.00 | C loop | 1.00 | 2.00 | ≤ 1.5 × | "
              "missed |\n"
              "\n- kill to new process: one of three\n");
}

}  // namespace
}  // namespace drover::bench
