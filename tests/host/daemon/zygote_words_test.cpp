// What a zygote may say, and what becomes of one that says anything else.
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/host/daemon/zygotes_of_a_fleet.hpp"
#include "tests/host/process/open_to_others.hpp"

namespace drover {
namespace {

using test::ZygotesOfAFleet;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

bool has_stopped_itself(pid_t pid) {
    const auto entry = process_entry(pid);
    return entry && entry->state == 'T';
}

TEST_F(ZygotesOfAFleet, that_say_what_is_no_message_are_killed) {
    const StandbyPlan risk = plan("risk", "babbles");
    zygotes_->keep({risk});
    const pid_t pid = pid_of(risk);
    EXPECT_TRUE(until_gone(pid));
    EXPECT_EQ(zygotes_->offer_for(risk).why, "its zygote said what is no message");
    EXPECT_THAT(logged(), Contains(HasSubstr("is killed: it said what is no message.")));
}

TEST_F(ZygotesOfAFleet, that_say_more_than_they_may_are_killed) {
    for (const auto& [act, why] : {std::pair{"says_a_list", "its zygote said what is no message"},
                                   std::pair{"loads_twice", "its zygote spoke unasked"},
                                   std::pair{"refuses_late", "its zygote spoke unasked"}}) {
        const StandbyPlan risk = plan("risk", act);
        zygotes_->keep({risk});
        EXPECT_TRUE(until_gone(pid_of(risk))) << act;
        EXPECT_EQ(zygotes_->offer_for(risk).why, why) << act;
    }
}

TEST_F(ZygotesOfAFleet, that_answer_one_order_twice_are_killed) {
    const StandbyPlan risk = plan("risk", "answers_twice");
    const pid_t pid = ready_zygote(risk);
    ASSERT_TRUE(order(risk));
    EXPECT_TRUE(until_gone(pid));
    EXPECT_THAT(news_, ElementsAre("no copy of risk: no room"));
    EXPECT_EQ(zygotes_->offer_for(risk).why, "its zygote spoke unasked");
}

TEST_F(ZygotesOfAFleet, that_say_a_lot_are_heard_in_parts_so_that_nobody_waits_for_them) {
    const StandbyPlan risk = plan("risk", "is_long_winded");
    zygotes_->keep({risk});
    const pid_t pid = pid_of(risk);
    ASSERT_TRUE(test::eventually([&] { return has_stopped_itself(pid); }))
        << "once it has said all";
    loop_.turn(monotonic_now());
    EXPECT_EQ(zygotes_->status(risk).state, StandbyStatus::State::preparing);
    EXPECT_TRUE(until_ready(risk));
}

TEST_F(ZygotesOfAFleet, that_speak_unasked_are_killed) {
    const StandbyPlan risk = plan("risk", "speaks_unasked");
    zygotes_->keep({risk});
    const pid_t pid = pid_of(risk);
    EXPECT_TRUE(until_gone(pid));
    EXPECT_THAT(copies_, IsEmpty());
    EXPECT_EQ(zygotes_->offer_for(risk).why, "its zygote spoke unasked");
}

TEST_F(ZygotesOfAFleet, that_tell_of_a_copy_which_cannot_be_watched_are_killed_with_it) {
    const StandbyPlan risk = plan("risk", "hides_the_copy");
    const pid_t pid = ready_zygote(risk);
    ASSERT_TRUE(order(risk));
    ASSERT_TRUE(until_told());
    EXPECT_THAT(news_,
                ElementsAre("no copy of risk: its zygote did not say which copy it has made"));
    EXPECT_FALSE(was_copy_alive_);
    EXPECT_TRUE(until_gone(pid));
}

TEST_F(ZygotesOfAFleet, of_another_user_cannot_give_another_process_for_a_copy) {
    const auto nobody = find_system_user("nobody");
    if (::geteuid() != 0 || !nobody || !test::is_open_to_others(scratch_.path().parent_path()) ||
        !test::is_open_to_others(std::filesystem::path(DROVER_FAKE_ZYGOTE).parent_path())) {
        GTEST_SKIP() << "only root may start a process as another user, who must reach it";
    }
    StandbyPlan risk = plan("risk", "names_its_parent");
    ::chmod(scratch_.path().c_str(), 0755);
    risk.launch.user = std::make_shared<ProcessUser>(ProcessUser{nobody.value(), {}});
    const pid_t pid = ready_zygote(risk);
    ASSERT_TRUE(order(risk));
    ASSERT_TRUE(until_told());
    EXPECT_THAT(news_,
                ElementsAre("no copy of risk: its zygote named process " +
                            std::to_string(::getpid()) + ", which is no copy of it"));
    EXPECT_TRUE(until_gone(pid));
}

TEST_F(ZygotesOfAFleet, have_the_first_twenty_lines_of_their_output_logged) {
    const StandbyPlan risk = plan("risk", "talks");
    (void)ready_zygote(risk);
    zygotes_->keep({});
    std::vector<std::string> lines;
    for (const std::string& message : logged()) {
        if (message.find(" wrote: ") != std::string::npos) {
            lines.push_back(message.substr(message.find(" wrote: ")));
        }
    }
    ASSERT_EQ(lines.size(), 20U);
    EXPECT_EQ(lines.front(), " wrote: line 1");
    EXPECT_EQ(lines.back(), " wrote: line 20");
}

}  // namespace
}  // namespace drover
