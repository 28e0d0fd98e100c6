// What an agent may use: limits that hold, that are passed, and that cannot be set.
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include "base/file_text.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

using testing::HasSubstr;

class Limits : public testing::Test {
protected:
    std::string of_process(const std::string& agent, const std::string& part) {
        return read_file_text("/proc/" + std::to_string(fleet.pid_of(agent).value_or(0)) + "/" +
                              part)
            .value_or("");
    }
    /// One that this process may run on.
    static std::size_t a_processor() {
        cpu_set_t allowed;
        EXPECT_EQ(::sched_getaffinity(0, sizeof allowed, &allowed), 0);
        std::size_t number = 0;
        while (number < CPU_SETSIZE && !CPU_ISSET(number, &allowed)) {
            ++number;
        }
        return number;
    }
    FleetUnderTest fleet;
};

TEST_F(Limits, hold_from_the_start_of_the_process_on) {
    const std::string processor = std::to_string(a_processor());
    fleet.write_agents(R"(  quiet:
    plugin: @behaving@
    agent: quiet
    limits: {open_files: 200, core: none, file_size: 64MiB, nice: 5, cpus: [)" +
                       processor + "]}\n");
    fleet.up();
    const std::string limits = of_process("quiet", "limits");
    EXPECT_THAT(limits, testing::ContainsRegex("Max open files +200 +200"));
    EXPECT_THAT(limits, testing::ContainsRegex("Max core file size +0 +0"));
    EXPECT_THAT(limits, testing::ContainsRegex("Max file size +67108864 +67108864"));
    EXPECT_THAT(of_process("quiet", "status"),
                HasSubstr("Cpus_allowed_list:\t" + processor + "\n"));
    // The rank is the 17th of the numbers behind the name in brackets.
    std::istringstream numbers(of_process("quiet", "stat"));
    std::string word;
    for (int index = 0; index < 19; ++index) {
        numbers >> word;
    }
    EXPECT_EQ(word, "5");
    EXPECT_THAT(fleet.drover({"describe", "quiet", "-o", "json"}).output,
                HasSubstr("\"open_files\":\"each process\""));
}

TEST_F(Limits, on_memory_end_and_restart_who_passes_them_with_that_reason) {
    fleet.write_agents(R"(  ticker: {plugin: @behaving@, agent: ticker}
  eater:
    plugin: @resources@
    agent: eat-memory
    config: {after: 1, once: @FOLDER@/eaten}
    limits: {memory: 64MiB}
)");
    fleet.up_well_or_not();
    EXPECT_TRUE(fleet.reaches("eater", [](const AgentStatus& agent) {
        return agent.restarts >= 1 && agent.state == "running" &&
               agent.reason.find("limits.memory") != std::string::npos;
    }));
    EXPECT_THAT(fleet.drover({"events", "-o", "json"}).output, HasSubstr("limit_exceeded"));
    // By what it is held is told, whatever this machine has.
    EXPECT_THAT(fleet.drover({"status", "-o", "json"}).output,
                testing::ContainsRegex(
                    "\"isolation\":.\"memory\":\"(control group|droverd looks at the memory)"));
}

TEST_F(Limits, that_cannot_be_set_fail_the_agent_with_the_reason) {
    // droverd may run on one processor only: an agent cannot be given another one.
    cpu_set_t before;
    ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
    if (CPU_COUNT(&before) < 2 || !CPU_ISSET(0, &before) || !CPU_ISSET(1, &before)) {
        GTEST_SKIP() << "this machine has one processor";
    }
    fleet.write_agents(
        "  quiet: {plugin: @behaving@, agent: quiet, limits: {cpus: [1]}}\n"
        "  other: {plugin: @behaving@, agent: quiet}\n");
    cpu_set_t first;
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    ASSERT_EQ(::sched_setaffinity(0, sizeof first, &first), 0);
    const ProgramResult up = fleet.drover({"up", "-d"});
    ASSERT_EQ(::sched_setaffinity(0, sizeof before, &before), 0);
    EXPECT_EQ(up.exit_code, 3) << up.text();
    EXPECT_TRUE(fleet.reaches("quiet", [](const AgentStatus& agent) {
        return agent.state == "failed" && agent.restarts == 0 &&
               agent.reason.find("limits.cpus cannot be set") != std::string::npos;
    }));
    EXPECT_TRUE(fleet.reaches("other", [](const AgentStatus& agent) { return agent.is_well(); }));
}

TEST_F(Limits, hold_when_another_supervisor_goes_on_with_the_fleet) {
    const std::string head = "on_supervisor_death: adopt\n";
    const std::string eater = R"(  eater:
    plugin: @resources@
    agent: eat-memory
    config: {after: 1, once: @FOLDER@/eaten}
    limits: {memory: 64MiB, open_files: 200}
)";
    fleet.write_agents(eater, head);
    fleet.up();
    fleet.lose_supervisor();
    EXPECT_THAT(of_process("eater", "limits"), testing::ContainsRegex("Max open files +200 +200"));
    EXPECT_THAT(fleet.drover({"describe", "eater", "-o", "json"}).output,
                HasSubstr("\"open_files\":\"each process\""));
    // The first message lets the process that was adopted eat, and the next one is limited as well.
    fleet.write_agents(eater + "  ticker: {plugin: @behaving@, agent: ticker}\n", head);
    EXPECT_EQ(fleet.drover({"apply"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches("eater", [](const AgentStatus& agent) {
        return agent.restarts >= 1 && agent.state == "running" &&
               agent.reason.find("limits.memory") != std::string::npos;
    }));
    EXPECT_THAT(of_process("eater", "limits"), testing::ContainsRegex("Max open files +200 +200"));
}

TEST_F(Limits, that_this_machine_cannot_hold_are_warned_of_before_and_while_the_fleet_runs) {
    fleet.write_agents(
        "  quiet: {plugin: @behaving@, agent: quiet, limits: {memory: 1GiB, cpu: 400%}}\n");
    const ProgramResult checked = fleet.drover({"validate"});
    EXPECT_EQ(checked.exit_code, 0) << checked.text();
    const bool has_groups = checked.text().find("limits.cpu is not applied: ") == std::string::npos;
    fleet.up();
    const std::string status = fleet.drover({"status"}).text();
    EXPECT_EQ(status.find("limits.cpu is not applied: ") == std::string::npos, has_groups)
        << status;
    // And beside the agent, by what each limit is held, or why it is not.
    for (const std::vector<std::string>& verb :
         {std::vector<std::string>{"status", "-o", "json"}, {"describe", "quiet", "-o", "json"}}) {
        EXPECT_THAT(
            fleet.drover(verb).output,
            HasSubstr(has_groups ? "\"cpu\":\"control group\"" : "\"cpu\":\"not applied: "));
    }
    EXPECT_THAT(fleet.drover({"describe", "quiet"}).output,
                HasSubstr(has_groups ? "control group" : "not applied: "));
}

}  // namespace
}  // namespace drover::scenarios
