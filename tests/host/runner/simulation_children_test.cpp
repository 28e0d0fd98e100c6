// Simulations in real child processes: shell scripts take the place of `drover`, so that each test
// decides what the child does. The scenarios drive the real one.
#include "runner/simulation_children.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/stat.h>

#include <drover/extension/simulation.h>

#include "base/clock.hpp"
#include "process/process_tree.hpp"

namespace drover {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SimulationChildrenTest : public ::testing::Test {
protected:
    SimulationChildrenTest() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "drover-children-XXXXXX").string();
        folder_ = std::filesystem::canonical(::mkdtemp(pattern.data()));
    }
    ~SimulationChildrenTest() override {
        children_.reset();
        std::error_code error;
        std::filesystem::remove_all(folder_, error);
    }

    /// Every simulation of the test runs this.
    SimulationChildren& with_script(const std::string& script) {
        const auto program = folder_ / "drover";
        std::ofstream(program) << "#!/bin/sh\n" << script << "\n";
        std::filesystem::permissions(program, std::filesystem::perms::owner_all);
        children_ = std::make_unique<SimulationChildren>(program, folder_ / "agents.yaml");
        return *children_;
    }
    SimulationChildren& children() { return *children_; }
    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream stream(folder_ / name);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    /// Waits as the loop of an agent does until a simulation has news; the token, or 0.
    std::uint64_t wait_for_news() {
        std::uint64_t news = 0;
        const Monotonic deadline = monotonic_now() + std::chrono::seconds(30);
        while (news == 0 && monotonic_now() < deadline) {
            std::vector<pollfd> waits;
            for (const int descriptor : children().descriptors()) {
                waits.push_back({descriptor, POLLIN, 0});
            }
            (void)::poll(waits.data(), waits.size(), 1000);
            children().serve([&news](std::uint64_t token) { news = token; });
        }
        return news;
    }
    /// Waits for the outcome, reading what comes before it.
    SimulationAnswer wait_for_outcome(std::uint64_t token) {
        while (wait_for_news() == token) {
            SimulationAnswer answer = children().read(token);
            if (answer.status != DROVER_PENDING) {
                return answer;
            }
        }
        return {DROVER_E_TIMEOUT, "no outcome"};
    }
    static bool is_gone_soon(pid_t pid) {
        const Monotonic deadline = monotonic_now() + std::chrono::seconds(30);
        while (process_entry(pid) && monotonic_now() < deadline) {
            ::poll(nullptr, 0, 1);
        }
        return !process_entry(pid).has_value();
    }

    std::filesystem::path folder_;
    std::unique_ptr<SimulationChildren> children_;
};

TEST_F(SimulationChildrenTest, give_progress_and_then_the_document) {
    with_script("echo '{\"events\":1}' >&3; read line < go; echo '{\"trades\":3}'");
    std::filesystem::remove(folder_ / "go");
    ASSERT_EQ(::mkfifo((folder_ / "go").c_str(), 0600), 0);
    ASSERT_EQ(children().start("{}", 7).status, DROVER_OK);
    EXPECT_EQ(children().read(7).status, DROVER_PENDING);
    ASSERT_EQ(wait_for_news(), 7U);
    const SimulationAnswer progress = children().read(7);
    EXPECT_EQ(progress.status, DROVER_PENDING);
    EXPECT_EQ(progress.text, "{\"events\":1}");
    std::ofstream(folder_ / "go") << "go\n";
    const SimulationAnswer outcome = wait_for_outcome(7);
    EXPECT_EQ(outcome.status, DROVER_OK);
    EXPECT_EQ(outcome.text, "{\"trades\":3}");
    EXPECT_EQ(children().read(7).status, DROVER_E_NOT_FOUND) << "the token is free";
    EXPECT_THAT(children().descriptors(), IsEmpty());
}

TEST_F(SimulationChildrenTest, start_the_program_in_the_folder_of_the_fleet) {
    with_script("pwd -P > where; echo \"$@\" > arguments; echo '{}'");
    ASSERT_EQ(children().start(R"({"set": ["a.b=1"]})", 1).status, DROVER_OK);
    EXPECT_EQ(wait_for_outcome(1).status, DROVER_OK);
    EXPECT_EQ(read("where"), folder_.string() + "\n");
    EXPECT_EQ(read("arguments"),
              "backtest -o json --set=a.b=1 --file=" + (folder_ / "agents.yaml").string() +
                  " --progress-fd=3\n");
}

TEST_F(SimulationChildrenTest, yield_to_the_fleet_once_they_have_begun) {
    with_script("(until [ $(nice) -ge 10 ]; do sleep 0.01; done) & echo '{}' >&3; wait; echo '{}'");
    ASSERT_EQ(children().start("{}", 1).status, DROVER_OK);
    EXPECT_EQ(wait_for_outcome(1).status, DROVER_OK);
}

