/// `drover top` before a droverd that answers as told: how often it looks, and what its keys do.
#include "command/top_verb.hpp"

#include <atomic>
#include <csignal>
#include <memory>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"
#include "real_drover.hpp"
#include "scenarios/program_on_terminal.hpp"

namespace drover::test {

using scenarios::ProgramOnTerminal;
using testing::HasSubstr;

namespace {

Json busy_agent(const std::string& name, double cpu, double memory) {
    Json unit = agent(name, "running", "healthy", "works", 7);
    unit["cpu_percent"] = cpu;
    unit["memory_bytes"] = memory;
    return unit;
}

/// zebra takes the processor, aardvark the memory.
struct TopVerb : testing::Test {
    TopVerb() : real(folder), droverd(make_droverd("desk")) {}
    std::unique_ptr<FakeDroverd> make_droverd(const std::string& name) {
        return std::make_unique<FakeDroverd>(
            folder.state(), [this, name](const std::string& /*method*/, const Json& /*params*/) {
                ++looks;
                Json document =
                    status_of({busy_agent("aardvark", 1, 900e6), busy_agent("zebra", 80, 1e6)});
                document["supervisor"]["fleet"] = name;
                return good(document);
            });
    }
    [[nodiscard]] ProgramOnTerminal top(const std::string& interval,
                                        std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"top", "--interval", interval});
        return ProgramOnTerminal(real.start(std::move(more)));
    }
    /// Whether the next picture has `first` above `second`.
    static bool shows_in_order(ProgramOnTerminal& top,
                               const std::string& first,
                               const std::string& second) {
        return top.shows(first) && top.shows(second);
    }
    CommandFolder folder;
    RealDrover real;
    std::atomic<int> looks = 0;
    std::unique_ptr<FakeDroverd> droverd;
};

}  // namespace

TEST_F(TopVerb, sorts_by_what_is_asked_for_at_the_start_and_then_by_keys) {
    ProgramOnTerminal screen = top("1h", {"--sort", "memory"});
    EXPECT_TRUE(screen.shows("MEMORY*")) << screen.output();
    EXPECT_TRUE(shows_in_order(screen, "aardvark", "zebra")) << screen.output();
    screen.press("c");
    EXPECT_TRUE(screen.shows("CPU*")) << screen.output();
    EXPECT_TRUE(shows_in_order(screen, "zebra", "aardvark")) << screen.output();
    screen.press("c");
    EXPECT_TRUE(screen.shows("CPU*")) << screen.output();
    EXPECT_TRUE(shows_in_order(screen, "aardvark", "zebra")) << "the other way round";
    screen.press("R");
    EXPECT_TRUE(screen.shows("CPU*")) << screen.output();
    EXPECT_TRUE(shows_in_order(screen, "zebra", "aardvark")) << "and back";
    screen.press("\x1b[C");
    EXPECT_TRUE(screen.shows("MEMORY*")) << screen.output();
    screen.press("<");
    EXPECT_TRUE(screen.shows("CPU*")) << screen.output();
    screen.press("q");
    EXPECT_EQ(screen.end(), 0);
    EXPECT_TRUE(screen.is_terminal_given_back());
    EXPECT_EQ(looks, 1) << "a key is no reason to ask droverd";
}

TEST_F(TopVerb, looks_again_after_every_interval) {
    ProgramOnTerminal screen = top("50ms");
    EXPECT_TRUE(scenarios::eventually([&] { return looks >= 4; }));
    screen.press("Q");
    EXPECT_EQ(screen.end(), 0);
}

TEST_F(TopVerb, shows_what_was_while_no_droverd_answers_and_goes_on_with_the_next) {
    ProgramOnTerminal screen = top("50ms");
    EXPECT_TRUE(screen.shows("desk")) << screen.output();
    droverd->hang_up();
    droverd.reset();
    EXPECT_TRUE(screen.shows("droverd does not answer; waiting for it. This is how it was."));
    EXPECT_TRUE(screen.shows("zebra")) << screen.output();
    droverd = make_droverd("second-desk");
    EXPECT_TRUE(screen.shows("second-desk")) << screen.output();
    screen.send_signal(SIGINT);
    EXPECT_EQ(screen.end(), 0);
}

TEST_F(TopVerb, needs_a_terminal) {
    const scenarios::ProgramResult result = real.run({"top"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(result.errors,
              "drover: top needs a terminal; elsewhere there is 'drover status --watch'.\n");
    EXPECT_EQ(looks, 0);
}

TEST_F(TopVerb, needs_a_droverd) {
    droverd.reset();
    ProgramOnTerminal screen = top("1s");
    EXPECT_TRUE(screen.shows("drover up")) << screen.output();
    EXPECT_EQ(screen.end(), 4);
    EXPECT_EQ(screen.output().find("\x1b[?1049h"), std::string::npos)
        << "a screen that vanishes would take the sentence along";
}

}  // namespace drover::test
