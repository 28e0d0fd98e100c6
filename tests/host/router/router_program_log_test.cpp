/// The durable log of the real drover-router.
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/host/router/router_process.hpp"

namespace drover {
namespace {

TEST_F(DroverRouter, loses_nothing_durable_and_doubles_nothing_when_it_is_killed) {
    router_->configure(1, "wall", true);
    ASSERT_EQ(router_->next_event()["event"], "ready");
    const ReadyBody ready = giver_.shake_hands_durably({}, 0, 0);
    ASSERT_NE(ready.log, LogId{});
    taker_.shake_hands_durably(ready.log, 0, 0);
    giver_.publish_durably("kept.x", 1);
    EXPECT_EQ(giver_.next_control<LoggedBody>()->sequence, 1U);
    EXPECT_EQ(taker_.next_position(), 1U);

    router_->send(SIGKILL);
    router_->wait_for_exit();
    start();
    router_->configure(2, "wall", true);
    ASSERT_EQ(router_->next_event()["event"], "ready");
    const ReadyBody again = giver_.shake_hands_durably(ready.log, 0, 2);
    EXPECT_EQ(again.log, ready.log);
    EXPECT_EQ(again.logged, 1U);
    giver_.publish_durably("kept.x", 1);
    giver_.publish_durably("kept.x", 2);
    EXPECT_EQ(taker_.shake_hands_durably(ready.log, 1, 0).cursor, 1U);
    EXPECT_EQ(taker_.next_position(), 2U);
}

TEST_F(DroverRouter, tells_of_its_log_and_does_with_it_what_a_person_asks) {
    router_->configure(1, "wall", true);
    ASSERT_EQ(router_->next_event()["event"], "ready");
    router_->say({{"do", "log"}, {"id", 5}, {"what", "stat"}});
    const Json answer = router_->next_event();
    EXPECT_EQ(answer["event"], "log");
    EXPECT_EQ(answer["id"], 5);
    EXPECT_EQ(answer["log"]["head"], 0);
    EXPECT_EQ(answer["log"]["receivers"][0]["name"], "taker");
    router_->say({{"do", "log"}, {"id", 6}, {"what", "skip"}, {"name", "giver"}});
    EXPECT_EQ(router_->next_event()["error"], "'giver' receives no durable messages.");
}

TEST_F(DroverRouter, has_no_log_where_nothing_is_durable) {
    begin_live();
    router_->say({{"do", "log"}, {"id", 5}, {"what", "stat"}});
    EXPECT_EQ(router_->next_event()["error"],
              "This fleet has no durable topics, and so no log of them.");
    EXPECT_FALSE(std::filesystem::exists(directory_ / "log"));
}

TEST_F(DroverRouter, does_not_begin_with_a_log_that_is_damaged) {
    std::filesystem::create_directories(directory_ / "log");
    std::ofstream(directory_ / "log" / "00000000000000000001.segment") << "no log at all";
    router_->configure(1, "wall", true);
    const Json said = router_->next_event();
    EXPECT_EQ(said["event"], "failed");
    EXPECT_NE(said["message"].get<std::string>().find("The durable log is damaged"),
              std::string::npos)
        << said;
    EXPECT_FALSE(router_->wait_for_exit().is_success());
}

}  // namespace
}  // namespace drover
