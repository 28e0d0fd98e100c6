/// A fleet of real processes in a temporary folder, driven through the `drover` command.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/types.h>

#include "scenarios/fleet_status.hpp"
#include "scenarios/marked_processes.hpp"
#include "scenarios/program.hpp"

namespace drover::scenarios {

/// Longest time for anything that should happen soon. Tests wait for events; this only ends the
/// waiting of one that will fail.
inline constexpr std::chrono::seconds patience{30};

/// The programs and the folders under test.
[[nodiscard]] std::filesystem::path program_folder();
[[nodiscard]] std::filesystem::path repository();
/// The path of a plugin of tests/plugins_that_misbehave, by its name without ".so".
[[nodiscard]] std::string misbehaving_plugin(const std::string& name);

/// One fleet: its own state directory and run directory. Whatever it started is gone afterwards,
/// also when the test fails or is killed.
class FleetUnderTest {
public:
    FleetUnderTest();
    FleetUnderTest(const FleetUnderTest&) = delete;
    FleetUnderTest& operator=(const FleetUnderTest&) = delete;
    ~FleetUnderTest();

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] std::filesystem::path state_directory() const { return folder_ / "state"; }
    /// Writes a file into the folder and returns its path.
    std::filesystem::path write(const std::string& name, const std::string& text) const;
    [[nodiscard]] std::string read(const std::string& name) const;
    /// The last few thousand letters of a file that may be long.
    [[nodiscard]] std::string read_end(const std::string& name) const;
    /// Writes agents.yaml: a head with short times, then `agents` (the map below `agents:`, two
    /// blanks deep). `more` stands between them, at top level. @NAME@ becomes the path of the
    /// misbehaving plugin NAME, @FOLDER@ the folder.
    void write_agents(const std::string& agents, const std::string& more = {}) const;
    /// The same replacements in any text.
    [[nodiscard]] std::string filled_in(std::string text) const;

    /// Runs `drover ARGUMENTS…` in the folder to its end.
    [[nodiscard]] ProgramResult drover(std::vector<std::string> arguments) const;
    /// Starts `drover ARGUMENTS…` in the folder.
    [[nodiscard]] Program start_drover(std::vector<std::string> arguments) const;
    /// `drover up -d`, expected to end with `expected`.
    void up(int expected = 0, const std::vector<std::string>& more = {}) const;
    /// `drover up -d` of a fleet whose health changes while the command looks at it: both answers
    /// are right.
    void up_well_or_not() const;
    /// `drover down`, expected to succeed.
    void down() const;
    /// Kills the supervisor of a fleet with `on_supervisor_death: adopt` and waits until another
    /// one answers.
    void lose_supervisor() const;

    /// Nothing when there is no status to be had.
    [[nodiscard]] std::optional<FleetStatus> status() const;
    /// The process that an agent has now; nothing when it has none.
    [[nodiscard]] std::optional<pid_t> pid_of(const std::string& agent) const;
    /// Asks for the status until it fulfils `condition`. The failure shows what was last seen.
    [[nodiscard]] testing::AssertionResult reaches(
        const std::function<bool(const FleetStatus&)>& condition,
        std::chrono::seconds longest = patience) const;
    /// Waits until this agent fulfils `condition`.
    [[nodiscard]] testing::AssertionResult reaches(
        const std::string& agent,
        const std::function<bool(const AgentStatus&)>& condition,
        std::chrono::seconds longest = patience) const;
    /// Waits until the replay of the trading fleet has played its last bar. Each bar is a few turns
    /// of eight processes, which a busy machine makes slow.
    [[nodiscard]] testing::AssertionResult history_ends() const;
    /// Waits until every agent is running and healthy.
    [[nodiscard]] testing::AssertionResult gets_well() const;
    /// Waits until an agent has handled more messages than it has now, or begins anew.
    [[nodiscard]] testing::AssertionResult hears_more(const std::string& agent) const;

    /// Every living process of this fleet, commands included that still run.
    [[nodiscard]] std::vector<MarkedProcess> processes() const { return find_marked(mark_); }
    /// What all of them carry (marked_processes.hpp).
    [[nodiscard]] const std::string& mark() const { return mark_; }
    /// Waits until no process of this fleet is left.
    [[nodiscard]] testing::AssertionResult is_gone_within(std::chrono::seconds longest) const;

    /// How a program of the build is started as part of this fleet.
    [[nodiscard]] ProgramStart start_of(const std::string& program,
                                        std::vector<std::string> arguments) const;

private:
    std::filesystem::path folder_;
    std::string mark_;
};

/// Sends a signal to a process. Fails, and sends nothing, where there is none: kill(2) takes 0 and
/// -1 for many processes.
[[nodiscard]] testing::AssertionResult gets_signal(std::optional<pid_t> process, int number);

/// Waits until `condition` holds; false when the patience is over.
[[nodiscard]] bool eventually(const std::function<bool()>& condition,
                              std::chrono::seconds longest = patience);

}  // namespace drover::scenarios
