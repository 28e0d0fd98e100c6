/// Whom a person means by names, groups and dependents.
#include "command/wish_targets.hpp"

#include <gmock/gmock.h>

namespace drover::test {

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

AgentSnapshot snapshot(const std::string& name,
                       std::vector<std::string> depends_on = {},
                       const std::string& group = "") {
    AgentSnapshot agent;
    agent.name = name;
    agent.state = "running";
    agent.health = "healthy";
    agent.depends_on = std::move(depends_on);
    agent.group = group;
    return agent;
}

AgentSnapshot instance(const std::string& name, const std::string& of) {
    AgentSnapshot agent = snapshot(name);
    agent.instance_of = of;
    return agent;
}

/// view → risk → broker → data, and work.1, work.2 beside them.
FleetSnapshot trading_desk() {
    FleetSnapshot fleet;
    fleet.agents = {snapshot("view", {"risk"}),
                    snapshot("risk", {"broker"}, "trading"),
                    snapshot("broker", {"data"}, "trading"),
                    snapshot("data"),
                    instance("work.1", "work"),
                    instance("work.2", "work")};
    return fleet;
}

std::vector<std::string> meant(const WishTargets& targets) {
    const auto names = names_of(targets, trading_desk());
    EXPECT_TRUE(names) << names.error().message;
    return names ? names.value() : std::vector<std::string>{};
}

}  // namespace

TEST(WishTargetsTest, come_in_the_order_in_which_they_start) {
    EXPECT_THAT(meant({{"view", "data", "risk"}, {}, false}), ElementsAre("data", "risk", "view"))
        << "view needs data, though by agents that nobody named";
}

TEST(WishTargetsTest, are_each_meant_once) {
    EXPECT_THAT(meant({{"risk", "risk"}, {"trading"}, false}), ElementsAre("broker", "risk"));
}

TEST(WishTargetsTest, bring_along_who_depends_on_them) {
    EXPECT_THAT(meant({{"broker"}, {}, true}), ElementsAre("broker", "risk", "view"));
    EXPECT_THAT(meant({{"view"}, {}, true}), ElementsAre("view"));
}

TEST(WishTargetsTest, are_all_instances_of_an_agent_or_the_one_that_is_named) {
    EXPECT_THAT(meant({{"work"}, {}, false}), ElementsAre("work.1", "work.2"));
    EXPECT_THAT(meant({{"work.2"}, {}, false}), ElementsAre("work.2"));
}

TEST(WishTargetsTest, stay_where_they_are_unknown_for_droverd_to_refuse) {
    EXPECT_THAT(meant({{"riks", "data"}, {}, false}), ElementsAre("riks", "data"));
}

TEST(WishTargetsTest, of_a_group_that_is_not_there_are_refused_with_those_that_are) {
    const auto names = names_of({{}, {"tradin"}, false}, trading_desk());
    ASSERT_FALSE(names);
    EXPECT_EQ(names.error().kind, ErrorKind::not_found);
    EXPECT_THAT(names.error().message,
                HasSubstr("restart_group 'tradin'. Did you mean 'trading'?"));
    EXPECT_THAT(names.error().message, HasSubstr("The groups are: trading."));
    const auto none = names_of({{}, {"x"}, false}, {});
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().message, HasSubstr("No agent of this fleet has one."));
}

TEST(WishTargetsTest, survive_a_circle_that_droverd_would_never_tell_of) {
    FleetSnapshot fleet;
    fleet.agents = {snapshot("a", {"b"}), snapshot("b", {"a"})};
    const auto names = names_of({{"a"}, {}, true}, fleet);
    ASSERT_TRUE(names);
    EXPECT_EQ(names.value().size(), 2U);
}

TEST(WishTargetsTest, of_everybody_are_the_agents_that_are_to_run) {
    FleetSnapshot fleet = trading_desk();
    AgentSnapshot router = snapshot("drover-router");
    router.is_agent = false;
    fleet.agents.push_back(router);
    fleet.agents[0].state = "disabled";
    fleet.agents[1].state = "stopped";
    fleet.agents[3].state = "completed";
    EXPECT_THAT(names_of_all(fleet), ElementsAre("broker", "risk", "work.1", "work.2"));
}

}  // namespace drover::test
