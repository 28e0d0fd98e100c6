// What children write becomes lines of a log, whatever they write.
#include "daemon/output_pipe.hpp"

#include <fstream>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using test::ScratchFolder;

/// One stream of an agent named risk, into a log in a scratch folder.
class OutputPipes : public ::testing::Test {
protected:
    explicit OutputPipes(std::string stream = "stdout") {
        auto pipe = make_pipe();
        writing_ = std::move(pipe.value().writing);
        output_ = std::make_unique<OutputPipe>(
            std::move(pipe.value().reading), LogSource{"risk", 42, std::move(stream), 1, 1}, log_);
    }

    void write(const std::string& text) {
        ASSERT_EQ(::write(writing_.number(), text.data(), text.size()),
                  static_cast<ssize_t>(text.size()));
    }
    std::vector<Json> logged() const {
        std::vector<Json> records;
        std::ifstream file(scratch_.path() / "log");
        for (std::string line; std::getline(file, line);) {
            records.push_back(Json::parse(line));
        }
        return records;
    }

    ScratchFolder scratch_;
    AgentLog log_ = std::move(AgentLog::open(scratch_.path() / "log", {.rate = 0}).value());
    FileDescriptor writing_;
    std::unique_ptr<OutputPipe> output_;
};

class ErrorPipes : public OutputPipes {
protected:
    ErrorPipes() : OutputPipes("stderr") {}
};

TEST_F(OutputPipes, log_each_line_with_its_source) {
    write("one\ntwo\n");
    EXPECT_TRUE(output_->read_some());
    const auto records = logged();
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].at("agent"), "risk");
    EXPECT_EQ(records[0].at("pid"), 42);
    EXPECT_EQ(records[0].at("stream"), "stdout");
    EXPECT_EQ(records[0].at("level"), "info");
    EXPECT_EQ(records[0].at("message"), "one");
    EXPECT_FALSE(records[0].at("time").get<std::string>().empty());
    EXPECT_EQ(records[1].at("message"), "two");
}

TEST_F(ErrorPipes, give_plain_lines_the_level_warning) {
    write("careful\n");
    output_->read_some();
    EXPECT_EQ(logged().at(0).at("level"), "warning");
}

TEST_F(OutputPipes, keep_level_time_and_message_of_the_runners_own_log) {
    write(R"({"time":"2020-01-02T00:00:00Z","level":"error","speaker":"x","message":"no cash"})"
          "\n");
    output_->read_some();
    const Json record = logged().at(0);
    EXPECT_EQ(record.at("time"), "2020-01-02T00:00:00Z");
    EXPECT_EQ(record.at("level"), "error");
    EXPECT_EQ(record.at("message"), "no cash");
    EXPECT_EQ(record.at("agent"), "risk");
}

TEST_F(OutputPipes, take_other_json_as_plain_text) {
    write("{\"level\":3,\"message\":\"x\"}\n{\"price\":1}\n{broken\n");
    output_->read_some();
    const auto records = logged();
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(records[0].at("message"), "{\"level\":3,\"message\":\"x\"}");
    EXPECT_EQ(records[2].at("message"), "{broken");
}

TEST_F(OutputPipes, join_a_line_that_comes_in_pieces) {
    write("half");
    EXPECT_TRUE(output_->read_some());
    EXPECT_TRUE(logged().empty());
    write(" and half\n");
    output_->read_some();
    EXPECT_EQ(logged().at(0).at("message"), "half and half");
}

TEST_F(OutputPipes, split_lines_above_eight_kibibytes) {
    write(std::string(20000, 'x') + "\n");
    while (logged().size() < 3) {
        ASSERT_TRUE(output_->read_some());
    }
    const auto records = logged();
    EXPECT_EQ(records[0].at("message").get<std::string>().size(), 8192U);
    EXPECT_EQ(records[2].at("message").get<std::string>().size(), 20000U - 2 * 8192U);
}

TEST_F(OutputPipes, log_the_last_line_that_has_no_end) {
    write("last words");
    writing_.close();
    while (output_->read_some()) {
    }
    EXPECT_EQ(logged().at(0).at("message"), "last words");
}

TEST_F(OutputPipes, do_not_wait_for_a_writer_that_lives_on) {
    write("first\nsecond");
    output_->finish();
    ASSERT_EQ(logged().size(), 2U);
    EXPECT_EQ(logged()[1].at("message"), "second");
}

TEST_F(OutputPipes, take_only_a_part_of_a_flood_at_once) {
    write(std::string(60000, '\n') + "end\n");
    output_->read_some();
    EXPECT_TRUE(logged().empty()) << "one turn must not read everything";
    output_->finish();
    EXPECT_EQ(logged().at(0).at("message"), "end");
}

TEST_F(OutputPipes, survive_bytes_that_are_no_text) {
    write(std::string("\xff\xfe\0\x01", 4) + "\n");
    output_->read_some();
    EXPECT_EQ(logged().size(), 1U);
}

TEST(RotatingLog, keeps_five_files_of_ten_mebibytes) {
    const ScratchFolder scratch;
    auto log = RotatingLog::open(scratch.path() / "risk.log");
    ASSERT_TRUE(log);
    const std::string line(std::size_t{1} << 16U, 'x');
    for (int i = 0; i < 16 * 10 * 6; ++i) {
        log.value().write(line);
    }
    log.value().flush();
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(scratch.path())) {
        ++files;
        EXPECT_LE(entry.file_size(), std::size_t{10} << 20U);
    }
    EXPECT_EQ(files, 5U);
}

TEST(RotatingLog, tells_when_it_cannot_be_opened) {
    const ScratchFolder scratch;
    std::ofstream(scratch.path() / "file") << "x";
    EXPECT_FALSE(RotatingLog::open(scratch.path() / "file" / "risk.log"));
}

TEST_F(OutputPipes, hide_a_secret_also_where_a_line_is_cut_for_its_length) {
    log_.hide({"s3cr3t-key"});
    for (const std::size_t before : {8183U, 8187U, 8191U}) {
        write(std::string(before, 'x') + "s3cr3");
        EXPECT_TRUE(output_->read_some());
        EXPECT_TRUE(output_->read_some());
        EXPECT_TRUE(output_->read_some());
        write("t-key and more\n");
        EXPECT_TRUE(output_->read_some());
    }
    std::string all;
    for (const Json& record : logged()) {
        all += record.at("message").get<std::string>() + "\n";
    }
    EXPECT_EQ(all.find("s3cr"), std::string::npos);
    EXPECT_EQ(all.find("-key"), std::string::npos);
    EXPECT_NE(all.find("***"), std::string::npos);
}

}  // namespace
}  // namespace drover
