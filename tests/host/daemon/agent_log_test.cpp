// What an agent writes is masked, capped and remembered.
#include "daemon/agent_log.hpp"

#include <fstream>
#include <vector>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;
using test::ScratchFolder;

class AgentLogs : public ::testing::Test {
protected:
    AgentLog& open(const LogConfig& config) {
        log_.emplace(std::move(AgentLog::open(file_, config).value()));
        return *log_;
    }
    void add(const std::string& line, std::chrono::milliseconds after = 0ms) {
        log_->add({"risk", 42, "stdout", 7, 3}, line, begin_ + after);
    }
    std::vector<Json> logged() {
        log_->flush();
        std::vector<Json> records;
        std::ifstream file(file_);
        for (std::string line; std::getline(file, line);) {
            records.push_back(Json::parse(line));
        }
        return records;
    }
    std::vector<std::string> messages() {
        std::vector<std::string> texts;
        for (const Json& record : logged()) {
            texts.push_back(record.at("message"));
        }
        return texts;
    }

    ScratchFolder scratch_;
    std::filesystem::path file_ = scratch_.path() / "risk.log";
    std::optional<AgentLog> log_;
    Monotonic begin_ = monotonic_now();
};

TEST_F(AgentLogs, name_run_and_life_in_each_record) {
    open({});
    add("one");
    const Json record = logged().at(0);
    EXPECT_EQ(record.at("run"), 7);
    EXPECT_EQ(record.at("life"), 3);
    EXPECT_EQ(record.at("pid"), 42);
}

TEST_F(AgentLogs, write_no_more_lines_a_second_than_allowed_and_count_the_rest) {
    open({.rate = 3});
    for (int line = 0; line < 10; ++line) {
        add("line " + std::to_string(line));
    }
    EXPECT_EQ(messages().size(), 3U);
    log_->tell_missing(begin_ + 500ms);
    EXPECT_EQ(messages().size(), 3U) << "the second is not over";
    log_->tell_missing(begin_ + 1s);
    EXPECT_EQ(messages().back(), "7 lines suppressed: more than 3 in a second (log.rate)");
    EXPECT_EQ(logged().back().at("stream"), "droverd");
    EXPECT_EQ(logged().back().at("level"), "warning");
    add("again", 1s);
    EXPECT_EQ(messages().back(), "again");
}

TEST_F(AgentLogs, tell_of_suppressed_lines_before_the_next_one_and_when_a_life_is_over) {
    open({.rate = 1});
    add("first");
    add("lost");
    add("next", 1100ms);
    EXPECT_EQ(messages(),
              (std::vector<std::string>{
                  "first", "1 lines suppressed: more than 1 in a second (log.rate)", "next"}));
    add("lost too", 1200ms);
    log_->tell_missing();
    EXPECT_EQ(messages().back(), "1 lines suppressed: more than 1 in a second (log.rate)");
}

TEST_F(AgentLogs, suppress_nothing_without_a_rate) {
    open({.rate = 0});
    for (int line = 0; line < 5000; ++line) {
        add("x");
    }
    EXPECT_EQ(messages().size(), 5000U);
}

TEST_F(AgentLogs, do_not_count_the_words_of_droverd) {
    open({.rate = 1});
    log_->note({"risk", 42, "", 7, 3}, "info", "life 3 begins");
    add("first");
    EXPECT_EQ(messages(), (std::vector<std::string>{"life 3 begins", "first"}));
}

TEST_F(AgentLogs, remember_the_last_fifty_lines_of_a_life_suppressed_ones_too) {
    open({.rate = 1});
    add("of an earlier life");
    log_->begin_life();
    for (int line = 0; line < 60; ++line) {
        add("line " + std::to_string(line));
    }
    const auto last = log_->last_lines();
    ASSERT_EQ(last.size(), 50U);
    EXPECT_EQ(Json::parse(last.front()).at("message"), "line 10");
    EXPECT_EQ(Json::parse(last.back()).at("message"), "line 59");
    log_->begin_life();
    EXPECT_TRUE(log_->last_lines().empty());
}

TEST_F(AgentLogs, hide_secrets_in_the_file_and_in_the_last_lines) {
    open({});
    log_->hide({"hunter2"});
    add("password hunter2, again hunter2");
    add(R"({"level":"error","message":"login as \"hunter2\" failed"})");
    log_->note({"risk", 42, "", 7, 3}, "info", "ended: hunter2 is wrong");
    for (const Json& record : logged()) {
        EXPECT_EQ(record.dump().find("hunter2"), std::string::npos) << record;
        EXPECT_NE(record.dump().find("***"), std::string::npos) << record;
    }
    for (const std::string& record : log_->last_lines()) {
        EXPECT_EQ(record.find("hunter2"), std::string::npos) << record;
    }
}

TEST_F(AgentLogs, turn_files_over_at_the_size_and_the_number_that_are_asked_for) {
    open({.max_size = std::uint64_t{64} << 10U, .max_files = 2, .rate = 0});
    for (int line = 0; line < 4000; ++line) {
        add(std::string(100, 'x'));
    }
    log_->flush();
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(scratch_.path())) {
        ++files;
        EXPECT_LE(entry.file_size(), std::uint64_t{64} << 10U);
    }
    EXPECT_EQ(files, 2U);
}

TEST_F(AgentLogs, keep_less_from_now_on_when_told_so) {
    open({.rate = 0});
    add("before");
    ASSERT_TRUE(log_->keep({.rate = 1}));
    add("one");
    add("two");
    EXPECT_EQ(messages(), (std::vector<std::string>{"before", "one"}));
}

TEST(SecretMask, hides_the_longest_value_first) {
    const SecretMask mask({"abc", "abcdef"});
    EXPECT_EQ(mask.masked("abcdef abc"), "*** ***");
}

TEST(SecretMask, hides_each_line_of_a_value_with_several) {
    const SecretMask mask({"-----BEGIN KEY-----\nMIIEow\n}\n-----END KEY-----\n"});
    EXPECT_EQ(mask.masked("MIIEow"), "***");
    EXPECT_EQ(mask.masked("}"), "}");
}

TEST(SecretMask, passes_over_empty_values) {
    EXPECT_EQ(SecretMask({"", "\n"}).masked("text"), "text");
}

TEST(SecretMask, hides_a_value_that_ends_with_a_line_end_however_short) {
    EXPECT_EQ(SecretMask({"xy\n"}).masked("pin xy"), "pin ***");
}

TEST_F(AgentLogs, hide_a_secret_also_where_a_long_last_line_is_cut) {
    AgentLog& log = open({});
    log.hide({"s3cr3t-key"});
    add(std::string(4090, 'x') + "s3cr3t-key");
    EXPECT_EQ(log.last_lines().at(0).find("s3cr"), std::string::npos);
    EXPECT_EQ(messages().at(0), std::string(4090, 'x') + "***");
}

}  // namespace
}  // namespace drover
