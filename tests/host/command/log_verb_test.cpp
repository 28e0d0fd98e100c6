/// How `drover log stat` shows the durable log.
#include "command/log_verb.hpp"

#include <gmock/gmock.h>

#include "base/json_value.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::Not;

namespace {

Json plain_log() {
    return {{"log", "5f0e"},
            {"folder", "/s/router/log"},
            {"first", 11},
            {"head", 42},
            {"size", 131000},
            {"segments", 2}};
}

}  // namespace

TEST(LogText, is_what_the_log_is_and_how_much_of_it_there_is) {
    EXPECT_EQ(log_text(plain_log()),
              "log        5f0e\n"
              "folder     /s/router/log\n"
              "positions  11 to 42\n"
              "on disk    131.0 kB in 2 segments\n");
}

TEST(LogText, names_the_bound_and_the_trouble_where_there_are_some) {
    Json status = plain_log();
    status["max_size"] = 4'000'000;
    status["trouble"] = "no space left\x1b[2J";
    const std::string text = log_text(status);
    EXPECT_THAT(text, HasSubstr("in 2 segments, at most 4.0 MB\n"));
    EXPECT_THAT(text, HasSubstr("trouble    no space left\\x1b[2J\n"));
}

TEST(LogText, says_how_far_each_receiver_is_and_for_whom_it_is_kept_in_vain) {
    Json status = plain_log();
    status["receivers"] = Json::array(
        {{{"name", "broker"}, {"effective", 42}, {"behind", 0}},
         {{"name", "risk"}, {"effective", 40}, {"behind", 2}, {"skips", Json::array({13, 21})}},
         {{"name", "old"}, {"effective", 10}, {"behind", 32}, {"parked", true}}});
    const std::string text = log_text(status);
    EXPECT_THAT(text, HasSubstr("\nRECEIVER  HANDLED  BEHIND  NOTE"));
    EXPECT_THAT(text, HasSubstr("\nbroker         42       0"));
    EXPECT_THAT(text, HasSubstr("\nrisk           40       2  skips 13, 21"));
    EXPECT_THAT(text, HasSubstr("\nold            10      32  parked: it is no receiver any more"));
    EXPECT_THAT(text, Not(HasSubstr("SHARED BY KEY")));
}

TEST(LogText, says_how_who_is_away_comes_back) {
    Json status = plain_log();
    status["receivers"] =
        Json::array({{{"name", "risk"}, {"effective", 40}, {"behind", 2}, {"away", "failed"}},
                     {{"name", "view"}, {"effective", 40}, {"behind", 2}, {"away", "disabled"}}});
    const std::string text = log_text(status);
    EXPECT_THAT(text,
                HasSubstr("is failed: nobody else gets what it has not handled; `drover start "
                          "risk`, or give it up with `drover log forget risk`"));
    EXPECT_THAT(text,
                HasSubstr("is disabled: nobody else gets what it has not handled; `enabled: true` "
                          "in the file and `drover apply`, or give it up"));
}

TEST(LogText, says_who_has_which_partitions_and_who_must_finish_first) {
    Json cursors = Json::array();
    for (int partition = 0; partition < 4; ++partition) {
        cursors.push_back(30 + partition);
    }
    Json status = plain_log();
    status["receivers"] = Json::array({{{"name", "risk.1"}, {"effective", 30}, {"behind", 12}}});
    status["shared"] = Json::array(
        {{{"cursors", cursors},
          {"owners",
           Json::array(
               {{{"name", "risk.1"}, {"partitions", Json::array({1, 3})}, {"ranges", "1, 3"}},
                {{"name", "risk.2"}, {"partitions", Json::array()}, {"ranges", ""}}})},
          {"settling", Json::array({{{"name", "risk.3"}, {"effective", 20}, {"until", 25}}})}}});
    const std::string text = log_text(status);
    EXPECT_THAT(text, HasSubstr("\nSHARED BY KEY  PARTITIONS  HANDLED  WHICH"));
    EXPECT_THAT(text, HasSubstr("\nrisk.1                  2       31  1, 3"))
        << "its slowest partition counts";
    EXPECT_THAT(text, HasSubstr("\nrisk.2                  0"));
    EXPECT_THAT(text, HasSubstr("20  must handle what it was given before, up to 25"));
}

}  // namespace drover::test
