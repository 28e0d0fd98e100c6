/// The host's own log, for machines and for people.
#include "base/logging.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <drover/host.h>

#include "base/file_descriptor.hpp"
#include "base/json_value.hpp"
#include "tests/host/base/child_of_a_moment.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;

/// What `work` writes to the log of a process of its own.
std::string written_by(const std::function<void()>& work) {
    const ChildOutcome outcome = in_child([&work] {
        work();
        return 0;
    });
    EXPECT_EQ(outcome.exit_code, 0);
    return outcome.errors;
}

std::size_t lines_in(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// The standard error output of this process as a pipe that is read when somebody likes.
class LateReader {
public:
    LateReader() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0 || ::dup2(ends[1], STDERR_FILENO) < 0) {
            ::_exit(90);
        }
        ::close(ends[1]);
        reading_ = FileDescriptor(ends[0]);
        ::fcntl(reading_.number(), F_SETFL, O_NONBLOCK);
    }
    /// All that is in the pipe now.
    std::string read() {
        std::string text;
        std::array<char, 65536> part{};
        for (ssize_t got = 0; (got = ::read(reading_.number(), part.data(), part.size())) > 0;) {
            text.append(part.data(), static_cast<std::size_t>(got));
        }
        return text;
    }
    /// All that is kept besides, while it is read.
    std::string read_all() {
        std::string text = read();
        while (has_kept_log()) {
            flush_log();
            text += read();
        }
        return text + read();
    }

private:
    FileDescriptor reading_;
};

TEST(Logging, writes_a_json_object_a_line) {
    const std::string text = written_by([] {
        open_log("droverd", LogLevel::info);
        log_warning("It is \"late\".\nVery.");
    });
    ASSERT_EQ(lines_in(text), 1U);
    const auto line = parse_json(text);
    ASSERT_TRUE(line) << text;
    EXPECT_EQ(line.value().size(), 4U);
    EXPECT_EQ(line.value().at("level"), "warning");
    EXPECT_EQ(line.value().at("speaker"), "droverd");
    EXPECT_EQ(line.value().at("message"), "It is \"late\".\nVery.");
    EXPECT_EQ(line.value().at("time").get<std::string>().substr(0, 2), "20");
}

TEST(Logging, names_who_else_has_spoken) {
    const auto line = parse_json(written_by([] {
        open_log("droverd", LogLevel::info);
        log_line(LogLevel::error, "risk", "I fell.");
    }));
    ASSERT_TRUE(line);
    EXPECT_EQ(line.value().at("level"), "error");
    EXPECT_EQ(line.value().at("speaker"), "risk");
}

TEST(Logging, leaves_out_what_is_below_the_lowest_level) {
    EXPECT_EQ(written_by([] {
                  open_log("droverd", LogLevel::warning);
                  log_debug("no");
                  log_info("no");
              }),
              "");
    EXPECT_EQ(lines_in(written_by([] {
                  open_log("droverd", LogLevel::debug);
                  log_debug("one");
                  log_info("two");
                  log_warning("three");
                  log_error("four");
              })),
              4U);
    EXPECT_EQ(lines_in(written_by([] {
                  log_debug("no");
                  log_info("yes");
              })),
              1U)
        << "info is where it begins before anybody has opened it";
}

TEST(Logging, speaks_sentences_to_people) {
    EXPECT_EQ(written_by([] {
                  open_log("drover", LogLevel::info);
                  open_log_for_people();
                  log_error("The disk is full.");
                  log_line(LogLevel::warning, "market-data", "One row was left out.");
                  log_info("Two\x1b[31m red.");
              }),
              "error: The disk is full.\n"
              "warning: market-data: One row was left out.\n"
              "note: Two\\x1b[31m red.\n");
}

TEST(Logging, of_a_child_speaks_as_the_command_that_started_it) {
    const auto speak = [] {
        open_log_of_child("simulation", LogLevel::warning);
        log_info("no");
        log_warning("It is late.");
    };
    ::unsetenv(log_for_people_variable);
    EXPECT_EQ(written_by(speak).front(), '{');
    ::setenv(log_for_people_variable, "1", 1);
    EXPECT_EQ(written_by(speak), "warning: It is late.\n");
    ::unsetenv(log_for_people_variable);
}

TEST(Logging, knows_the_levels_of_agents) {
    EXPECT_EQ(agent_log_level(DROVER_LOG_DEBUG), LogLevel::debug);
    EXPECT_EQ(agent_log_level(DROVER_LOG_INFO), LogLevel::info);
    EXPECT_EQ(agent_log_level(DROVER_LOG_WARNING), LogLevel::warning);
    EXPECT_EQ(agent_log_level(DROVER_LOG_ERROR), LogLevel::error);
    EXPECT_EQ(agent_log_level(12345), LogLevel::info) << "a plugin may say any number";
}

TEST(Logging, keeps_what_nobody_reads_and_writes_it_when_somebody_does) {
    const ChildOutcome outcome = in_child([] {
        LateReader reader;
        open_log("agent", LogLevel::info);
        keep_log_from_blocking(0ms);
        std::size_t written = 0;
        for (; !has_kept_log(); ++written) {
            log_info(std::string(1000, 'x'));
        }
        const std::string text = reader.read_all();
        return lines_in(text) == written && !has_kept_log() ? 0 : 1;
    });
    EXPECT_EQ(outcome.exit_code, 0);
}

TEST(Logging, says_how_much_it_left_out_in_the_form_of_the_other_lines) {
    for (const bool is_for_people : {false, true}) {
        const ChildOutcome outcome = in_child([is_for_people] {
            LateReader reader;
            open_log("agent", LogLevel::info);
            if (is_for_people) {
                open_log_for_people();
            }
            keep_log_from_blocking(0ms);
            constexpr std::size_t too_many = 2000;
            for (std::size_t number = 0; number < too_many; ++number) {
                log_info(std::string(1000, 'x'));
            }
            std::string text = reader.read_all();
            const std::size_t whole = lines_in(text) - 1;  // The last one tells of the others.
            text.pop_back();
            const std::string last = text.substr(text.rfind('\n') + 1);
            const std::string told = std::to_string(too_many - whole) + " lines of the log before";
            const bool is_right_form =
                is_for_people ? last.starts_with("warning: " + told) : parse_json(last).has_value();
            return last.find(told) == std::string::npos ? 1 : is_right_form ? 0 : 2;
        });
        EXPECT_EQ(outcome.exit_code, 0) << is_for_people;
    }
}

TEST(Logging, ends_in_time_also_where_nobody_reads) {
    const ChildOutcome outcome = in_child([] {
        const LateReader reader;
        keep_log_from_blocking(0ms);
        while (!has_kept_log()) {
            log_info(std::string(1000, 'x'));
        }
        finish_log(monotonic_now() + 5ms);
        return has_kept_log() ? 0 : 1;
    });
    EXPECT_EQ(outcome.exit_code, 0);
}

}  // namespace
}  // namespace drover
