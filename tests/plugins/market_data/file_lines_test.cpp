/// The lines of a file, whatever its blocks cut through.
#include "market_data/file_lines.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <drover/agent.hpp>

namespace drover {
namespace {

class FileLinesTest : public ::testing::Test {
protected:
    FileLinesTest() {
        std::string name = (std::filesystem::temp_directory_path() / "file-lines-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }
    ~FileLinesTest() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string path() const { return (folder_ / "lines.txt").string(); }
    [[nodiscard]] static std::vector<std::string> lines_of(const std::string& path) {
        FileLines lines(path);
        std::vector<std::string> all;
        for (std::string_view line; lines.next(line);) {
            all.emplace_back(line);
        }
        return all;
    }
    [[nodiscard]] std::vector<std::string> lines_of_text(const std::string& text) const {
        std::ofstream(path(), std::ios::binary) << text;
        return lines_of(path());
    }

    std::filesystem::path folder_;
};

TEST_F(FileLinesTest, are_cut_at_line_feeds_with_or_without_a_carriage_return) {
    EXPECT_EQ(lines_of_text("one\r\n\ntwo\nthree"),
              (std::vector<std::string>{"one", "", "two", "three"}));
    EXPECT_EQ(lines_of_text("one\n"), std::vector<std::string>{"one"});
    EXPECT_TRUE(lines_of_text("").empty());
}

TEST_F(FileLinesTest, are_whole_where_a_block_ends_within_them) {
    std::string text;
    std::vector<std::string> expected;
    for (int row = 0; row < 60'000; ++row) {
        expected.push_back("row " + std::to_string(row * 7919));
        text += expected.back() + "\n";
    }
    EXPECT_EQ(lines_of_text(text), expected);
}

TEST_F(FileLinesTest, may_be_longer_than_a_block) {
    const std::string longest(500'000, 'x');
    EXPECT_EQ(lines_of_text("short\n" + longest + "\nshort"),
              (std::vector<std::string>{"short", longest, "short"}));
}

TEST_F(FileLinesTest, come_from_a_pipe_as_well) {
    ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
    std::thread writer([this] { std::ofstream(path()) << "one\ntwo\n"; });
    EXPECT_EQ(lines_of(path()), (std::vector<std::string>{"one", "two"}));
    writer.join();
}

TEST_F(FileLinesTest, fail_with_the_reason_of_the_system) {
    EXPECT_THROW(lines_of((folder_ / "absent").string()), Failure);
    EXPECT_THROW(lines_of(folder_.string()), Failure);
}

TEST_F(FileLinesTest, fail_at_a_line_that_never_ends_instead_of_filling_the_memory) {
    EXPECT_THROW(lines_of("/dev/zero"), Failure);
}

}  // namespace
}  // namespace drover
