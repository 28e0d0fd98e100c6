/// `drover status --watch` where its output is no terminal: tables that follow each other.
#include "command/status_watch.hpp"

#include <algorithm>
#include <csignal>
#include <memory>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"
#include "held_interrupts.hpp"
#include "real_drover.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::Not;

namespace {

/// A fleet of risk. Ctrl-C comes with the last look of `looks`.
struct StatusWatchTest : testing::Test {
    Answers fleet(std::vector<Json> looks) {
        return [this, looks = std::move(looks)](const std::string&, const Json& params) {
            asked.push_back(params);
            if (asked.size() == looks.size()) {
                HeldInterrupts::press_ctrl_c();
            }
            return good(status_of({looks[std::min(asked.size(), looks.size()) - 1]}));
        };
    }
    CommandResult drover(std::vector<std::string> more) const {
        more.insert(more.begin(),
                    {"status", "--state-dir", folder.state().string(), "--watch", "50ms"});
        return run_drover(std::move(more));
    }
    HeldInterrupts interrupts;
    CommandFolder folder;
    std::vector<Json> asked;
    int asked_so_far = 0;
};

const Json working = agent("risk", "running", "healthy", "works", 5);
const Json broken = agent("risk", "failed", "unknown", "it broke");

}  // namespace

TEST_F(StatusWatchTest, prints_a_table_for_every_look_under_its_time) {
    const FakeDroverd droverd(folder.state(), fleet({working, broken}));
    const CommandResult result = drover({});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.errors, "");
    EXPECT_THAT(result.output, testing::ContainsRegex("^[0-9]{2}:[0-9]{2}:[0-9]{2}\ndesk: "));
    EXPECT_THAT(result.output, testing::ContainsRegex("\n\n[0-9]{2}:[0-9]{2}:[0-9]{2}\ndesk: "));
    EXPECT_NE(result.output.find("it broke", result.output.find("works")), std::string::npos)
        << result.output;
    EXPECT_THAT(result.output, Not(HasSubstr("\x1b")));
    EXPECT_EQ(asked.size(), 2U);
}

TEST_F(StatusWatchTest, prints_a_document_a_line_as_json) {
    const FakeDroverd droverd(folder.state(), fleet({working, broken}));
    EXPECT_EQ(drover({"-o", "json"}).output,
              to_line(status_of({working})) + "\n" + to_line(status_of({broken})) + "\n");
}

TEST_F(StatusWatchTest, asks_for_the_names_and_answers_for_them_as_they_were_last) {
    const FakeDroverd droverd(folder.state(), fleet({working, broken}));
    EXPECT_EQ(drover({"risk"}).exit_code, 3);
    EXPECT_EQ(asked.back(), Json({{"names", {"risk"}}}));
}

TEST_F(StatusWatchTest, ends_with_the_sentence_about_a_name_that_is_none) {
    const FakeDroverd droverd(folder.state(), [](const std::string&, const Json&) {
        return bad(-32602, "There is no agent 'riks'.");
    });
    const CommandResult result = drover({"riks"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(result.errors, "drover: There is no agent 'riks'.\n");
}

TEST_F(StatusWatchTest, ends_when_a_name_that_it_watches_is_there_no_more) {
    const FakeDroverd droverd(folder.state(), [this](const std::string&, const Json&) {
        return ++asked_so_far < 3 ? good(status_of({working})) : bad(-32602, "It was removed.");
    });
    const CommandResult result = drover({"risk"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.errors, "drover: It was removed.\n");
    EXPECT_EQ(asked_so_far, 3);
}

TEST_F(StatusWatchTest, needs_a_droverd_at_first) {
    const CommandResult result = drover({});
    EXPECT_EQ(result.exit_code, 4);
    EXPECT_EQ(result.output, "");
}

TEST_F(StatusWatchTest, waits_for_the_next_droverd_and_shows_what_was_seen_last) {
    const RealDrover real(folder);
    const Answers always = [](const std::string&, const Json&) {
        return good(status_of({working}));
    };
    auto droverd = std::make_unique<FakeDroverd>(folder.state(), always);
    scenarios::Program watch(real.start({"status", "--watch", "50ms"}));
    const auto shows = [&watch](const std::string& part) {
        return scenarios::eventually(
            [&] { return watch.output().find(part) != std::string::npos; });
    };
    EXPECT_TRUE(shows("works")) << watch.errors();
    droverd->hang_up();
    droverd.reset();
    EXPECT_TRUE(shows("droverd does not answer; waiting for it. This is how it was at "));
    EXPECT_TRUE(scenarios::eventually([&] {
        const std::string output = watch.output();
        return output.rfind("works") > output.find("droverd does not answer");
    })) << "the table stays";
    const FakeDroverd next(
        folder.state(), [](const std::string&, const Json&) { return good(status_of({broken})); });
    EXPECT_TRUE(shows("it broke"));
    watch.send_signal(SIGINT);
    EXPECT_TRUE(watch.wait_for_end(scenarios::patience));
    EXPECT_EQ(watch.exit_code(), 0);
}

TEST_F(StatusWatchTest, answers_4_and_prints_null_while_no_droverd_answers) {
    const RealDrover real(folder);
    auto droverd = std::make_unique<FakeDroverd>(
        folder.state(), [](const std::string&, const Json&) { return good(status_of({working})); });
    scenarios::Program watch(real.start({"status", "--watch", "50ms", "-o", "json"}));
    EXPECT_TRUE(scenarios::eventually([&] { return !watch.output().empty(); }));
    droverd->hang_up();
    droverd.reset();
    EXPECT_TRUE(scenarios::eventually([&] { return watch.output().ends_with("\nnull\n"); }));
    watch.send_signal(SIGTERM);
    EXPECT_TRUE(watch.wait_for_end(scenarios::patience));
    EXPECT_EQ(watch.exit_code(), 4);
}

}  // namespace drover::test
