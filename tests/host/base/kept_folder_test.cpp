/// That names are forced to the disk: this program's own fsync writes down of what.
#include "base/kept_folder.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

std::vector<std::string>& synced() {
    static std::vector<std::string> names;
    return names;
}

}  // namespace

/// In place of the library's.
extern "C" int fsync(int descriptor) {
    const auto name = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor));
    synced().push_back(name.filename().string());
    return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

namespace drover {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class KeptFolder : public ::testing::Test {
protected:
    KeptFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "kept-folder-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
        synced().clear();
    }
    ~KeptFolder() override { std::filesystem::remove_all(folder); }
    std::filesystem::path folder;
};

TEST_F(KeptFolder, forces_each_new_name_to_the_disk_from_above) {
    EXPECT_FALSE(make_kept_folders(folder / "state" / "router" / "log"));
    EXPECT_TRUE(std::filesystem::is_directory(folder / "state" / "router" / "log"));
    EXPECT_THAT(synced(), ElementsAre(folder.filename().string(), "state", "router"));
}

TEST_F(KeptFolder, forces_nothing_where_the_folder_is_there) {
    EXPECT_FALSE(make_kept_folders(folder));
    EXPECT_FALSE(make_kept_folders(folder / ""));
    EXPECT_THAT(synced(), IsEmpty());
}

TEST_F(KeptFolder, says_why_a_folder_cannot_be_made_or_forced) {
    EXPECT_EQ(make_kept_folders("/proc/nothing"), std::errc::no_such_file_or_directory);
    EXPECT_EQ(sync_folder(folder / "none"), std::errc::no_such_file_or_directory);
}

}  // namespace
}  // namespace drover
