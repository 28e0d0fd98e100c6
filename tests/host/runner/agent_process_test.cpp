// What every process has in which an agent runs: what it is given, its log, and its waiting.
#include "runner/agent_process.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/line_channel.hpp"
#include "base/logging.hpp"
#include "process/crash_capture.hpp"
#include "process/launcher.hpp"
#include "process/nonblocking_pipe.hpp"
#include "tests/host/process/scratch.hpp"
#include "tests/host/runner/probed_runner.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The same descriptor under a number that no process is given.
FileDescriptor out_of_the_way(const FileDescriptor& descriptor) {
    return FileDescriptor(::fcntl(descriptor.number(), F_DUPFD_CLOEXEC, 10));
}

/// A child that does something with the descriptors that droverd gives, and what it logs.
class GivenDescriptors : public ::testing::Test {
protected:
    GivenDescriptors() {
        auto pipe = make_nonblocking_pipe();
        reading_ = out_of_the_way(pipe.value().reading);
        writing_ = out_of_the_way(pipe.value().writing);
    }
    /// Returns the wait status of a child with `page` as descriptor 4.
    int run(int page, const std::function<void()>& deed) {
        const pid_t child = ::fork();
        if (child == 0) {
            ::dup2(writing_.number(), STDERR_FILENO);
            page < 0 ? ::close(4) : ::dup2(page, 4);
            deed();
            ::_exit(0);
        }
        int status = 0;
        if (!eventually([&] { return ::waitpid(child, &status, WNOHANG) == child; })) {
            ADD_FAILURE() << "the child does not end";
            ::kill(child, SIGKILL);
            ::waitpid(child, &status, 0);
        }
        return status;
    }
    std::string log() {
        std::string text;
        writing_.close();
        while (reading_.is_open()) {
            read_available(reading_, text, text.size() + 1);
        }
        return text;
    }

    FileDescriptor reading_;
    FileDescriptor writing_;
    StatusPage page_ = std::move(StatusPage::create().value());
};

TEST_F(GivenDescriptors, hold_the_page_that_the_supervisor_reads) {
    const int status = run(page_.descriptor(), [] {
        const auto parts = AgentProcess::attach("drover up");
        if (parts && parts->wakeup.is_open()) {
            parts->page.layout().progress = 7;
        }
    });
    EXPECT_EQ(status, 0);
    EXPECT_EQ(page_.layout().progress.load(), 7U);
}

TEST_F(GivenDescriptors, hold_the_page_on_which_a_crash_leaves_its_stack) {
#if defined(__SANITIZE_ADDRESS__)
    GTEST_SKIP() << "the sanitizer has the signals for itself";
#endif
    const int status = run(page_.descriptor(), [] {
        const auto parts = AgentProcess::attach("drover up");
        std::abort();
    });
    EXPECT_TRUE(WIFSIGNALED(status));
    const auto captured = read_capture(page_.layout().crash);
    ASSERT_TRUE(captured);
    EXPECT_EQ(captured->signal, SIGABRT);
    EXPECT_THAT(captured->frames, Contains(Field(&CrashFrame::module, EndsWith("/drover-agent"))));
}

TEST_F(GivenDescriptors, that_hold_no_page_are_answered_with_who_starts_such_processes) {
    const int status = run(-1, [] {
        if (AgentProcess::attach("drover rehearse")) {
            ::_exit(1);
        }
    });
    EXPECT_EQ(status, 0);
    EXPECT_THAT(log(), HasSubstr("drover-agent is started by droverd; use `drover rehearse`."));
}

TEST_F(GivenDescriptors, do_not_let_who_reads_the_log_hold_the_process_up) {
    const int status = run(page_.descriptor(), [] {
        const auto parts = AgentProcess::attach("drover up");
        for (int count = 0; count < 3000; ++count) {
            log_info(std::string(1000, 'x'));
        }
    });
    EXPECT_EQ(status, 0);
}

