/// The history provider as a host sees it: bars at their closes, an end, and no repetition.
#include "market_data/history_agent.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/testing/harness.hpp>

#include "market_data/timestamp.hpp"

namespace drover {
namespace {

using ::testing::ElementsAre;
using testing::Harness;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Options;

constexpr const char* header = "date,open,high,low,close\n";

std::int64_t stamp_of(const char* text) {
    return parse_timestamp(text)->time;
}

class HistoryAgentTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "drover-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        write(std::string(header) + "2020-01-02,1,2,1,2\n2020-01-03,2,3,2,3\n2020-01-06,3,4,3,4\n");
    }
    void TearDown() override {
        if (harness_) {
            EXPECT_THAT(harness_->violations(), IsEmpty());
            harness_.reset();
        }
        std::filesystem::remove_all(folder_);
    }

    void write(const std::string& text) const { std::ofstream(folder_ / "bars.csv") << text; }

    Harness& agent(const std::string& more = "", bool replay_clock = true) {
        Options options;
        options.replay_clock = replay_clock;
        harness_ =
            std::make_unique<Harness>(library<HistoryAgent>(),
                                      "market_data",
                                      R"({"symbol": "BRK.B", "file": ")" +
                                          (folder_ / "bars.csv").string() + "\"" + more + "}",
                                      options);
        return *harness_;
    }
    /// The labels of the bars published and not yet taken.
    std::vector<std::string> labels() {
        std::vector<std::string> dates;
        for (const drover_bar& bar : harness_->take<drover_bar>("market.bar.BRK_B.1d")) {
            dates.push_back(date_text(bar.open_time));
        }
        return dates;
    }

    std::filesystem::path folder_;
    std::unique_ptr<Harness> harness_;
};

