/// Whose work counts for `drover is-ready`, and how long it waits.
#include "command/ready_verb.hpp"

#include <gmock/gmock.h>

#include "base/clock.hpp"
#include "fake_droverd.hpp"

namespace drover::test {

using testing::ElementsAre;

namespace {

/// risk and view, and what becomes of risk with every look.
struct ReadyVerb : testing::Test {
    Answers fleet(std::vector<Json> looks_of_risk) {
        return [this, looks = std::move(looks_of_risk)](const std::string&, const Json& params) {
            asked.push_back(params);
            const Json& risk = looks[std::min(asked.size(), looks.size()) - 1];
            const bool is_one_asked_for = params.contains("names");
            return good(is_one_asked_for ? status_of({risk}) : status_of({risk, view}));
        };
    }
    CommandResult drover(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"is-ready", "--state-dir", folder.state().string()});
        return run_drover(std::move(more));
    }
    CommandFolder folder;
    Json view = agent("view", "running", "healthy", "running", 7);
    std::vector<Json> asked;
};

}  // namespace

TEST_F(ReadyVerb, is_content_with_all_that_are_healthy_or_degraded) {
    const FakeDroverd droverd(folder.state(),
                              fleet({agent("risk", "running", "degraded", "slow", 5)}));
    const CommandResult result = drover();
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.output, "Ready.\n");
    EXPECT_THAT(asked, ElementsAre(Json::object())) << "it looks once";
}

TEST_F(ReadyVerb, names_those_that_do_not_do_their_work_and_why) {
    view["health"] = "unhealthy";
    view["reason"] = "silent";
    const FakeDroverd droverd(folder.state(),
                              fleet({agent("risk", "backing_off", "unknown", "it died")}));
    EXPECT_THAT(drover(),
                fails_with(3,
                           "drover: Not ready: risk (backing_off: it died), view (unhealthy: "
                           "silent).\n"));
}

TEST_F(ReadyVerb, does_not_wait_for_an_agent_that_is_disabled_unless_it_is_named) {
    const FakeDroverd droverd(folder.state(),
                              fleet({agent("risk", "disabled", "unknown", "disabled")}));
    EXPECT_EQ(drover().exit_code, 0);
    EXPECT_THAT(drover({"risk"}), fails_with(3, "drover: Not ready: risk (disabled: disabled).\n"));
    EXPECT_EQ(asked.back(), Json({{"names", {"risk"}}}));
}

TEST_F(ReadyVerb, waits_until_all_are) {
    const FakeDroverd droverd(folder.state(),
                              fleet({agent("risk", "waiting", "unknown", "x"),
                                     agent("risk", "starting", "unknown", "x", 5),
                                     agent("risk", "running", "healthy", "x", 5)}));
    EXPECT_EQ(drover({"--wait"}).exit_code, 0);
    EXPECT_EQ(asked.size(), 3U);
}

TEST_F(ReadyVerb, answers_5_and_names_who_is_not_ready_in_time) {
    const FakeDroverd droverd(folder.state(),
                              fleet({agent("risk", "starting", "unknown", "loading", 5)}));
    EXPECT_THAT(drover({"--wait", "--timeout", "1s"}),
                fails_with(5, "drover: Not ready after 1 s: risk (starting: loading).\n"));
}

TEST_F(ReadyVerb, waits_no_longer_for_agents_that_have_all_failed) {
    const FakeDroverd droverd(folder.state(),
                              fleet({agent("risk", "failed", "unknown", "broken")}));
    EXPECT_THAT(drover({"--wait", "--timeout", "1h"}),
                fails_with(3, "drover: Not ready: risk (failed: broken).\n"));
}

TEST_F(ReadyVerb, waits_for_a_droverd_only_where_it_shall) {
    EXPECT_EQ(drover({"--timeout", "1h"}).exit_code, 4);
    const Monotonic begin = monotonic_now();
    EXPECT_EQ(drover({"--wait", "--timeout", "60ms"}).exit_code, 4);
    EXPECT_GE(monotonic_now() - begin, std::chrono::milliseconds(60));
}

TEST_F(ReadyVerb, answers_2_to_a_name_that_droverd_does_not_know) {
    const FakeDroverd droverd(folder.state(), [](const std::string&, const Json&) {
        return bad(-32602, "There is no agent 'riks'.");
    });
    EXPECT_THAT(drover({"riks", "--wait", "--timeout", "1h"}),
                fails_with(2, "drover: There is no agent 'riks'.\n"));
}

}  // namespace drover::test
