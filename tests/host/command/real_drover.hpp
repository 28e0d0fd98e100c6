/// The program drover itself, in a folder beside scripts that stand in for the programs it starts:
/// for verbs whose work is done by those, or that read a terminal or a pipe.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "fake_droverd.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/program.hpp"

namespace drover::test {

/// drover looks for its programs beside itself, so it is a link, or a copy, in the test's folder.
class RealDrover {
public:
    explicit RealDrover(const CommandFolder& folder) : folder_(folder.path()) {
        std::filesystem::create_directories(folder_ / "bin");
        std::error_code fault;
        std::filesystem::create_hard_link(DROVER_PROGRAM, program(), fault);
        if (fault) {
            std::filesystem::copy_file(DROVER_PROGRAM, program());
        }
    }
    [[nodiscard]] std::filesystem::path program() const { return folder_ / "bin" / "drover"; }

    /// A program that runs these lines of a shell. Its working directory is the test's folder.
    void stand_in(const std::string& name, const std::string& lines) const {
        const auto file = folder_ / "bin" / name;
        std::ofstream(file) << "#!/bin/sh\n" << lines << "\n";
        std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    }
    [[nodiscard]] scenarios::ProgramStart start(std::vector<std::string> arguments) const {
        return {program(),
                std::move(arguments),
                {"XDG_RUNTIME_DIR=" + folder_.string(),
                 "DROVER_STATE_DIR=" + (folder_ / "state").string()},
                folder_};
    }
    [[nodiscard]] scenarios::ProgramResult run(std::vector<std::string> arguments) const {
        auto result = scenarios::run_program(start(std::move(arguments)), scenarios::patience);
        EXPECT_FALSE(result.timed_out) << result.text();
        return result;
    }

private:
    std::filesystem::path folder_;
};

}  // namespace drover::test
