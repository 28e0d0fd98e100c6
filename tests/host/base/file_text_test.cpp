/// Files that are read whole, and those that cannot be.
#include "base/file_text.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace drover {
namespace {

class FileText : public testing::Test {
protected:
    FileText() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "file-text-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
    }
    ~FileText() override { std::filesystem::remove_all(folder); }
    std::filesystem::path folder;
};

TEST_F(FileText, is_all_that_a_file_holds) {
    const std::string text = std::string(100'000, 'a') + '\0' + "end\n";
    std::ofstream(folder / "file", std::ios::binary) << text;
    EXPECT_EQ(read_file_text(folder / "file"), text);
    std::ofstream(folder / "empty").close();
    EXPECT_EQ(read_file_text(folder / "empty"), "");
}

TEST_F(FileText, is_nothing_without_a_file_and_says_so_by_errno) {
    errno = 0;
    EXPECT_FALSE(read_file_text(folder / "none"));
    EXPECT_EQ(errno, ENOENT);
}

TEST_F(FileText, is_nothing_where_the_kernel_refuses_to_read_and_throws_nothing) {
    errno = 0;
    EXPECT_FALSE(read_file_text(folder));
    EXPECT_EQ(errno, EISDIR);
    EXPECT_FALSE(read_file_text("/proc/self/mem"));
    EXPECT_EQ(errno, EIO);
}

}  // namespace
}  // namespace drover
