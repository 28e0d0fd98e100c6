/// What a support bundle holds, and what it must not hold.
#include <fstream>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"
#include "shell_output.hpp"

namespace drover::test {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

namespace {

struct SupportBundle : testing::Test {
    std::filesystem::path write(const std::filesystem::path& name, const std::string& text) {
        const auto file = folder.path() / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
        return file;
    }
    CommandResult bundle() {
        return run_drover({"support-bundle",
                           "--state-dir",
                           folder.state().string(),
                           "-f",
                           (folder.path() / "agents.yaml").string(),
                           "-O",
                           packed.string()});
    }
    std::string names() const {
        return shell_output("tar --list --file '" + packed.string() + "'");
    }
    /// What a file of the bundle holds.
    std::string text_of_file(const std::string& name) const {
        return shell_output("tar --extract --to-stdout --wildcards --file '" + packed.string() +
                            "' '*/" + name + "'");
    }

    CommandFolder folder;
    std::filesystem::path packed = folder.path() / "bundle.tar.gz";
};

constexpr const char* quiet_fleet = "agents:\n  a:\n    plugin: nowhere\n";

}  // namespace

TEST_F(SupportBundle, of_a_fleet_that_does_not_run_holds_what_lies_there) {
    write("agents.yaml", quiet_fleet);
    write("state/logs/risk.log", "a line of risk\n");
    write("state/events/events.1.jsonl", "{}\n");
    write("state/crashes/risk/7.json", "{\"signal\":11}\n");
    write("state/router/log/segment", "not for strangers");
    const CommandResult made = bundle();
    EXPECT_EQ(made.exit_code, 0) << made.errors;
    EXPECT_THAT(made.output, HasSubstr("look through it before you send it"));
    EXPECT_THAT(names(),
                AllOf(HasSubstr("/status.txt\n"),
                      HasSubstr("/doctor.txt\n"),
                      HasSubstr("/config/agents.yaml\n"),
                      HasSubstr("/logs/risk.log\n"),
                      HasSubstr("/events/events.1.jsonl\n"),
                      HasSubstr("/crashes/risk/7.json\n"),
                      Not(HasSubstr("segment"))));
    EXPECT_EQ(text_of_file("logs/risk.log"), "a line of risk\n");
    EXPECT_EQ(std::filesystem::status(packed).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(SupportBundle, of_a_running_fleet_asks_it_about_itself_and_each_agent) {
    write("agents.yaml", quiet_fleet);
    const FakeDroverd droverd(folder.state(), [](const std::string& method, const Json& params) {
        if (method == "status") {
            return good(status_of({agent("risk", "running", "healthy", "ready", 77)}));
        }
        return method == "describe" ? good({{"about", params.at("name")}})
                                    : bad(-32601, "no such method");
    });
    const CommandResult made = bundle();
    EXPECT_EQ(made.exit_code, 0) << made.errors;
    EXPECT_THAT(text_of_file("status.json"), HasSubstr("\"desk\""));
    EXPECT_THAT(text_of_file("agents/risk.json"), HasSubstr("\"about\": \"risk\""));
    EXPECT_THAT(names(), Not(HasSubstr("status.txt")));
}

TEST_F(SupportBundle, hides_secrets_by_their_keys_and_by_their_values) {
    const auto secret = write("token.txt", "s3cr3t-of-the-venue\n");
    std::filesystem::permissions(secret, std::filesystem::perms::owner_read);
    write("agents.yaml",
          "agents:\n  a:\n    plugin: nowhere\n    secrets: {venue: " + secret.string() +
              "}\n    config: {password: hunter22}\n");
    write("state/logs/a.log", "logged in with s3cr3t-of-the-venue, alas\n");
    const CommandResult made = bundle();
    EXPECT_EQ(made.exit_code, 0) << made.errors;
    EXPECT_EQ(text_of_file("logs/a.log"), "logged in with ***, alas\n");
    EXPECT_THAT(text_of_file("config/agents.yaml"), Not(HasSubstr("hunter22")));
}

TEST_F(SupportBundle, holds_of_a_long_log_its_end_from_the_beginning_of_a_line) {
    write("agents.yaml", quiet_fleet);
    std::string text = "the very first line\n";
    while (text.size() < 2'100'000) {
        text += "one of very many lines of about this length\n";
    }
    write("state/logs/risk.log", text + "the last line\n");
    ASSERT_EQ(bundle().exit_code, 0);
    const std::string kept = text_of_file("logs/risk.log");
    EXPECT_LE(kept.size(), 2'000'000U);
    EXPECT_GT(kept.size(), 1'900'000U);
    EXPECT_THAT(kept.substr(0, 60), testing::StartsWith("one of very many lines"));
    EXPECT_TRUE(kept.ends_with("the last line\n"));
}

TEST_F(SupportBundle, that_cannot_be_written_leaves_nothing_behind) {
    write("agents.yaml", quiet_fleet);
    packed = folder.path() / "nowhere" / "bundle.tar.gz";
    const CommandResult made = bundle();
    EXPECT_EQ(made.exit_code, 1);
    EXPECT_THAT(made.errors, HasSubstr("cannot be written"));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "nowhere"));
}

}  // namespace drover::test
