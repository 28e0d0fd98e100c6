// drover upgrade --self: another droverd goes on, and the fleet does not notice.
#include <csignal>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* agents_to_keep = R"(  ticker: {plugin: @behaving@, agent: ticker}
  listener: {plugin: @behaving@, agent: listener}
  forker: {plugin: @children@}
)";
constexpr const char* adopting_fleet = "on_supervisor_death: adopt\n";

/// Guard, supervisor, router, three agents and the forker's two.
constexpr std::size_t whole_fleet = 8;

/// Another installation: its own droverd, the other programs by links. Returns its droverd.
std::filesystem::path other_installation(const FleetUnderTest& fleet) {
    const auto folder = fleet.folder() / "other";
    std::filesystem::create_directories(folder / "bin");
    std::filesystem::create_directory_symlink(program_folder().parent_path() / "plugins",
                                              folder / "plugins");
    for (const char* program : {"drover", "drover-agent", "drover-router"}) {
        std::filesystem::create_symlink(program_folder() / program, folder / "bin" / program);
    }
    std::filesystem::copy_file(program_folder() / "droverd", folder / "bin" / "droverd");
    return folder / "bin" / "droverd";
}

/// A program in the place of a droverd that says yes at the rehearsal and then runs `body`.
std::filesystem::path pretender(const FleetUnderTest& fleet, const std::string& body) {
    const std::string real = (program_folder() / "droverd").string();
    const auto file = fleet.write(
        "pretender",
        "#!/bin/sh\ncase \"$*\" in *--rehearse*) exec " + real + " \"$@\";; esac\n" + body + "\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return file;
}

pid_t pid_in(const FleetStatus& status, const std::string& agent) {
    return status[agent].pid.value_or(-1);
}

void expect_same_processes(const FleetStatus& before, const FleetStatus& after) {
    for (const char* name : {"drover-router", "ticker", "listener", "forker"}) {
        EXPECT_EQ(pid_in(after, name), pid_in(before, name)) << name;
        EXPECT_EQ(after[name].restarts, before[name].restarts) << name;
    }
}

/// Asks for the status until the program has ended: each time there must be an answer.
void expect_answers_until_the_end_of(Program& program, const FleetUnderTest& fleet) {
    do {
        const ProgramResult status = fleet.drover({"status"});
        EXPECT_EQ(status.exit_code, 0) << status.text();
    } while (!program.wait_for_end(std::chrono::milliseconds(0)));
}

void expect_upgrade(const std::string& more) {
    FleetUnderTest fleet;
    fleet.write_agents(agents_to_keep, more);
    fleet.up();
    ASSERT_TRUE(fleet.hears_more("listener"));
    const auto other = other_installation(fleet);
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    Program upgrade = fleet.start_drover({"upgrade", "--self", other});
    expect_answers_until_the_end_of(upgrade, fleet);
    EXPECT_EQ(upgrade.exit_code(), 0) << upgrade.output() << upgrade.errors();
    const auto after = fleet.status();
    ASSERT_TRUE(after);
    EXPECT_NE(after->text.find(other.string()), std::string::npos) << after->text;
    expect_same_processes(*before, *after);
    EXPECT_TRUE(fleet.gets_well());
    EXPECT_TRUE(fleet.hears_more("listener"));
    const auto later = fleet.status();
    ASSERT_TRUE(later);
    EXPECT_EQ((*later)["listener"].lost, 0U);
    EXPECT_TRUE(eventually([&fleet] { return fleet.processes().size() == whole_fleet; }));
    // It watches, restarts and ends like the one that started them.
    ASSERT_TRUE(gets_signal(pid_in(*later, "forker"), SIGKILL));
    EXPECT_TRUE(fleet.reaches("forker", [](const AgentStatus& now) {
        return now.is_well() && now.restarts == 1 &&
               now.last_exit.find("SIGKILL") != std::string::npos;
    }));
    EXPECT_TRUE(eventually([&fleet] { return fleet.processes().size() == whole_fleet; }));
    fleet.down();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(SelfUpgrade, keeps_processes_and_messages) {
    expect_upgrade("");
}

TEST(SelfUpgrade, keeps_them_in_a_fleet_that_adopts) {
    expect_upgrade(adopting_fleet);
}

TEST(SelfUpgrade, keeps_them_after_an_adoption_and_is_followed_by_its_like) {
    FleetUnderTest fleet;
    fleet.write_agents(agents_to_keep, adopting_fleet);
    fleet.up();
    const auto first = fleet.status();
    ASSERT_TRUE(first);
    const auto lose = [&fleet] {
        const auto before = fleet.status();
        ASSERT_TRUE(before);
        ASSERT_TRUE(gets_signal(before->supervisor, SIGKILL));
        ASSERT_TRUE(fleet.reaches(
            [&](const FleetStatus& now) { return now.supervisor != before->supervisor; }));
    };
    lose();
    const auto other = other_installation(fleet);
    const ProgramResult upgraded = fleet.drover({"upgrade", "--self", other});
    EXPECT_EQ(upgraded.exit_code, 0) << upgraded.text();
    lose();
    const auto last = fleet.status();
    ASSERT_TRUE(last);
    EXPECT_NE(last->text.find(other.string()), std::string::npos) << last->text;
    expect_same_processes(*first, *last);
    ASSERT_TRUE(gets_signal(pid_in(*last, "ticker"), SIGKILL));
    EXPECT_TRUE(fleet.reaches(
        "ticker", [](const AgentStatus& now) { return now.is_well() && now.restarts == 1; }));
    EXPECT_TRUE(fleet.hears_more("listener"));
}

TEST(SelfUpgrade, keeps_what_was_scaled_and_makes_anew_what_stands_by) {
    FleetUnderTest fleet;
    fleet.write_agents(R"(  ticker: {plugin: @behaving@, agent: ticker, standby: zygote}
  listener: {plugin: @behaving@, agent: listener, standby: spare}
  work: {plugin: @behaving@, agent: listener, replicas: 1, distribution: round_robin}
)");
    fleet.up();
    ASSERT_EQ(fleet.drover({"scale", "work", "2"}).exit_code, 0);
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    const ProgramResult upgraded = fleet.drover({"upgrade", "--self"});
    EXPECT_EQ(upgraded.exit_code, 0) << upgraded.text();
    const auto after = fleet.status();
    ASSERT_TRUE(after);
    for (const char* name : {"drover-router", "ticker", "listener", "work.1", "work.2"}) {
        EXPECT_EQ(pid_in(*after, name), pid_in(*before, name)) << name;
    }
    const auto stands_by = [&fleet](const char* name) {
        const ProgramResult described = fleet.drover({"describe", name, "-o", "json"});
        const Json unit = parsed(described.output);
        return unit.at("standby").is_object() && unit.at("standby").at("state") == "ready";
    };
    EXPECT_TRUE(eventually([&] { return stands_by("ticker") && stands_by("listener"); }));
    fleet.down();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(SelfUpgrade, refuses_what_is_no_droverd_and_changes_nothing) {
    FleetUnderTest fleet;
    fleet.write_agents(agents_to_keep);
    fleet.up();
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    for (const std::string program : {"/bin/true", "/bin/cat", "/nowhere/droverd"}) {
        const ProgramResult refused = fleet.drover({"upgrade", "--self", program});
        EXPECT_EQ(refused.exit_code, 1) << refused.text();
        EXPECT_NE(refused.errors.find(program), std::string::npos) << refused.text();
        EXPECT_NE(refused.errors.find("Nothing has changed"), std::string::npos) << refused.text();
    }
    const auto after = fleet.status();
    ASSERT_TRUE(after);
    expect_same_processes(*before, *after);
    EXPECT_EQ(after->supervisor, before->supervisor);
    EXPECT_EQ(fleet.drover({"upgrade"}).exit_code, 2);
}

TEST(SelfUpgrade, goes_back_to_the_droverd_before_when_the_new_one_cannot_go_on) {
    FleetUnderTest fleet;
    fleet.write_agents(agents_to_keep);
    fleet.up();
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    const std::string real = (program_folder() / "droverd").string();
    const auto broken = pretender(fleet, "exec " + real + " \"$@\" --state-dir /proc/no-place");
    const ProgramResult failed = fleet.drover({"upgrade", "--self", broken});
    EXPECT_EQ(failed.exit_code, 1) << failed.text();
    EXPECT_NE(failed.errors.find("was not replaced"), std::string::npos) << failed.text();
    EXPECT_NE(failed.errors.find("/proc/no-place"), std::string::npos) << failed.text();
    const auto after = fleet.status();
    ASSERT_TRUE(after);
    expect_same_processes(*before, *after);
    EXPECT_TRUE(fleet.hears_more("listener"));
    EXPECT_TRUE(eventually([&fleet] { return fleet.processes().size() == whole_fleet; }));
    const ProgramResult events = fleet.drover({"events", "--kind", "supervisor"});
    EXPECT_NE(events.output.find("upgrade_failed"), std::string::npos) << events.text();
}

TEST(SelfUpgrade, to_one_that_dies_is_recovered_by_adoption) {
    FleetUnderTest fleet;
    fleet.write_agents(agents_to_keep, adopting_fleet);
    fleet.up();
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    const auto broken = pretender(fleet, "exit 3");
    const ProgramResult failed = fleet.drover({"upgrade", "--self", broken});
    EXPECT_EQ(failed.exit_code, 1) << failed.text();
    EXPECT_NE(failed.errors.find("was lost"), std::string::npos) << failed.text();
    EXPECT_TRUE(fleet.gets_well());
    const auto after = fleet.status();
    ASSERT_TRUE(after);
    expect_same_processes(*before, *after);
    EXPECT_TRUE(fleet.hears_more("listener"));
    EXPECT_TRUE(eventually([&fleet] { return fleet.processes().size() == whole_fleet; }));
}

}  // namespace
}  // namespace drover::scenarios
