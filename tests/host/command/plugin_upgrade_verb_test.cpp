/// What `drover upgrade NAME FILE` asks of droverd, and how it tells what came of it.
#include "command/plugin_upgrade_verb.hpp"

#include <fstream>
#include <future>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

struct PluginUpgradeVerb : testing::Test {
    PluginUpgradeVerb() {
        std::ofstream(file()) << "not a library: droverd is the one that loads it";
        std::filesystem::create_symlink(file(), folder.path() / "latest.so");
    }
    [[nodiscard]] std::string file() const { return folder.path() / "risk-2.so"; }
    Answers answers(Json answer) {
        return [this, answer = std::move(answer)](const std::string& method, const Json& params) {
            asked.push_back(params);
            asked.back()["method"] = method;
            return answer;
        };
    }
    CommandResult drover(std::vector<std::string> more = {}) const {
        more.insert(more.begin(),
                    {"upgrade", "--state-dir", folder.state().string(), "risk", file()});
        return run_drover(std::move(more));
    }
    CommandFolder folder;
    std::vector<Json> asked;
};

}  // namespace

TEST_F(PluginUpgradeVerb, asks_for_the_file_where_it_really_lies_and_for_the_trial) {
    const FakeDroverd droverd(folder.state(), answers(good({{"outcome", "upgraded"}})));
    EXPECT_EQ(drover({"--trial", "1500ms"}).exit_code, 0);
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].at("method"), "upgrade");
    EXPECT_EQ(asked[0].at("name"), "risk");
    EXPECT_EQ(asked[0].at("file"), std::filesystem::canonical(file()).string());
    EXPECT_EQ(asked[0].at("trial_ms"), 1500);
    EXPECT_EQ(asked[0].at("rehearsal"), true);
    EXPECT_THAT(asked[0].at("by").get<std::string>(), HasSubstr("upgrade risk " + file()));
    asked.clear();
    EXPECT_EQ(run_drover({"upgrade",
                          "--state-dir",
                          folder.state(),
                          "risk",
                          folder.path() / "latest.so",
                          "--without-rehearsal"})
                  .exit_code,
              0);
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].at("file"), std::filesystem::canonical(file()).string());
    EXPECT_EQ(asked[0].at("rehearsal"), false);
}

TEST_F(PluginUpgradeVerb, tells_what_runs_and_what_the_file_still_says) {
    {
        const FakeDroverd droverd(folder.state(),
                                  answers(good({{"outcome", "upgraded"},
                                                {"file", "/p/risk-2.so"},
                                                {"version", "2.1"},
                                                {"fleet_file", "/desk/agents.yaml"},
                                                {"written", "risk"}})));
        const CommandResult result = drover({"--trial", "5m"});
        EXPECT_EQ(result.exit_code, 0);
        EXPECT_EQ(result.output,
                  "risk runs with /p/risk-2.so (version 2.1); it did its work for 5 min.\n"
                  "/desk/agents.yaml still says 'plugin: risk': write the new file there, or the "
                  "next 'drover up' or 'drover apply' takes it back.\n");
    }
    const FakeDroverd droverd(folder.state(),
                              answers(good({{"outcome", "upgraded"}, {"file", "/p/risk-2.so"}})));
    EXPECT_EQ(drover({"--trial", "5m"}).output,
              "risk runs with /p/risk-2.so; it did its work for 5 min.\n")
        << "where the file says it already, nobody is sent to it";
}

TEST_F(PluginUpgradeVerb, answers_1_and_why_the_old_plugin_is_back) {
    Json answer = {{"outcome", "rolled_back"},
                   {"before", "/p/risk.so"},
                   {"file", "/p/risk-2.so"},
                   {"reason", "it crashed\x1b[2J"},
                   {"old_state", "running"}};
    {
        const FakeDroverd droverd(folder.state(), answers(good(answer)));
        EXPECT_THAT(
            drover(),
            fails_with(1,
                       "drover: risk is back at /p/risk.so, because /p/risk-2.so failed: it "
                       "crashed\\x1b[2J.\n"));
    }
    answer["old_state"] = "backing_off";
    answer["old_reason"] = "the router is gone";
    const FakeDroverd droverd(folder.state(), answers(good(answer)));
    EXPECT_THAT(drover().errors, HasSubstr(" It is backing_off: the router is gone.\n"));
}

TEST_F(PluginUpgradeVerb, answers_1_and_the_last_words_of_a_plugin_that_failed_beside_the_old_one) {
    Json answer = {{"outcome", "refused"},
                   {"before", "/p/risk.so"},
                   {"file", "/p/risk-2.so"},
                   {"reason", "its start failed"},
                   {"last_lines",
                    Json::array({{{"level", "info"}, {"message", "opening"}},
                                 {{"level", "error"}, {"message", "no port\nleft"}}})}};
    {
        const FakeDroverd droverd(folder.state(), answers(good(answer)));
        EXPECT_THAT(
            drover(),
            fails_with(1,
                       "drover: risk works on with /p/risk.so, which was not touched: /p/risk-2.so "
                       "failed beside it: its start failed. Mend the new plugin, or give "
                       "--without-rehearsal if it cannot start while the old one runs.\n"
                       "Its last lines:\n  info: opening\n  error: no port\\nleft\n"));
    }
    answer.erase("last_lines");
    const FakeDroverd droverd(folder.state(), answers(good(answer)));
    EXPECT_THAT(drover().errors, Not(HasSubstr("last lines")));
}

TEST_F(PluginUpgradeVerb, answers_5_while_the_upgrade_goes_on) {
    std::promise<void> over;
    const FakeDroverd droverd(folder.state(),
                              [ended = over.get_future().share()](const std::string&, const Json&) {
                                  ended.wait();
                                  return good({{"outcome", "upgraded"}});
                              });
    const CommandResult result = drover({"--trial", "1ms", "--timeout", "50ms"});
    over.set_value();
    EXPECT_EQ(result.exit_code, 5);
    EXPECT_EQ(result.errors,
              "drover: The upgrade of 'risk' is not over yet and goes on; 'drover describe risk' "
              "shows how far it is.\n");
}

TEST_F(PluginUpgradeVerb, asks_nothing_where_there_is_no_such_file) {
    const FakeDroverd droverd(folder.state(), answers(good({{"outcome", "upgraded"}})));
    const std::string folder_itself = folder.path();
    for (const std::string& wrong : {folder_itself + "/none.so", folder_itself}) {
        const CommandResult result =
            run_drover({"upgrade", "--state-dir", folder.state(), "risk", wrong});
        EXPECT_EQ(result.exit_code, 1) << wrong;
        EXPECT_EQ(result.errors,
                  "drover: There is no plugin file '" + wrong + "'. Nothing has changed.\n");
    }
    EXPECT_THAT(asked, IsEmpty());
}

TEST_F(PluginUpgradeVerb, answers_with_the_sentence_of_droverd) {
    {
        const FakeDroverd droverd(folder.state(),
                                  answers(bad(-32602, "There is no agent 'risk'.")));
        EXPECT_THAT(drover(), fails_with(2, "drover: There is no agent 'risk'.\n"));
    }
    {
        const FakeDroverd droverd(folder.state(), answers(bad(-32001, "'risk' is disabled.")));
        EXPECT_EQ(drover().exit_code, 1);
    }
    const CommandFolder nobody;
    EXPECT_EQ(run_drover({"upgrade", "--state-dir", nobody.state(), "risk", file()}).exit_code, 4);
}

}  // namespace drover::test
