/// Telling a person what is wrong with a fleet's file.
#include "command/fleet_file.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"

namespace drover::test {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

namespace {

struct FleetFile : testing::Test {
    std::filesystem::path write(const std::string& name, const std::string& text) {
        std::ofstream(folder.path() / name) << text;
        return folder.path() / name;
    }
    /// What is printed, and the exit code, while nothing can be read.
    std::string errors_of(const std::filesystem::path& file, std::vector<Override> overrides = {}) {
        testing::internal::CaptureStderr();
        EXPECT_FALSE(read_fleet_file(file, overrides, exit_code));
        return testing::internal::GetCapturedStderr();
    }
    static Override override_of(const std::string& text) { return parse_override(text).value(); }

    CommandFolder folder;
    int exit_code = -1;
};

}  // namespace

TEST_F(FleetFile, has_its_faults_on_lines_of_their_own_without_control_characters) {
    testing::internal::CaptureStderr();
    print_faults({{{"agents.yaml", 3, 5}, "one \x1b[2J fault."}, {{"agents.yaml", 9, 1}, "two."}});
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              "agents.yaml:3:5: one \\x1b[2J fault.\nagents.yaml:9:1: two.\n");
}

TEST_F(FleetFile, that_is_wrong_itself_answers_1) {
    const auto file = write("agents.yaml", "agents: {a: {plugin: nowhere}}\n");
    EXPECT_THAT(errors_of(file), HasSubstr("agents.yaml:1:"));
    EXPECT_EQ(exit_code, 1);
}

TEST_F(FleetFile, that_only_the_command_line_makes_wrong_answers_2) {
    const auto plugin = write("p.so", "");
    const auto file = write("agents.yaml", "agents: {a: {plugin: ./p.so}}\n");
    EXPECT_THAT(errors_of(file, {override_of("b.key=1")}), Not(HasSubstr("agents.yaml:1:")));
    EXPECT_EQ(exit_code, 2);
}

TEST_F(FleetFile, that_a_droverd_kept_is_read_from_its_copy) {
    const auto copy = write(
        "running.json",
        R"({"file":"/desk/agents.yaml","text":"agents: {a: {plugin: nowhere}}\n","environment":"",)"
        R"("overlay":null})");
    testing::internal::CaptureStderr();
    EXPECT_FALSE(read_running_fleet(copy, {}, exit_code));
    EXPECT_THAT(testing::internal::GetCapturedStderr(),
                AllOf(HasSubstr("agents.yaml:1:"), HasSubstr("'nowhere'")));
    EXPECT_EQ(exit_code, 1);
}

TEST_F(FleetFile, whose_copy_cannot_be_read_names_it) {
    const auto copy = write("running.json", "{\"file\":");
    testing::internal::CaptureStderr();
    EXPECT_FALSE(read_running_fleet(copy, {}, exit_code));
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr(copy.string()));
    EXPECT_EQ(exit_code, 1);
}

}  // namespace drover::test
