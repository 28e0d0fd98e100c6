/// How doctor tells what it has found.
#include "command/doctor_verb.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"

namespace drover::test {

using testing::HasSubstr;

TEST(DoctorVerb, tells_a_check_in_one_line_with_what_to_do) {
    EXPECT_EQ(doctor_text({{"disk", Verdict::ok, "9 GB are free", ""},
                           {"open-files", Verdict::warn, "few", "ulimit -n 1024."},
                           {"sockets", Verdict::fail, "A sentence.", "Another."}}),
              "ok    disk        9 GB are free\n"
              "warn  open-files  few. ulimit -n 1024.\n"
              "fail  sockets     A sentence. Another.\n");
}

TEST(DoctorVerb, fails_as_a_whole_when_one_check_does) {
    const std::vector<CheckResult> warned{{"a", Verdict::ok, "x", ""},
                                          {"b", Verdict::warn, "y", "z"}};
    EXPECT_EQ(doctor_json(warned).at("ok"), true);
    EXPECT_TRUE(doctor_json(warned).at("checks").at(0).at("advice").is_null());
    const std::vector<CheckResult> failed{{"a", Verdict::fail, "x", "y"}};
    EXPECT_EQ(doctor_json(failed).at("ok"), false);
}

TEST(DoctorVerb, writes_out_what_would_change_the_terminal) {
    EXPECT_EQ(doctor_text({{"fleet", Verdict::fail, "agent '\x1b[2J'", "Rename\nit."}}),
              "fail  fleet  agent '\\x1b[2J'. Rename\\nit.\n");
}

TEST(DoctorVerb, answers_1_and_names_the_check_that_failed) {
    const CommandFolder folder;
    std::ofstream(folder.state()) << "a file";
    const std::vector<std::string> verb{
        "doctor", "--state-dir", folder.state(), "-f", folder.path() / "none.yaml"};
    const CommandResult result = run_drover(verb);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.output, HasSubstr("fail  state-directory"));
    EXPECT_EQ(result.errors, "");
}

TEST(DoctorVerb, prints_the_same_checks_as_json) {
    const CommandFolder folder;
    const CommandResult result =
        run_drover({"doctor", "-o", "json", "--state-dir", folder.state()});
    const auto document = parse_json(result.output);
    ASSERT_TRUE(document) << result.output;
    EXPECT_EQ(document.value().at("ok"), result.exit_code == 0);
    const Json& checks = document.value().at("checks");
    const auto run = run_checks({folder.state(), "agents.yaml", false});
    ASSERT_EQ(checks.size(), run.size());
    for (std::size_t at = 0; at < run.size(); ++at) {
        EXPECT_EQ(checks[at].at("name"), run[at].name);
    }
}

}  // namespace drover::test
