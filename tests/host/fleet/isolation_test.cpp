// By what limits are held, and what is said where they are not.
#include "fleet/isolation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

FleetConfig fleet_with(const LimitsConfig& limits) {
    FleetConfig fleet;
    AgentConfig agent;
    agent.name = "risk";
    agent.supervision.limits = limits;
    agent.supervision.limits.place = {"agents.yaml", 3, 5};
    fleet.agents.push_back(agent);
    return fleet;
}

LimitsConfig of_a_group() {
    LimitsConfig limits;
    limits.memory = std::uint64_t{64} << 20U;
    limits.cpu_percent = 50;
    limits.processes = 20;
    return limits;
}

std::vector<std::string> warnings_of(const FleetConfig& fleet, const MachineIsolation& machine) {
    std::vector<std::string> texts;
    for (const Fault& warning : isolation_warnings(fleet, machine)) {
        texts.push_back(warning.text());
    }
    return texts;
}

TEST(Isolation, by_a_control_group_needs_no_words) {
    const FleetConfig fleet = fleet_with(of_a_group());
    EXPECT_THAT(isolation_of(fleet.agents[0], {}),
                ElementsAre(Pair("cpu", "control group"),
                            Pair("memory", "control group"),
                            Pair("processes", "control group")));
    EXPECT_THAT(warnings_of(fleet, {}), IsEmpty());
}

TEST(Isolation, without_control_groups_says_of_each_limit_what_holds_it_and_why) {
    const FleetConfig fleet = fleet_with(of_a_group());
    EXPECT_THAT(
        warnings_of(fleet, {"there are none", true}),
        ElementsAre(
            "agents.yaml:3:5: agent 'risk': limits.cpu is not applied: there are none.",
            HasSubstr("limits.memory is held by other means here: droverd looks at the memory of "
                      "its processes once a second, since there are none."),
            "agents.yaml:3:5: agent 'risk': limits.processes is not applied: there are none, "
            "and RLIMIT_NPROC does not hold root."));
    EXPECT_THAT(warnings_of(fleet, {"there are none", false}),
                testing::Contains(HasSubstr("RLIMIT_NPROC, which counts all processes of the "
                                            "user")));
}

TEST(Isolation, of_an_agent_without_limits_is_none) {
    const FleetConfig fleet = fleet_with({});
    EXPECT_FALSE(has_isolation(fleet.agents[0]));
    EXPECT_THAT(isolation_of(fleet.agents[0], {"there are none", true}), IsEmpty());
}

TEST(Isolation, says_what_a_kernel_cannot_do_for_a_sandbox) {
    FleetConfig fleet = fleet_with({});
    fleet.agents[0].sandbox.emplace();
    fleet.agents[0].sandbox->place = {"agents.yaml", 4, 5};
    MachineIsolation machine;
    EXPECT_THAT(isolation_of(fleet.agents[0], machine), ElementsAre(Pair("sandbox", "strict")));
    EXPECT_THAT(warnings_of(fleet, machine), IsEmpty());
    machine.no_sandbox = SandboxAbilities{0, true}.missing();
    EXPECT_THAT(warnings_of(fleet, machine),
                ElementsAre("agents.yaml:4:5: agent 'risk': its sandbox is strict, but its files "
                            "are not restricted: this kernel has no Landlock."));
}

TEST(Isolation, gives_each_process_what_the_kernel_counts_for_it_alone) {
    AgentConfig agent;
    LimitsConfig& limits = agent.supervision.limits;
    limits.open_files = 100;
    limits.core = 0;
    limits.processes = 30;
    limits.nice = 4;
    limits.cpus = {0};
    EXPECT_EQ(process_limits_of(agent, {}).resources.size(), 2U);
    const ProcessLimits made = process_limits_of(agent, {"there are none", false});
    ASSERT_EQ(made.resources.size(), 3U);
    EXPECT_EQ(made.resources[2].resource, static_cast<int>(RLIMIT_NPROC));
    EXPECT_EQ(made.nice, 4);
    EXPECT_THAT(made.cpus, ElementsAre(0));
}

TEST(Isolation, counts_the_processes_of_another_user_that_root_starts) {
    AgentConfig agent;
    agent.supervision.limits.processes = 30;
    const MachineIsolation machine{"there are none", true, {}};
    EXPECT_TRUE(process_limits_of(agent, machine).resources.empty());
    agent.user = SystemUser{"somebody", 4711, 4711, {}, {}};
    EXPECT_EQ(process_limits_of(agent, machine).resources.size(), 1U);
    EXPECT_TRUE(has_isolation(agent));
}

TEST(Isolation, of_a_user_alone_lets_something_stand_by_and_names_whose_process_it_is) {
    AgentConfig agent;
    EXPECT_THAT(variables_of(agent), IsEmpty());
    agent.user = SystemUser{"somebody", 4711, 4711, {}, "/home/somebody"};
    EXPECT_FALSE(is_confined(agent));
    agent.variables = {{"MODE", "paper"}, {"HOME", "/srv"}};
    EXPECT_THAT(variables_of(agent),
                ElementsAre("HOME=/srv", "LOGNAME=somebody", "MODE=paper", "USER=somebody"))
        << "the file has the last word";
    agent.sandbox.emplace();
    EXPECT_TRUE(is_confined(agent));
}

TEST(Isolation, warns_of_a_user_whom_droverd_may_not_become) {
    FleetConfig fleet = fleet_with({});
    fleet.agents[0].user = SystemUser{"somebody", 4711, 4711, {}, {}};
    fleet.agents[0].user_place = {"agents.yaml", 5, 11};
    MachineIsolation machine;
    EXPECT_THAT(warnings_of(fleet, machine),
                ElementsAre(HasSubstr("agents.yaml:5:11: agent 'risk' will not start: user: only "
                                      "root may start an agent as somebody, and droverd runs as")));
    machine.is_root = true;
    EXPECT_THAT(warnings_of(fleet, machine), IsEmpty());
    EXPECT_THAT(isolation_of(fleet.agents[0], machine), ElementsAre(Pair("user", "set")));
}

}  // namespace
}  // namespace drover
