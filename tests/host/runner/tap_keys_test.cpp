/// The files with the keys of a tap over tcp.
#include "runner/tap_keys.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace drover {
namespace {

class TapKeysTest : public ::testing::Test {
protected:
    TapKeysTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "drover-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~TapKeysTest() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path write(const std::string& text) const {
        std::ofstream(folder_ / "file") << text;
        return folder_ / "file";
    }

    std::filesystem::path folder_;
};

TEST_F(TapKeysTest, gives_the_same_pair_again_from_a_file_for_its_owner_alone) {
    const auto file = folder_ / "server.key";
    const auto made = read_or_make_key_file(file);
    ASSERT_TRUE(made);
    EXPECT_EQ(std::filesystem::status(file).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const auto read = read_or_make_key_file(file);
    ASSERT_TRUE(read);
    EXPECT_EQ(read.value().public_key, made.value().public_key);
    EXPECT_EQ(read.value().secret_key, made.value().secret_key);
}

TEST_F(TapKeysTest, refuses_a_file_that_others_may_read) {
    const auto file = folder_ / "server.key";
    ASSERT_TRUE(read_or_make_key_file(file));
    std::filesystem::permissions(
        file, std::filesystem::perms::group_read, std::filesystem::perm_options::add);
    const auto read = read_or_make_key_file(file);
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message.find("chmod 600"), std::string::npos) << read.error().message;
}

TEST_F(TapKeysTest, refuses_a_file_without_keys) {
    const auto file = write("curve\n    public-key = \"too short\"\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    const auto read = read_or_make_key_file(file);
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message.find("holds no key pair"), std::string::npos);
}

TEST_F(TapKeysTest, never_writes_over_a_key) {
    ASSERT_TRUE(make_key_file(folder_ / "notebook.key"));
    const auto again = make_key_file(folder_ / "notebook.key");
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().message.find("choose another name"), std::string::npos);
}

TEST_F(TapKeysTest, reads_who_may_listen) {
    const std::string first = make_curve_keys().value().public_key;
    const std::string second = make_curve_keys().value().public_key;
    const auto file = write("# who may listen\n\n" + first + " the notebook\n" + second + "\n");
    const auto clients = read_tap_clients(file);
    ASSERT_TRUE(clients);
    EXPECT_EQ(clients.value().size(), 2U);
    EXPECT_EQ(clients.value().at(first), "the notebook");
    EXPECT_TRUE(clients.value().contains(second));
}

TEST_F(TapKeysTest, allows_nobody_without_the_file_and_names_a_line_that_is_no_key) {
    EXPECT_TRUE(read_tap_clients(folder_ / "missing").value().empty());
    const auto clients = read_tap_clients(write("\nnotebook\n"));
    ASSERT_FALSE(clients);
    EXPECT_NE(clients.error().message.find("file:2: 'notebook' is no public key"),
              std::string::npos)
        << clients.error().message;
}

}  // namespace
}  // namespace drover