TEST_F(HistoryAgentTest, publishes_each_bar_at_its_close) {
    Harness& host = agent();
    ASSERT_EQ(host.start(), DROVER_OK);
    EXPECT_THAT(host.published(), IsEmpty());
    EXPECT_EQ(host.health().level, DROVER_HEALTH_HEALTHY);
    ASSERT_TRUE(host.step_replay());
    ASSERT_EQ(host.published().size(), 1U);
    EXPECT_EQ(host.published()[0].event_time, stamp_of("2020-01-03"));
    EXPECT_EQ(host.now(), stamp_of("2020-01-03"));
    const auto bars = host.take<drover_bar>("market.bar.BRK_B.1d");
    ASSERT_EQ(bars.size(), 1U);
    EXPECT_EQ(text_of(bars[0].symbol), "BRK.B");
    EXPECT_EQ(text_of(bars[0].interval), "1d");
    EXPECT_EQ(bars[0].open_time, stamp_of("2020-01-02"));
    EXPECT_EQ(bars[0].high, 2'000'000'000);
    EXPECT_EQ(bars[0].flags, std::uint32_t{DROVER_BAR_NO_VOLUME});
}

TEST_F(HistoryAgentTest, tells_the_end_in_an_instant_of_its_own) {
    Harness& host = agent();
    ASSERT_EQ(host.start(), DROVER_OK);
    EXPECT_TRUE(host.step_replay());
    EXPECT_TRUE(host.step_replay());
    EXPECT_TRUE(host.step_replay());
    EXPECT_THAT(host.take_json("market.end"), IsEmpty());
    ASSERT_TRUE(host.step_replay());
    EXPECT_EQ(host.published().back().event_time, stamp_of("2020-01-07"));
    EXPECT_THAT(host.take_json("market.end"),
                ElementsAre(R"({"bars":3,"reason":"history ended 2020-01-06"})"));
    EXPECT_FALSE(host.step_replay());
    EXPECT_TRUE(host.is_running());
    EXPECT_EQ(host.health().level, DROVER_HEALTH_HEALTHY);
    EXPECT_EQ(host.health().text, "history ended 2020-01-06");
}

TEST_F(HistoryAgentTest, completes_at_the_end_where_told) {
    Harness& host = agent(R"(, "at_end": "stop")");
    ASSERT_EQ(host.start(), DROVER_OK);
    host.run_replay();
    EXPECT_TRUE(host.is_completed());
}

TEST_F(HistoryAgentTest, includes_both_ends_of_the_range_and_flags_warm_up) {
    Harness& host = agent(R"(, "from": "2020-01-03", "to": "2020-01-03", "warmup_bars": 5)");
    ASSERT_EQ(host.start(), DROVER_OK);
    host.run_replay();
    const auto bars = host.take<drover_bar>("market.>");
    ASSERT_EQ(bars.size(), 2U);
    EXPECT_EQ(bars[0].flags & DROVER_BAR_WARM_UP, std::uint32_t{DROVER_BAR_WARM_UP});
    EXPECT_EQ(bars[1].flags & DROVER_BAR_WARM_UP, 0U);
    EXPECT_THAT(host.take_json("market.end"), ElementsAre(HasSubstr(R"("bars":1)")));
}

TEST_F(HistoryAgentTest, asks_for_the_pauses_of_its_speed) {
    Harness& host = agent(R"(, "speed": 250)");
    ASSERT_EQ(host.start(), DROVER_OK);
    EXPECT_EQ(host.open_advance()->delay, 0);
    ASSERT_TRUE(host.step_replay());
    EXPECT_EQ(host.open_advance()->time, stamp_of("2020-01-04"));
    EXPECT_EQ(host.open_advance()->delay, 4'000'000);
}

TEST_F(HistoryAgentTest, repeats_nothing_after_a_restart) {
    Harness& host = agent();
    ASSERT_EQ(host.start(), DROVER_OK);
    host.step_replay();
    EXPECT_THAT(labels(), ElementsAre("2020-01-02"));
    ASSERT_EQ(host.restart(), DROVER_OK);
    host.run_replay();
    EXPECT_THAT(labels(), ElementsAre("2020-01-03", "2020-01-06"));
    EXPECT_THAT(host.take_json("market.end"), ElementsAre(HasSubstr(R"("bars":3)")));
}

TEST_F(HistoryAgentTest, publishes_nothing_when_it_had_ended) {
    Harness& host = agent();
    ASSERT_EQ(host.start(), DROVER_OK);
    host.run_replay();
    static_cast<void>(labels());
    static_cast<void>(host.take_json("market.end"));
    ASSERT_EQ(host.restart(), DROVER_OK);
    EXPECT_FALSE(host.step_replay());
    EXPECT_THAT(host.published(), IsEmpty());
    EXPECT_EQ(host.health().text, "history ended 2020-01-06");
}

TEST_F(HistoryAgentTest, goes_on_when_its_file_has_grown) {
    Harness& host = agent();
    ASSERT_EQ(host.start(), DROVER_OK);
    host.run_replay();
    static_cast<void>(labels());
    static_cast<void>(host.take_json("market.end"));
    std::ofstream(folder_ / "bars.csv", std::ios::app) << "2020-01-07,4,5,4,5\n";
    ASSERT_EQ(host.restart(), DROVER_OK);
    host.run_replay();
    EXPECT_THAT(labels(), ElementsAre("2020-01-07"));
    EXPECT_THAT(host.take_json("market.end"), ElementsAre(HasSubstr(R"("bars":4)")));
}

TEST_F(HistoryAgentTest, degrades_health_when_it_comes_to_a_row_that_is_no_bar) {
    write(std::string(header) + "2020-01-02,1,2,1,2\n2020-01-03,2,1,2,3\n2020-01-06,3,4,3,4\n");
    Harness& host = agent();
    ASSERT_EQ(host.start(), DROVER_OK);
    host.step_replay();
    EXPECT_EQ(host.health().level, DROVER_HEALTH_HEALTHY);
    host.run_replay();
    EXPECT_THAT(labels(), ElementsAre("2020-01-02", "2020-01-06"));
    EXPECT_EQ(host.health().level, DROVER_HEALTH_DEGRADED);
    EXPECT_THAT(host.health().text, HasSubstr("history ended 2020-01-06; one row"));
    EXPECT_THAT(host.health().text, HasSubstr("row 3 has its high 1 below"));
}

TEST_F(HistoryAgentTest, paces_by_timers_on_the_wall_clock) {
    Harness& host = agent(R"(, "speed": 2)", false);
    ASSERT_EQ(host.start(), DROVER_OK);
    EXPECT_EQ(labels().size(), 1U);
    host.advance_by(std::chrono::milliseconds(499));
    EXPECT_EQ(labels().size(), 0U);
    host.advance_by(std::chrono::milliseconds(1));
    EXPECT_EQ(labels().size(), 1U);
    host.advance_by(std::chrono::milliseconds(500));
    EXPECT_EQ(labels().size(), 1U);
    EXPECT_EQ(host.take_json("market.end").size(), 1U);
}

TEST_F(HistoryAgentTest, refuses_a_range_without_a_bar) {
    Harness& host = agent(R"(, "from": "2020-01-04", "to": "2020-01-05")");
    EXPECT_EQ(host.start(), DROVER_E_CONFIG);
    ASSERT_TRUE(host.failure().has_value());
    EXPECT_THAT(host.failure()->text, HasSubstr("its bars go from 2020-01-02 to 2020-01-06"));
}

TEST_F(HistoryAgentTest, says_why_a_file_has_no_bar) {
    write(std::string(header) + "2020-01-02,1,2,1,nan\n2020-01-03,2,3,-2,3\n");
    Harness& host = agent();
    EXPECT_EQ(host.start(), DROVER_E_CONFIG);
    ASSERT_TRUE(host.failure().has_value());
    EXPECT_THAT(host.failure()->text,
                HasSubstr("holds no bar: no row is a proper bar; row 2 has no value for close."));
}

TEST_F(HistoryAgentTest, begins_anew_for_another_symbol) {
    Harness& host = agent();
    host.set_saved_state(
        R"({"symbol":"OLD","interval":"1d","open_time":1,"close_time":4102444800000000000,)"
        R"("bars":9,"has_ended":true})",
        1);
    ASSERT_EQ(host.start(), DROVER_OK);
    host.run_replay();
    EXPECT_EQ(labels().size(), 3U);
}

}  // namespace
}  // namespace drover
