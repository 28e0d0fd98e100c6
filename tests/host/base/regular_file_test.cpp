/// Files are opened; what is no file is refused and never waited for.
#include "base/regular_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_text.hpp"

namespace drover {
namespace {

class RegularFile : public testing::Test {
protected:
    RegularFile() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "regular-file-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
        ::mkfifo((folder / "pipe").c_str(), 0600);
    }
    ~RegularFile() override { std::filesystem::remove_all(folder); }
    std::filesystem::path folder;
};

TEST_F(RegularFile, is_opened_also_through_a_link) {
    std::ofstream(folder / "file") << "text";
    std::filesystem::create_symlink("file", folder / "link");
    const auto opened = open_regular_file(folder / "link");
    ASSERT_TRUE(opened);
    char text[4]{};
    EXPECT_EQ(::read(opened.value().number(), text, sizeof text), 4);
}

TEST_F(RegularFile, is_no_pipe_folder_or_device) {
    const auto sentence = [](const std::filesystem::path& file) {
        const auto opened = open_regular_file(file);
        return opened ? std::string() : opened.error().message;
    };
    EXPECT_EQ(sentence(folder / "pipe"),
              "This is a pipe, and only a file is read: write what it gives into a file, and name "
              "that.");
    EXPECT_EQ(sentence(folder), "This is a folder; name the file in it.");
    EXPECT_NE(sentence("/dev/zero").find("This is a device"), std::string::npos);
    EXPECT_EQ(sentence(folder / "none"), "The file cannot be opened: No such file or directory.");
}

TEST_F(RegularFile, is_all_that_is_read_whole) {
    EXPECT_FALSE(read_file_text(folder / "pipe"));
    EXPECT_EQ(errno, EINVAL);
    EXPECT_FALSE(read_file_text("/dev/zero"));
}

}  // namespace
}  // namespace drover
