/// How a person sees what an apply changes.
#include "command/plan_text.hpp"

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover::test {

namespace {

Json one_change(const std::string& name, std::vector<std::string> keys) {
    return {{"name", name}, {"keys", std::move(keys)}};
}

}  // namespace

TEST(PlanText, has_a_line_with_its_sign_for_each_change_and_one_for_what_stays) {
    const Json answer = {
        {"remove", Json::array({one_change("backtest", {"/agents/backtest"})})},
        {"add", Json::array({one_change("news", {"/agents/news"})})},
        {"restart",
         Json::array({one_change("risk", {"/agents/risk/config/a", "/agents/risk/plugin"})})},
        {"live_update", Json::array({one_change("broker", {"/agents/broker/backoff/max"})})},
        {"untouched", {"drover-router", "market-data"}}};
    EXPECT_EQ(plan_text(answer),
              "+ add          news      /agents/news\n"
              "~ restart      risk      /agents/risk/config/a, /agents/risk/plugin\n"
              "! live update  broker    /agents/broker/backoff/max\n"
              "- remove       backtest  /agents/backtest\n"
              "= untouched    drover-router, market-data\n");
}

TEST(PlanText, says_what_droverd_takes_now_and_what_only_with_its_next_start) {
    EXPECT_EQ(
        plan_text({{"at_once", {"/watch", "/shutdown/timeout"}},
                   {"at_next_up", {"/on_supervisor_death"}},
                   {"notes", {"The file itself is not written."}}}),
        "! droverd      /watch, /shutdown/timeout\n"
        "droverd reads /on_supervisor_death only when it starts: 'drover down' and 'drover up' "
        "make it hold.\n"
        "The file itself is not written.\n");
}

TEST(PlanText, is_empty_where_nothing_is_told) {
    EXPECT_EQ(plan_text(Json::object()), "");
}

}  // namespace drover::test
