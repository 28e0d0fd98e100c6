/// A program with a terminal of its own, as a person sits before it: keys in, what it draws out.
#pragma once

#include <string>

#include <sys/types.h>
#include <termios.h>

#include "scenarios/program.hpp"

namespace drover::scenarios {

/// Ended and reaped with this.
class ProgramOnTerminal {
public:
    /// The terminal has 24 rows and 80 columns.
    explicit ProgramOnTerminal(const ProgramStart& start);
    ProgramOnTerminal(const ProgramOnTerminal&) = delete;
    ProgramOnTerminal& operator=(const ProgramOnTerminal&) = delete;
    ~ProgramOnTerminal();

    void press(const std::string& keys) const;
    void resize(unsigned short rows, unsigned short columns) const;
    void send_signal(int signal) const;
    /// Waits until it has written this since the last call.
    [[nodiscard]] bool shows(const std::string& part);
    /// Waits for its end; minus the signal that ended it, or its exit code.
    [[nodiscard]] int end();
    /// Whether the screen and the settings of the terminal are as they were.
    [[nodiscard]] bool is_terminal_given_back() const;
    /// All that it has written.
    [[nodiscard]] const std::string& output() const { return output_; }

private:
    void read();

    pid_t pid_ = -1;
    int terminal_ = -1;
    bool has_ended_ = false;
    termios before_{};
    std::string output_;
    std::size_t seen_ = 0;
};

}  // namespace drover::scenarios
