/// What `drover down` wishes, how long it waits, and what Ctrl-C does meanwhile.
#include "command/down_verb.hpp"

#include <atomic>
#include <csignal>

#include <gmock/gmock.h>
#include <sys/wait.h>

#include "fake_droverd.hpp"
#include "held_interrupts.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::Not;

namespace {

/// A process that only waits for its end; reaped with this.
class WaitingProcess {
public:
    WaitingProcess() : pid_(::fork()) {
        if (pid_ == 0) {
            while (true) {
                (void)::pause();
            }
        }
    }
    WaitingProcess(const WaitingProcess&) = delete;
    WaitingProcess& operator=(const WaitingProcess&) = delete;
    ~WaitingProcess() {
        end();
        (void)::waitpid(pid_, nullptr, 0);
    }
    [[nodiscard]] pid_t pid() const { return pid_; }
    void end() const { (void)::kill(pid_, SIGKILL); }

private:
    pid_t pid_;
};

struct DownVerb : testing::Test {
    CommandResult drover(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {"--state-dir", folder.state().string(), "down"});
        return run_drover(std::move(arguments));
    }
    HeldInterrupts interrupts;
    CommandFolder folder;
};

}  // namespace

TEST_F(DownVerb, wishes_the_end_for_a_person_and_ends_when_droverd_is_gone) {
    FakeDroverd* server = nullptr;
    Json wished;
    FakeDroverd droverd(folder.state(), [&](const std::string& method, const Json& params) {
        if (method == "shutdown") {
            wished = params;
            server->hang_up();
        }
        return good({{"pid", 1}});
    });
    server = &droverd;
    const CommandResult result = drover({});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(result.output, "The fleet is down.\n");
    EXPECT_THAT(wished.at("by").get<std::string>(), HasSubstr("with 'drover down'"));
    EXPECT_FALSE(wished.contains("now")) << "agents end in order first";
}

TEST_F(DownVerb, answers_5_and_names_who_blocks_when_it_takes_too_long) {
    const FakeDroverd droverd(folder.state(), [](const std::string& method, const Json&) {
        return good(method == "status"
                        ? status_of({agent("risk", "stopping", "unknown", "SIGTERM in 9 s", 5),
                                     agent("data", "stopped", "unknown", "x")})
                        : Json::object());
    });
    const CommandResult result = drover({"--timeout", "100ms"});
    EXPECT_EQ(result.exit_code, 5);
    EXPECT_THAT(result.errors,
                HasSubstr("drover: The fleet is still stopping: waiting for risk (stopping: "
                          "SIGTERM in 9 s)."));
    EXPECT_THAT(result.errors, Not(HasSubstr("data")));
}

TEST_F(DownVerb, shows_meanwhile_who_blocks_also_when_only_what_it_started_is_left) {
    std::atomic<int> looks = 0;
    FakeDroverd* server = nullptr;
    FakeDroverd droverd(folder.state(), [&](const std::string& method, const Json&) {
        Json document = status_of({agent("risk", "stopping", "unknown", "its process has ended")});
        document["supervisor"]["shutdown_seconds_left"] = 41.2;
        if (method == "status" && ++looks == 3) {
            server->hang_up();
        }
        return good(method == "status" ? document : Json::object());
    });
    server = &droverd;
    const CommandResult result = drover({});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.errors,
                HasSubstr("waiting for risk (stopping: its process has ended); all that is left is "
                          "killed in 41 s\n"));
}

TEST_F(DownVerb, waits_for_the_guard_too_which_holds_the_state_directory) {
    const WaitingProcess guard;
    FakeDroverd* server = nullptr;
    FakeDroverd droverd(folder.state(), [&](const std::string& method, const Json&) {
        if (method == "shutdown") {
            server->hang_up();
        }
        return good({{"guard_pid", guard.pid()}});
    });
    server = &droverd;
    const CommandResult late = drover({"--timeout", "300ms"});
    EXPECT_EQ(late.exit_code, 5);
    EXPECT_EQ(late.output, "");
    EXPECT_THAT(late.errors, HasSubstr("The fleet is still stopping"));
}

TEST_F(DownVerb, ends_once_the_guard_has_ended) {
    const WaitingProcess guard;
    FakeDroverd* server = nullptr;
    FakeDroverd droverd(folder.state(), [&](const std::string& method, const Json&) {
        if (method == "shutdown") {
            server->hang_up();
            guard.end();
        }
        return good({{"guard_pid", guard.pid()}});
    });
    server = &droverd;
    const CommandResult result = drover({});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(result.output, "The fleet is down.\n");
}

TEST_F(DownVerb, lets_a_second_interrupt_kill_what_a_first_one_leaves_stopping) {
    FakeDroverd* server = nullptr;
    std::atomic<int> looks = 0;
    std::vector<Json> wishes;
    FakeDroverd droverd(folder.state(), [&](const std::string& method, const Json& params) {
        if (method == "shutdown") {
            wishes.push_back(params);
        }
        if (method == "shutdown" && wishes.size() == 2) {
            server->hang_up();
        }
        // The first one is heard before the second look, so that two are not taken for one.
        if (method == "status" && ++looks <= 2) {
            HeldInterrupts::press_ctrl_c();
        }
        return good(method == "status" ? status_of({agent("risk", "stopping", "unknown", "x", 5)})
                                       : Json::object());
    });
    server = &droverd;
    const CommandResult result = drover({});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    ASSERT_EQ(wishes.size(), 2U);
    EXPECT_FALSE(wishes[0].contains("now"));
    EXPECT_EQ(wishes[1].at("now"), true);
    const std::size_t first =
        result.errors.find("The fleet goes on stopping; press Ctrl-C again to kill it.\n");
    const std::size_t second = result.errors.find("Killing the fleet.\n");
    EXPECT_LT(first, second) << result.errors;
    EXPECT_NE(second, std::string::npos) << result.errors;
}

TEST_F(DownVerb, says_why_droverd_does_not_take_the_wish) {
    const FakeDroverd droverd(folder.state(), [](const std::string& method, const Json&) {
        return method == "ping" ? good({{"pid", 1}}) : bad(-32001, "You may only look.");
    });
    const CommandResult result = drover({});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.errors, "drover: You may only look.\n");
}

}  // namespace drover::test