TEST_F(GivenDescriptors, let_the_log_speak_for_the_agent_once_it_is_configured) {
    const int status = run(page_.descriptor(), [] {
        const auto read = take_configuration({{"name", "risk"},
                                              {"fleet", "test"},
                                              {"handle", 1},
                                              {"incarnation", 1},
                                              {"plugin", "/p/risk.so"},
                                              {"config", "{}"},
                                              {"mode", "live"},
                                              {"owns_clock", false},
                                              {"endpoint", "ipc:///nowhere"},
                                              {"token", "secret"},
                                              {"state_file", ""},
                                              {"kill_switch", ""},
                                              {"types", Json::array()},
                                              {"publishers", Json::object()},
                                              {"rules", Json::array()}});
        log_info(read ? read.value().setup.name : read.error().message);
    });
    EXPECT_EQ(status, 0);
    const auto line = parse_json(log());
    ASSERT_TRUE(line);
    EXPECT_EQ(line.value()["speaker"], "risk");
    EXPECT_EQ(line.value()["message"], "risk");
}

/// The process that runs the test, with one end of a channel as descriptor 3, and a runner.
class AgentProcessTest : public test::AgentRunnerTest {
protected:
    AgentProcessTest() {
        auto pair = make_socket_pair();
        supervisor_.emplace(out_of_the_way(pair.value().ours));
        const FileDescriptor theirs = out_of_the_way(pair.value().theirs);
        pair = Error{ErrorKind::unavailable, "Both ends are elsewhere."};
        former_ = FileDescriptor(::fcntl(given_, F_DUPFD_CLOEXEC, 10));
        ::dup2(theirs.number(), given_);
        process_.emplace(AgentProcess::Parts{Wakeup(), StatusPage::local()});
    }
    ~AgentProcessTest() override {
        process_.reset();
        if (former_.is_open()) {
            ::dup2(former_.number(), given_);
        }
    }
    /// Waits for what the process has, and says whether it came back before `longest`.
    [[nodiscard]] bool comes_back(std::chrono::nanoseconds longest = 20s) {
        const Monotonic began = monotonic_now();
        (void)process_->begin_wait();
        EXPECT_TRUE(process_->wait(longest));
        return monotonic_now() - began < longest;
    }
    std::vector<std::string> heard() {
        std::vector<std::string> events;
        for (const Json& message : process_->receive()) {
            events.push_back(message.at("do"));
        }
        return events;
    }
    /// Tells more than the supervisor's socket takes; returns how many lines.
    std::size_t tell_too_much() {
        std::size_t lines = 0;
        for (; !process_->channel().has_unsent(); ++lines) {
            process_->channel().tell("ready");
        }
        return lines;
    }
    /// Lines that the supervisor reads until `condition` holds.
    std::size_t read_until(const std::function<bool(std::size_t)>& condition) {
        std::size_t lines = 0;
        EXPECT_TRUE(eventually([&] {
            lines += supervisor_->read_lines().size();
            return condition(lines);
        }));
        return lines;
    }

    static constexpr int given_ = 3;
    FileDescriptor former_;
    std::optional<LineChannel> supervisor_;
    std::optional<AgentProcess> process_;
};

TEST_F(AgentProcessTest, hears_what_the_supervisor_says) {
    supervisor_->write_line(R"({"do": "pause"})");
    supervisor_->write_line(R"({"do": "resume"})");
    EXPECT_TRUE(comes_back());
    EXPECT_THAT(heard(), ElementsAre("pause", "resume"));
}

TEST_F(AgentProcessTest, reads_its_channel_only_where_the_wait_has_found_something_on_it) {
    process_->wakeup().wake();
    EXPECT_TRUE(comes_back());
    supervisor_->write_line(R"({"do": "pause"})");
    EXPECT_THAT(heard(), IsEmpty()) << "reading costs a system call";
    EXPECT_TRUE(comes_back());
    EXPECT_THAT(heard(), ElementsAre("pause"));
}

TEST_F(AgentProcessTest, is_woken_by_another_thread_once) {
    std::thread([this] { process_->wakeup().wake(); }).join();
    EXPECT_TRUE(comes_back());
    EXPECT_FALSE(comes_back(1ms));
}

