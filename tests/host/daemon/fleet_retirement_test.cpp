// Instances that share durable topics by key leave a running fleet once they are through.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/daemon/applied_fleet.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* durable_ticks = "topics: {\"test.>\": {delivery: durable}}\n";

class FleetRetirement : public test::AppliedFleet {
protected:
    [[nodiscard]] static std::string sharing(const std::string& name, int replicas) {
        return agent(name,
                     ", replicas: " + std::to_string(replicas) + ", distribution: {by_key: count}",
                     "listener");
    }
    void take_three() {
        (void)take(sharing("work", 3), durable_ticks);
        ASSERT_TRUE(until_units({"drover-router", "work.1", "work.2", "work.3"}));
        ASSERT_TRUE(fleet_.until_running("drover-router"));
    }
    /// Who belongs to the fleet. A unit that is to go has a name in the supervisor until it ends.
    [[nodiscard]] std::vector<std::string> members() {
        std::vector<std::string> names;
        for (const AgentConfig& member : fleet_.fleet().config.agents) {
            names.push_back(member.name);
        }
        return names;
    }
    /// Whom the router was told last to be about to leave.
    [[nodiscard]] Json retiring() const {
        const auto orders = told("retire");
        return orders.empty() ? Json("nobody") : orders.back().at("agents");
    }
    bool until_retiring(const Json& names) {
        return fleet_.until([&] { return retiring() == names; });
    }
};

TEST_F(FleetRetirement, waits_until_those_who_leave_are_through_with_what_they_were_given) {
    take_three();
    const Json answer = scale("work", 1);
    EXPECT_THAT(names(answer, "remove"), ElementsAre("work.2", "work.3"));
    EXPECT_THAT(answer.at("notes").dump(), HasSubstr("leave when they have handled"));
    EXPECT_TRUE(until_retiring({"work.2", "work.3"}));
    application_->retired({"work.2"});
    application_->tick();
    EXPECT_THAT(members(), ElementsAre("work.1", "work.2", "work.3")) << "one of two is not all";
    application_->retired({"work.2", "work.3"});
    EXPECT_THAT(members(), ElementsAre("work.1", "work.2", "work.3")) << "not before the tick";
    application_->tick();
    EXPECT_TRUE(until_units({"drover-router", "work.1"}));
    EXPECT_TRUE(until_retiring(Json::array()));
}

TEST_F(FleetRetirement, holds_for_a_file_with_fewer_instances_too) {
    take_three();
    (void)take(sharing("work", 2), durable_ticks);
    EXPECT_TRUE(until_retiring({"work.3"}));
    EXPECT_THAT(members(), ElementsAre("work.1", "work.2", "work.3"));
    application_->retired({"work.3"});
    application_->tick();
    EXPECT_TRUE(until_units({"drover-router", "work.1", "work.2"}));
}

TEST_F(FleetRetirement, is_called_off_when_they_are_wanted_again) {
    take_three();
    (void)scale("work", 1);
    ASSERT_TRUE(until_retiring({"work.2", "work.3"}));
    (void)scale("work", 3);
    EXPECT_TRUE(until_retiring(Json::array()));
    application_->retired({"work.2", "work.3"});
    application_->tick();
    EXPECT_THAT(members(), ElementsAre("work.1", "work.2", "work.3"));
}

TEST_F(FleetRetirement, does_not_count_what_was_told_before_it_began) {
    take_three();
    application_->retired({"work.2", "work.3"});
    (void)scale("work", 1);
    application_->tick();
    EXPECT_THAT(members(), ElementsAre("work.1", "work.2", "work.3"));
}

TEST_F(FleetRetirement, of_one_agent_goes_on_when_another_one_is_scaled) {
    (void)take(sharing("work", 2) + sharing("more", 2), durable_ticks);
    ASSERT_TRUE(until_units({"drover-router", "work.1", "work.2", "more.1", "more.2"}));
    ASSERT_TRUE(fleet_.until_running("drover-router"));
    (void)scale("work", 1);
    (void)scale("more", 1);
    ASSERT_TRUE(until_retiring({"more.2", "work.2"}));
    application_->retired({"work.2", "more.2"});
    application_->tick();
    EXPECT_TRUE(until_units({"drover-router", "work.1", "more.1"}));
}

TEST_F(FleetRetirement, is_for_instances_alone_that_share_durable_topics) {
    (void)take(sharing("work", 2));
    ASSERT_TRUE(until_units({"drover-router", "work.1", "work.2"}));
    const Json answer = scale("work", 1);
    EXPECT_FALSE(answer.contains("notes"));
    EXPECT_TRUE(until_units({"drover-router", "work.1"}));
    EXPECT_THAT(told("retire"), IsEmpty());
}

}  // namespace
}  // namespace drover
