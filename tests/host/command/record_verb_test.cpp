/// What `drover record` asks of a fleet, and what it refuses; tests/scenarios record real ones.
#include "command/record_verb.hpp"

#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fake_droverd.hpp"
#include "process/run_directory.hpp"
#include "recorder_client.hpp"
#include "recording/recording_reader.hpp"

namespace drover::test {

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// Files of this process take only so many bytes while it lives.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) {
        before_ = std::signal(SIGXFSZ, SIG_IGN);
        EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &limit_), 0);
        const rlimit less{bytes, limit_.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &less), 0);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit() {
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit_), 0);
        (void)std::signal(SIGXFSZ, before_);
    }

private:
    rlimit limit_{};
    void (*before_)(int) = nullptr;
};

/// A fleet that knows risk alone. Once all is arranged a recording of it is interrupted.
struct RecordVerb : testing::Test {
    ~RecordVerb() override {
        (void)std::signal(SIGINT, SIG_DFL);
        (void)std::signal(SIGTERM, SIG_DFL);
    }
    CommandResult drover(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(),
                         {"record", "-O", file(), "--state-dir", folder.state()});
        return run_drover(std::move(arguments));
    }
    /// Answers, and notes what was asked. `last` is the call behind which nothing more comes.
    Answers fleet(const std::string& last) {
        return [this, last](const std::string& method, const Json& params) {
            asked.push_back(method);
            if (method == "restart") {
                restarted = params;
            }
            if (method == "status" && params.at("names") != Json::array({"risk"})) {
                return bad(-32602, "There is no agent 'riks'.");
            }
            if (method == last) {
                ::kill(::getpid(), SIGINT);
            }
            return good(Json::object());
        };
    }
    [[nodiscard]] std::string file() const { return folder.path() / "a.recording"; }
    CommandFolder folder;
    std::vector<std::string> asked;
    Json restarted;
};

}  // namespace

