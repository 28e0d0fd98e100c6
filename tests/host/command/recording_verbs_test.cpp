/// The options of record, replay, parity and why, and that what they say is done.
#include "command/recording_verbs.hpp"

#include <csignal>
#include <fstream>
#include <thread>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <poll.h>
#include <unistd.h>

#include "base/file_text.hpp"
#include "fake_droverd.hpp"
#include "parsed_verb.hpp"
#include "process/run_directory.hpp"
#include "recorder_client.hpp"

namespace drover::test {

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

struct RecordingVerbsTest : testing::Test {
    RecordingVerbsTest() {
        recordings.add_to(app, state, verbs);
        std::ofstream(file) << "what a recording holds is not looked at before the verb runs";
    }
    ~RecordingVerbsTest() override {
        (void)std::signal(SIGINT, SIG_DFL);
        (void)std::signal(SIGTERM, SIG_DFL);
    }
    /// Why these words are refused; empty where they are not.
    std::string told(std::vector<std::string> words) { return parse(app, std::move(words)); }
    /// `drover record` with these options, in a fleet whose agent begins a life, gives two messages
    /// and lives on until the fleet is told of the end. It is interrupted when that does not come.
    CommandResult record_two_messages(std::vector<std::string> options) {
        std::jthread fleet;
        const FakeDroverd droverd(folder.state(), [&](const std::string&, const Json&) {
            fleet = std::jthread([run = RunDirectory::of_running(folder.state()).value()] {
                const std::string message = entry_of(EntryKind::published, "a message");
                const auto told = recorder_client(
                    run, "{\"fleet\":\"desk\",\"rules\":[],\"agents\":[],\"types\":[]}\n");
                const auto agent = recorder_client(run, life_of("risk") + message + message);
                pollfd end{told.number(), POLLIN, 0};
                if (::poll(&end, 1, 20'000) != 1) {
                    ADD_FAILURE() << "the recording did not end by itself";
                    ::kill(::getpid(), SIGINT);
                }
            });
            return good(Json::object());
        });
        options.insert(
            options.begin(),
            {"record", "-O", folder.path() / "new.recording", "--state-dir", folder.state()});
        return run_drover(std::move(options));
    }

    CommandFolder folder;
    std::filesystem::path state = folder.state();
    std::string file = folder.path() / "old.recording";
    CLI::App app;
    RecordingVerbs::Verbs verbs;
    RecordingVerbs recordings;
};

}  // namespace

TEST_F(RecordingVerbsTest, look_only_into_files_that_are_there) {
    const std::string none = folder.path() / "none";
    EXPECT_THAT(told({"replay", none, "--agent", "risk"}), HasSubstr(none));
    EXPECT_THAT(told({"replay", file, "--agent", "risk", "--plugin", none}), HasSubstr(none));
    EXPECT_THAT(told({"parity", none}), HasSubstr(none));
    EXPECT_THAT(told({"why", "5c1d", "--recording", none}), HasSubstr(none));
    EXPECT_EQ(told({"replay", file, "--agent", "risk", "--plugin", file}), "");
    EXPECT_EQ(told({"parity", file}), "");
    EXPECT_EQ(told({"why", "5c1d", "--recording", file}), "");
}

TEST_F(RecordingVerbsTest, name_what_is_missing) {
    EXPECT_THAT(told({"record", "order.>"}), HasSubstr("-O"));
    EXPECT_THAT(told({"replay", file}), HasSubstr("--agent"));
    EXPECT_THAT(told({"replay", "--agent", "risk"}), HasSubstr("FILE"));
    EXPECT_THAT(told({"why", "--recording", file}), HasSubstr("ORDER_ID"));
}

TEST_F(RecordingVerbsTest, hand_the_fleet_the_patterns_and_agents_of_a_recording) {
    Json wish;
    const FakeDroverd droverd(folder.state(), [&](const std::string& method, const Json&) {
        if (method == "record") {
            const auto run = RunDirectory::of_running(folder.state()).value();
            wish = parse_json(read_file_text(run.recorder_wish()).value_or("")).value();
            ::kill(::getpid(), SIGINT);
        }
        return good(Json::object());
    });
    const std::string made = folder.path() / "new.recording";
    ASSERT_EQ(told({"record", "order.>", "market.*", "-O", made, "--agent", "risk", "broker"}), "");
    ASSERT_TRUE(verbs.front().first->parsed());
    EXPECT_EQ(verbs.front().second(), 0);
    EXPECT_EQ(wish.at("patterns"), Json::array({"order.>", "market.*"}));
    EXPECT_EQ(wish.at("agents"), Json::array({"risk", "broker"}));
}

TEST_F(RecordingVerbsTest, end_a_recording_after_so_many_messages) {
    const CommandResult result = record_two_messages({"--count", "2"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_THAT(result.output, HasSubstr("and 2 published, 3 entries in 1 lives of agents"));
}

TEST_F(RecordingVerbsTest, end_a_recording_so_long_after_the_first_message) {
    const CommandResult result = record_two_messages({"--duration", "1ms"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_THAT(result.output, HasSubstr("and 2 published"));
}

}  // namespace drover::test