TEST_F(AgentProcessTest, is_woken_by_health_that_another_thread_tells) {
    std::thread([this] {
        process_->channel().on_health(DROVER_HEALTH_DEGRADED, "slow", "Quotes are late.");
    }).join();
    EXPECT_TRUE(comes_back());
    process_->channel().tell_health();
    EXPECT_THAT(supervisor_->read_lines(), ElementsAre(HasSubstr("Quotes are late.")));
}

TEST_F(AgentProcessTest, waits_for_more_where_more_is_added) {
    auto pipe = make_nonblocking_pipe();
    Poller& poller = process_->begin_wait();
    const std::size_t place = poller.add(pipe.value().reading.number(), true, false);
    ASSERT_EQ(::write(pipe.value().writing.number(), "x", 1), 1);
    ASSERT_TRUE(process_->wait(20s));
    EXPECT_TRUE(poller.is_readable(place));
}

TEST_F(AgentProcessTest, sends_while_it_waits_what_the_supervisor_did_not_take_before) {
    const std::size_t lines = tell_too_much();
    EXPECT_EQ(read_until([&](std::size_t read) {
                  (void)comes_back(1ms);
                  return read >= lines;
              }),
              lines);
    EXPECT_FALSE(process_->channel().has_unsent());
}

TEST_F(AgentProcessTest, sends_what_it_said_last_before_it_ends) {
    const std::size_t lines = tell_too_much();
    std::size_t read = 0;
    std::thread supervisor(
        [&] { read = read_until([&](std::size_t now) { return now >= lines; }); });
    process_->finish();
    supervisor.join();
    EXPECT_EQ(read, lines);
}

TEST_F(AgentProcessTest, ends_all_the_same_where_the_supervisor_reads_nothing) {
    tell_too_much();
    process_->finish();
    EXPECT_TRUE(process_->channel().has_unsent());
}

TEST_F(AgentProcessTest, cannot_start_an_agent_that_was_not_configured) {
    std::optional<AgentRunner> none;
    const auto started = start_agent(none);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().message, "The agent was started before it was configured.");
}

TEST_F(AgentProcessTest, starts_an_agent_after_what_is_to_be_done_once_it_is_prepared) {
    make();
    std::vector<std::string> steps;
    const auto started = start_agent(runner, [&]() -> Result<void> {
        steps.emplace_back("prepared");
        test::the_probe->on_start = [&] {
            steps.emplace_back("start");
            return true;
        };
        return success();
    });
    ASSERT_TRUE(started);
    EXPECT_TRUE(started.value());
    EXPECT_THAT(steps, ElementsAre("prepared", "start"));
}

TEST_F(AgentProcessTest, does_not_start_an_agent_where_that_fails) {
    make();
    bool was_started = false;
    const auto started = start_agent(runner, [&]() -> Result<void> {
        test::the_probe->on_start = [&] { return was_started = true; };
        return Error{ErrorKind::unavailable, "There is no monitor."};
    });
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().message, "There is no monitor.");
    EXPECT_FALSE(was_started);
}

TEST_F(AgentProcessTest, says_why_an_agent_cannot_be_prepared) {
    setup.config_json = R"({"bad": 1})";
    make();
    const auto started = start_agent(runner);
    ASSERT_FALSE(started);
    EXPECT_THAT(started.error().message, HasSubstr("The value is bad."));
}

TEST_F(AgentProcessTest, leaves_it_to_the_agent_to_be_ready_later) {
    make();
    const auto started = start_agent(runner, [&]() -> Result<void> {
        test::the_probe->on_start = [] { return false; };
        return success();
    });
    ASSERT_TRUE(started);
    EXPECT_FALSE(started.value());
}

TEST(AgentProcessConfiguration, is_refused_where_a_key_is_missing) {
    const auto read = take_configuration({{"do", "configure"}, {"name", "risk"}});
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("fleet"));
}

}  // namespace
}  // namespace drover
