// `drover top` on a real terminal: it draws, listens to keys, and gives the terminal back.
#include <array>
#include <cerrno>
#include <csignal>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

using testing::HasSubstr;

constexpr const char* entering = "\x1b[?1049h";
constexpr const char* leaving = "\x1b[?25h\x1b[?1049l";

/// `drover top` with a terminal of its own. Ended and reaped with this.
class TopOnTerminal {
public:
    explicit TopOnTerminal(const FleetUnderTest& fleet, std::vector<std::string> more = {}) {
        winsize size{24, 80, 0, 0};
        std::vector<std::string> words{(program_folder() / "drover").string(),
                                       "top",
                                       "--interval",
                                       "100ms",
                                       "--state-dir",
                                       fleet.state_directory().string()};
        words.insert(words.end(), more.begin(), more.end());
        std::vector<char*> arguments;
        for (std::string& word : words) {
            arguments.push_back(word.data());
        }
        arguments.push_back(nullptr);
        const std::string run = (fleet.folder() / "run").string();
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
            ::setenv("XDG_RUNTIME_DIR", run.c_str(), 1);
            ::execv(arguments[0], arguments.data());
            ::_exit(127);
        }
        ::close(other_end);
        (void)::fcntl(terminal_, F_SETFL, O_NONBLOCK);
    }
    TopOnTerminal(const TopOnTerminal&) = delete;
    TopOnTerminal& operator=(const TopOnTerminal&) = delete;
    ~TopOnTerminal() {
        if (pid_ > 0 && !has_ended_) {
            ::kill(pid_, SIGKILL);
            (void)::waitpid(pid_, nullptr, 0);
        }
        ::close(terminal_);
    }

    void press(const std::string& keys) const {
        EXPECT_EQ(::write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
    }
    void resize(unsigned short rows, unsigned short columns) const {
        const winsize size{rows, columns, 0, 0};
        (void)::ioctl(terminal_, TIOCSWINSZ, &size);
    }
    void send_signal(int signal) const { (void)::kill(pid_, signal); }
    /// Waits until it has written this since the last call.
    [[nodiscard]] bool shows(const std::string& part) {
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
    /// Waits for its end; minus the signal that ended it, or its exit code.
    [[nodiscard]] int end() {
        int status = 0;
        has_ended_ = eventually([&] {
            read();
            return ::waitpid(pid_, &status, WNOHANG) == pid_;
        });
        EXPECT_TRUE(has_ended_) << output_;
        read();
        return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    }
    /// Whether the screen and the settings of the terminal are as they were.
    [[nodiscard]] bool is_terminal_given_back() const {
        termios now{};
        (void)::tcgetattr(terminal_, &now);
        const std::size_t left = output_.rfind(leaving);
        const std::size_t entered = output_.rfind(entering);
        return left != std::string::npos && left > entered && now.c_lflag == before_.c_lflag;
    }
    [[nodiscard]] const std::string& output() const { return output_; }

private:
    void read() {
        std::array<char, 4096> part{};
        ssize_t got = 0;
        while ((got = ::read(terminal_, part.data(), part.size())) > 0) {
            output_.append(part.data(), static_cast<std::size_t>(got));
        }
    }

    pid_t pid_ = -1;
    int terminal_ = -1;
    bool has_ended_ = false;
    termios before_{};
    std::string output_;
    std::size_t seen_ = 0;
};

class TopOfAFleet : public testing::Test {
protected:
    void SetUp() override {
        fleet.write_agents(
            "  ticker: {plugin: @behaving@, agent: ticker}\n"
            "  listener: {plugin: @behaving@, agent: listener}\n");
        fleet.up();
    }
    FleetUnderTest fleet;
};

TEST_F(TopOfAFleet, shows_every_agent_and_ends_with_q) {
    TopOnTerminal top(fleet);
    EXPECT_TRUE(top.shows("ticker")) << top.output();
    EXPECT_TRUE(top.shows("q quit")) << top.output();
    top.press("q");
    EXPECT_EQ(top.end(), 0);
    EXPECT_TRUE(top.is_terminal_given_back()) << top.output();
}

TEST_F(TopOfAFleet, sorts_by_the_column_of_a_key) {
    TopOnTerminal top(fleet);
    EXPECT_TRUE(top.shows("CPU*")) << top.output();
    top.press("n");
    EXPECT_TRUE(top.shows("NAME*")) << top.output();
    top.press("\x1b[D");
    EXPECT_TRUE(top.shows("NAME")) << top.output();
    top.press("m");
    EXPECT_TRUE(top.shows("MEMORY*")) << top.output();
    top.press("q");
    EXPECT_EQ(top.end(), 0);
}

TEST_F(TopOfAFleet, draws_anew_in_another_size) {
    TopOnTerminal top(fleet);
    EXPECT_TRUE(top.shows("q quit")) << top.output();
    top.resize(10, 200);
    EXPECT_TRUE(top.shows("REASON")) << top.output();
    top.press("q");
    EXPECT_EQ(top.end(), 0);
}

TEST_F(TopOfAFleet, gives_the_terminal_back_on_signals_and_crashes) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
        TopOnTerminal top(fleet);
        EXPECT_TRUE(top.shows("q quit")) << top.output();
        top.send_signal(signal);
        EXPECT_EQ(top.end(), 0) << signal;
        EXPECT_TRUE(top.is_terminal_given_back()) << signal << ": " << top.output();
    }
    TopOnTerminal top(fleet);
    EXPECT_TRUE(top.shows("q quit")) << top.output();
    top.send_signal(SIGSEGV);
    EXPECT_EQ(top.end(), -SIGSEGV);
    EXPECT_TRUE(top.is_terminal_given_back()) << top.output();
}

TEST_F(TopOfAFleet, goes_on_with_the_next_droverd) {
    TopOnTerminal top(fleet);
    EXPECT_TRUE(top.shows("q quit")) << top.output();
    fleet.down();
    EXPECT_TRUE(top.shows("droverd does not answer")) << top.output();
    fleet.up();
    EXPECT_TRUE(top.shows("running and healthy")) << top.output();
    top.press("q");
    EXPECT_EQ(top.end(), 0);
}

TEST_F(TopOfAFleet, needs_a_terminal) {
    const ProgramResult result = fleet.drover({"top"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("top needs a terminal"));
}

}  // namespace
}  // namespace drover::scenarios
