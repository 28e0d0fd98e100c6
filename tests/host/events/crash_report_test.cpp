// Reports of crashes are kept, and not too many of them.
#include "events/crash_report.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

CrashReport report_of(const std::string& agent, std::uint64_t life) {
    CrashReport report;
    report.agent = agent;
    report.life = life;
    report.reason = "killed by SIGSEGV";
    return report;
}

TEST(CrashReports, give_back_the_last_one_of_an_agent) {
    const test::ScratchFolder scratch;
    const CrashReports reports(scratch.path() / "crashes");
    CrashReport report = report_of("risk", 9);
    report.backtrace.push_back({"/lib/risk.so", 16, 5, 6});
    report.last_lines = {R"({"message":"bye"})"};
    ASSERT_TRUE(reports.save(report_of("risk", 2)));
    ASSERT_TRUE(reports.save(report));
    ASSERT_TRUE(reports.save(report_of("broker", 11)));
    const auto last = reports.last("risk");
    ASSERT_TRUE(last);
    EXPECT_EQ(last->at("life"), 9);
    EXPECT_EQ(last->at("backtrace")[0].at("module"), "/lib/risk.so");
    EXPECT_EQ(last->at("last_lines")[0].at("message"), "bye");
    EXPECT_TRUE(last->at("fault_address").is_null());
    EXPECT_FALSE(reports.last("advisor"));
}

TEST(CrashReports, keep_the_last_ten_lives_by_number) {
    const test::ScratchFolder scratch;
    const CrashReports reports(scratch.path());
    for (std::uint64_t life = 5; life <= 19; ++life) {
        ASSERT_TRUE(reports.save(report_of("risk", life)));
    }
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(scratch.path() / "risk")) {
        ++files;
        EXPECT_NE(entry.path().filename(), "9.json");
    }
    EXPECT_EQ(files, CrashReports::most);
    EXPECT_EQ(reports.last("risk")->at("life"), 19);
}

TEST(CrashReports, pass_over_what_is_damaged) {
    const test::ScratchFolder scratch;
    const CrashReports reports(scratch.path());
    ASSERT_TRUE(reports.save(report_of("risk", 1)));
    std::ofstream(scratch.path() / "risk" / "2.json") << "{";
    EXPECT_EQ(reports.last("risk")->at("life"), 1);
}

TEST(CrashReports, say_why_they_cannot_be_written) {
    const test::ScratchFolder scratch;
    std::ofstream(scratch.path() / "risk") << "a file";
    const auto saved = CrashReports(scratch.path()).save(report_of("risk", 1));
    ASSERT_FALSE(saved);
    EXPECT_NE(saved.error().message.find("risk/1.json"), std::string::npos);
}

}  // namespace
}  // namespace drover