TEST_F(SimulationChildrenTest, end_in_a_sentence_where_the_program_fails) {
    with_script(
        "echo 'warning: something else' >&2; echo '{\"level\":\"warning\"}' >&2;"
        "echo 'drover: The value is wrong.' >&2; exit 1");
    ASSERT_EQ(children().start("{}", 1).status, DROVER_OK);
    const SimulationAnswer outcome = wait_for_outcome(1);
    EXPECT_EQ(outcome.status, DROVER_E_INVALID);
    EXPECT_EQ(outcome.text, "The value is wrong.");
}

TEST_F(SimulationChildrenTest, are_lost_where_the_process_is_killed) {
    with_script("kill -9 $$");
    ASSERT_EQ(children().start("{}", 1).status, DROVER_OK);
    const SimulationAnswer outcome = wait_for_outcome(1);
    EXPECT_EQ(outcome.status, DROVER_E_LOST);
    EXPECT_EQ(outcome.text, "The simulation's process was killed by SIGKILL.");
}

TEST_F(SimulationChildrenTest, are_a_failure_where_the_program_is_missing_or_says_nothing) {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "This sanitizer makes a fork of vfork, so nobody hears that exec has failed.";
#endif
    with_script("exit 0");
    ASSERT_EQ(children().start("{}", 1).status, DROVER_OK);
    EXPECT_THAT(wait_for_outcome(1).text, HasSubstr("exit code 0 and without a result"));
    std::filesystem::remove(folder_ / "drover");
    const SimulationAnswer missing = children().start("{}", 2);
    EXPECT_EQ(missing.status, DROVER_E_IO);
    EXPECT_THAT(missing.text, HasSubstr("Cannot start"));
    EXPECT_EQ(children().read(2).status, DROVER_E_NOT_FOUND);
}

TEST_F(SimulationChildrenTest, do_not_drown_in_what_a_child_writes) {
    with_script("yes '{\"flood\":1}' | head -c 6000000; exit 0");
    ASSERT_EQ(children().start("{}", 1).status, DROVER_OK);
    const SimulationAnswer outcome = wait_for_outcome(1);
    EXPECT_EQ(outcome.status, DROVER_E_TOO_BIG);
    with_script("yes 'warning: again' | head -c 3000000 >&2; echo '{\"trades\":0}'");
    ASSERT_EQ(children().start("{}", 1).status, DROVER_OK);
    EXPECT_EQ(wait_for_outcome(1).text, "{\"trades\":0}");
}

TEST_F(SimulationChildrenTest, are_refused_beyond_the_bound_and_twice_under_one_token) {
    with_script("exec sleep 1000");
    for (std::uint64_t token = 1; token <= DROVER_SIMULATION_MOST; ++token) {
        ASSERT_EQ(children().start("{}", token).status, DROVER_OK);
    }
    EXPECT_EQ(children().start("{}", 1).status, DROVER_E_STATE);
    const SimulationAnswer beyond = children().start("{}", 99);
    EXPECT_EQ(beyond.status, DROVER_E_STATE);
    EXPECT_THAT(beyond.text, HasSubstr("16 simulations are open"));
    EXPECT_EQ(children().start("nonsense", 99).status, DROVER_E_STATE);
    EXPECT_EQ(children().cancel(1).status, DROVER_OK);
    EXPECT_EQ(children().start("nonsense", 99).status, DROVER_E_INVALID);
    EXPECT_EQ(children().start("{}", 99).status, DROVER_OK);
}

TEST_F(SimulationChildrenTest, are_killed_when_they_are_cancelled_and_with_their_agent) {
    with_script("echo $$ > pid.new; mv pid.new pid; echo '{}' >&3; exec sleep 1000");
    ASSERT_EQ(children().start("{}", 1).status, DROVER_OK);
    ASSERT_EQ(wait_for_news(), 1U);
    const pid_t first = std::stoi(read("pid"));
    EXPECT_TRUE(process_entry(first).has_value());
    EXPECT_EQ(children().cancel(1).status, DROVER_OK);
    EXPECT_TRUE(is_gone_soon(first));
    EXPECT_EQ(children().cancel(1).status, DROVER_E_NOT_FOUND);
    ASSERT_EQ(children().start("{}", 2).status, DROVER_OK);
    ASSERT_EQ(wait_for_news(), 2U);
    const pid_t second = std::stoi(read("pid"));
    children().kill_all();
    EXPECT_TRUE(is_gone_soon(second));
}

TEST(SentencesOf, leave_warnings_and_log_lines_out) {
    EXPECT_EQ(sentences_of(""), "");
    EXPECT_EQ(sentences_of("warning: x\nnote: y\nerror: z\n{\"a\":1}\n"), "");
    EXPECT_EQ(sentences_of("a.yaml:1:2: one.\na.yaml:3:4: two.\n"),
              "a.yaml:1:2: one. a.yaml:3:4: two.");
    EXPECT_EQ(sentences_of("drover: without an end"), "without an end");
    EXPECT_LT(sentences_of(std::string(100000, 'x')).size(), 2100U);
}

}  // namespace
}  // namespace drover
