/// How `drover up` starts droverd, and what it waits for and tells. The droverd of these tests is a
/// script; whoever answers at its control socket is the test.
#include "command/up_verb.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "base/file_text.hpp"
#include "fake_droverd.hpp"
#include "plugin/library_description.hpp"
#include "real_drover.hpp"

namespace drover::test {

using scenarios::Program;
using scenarios::ProgramResult;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace {

/// A good file with one agent, risk.
struct UpVerb : testing::Test {
    UpVerb() : real(folder) {
        LibraryDescription library;
        library.file = folder.path() / "desk.so";
        library.build_id = "b1";
        library.agents.push_back({"desk", "1.0", "drover", "A desk", 0, "", "", 0, {}});
        std::ofstream(folder.path() / "description") << to_line(to_json(library));
        std::ofstream(folder.path() / "desk.so") << "described by the stand-in";
        std::ofstream(folder.path() / "agents.yaml")
            << "version: 1\nname: spx\nclock: wall\nagents: {risk: {plugin: ./desk.so}}\n";
        real.stand_in("drover-agent", "cat '" + (folder.path() / "description").string() + "'");
    }
    /// A droverd that says with which arguments it was started, and then runs these lines.
    void droverd_does(const std::string& lines) const {
        real.stand_in("droverd",
                      "echo \"$@\" > '" + started().string() + ".new'\nmv '" + started().string() +
                          ".new' '" + started().string() + "'\n" + lines);
    }
    [[nodiscard]] std::filesystem::path started() const { return folder.path() / "started"; }
    [[nodiscard]] std::string arguments() const { return read_file_text(started()).value_or(""); }
    /// `drover up -d` with a droverd that is ready once the test answers for it.
    ProgramResult up_answered_by(Answers answers, std::vector<std::string> more = {}) {
        const std::string go = folder.path() / "go";
        std::filesystem::remove(go);
        EXPECT_EQ(::mkfifo(go.c_str(), 0600), 0);
        droverd_does("read -r word < '" + go + "'\necho '{\"ok\":true,\"pid\":4321}' >&3");
        more.insert(more.begin(), {"up", "-d"});
        Program up(real.start(std::move(more)));
        if (!scenarios::eventually([this] { return std::filesystem::exists(started()); })) {
            ADD_FAILURE() << "droverd was not started: " << up.errors();
            return {};
        }
        const FakeDroverd droverd(folder.state(), std::move(answers));
        std::ofstream(go) << "go\n";
        EXPECT_TRUE(up.wait_for_end(scenarios::patience));
        return {up.exit_code(), false, up.output(), up.errors()};
    }
    static Answers statuses_in_turn(std::vector<Json> documents) {
        return [documents = std::move(documents), turn = std::size_t{0}](const std::string&,
                                                                         const Json&) mutable {
            return good(documents[std::min(turn++, documents.size() - 1)]);
        };
    }
    CommandFolder folder;
    RealDrover real;
};

}  // namespace

TEST_F(UpVerb, starts_droverd_with_the_file_and_the_folder_by_their_whole_paths) {
    droverd_does("exit 7");
    (void)real.run({"up", "-d", "--fresh"});
    const std::string path = std::filesystem::canonical(folder.path());
    EXPECT_EQ(arguments(),
              "--file " + path + "/agents.yaml --state-dir " + path + "/state --ready 3 --fresh\n");
    (void)real.run({"up", "-d"});
    EXPECT_THAT(arguments(), Not(HasSubstr("--fresh")));
    (void)real.run({"up"});
    EXPECT_TRUE(arguments().ends_with(" --ready 3 --lifeline 4\n"))
        << "in the foreground it ends with who started it: " << arguments();
}

TEST_F(UpVerb, waits_in_the_background_until_all_agents_are_well) {
    const ProgramResult result = up_answered_by(
        statuses_in_turn({status_of({agent("risk", "waiting", "unknown", "x")}),
                          status_of({agent("risk", "starting", "unknown", "x", 5)}),
                          status_of({agent("risk", "running", "healthy", "x", 5)})}));
    EXPECT_EQ(result.exit_code, 0) << result.text();
    EXPECT_EQ(result.output,
              "spx is up: 1 processes are running and healthy (droverd, pid 4321).\n");
    EXPECT_EQ(result.errors, "");
}

TEST_F(UpVerb, warns_of_a_kill_switch_that_is_engaged_already) {
    droverd_does("exit 7");
    EXPECT_THAT(real.run({"up", "-d"}).errors, Not(HasSubstr("kill switch")));
    ASSERT_EQ(real.run({"kill-switch", "engage", "--reason", "looks wrong"}).exit_code, 0);
    const auto warning = AllOf(HasSubstr("warning: The kill switch is ENGAGED since "),
                               HasSubstr(": looks wrong. Gated topics (new orders) do not pass "));
    EXPECT_THAT(real.run({"up", "-d"}).errors, warning);
    EXPECT_THAT(real.run({"up"}).errors, warning);
}

TEST_F(UpVerb, answers_3_and_names_who_is_not_well_once_nothing_more_is_to_be_expected) {
    const ProgramResult result = up_answered_by(
        statuses_in_turn({status_of({agent("risk", "failed", "unknown", "it threw at start"),
                                     agent("view", "running", "healthy", "x", 5)})}),
        {"--timeout", "1h"});
    EXPECT_EQ(result.exit_code, 3) << result.text();
    EXPECT_EQ(result.output, "");
    EXPECT_THAT(result.errors, HasSubstr("risk (failed: it threw at start). The fleet keeps "));
    EXPECT_THAT(result.errors, Not(HasSubstr("view")));
}

TEST_F(UpVerb, waits_no_longer_than_it_is_told) {
    const ProgramResult result = up_answered_by(
        statuses_in_turn({status_of({agent("risk", "starting", "unknown", "loading", 5)})}),
        {"--timeout", "1s"});
    EXPECT_EQ(result.exit_code, 3) << result.text();
    EXPECT_THAT(result.errors,
                HasSubstr("Not running and healthy after at most 1 s: risk (starting: loading)."));
}

TEST_F(UpVerb, says_which_agents_stay_stopped_because_a_person_stopped_them) {
    const ProgramResult result = up_answered_by(
        statuses_in_turn({status_of({agent("risk", "stopped", "unknown", "by a person"),
                                     agent("view", "running", "healthy", "x", 5)})}));
    EXPECT_EQ(result.exit_code, 0) << result.text();
    EXPECT_THAT(result.output, HasSubstr("spx is up: 1 processes"));
    EXPECT_EQ(result.errors,
              "drover: Left stopped, because a person had stopped them: risk; 'drover start' with "
              "their names starts them.\n");
}

TEST_F(UpVerb, tells_what_droverd_warns_of_beyond_what_it_told_itself) {
    // A plugin that cannot be loaded is no reason not to start the others.
    real.stand_in("drover-agent", "exit 9");
    Json document = status_of({agent("risk", "running", "healthy", "x", 5)});
    document["supervisor"]["warnings"] = Json::array({"the same of risk", "the clock jumps"});
    const ProgramResult result = up_answered_by(statuses_in_turn({document}));
    EXPECT_EQ(result.exit_code, 0) << result.text();
    EXPECT_THAT(result.errors, HasSubstr("warning: "));
    EXPECT_THAT(result.errors, HasSubstr("agents.yaml:4:"));
    EXPECT_THAT(result.errors, HasSubstr("the clock jumps"));
    EXPECT_THAT(result.errors, Not(HasSubstr("the same of risk")));
}

TEST_F(UpVerb, answers_1_with_the_faults_of_droverd) {
    droverd_does("echo '{\"ok\":false,\"faults\":[\"one fault\",\"another\"]}' >&3");
    const ProgramResult result = real.run({"up", "-d"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.errors, "drover: one fault\nanother\n");
}

TEST_F(UpVerb, says_how_a_droverd_ended_that_said_nothing) {
    droverd_does("exit 7");
    const std::string log =
        std::filesystem::canonical(folder.path()) / "state" / "logs" / "droverd.log";
    for (const std::vector<std::string>& verb :
         {std::vector<std::string>{"up", "-d"}, std::vector<std::string>{"up"}}) {
        const ProgramResult result = real.run(verb);
        EXPECT_EQ(result.exit_code, 1) << verb.size();
        EXPECT_EQ(result.errors,
                  "drover: droverd ended before it was ready: exit code 7. See " + log + ".\n");
    }
}

TEST_F(UpVerb, says_that_a_fleet_is_gone_again_that_nobody_answers_for) {
    droverd_does("echo '{\"ok\":true,\"pid\":4321}' >&3");
    const ProgramResult result = real.run({"up", "-d"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.errors,
              "drover: The fleet was started and is gone again; see 'drover logs droverd'.\n");
}

TEST_F(UpVerb, answers_1_where_droverd_cannot_be_started_at_all) {
    const ProgramResult result = real.run({"up", "-d"});
    EXPECT_EQ(result.exit_code, 1) << "4 would say that no fleet runs";
    EXPECT_THAT(result.errors, HasSubstr("droverd"));
    EXPECT_THAT(result.errors, HasSubstr("No such file or directory"));
}

TEST_F(UpVerb, starts_no_second_fleet_and_names_the_first_droverd) {
    droverd_does("exit 7");
    const FakeDroverd droverd(folder.state(), [](const std::string&, const Json&) {
        return good({{"pid", 4321}});
    });
    const ProgramResult result = real.run({"up", "-d"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("A fleet is already running in '"));
    EXPECT_THAT(result.errors, HasSubstr("(droverd, pid 4321); stop it with 'drover down'"));
    EXPECT_FALSE(std::filesystem::exists(started()));
}

TEST_F(UpVerb, starts_nothing_with_a_fault_in_the_file_or_in_the_place_of_the_state) {
    droverd_does("exit 7");
    std::ofstream(folder.path() / "bad.yaml") << "version: 1\nagents: {risk: {plugin: none}}\n";
    EXPECT_EQ(real.run({"up", "-d", "-f", "bad.yaml"}).exit_code, 1);
    const ProgramResult place = real.run({"up", "-d", "--state-dir", "agents.yaml/state"});
    EXPECT_EQ(place.exit_code, 1);
    EXPECT_THAT(place.errors, HasSubstr("'agents.yaml/state' cannot be the state directory"));
    EXPECT_FALSE(std::filesystem::exists(started()));
}

TEST_F(UpVerb, watches_in_the_foreground_and_shuts_the_fleet_down_on_ctrl_c) {
    const std::string go = folder.path() / "go";
    const std::string end = folder.path() / "end";
    ASSERT_EQ(::mkfifo(go.c_str(), 0600), 0);
    ASSERT_EQ(::mkfifo(end.c_str(), 0600), 0);
    droverd_does("read -r word < '" + go +
                 "'\necho '{\"ok\":true,\"pid\":4321}' >&3\nread -r word < '" + end + "'");
    Program up(real.start({"up"}));
    ASSERT_TRUE(scenarios::eventually([this] { return std::filesystem::exists(started()); }))
        << up.errors();
    Json wished;
    const FakeDroverd droverd(folder.state(), [&](const std::string& method, const Json& params) {
        if (method == "shutdown") {
            wished = params;
            std::ofstream(end) << "end\n";
        }
        return good(status_of({agent("risk", "running", "healthy", "does its work", 5)}));
    });
    std::ofstream(go) << "go\n";
    EXPECT_TRUE(scenarios::eventually([&up] {
        return up.output().find("does its work\n") != std::string::npos;
    })) << up.output();
    EXPECT_THAT(up.output(), StartsWith("spx is starting (droverd, pid 4321; state in "));
    up.send_signal(SIGINT);
    ASSERT_TRUE(up.wait_for_end(scenarios::patience)) << up.output() << up.errors();
    EXPECT_EQ(up.exit_code(), 0) << up.errors();
    EXPECT_THAT(up.output(), HasSubstr("Stopping the fleet; press Ctrl-C again to kill it.\n"));
    EXPECT_TRUE(up.output().ends_with("The fleet is down.\n")) << up.output();
    EXPECT_EQ(wished.at("now"), false);
    EXPECT_THAT(wished.at("by").get<std::string>(),
                HasSubstr("'drover up', which was interrupted"));
}

}  // namespace drover::test
