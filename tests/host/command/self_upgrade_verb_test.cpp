/// What `drover upgrade --self` asks, and when it believes that another droverd goes on.
#include "command/self_upgrade_verb.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"
#include "process/programs_folder.hpp"

namespace drover::test {

using testing::HasSubstr;

namespace {

/// A droverd in its third run. What `later` says it answers once it was asked to be replaced and
/// was looked at twice more.
struct SelfUpgradeVerb : testing::Test {
    Answers replaced_by(Json later) {
        return [this, later = std::move(later)](const std::string& method, const Json& params) {
            if (method == "upgrade_self") {
                asked = params;
                return good(Json::object());
            }
            const bool is_later = !asked.is_null() && ++looks > 2;
            return good(is_later ? later : Json{{"run", 3}, {"program", "/old/droverd"}});
        };
    }
    CommandResult drover(std::vector<std::string> more = {}) const {
        more.insert(more.begin(),
                    {"upgrade", "--self", "--state-dir", folder.state().string(), program()});
        return run_drover(std::move(more));
    }
    [[nodiscard]] std::string program() const {
        return std::filesystem::canonical(folder.path()) / "droverd";
    }
    CommandFolder folder;
    Json asked;
    int looks = 0;
};

}  // namespace

TEST_F(SelfUpgradeVerb, tells_who_goes_on_once_a_later_run_answers) {
    const FakeDroverd droverd(
        folder.state(),
        replaced_by({{"run", 4}, {"program", program()}, {"version", "9.1"}, {"pid", 77}}));
    const CommandResult result = drover();
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(result.output, "droverd 9.1 (" + program() + ", pid 77) goes on with the fleet.\n");
    EXPECT_EQ(asked.at("program"), program());
    EXPECT_THAT(asked.at("by").get<std::string>(), HasSubstr("upgrade --self " + program()));
    EXPECT_EQ(looks, 3) << "the old run is no answer";
}

TEST_F(SelfUpgradeVerb, takes_the_droverd_beside_drover_where_none_is_named) {
    const FakeDroverd droverd(folder.state(), replaced_by({{"run", 4}}));
    (void)run_drover({"upgrade", "--self", "--state-dir", folder.state()});
    EXPECT_EQ(asked.at("program"), (programs_folder() / "droverd").string());
}

TEST_F(SelfUpgradeVerb, answers_1_and_why_the_old_one_still_runs) {
    const FakeDroverd droverd(folder.state(),
                              replaced_by({{"run", 3},
                                           {"program", "/old/droverd"},
                                           {"failed_upgrade", "it is of another fleet\n"}}));
    const CommandResult result = drover();
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(result.errors, "drover: droverd was not replaced: it is of another fleet\\n\n");
}

TEST_F(SelfUpgradeVerb, answers_1_when_a_later_run_is_another_program) {
    const FakeDroverd droverd(folder.state(),
                              replaced_by({{"run", 5}, {"program", "/old/droverd"}}));
    const CommandResult result = drover();
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.errors,
              "drover: droverd was not replaced: " + program() +
                  " was lost, and /old/droverd goes on.\n");
}

TEST_F(SelfUpgradeVerb, answers_5_when_nobody_newer_answers_in_time) {
    const FakeDroverd droverd(folder.state(), replaced_by({{"run", 3}}));
    const CommandResult result = drover({"--timeout", "200ms"});
    EXPECT_EQ(result.exit_code, 5);
    EXPECT_THAT(result.errors, HasSubstr("Nobody answers at the control socket since droverd was"));
}

TEST_F(SelfUpgradeVerb, answers_with_the_sentence_of_a_droverd_that_refuses) {
    const FakeDroverd droverd(folder.state(), [](const std::string& method, const Json&) {
        return method == "ping" ? good({{"run", 3}}) : bad(-32001, "The fleet shuts down.");
    });
    const CommandResult result = drover();
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.errors, "drover: The fleet shuts down.\n");
}

TEST_F(SelfUpgradeVerb, needs_a_droverd_that_runs) {
    EXPECT_EQ(drover().exit_code, 4);
}

}  // namespace drover::test
