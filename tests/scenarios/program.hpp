/// Runs the programs under test as a person would: arguments in, output and exit code out.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/json.hpp"

namespace drover::scenarios {

/// How a program is started.
struct ProgramStart {
    std::filesystem::path program;
    std::vector<std::string> arguments;
    std::vector<std::string> environment;  ///< "NAME=VALUE", before the test's own variables.
    std::filesystem::path folder;          ///< Its working directory.
};

/// A program that was started. Its output goes to memory files, so that a daemon that it leaves
/// behind keeps nobody waiting. Kills and reaps the program at the end if it still runs.
class Program {
public:
    explicit Program(const ProgramStart& start);
    Program(Program&& other) noexcept;
    Program& operator=(Program&&) = delete;
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program();

    [[nodiscard]] pid_t pid() const { return pid_; }
    /// What it has written so far.
    [[nodiscard]] std::string output() const;
    [[nodiscard]] std::string errors() const;
    void send_signal(int number) const;
    /// Waits for its end; false when the time is over first.
    [[nodiscard]] bool wait_for_end(std::chrono::milliseconds longest);
    /// The exit code, or minus the signal that ended it. Only after its end.
    [[nodiscard]] int exit_code() const { return *exit_code_; }

private:
    pid_t pid_ = -1;
    int watch_ = -1;
    int output_ = -1;
    int errors_ = -1;
    std::optional<int> exit_code_;
};

/// A program that has ended.
struct ProgramResult {
    int exit_code = -1;  ///< Minus the signal that ended it.
    bool timed_out = false;
    std::string output;
    std::string errors;

    /// All of it, for the message of a test that fails.
    [[nodiscard]] std::string text() const;
};

/// A JSON document that a program printed; an empty object, and the test fails, when it is none.
[[nodiscard]] Json parsed(const std::string& output);

/// Runs a program to its end; kills it when the time is over.
[[nodiscard]] ProgramResult run_program(const ProgramStart& start,
                                        std::chrono::milliseconds longest);

}  // namespace drover::scenarios