TEST_F(RecordVerb, refuses_what_is_no_pattern) {
    const CommandResult result = drover({"market..bar"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.errors, HasSubstr("'market..bar' is no topic pattern"));
    EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(RecordVerb, refuses_whole_lives_of_a_few_topics) {
    const CommandResult result = drover({"order.>", "--restart"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.errors, HasSubstr("leave out either the patterns or --restart"));
}

TEST_F(RecordVerb, refuses_a_duration_of_nothing) {
    const CommandResult result = drover({"--duration", "0"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.errors, HasSubstr("--duration takes more than 0"));
    EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(RecordVerb, refuses_an_empty_name_of_a_file) {
    const CommandResult result = run_drover({"record", "-O", "", "--state-dir", folder.state()});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.errors, HasSubstr("-O takes the name of a new file"));
}

TEST_F(RecordVerb, answers_1_where_the_file_takes_no_more) {
    const FakeDroverd droverd(folder.state(), [&](const std::string&, const Json&) {
        const std::string name(128 << 10, 'x');
        (void)recorder_client(RunDirectory::of_running(folder.state()).value(),
                              R"({"fleet":")" + name +
                                  R"(","rules":[],"agents":[],"types":[]})"
                                  "\n");
        return good(Json::object());
    });
    const FileSizeLimit limit(64 << 10);
    const CommandResult result = drover({});
    EXPECT_EQ(result.exit_code, 1) << result.errors;
    EXPECT_THAT(result.errors, HasSubstr("cannot be written: File too large"));
}

TEST_F(RecordVerb, answers_1_where_the_file_cannot_be_made) {
    const CommandResult result =
        run_drover({"record", "-O", "/nonexistent/a.recording", "--state-dir", folder.state()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("/nonexistent/a.recording cannot be made"));
}

TEST_F(RecordVerb, cannot_restart_a_fleet_that_does_not_run) {
    EXPECT_EQ(drover({"--restart"}).exit_code, 4);
    EXPECT_EQ(drover({">", "--restart"}).exit_code, 4) << "every topic is no choice among topics";
}

TEST_F(RecordVerb, answers_2_to_an_agent_that_the_fleet_does_not_have) {
    const FakeDroverd droverd(folder.state(), fleet("none"));
    const CommandResult result = drover({"--agent", "riks"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.errors, "drover: There is no agent 'riks'.\n");
    EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(RecordVerb, invites_the_fleet_and_writes_a_whole_file_when_it_is_interrupted) {
    const FakeDroverd droverd(folder.state(), fleet("record"));
    const CommandResult result = drover({"--agent", "risk"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_THAT(asked, ElementsAre("status", "record"));
    EXPECT_THAT(result.errors, HasSubstr("Recording into " + file() + "; Ctrl-C ends it.\n"));
    EXPECT_THAT(result.output, HasSubstr(file() + ": 0 messages delivered and 0 published"));
    auto reader = RecordingReader::open(file());
    ASSERT_TRUE(reader);
    while (reader.value().next()) {
    }
    EXPECT_TRUE(reader.value().is_finished());
}

TEST_F(RecordVerb, warns_of_a_droverd_whose_names_it_cannot_read) {
    std::jthread joined;
    const FakeDroverd droverd(folder.state(), [&](const std::string&, const Json&) {
        joined = std::jthread([run = RunDirectory::of_running(folder.state()).value()] {
            const auto socket =
                recorder_client(run, "{\"fleets\":[],\"of\":\"another version\"}\n");
            pollfd end{socket.number(), POLLIN, 0};
            EXPECT_EQ(::poll(&end, 1, 30'000), 1) << "it is not turned away";
            ::kill(::getpid(), SIGINT);
        });
        return good(Json::object());
    });
    const CommandResult result = drover({});
    EXPECT_EQ(result.exit_code, 0);
    const std::size_t warning = result.errors.find("warning: What droverd says of its fleet");
    EXPECT_NE(warning, std::string::npos) << result.errors;
    EXPECT_EQ(result.errors.rfind("warning: "), warning) << "once is enough: " << result.errors;
    EXPECT_THAT(result.errors, HasSubstr("another version. The recording's names cannot be read"));
}

TEST_F(RecordVerb, answers_1_when_droverd_was_lost_and_prints_the_tally_all_the_same) {
    const FakeDroverd droverd(folder.state(), [&](const std::string&, const Json&) {
        (void)recorder_client(RunDirectory::of_running(folder.state()).value(),
                              R"({"fleet":"desk","rules":[],"agents":[],"types":[]})"
                              "\n");
        return good(Json::object());
    });
    const CommandResult result = drover({});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("droverd was lost during the recording."));
    EXPECT_THAT(result.output, HasSubstr(file() + ": 0 messages delivered"));
}

TEST_F(RecordVerb, restarts_all_agents_or_those_that_are_named) {
    {
        const FakeDroverd droverd(folder.state(), fleet("restart"));
        EXPECT_EQ(drover({"--restart"}).exit_code, 0);
    }
    EXPECT_THAT(asked, ElementsAre("record", "restart"));
    EXPECT_EQ(restarted.at("all"), true);
    EXPECT_THAT(restarted.at("by").get<std::string>(), HasSubstr("record --restart"));
    std::filesystem::remove(file());
    asked.clear();
    {
        const FakeDroverd droverd(folder.state(), fleet("restart"));
        EXPECT_EQ(drover({"--agent", "risk", "--restart"}).exit_code, 0);
    }
    EXPECT_THAT(asked, ElementsAre("status", "record", "restart"));
    EXPECT_EQ(restarted.at("names"), Json::array({"risk"}));
    EXPECT_FALSE(restarted.contains("all"));
}

TEST_F(RecordVerb, ends_with_the_sentence_of_a_fleet_that_does_not_join) {
    const FakeDroverd droverd(folder.state(), [](const std::string&, const Json&) {
        return bad(1, "The fleet is shutting down.");
    });
    const CommandResult result = drover({});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.errors, "drover: The fleet is shutting down.\n");
}

TEST_F(RecordVerb, never_takes_the_place_of_another_file) {
    const FakeDroverd droverd(folder.state(), fleet("record"));
    ASSERT_EQ(drover({}).exit_code, 0);
    const CommandResult again = drover({});
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_THAT(again.errors, HasSubstr("is there already"));
}

}  // namespace drover::test
