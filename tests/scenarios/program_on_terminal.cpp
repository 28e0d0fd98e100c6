// A pseudo-terminal, and the child that has its other end.
#include "scenarios/program_on_terminal.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {

namespace {

constexpr const char* entering_screen = "\x1b[?1049h";
constexpr const char* leaving_screen = "\x1b[?25h\x1b[?1049l";

}  // namespace

ProgramOnTerminal::ProgramOnTerminal(const ProgramStart& start) {
    winsize size{24, 80, 0, 0};
    std::vector<std::string> words = start.arguments;
    words.insert(words.begin(), start.program.string());
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    std::vector<std::string> variables = start.environment;
    int other_end = -1;
    if (::openpty(&terminal_, &other_end, nullptr, nullptr, &size) != 0) {
        ADD_FAILURE() << "no terminal can be had";
        return;
    }
    (void)::tcgetattr(terminal_, &before_);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::close(terminal_);
        (void)::login_tty(other_end);
        for (std::string& variable : variables) {
            (void)::putenv(variable.data());
        }
        (void)!::chdir(start.folder.c_str());
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(other_end);
    (void)::fcntl(terminal_, F_SETFL, O_NONBLOCK);
}

ProgramOnTerminal::~ProgramOnTerminal() {
    if (pid_ > 0 && !has_ended_) {
        ::kill(pid_, SIGKILL);
        (void)::waitpid(pid_, nullptr, 0);
    }
    ::close(terminal_);
}

void ProgramOnTerminal::press(const std::string& keys) const {
    EXPECT_EQ(::write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
}

void ProgramOnTerminal::resize(unsigned short rows, unsigned short columns) const {
    const winsize size{rows, columns, 0, 0};
    (void)::ioctl(terminal_, TIOCSWINSZ, &size);
}

void ProgramOnTerminal::send_signal(int signal) const {
    (void)::kill(pid_, signal);
}

bool ProgramOnTerminal::shows(const std::string& part) {
    return eventually([&] {
        read();
        const std::size_t found = output_.find(part, seen_);
        if (found == std::string::npos) {
            return false;
        }
        seen_ = found + part.size();
        return true;
    });
}

int ProgramOnTerminal::end() {
    int status = 0;
    has_ended_ = eventually([&] {
        read();
        return ::waitpid(pid_, &status, WNOHANG) == pid_;
    });
    EXPECT_TRUE(has_ended_) << output_;
    read();
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

bool ProgramOnTerminal::is_terminal_given_back() const {
    termios now{};
    (void)::tcgetattr(terminal_, &now);
    const std::size_t left = output_.rfind(leaving_screen);
    const std::size_t entered = output_.rfind(entering_screen);
    return left != std::string::npos && left > entered && now.c_lflag == before_.c_lflag;
}

void ProgramOnTerminal::read() {
    std::array<char, 4096> part{};
    ssize_t got = 0;
    while ((got = ::read(terminal_, part.data(), part.size())) > 0) {
        output_.append(part.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace drover::scenarios
