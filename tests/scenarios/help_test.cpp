// Help: every verb explains itself.
#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

const std::vector<std::string> verbs{"up",        "down",     "status",   "start",    "stop",
                                     "restart",   "apply",    "logs",     "tap",      "kill-switch",
                                     "positions", "orders",   "trades",   "accounts", "flatten",
                                     "risk",      "validate", "describe", "backtest", "generate"};

TEST(Help, of_the_command_lists_every_verb) {
    const FleetUnderTest fleet;
    const ProgramResult help = fleet.drover({"--help"});
    EXPECT_EQ(help.exit_code, 0);
    for (const std::string& verb : verbs) {
        EXPECT_NE(help.output.find(verb), std::string::npos) << verb << " in " << help.text();
    }
}

TEST(Help, of_each_verb_is_there) {
    const FleetUnderTest fleet;
    for (const std::string& verb : verbs) {
        const ProgramResult help = fleet.drover({verb, "--help"});
        EXPECT_EQ(help.exit_code, 0) << verb << ": " << help.text();
        EXPECT_NE(help.output.find(verb), std::string::npos) << verb << ": " << help.text();
    }
}

TEST(Help, names_the_options_of_the_contract) {
    const FleetUnderTest fleet;
    const std::vector<std::pair<std::string, std::vector<std::string>>> options{
        {"up", {"-f", "-d", "--timeout", "--fresh", "--state-dir"}},
        {"status", {"-o"}},
        {"logs", {"-f"}},
        {"tap", {"-n", "-o"}},
        {"validate", {"-f"}},
        {"start", {"--all"}},
        {"stop", {"--all"}},
        {"restart", {"--all"}},
        {"apply", {"-f", "--dry-run", "--rollback", "--list", "--timeout", "-o"}},
        {"kill-switch", {"engage", "release", "status"}},
        {"orders", {"--all", "--account", "-o"}},
        {"trades", {"-n"}},
        {"flatten", {"--yes", "--account"}},
        {"risk", {"status", "reset"}},
        {"backtest", {"-f", "--from", "--to", "--set", "-o"}},
        {"generate", {"bars"}}};
    for (const auto& [verb, names] : options) {
        const ProgramResult help = fleet.drover({verb, "--help"});
        for (const std::string& name : names) {
            EXPECT_NE(help.output.find(name), std::string::npos)
                << verb << " " << name << ": " << help.text();
        }
    }
}

TEST(Help, of_the_other_programs_says_what_they_are_for) {
    for (const char* name : {"droverd", "drover-router", "drover-agent"}) {
        const ProgramResult help =
            run_program({program_folder() / name, {"--help"}, {}, {}}, patience);
        EXPECT_EQ(help.exit_code, 0) << name << ": " << help.text();
        EXPECT_NE(help.output.find(name), std::string::npos) << name << ": " << help.text();
    }
}

}  // namespace
}  // namespace drover::scenarios
