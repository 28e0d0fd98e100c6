// Where sockets lie, and who may enter there.
#include "process/run_directory.hpp"

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using test::ScratchFolder;

class RunDirectories : public ::testing::Test {
protected:
    RunDirectories() { ::setenv("XDG_RUNTIME_DIR", scratch_.path().c_str(), 1); }
    ~RunDirectories() override { ::unsetenv("XDG_RUNTIME_DIR"); }

    ScratchFolder scratch_;
    std::filesystem::path state_ = scratch_.path() / "state";
    std::filesystem::path ours_ = scratch_.path() / ("drover-" + std::to_string(::geteuid()));
};

TEST_F(RunDirectories, lie_in_the_users_runtime_folder) {
    const auto run = RunDirectory::locate(state_);
    ASSERT_TRUE(run);
    EXPECT_EQ(run.value().path().parent_path(), ours_);
    EXPECT_EQ(run.value().path().filename().string().size(), 16U);
    EXPECT_EQ(run.value().control_socket(), run.value().path() / "control");
    EXPECT_FALSE(std::filesystem::exists(ours_)) << "locating must not make anything";
}

TEST_F(RunDirectories, fall_back_to_the_temporary_folder) {
    ::unsetenv("XDG_RUNTIME_DIR");
    const auto run = RunDirectory::locate(state_);
    ASSERT_TRUE(run);
    EXPECT_EQ(run.value().path().parent_path().parent_path(),
              std::filesystem::temp_directory_path());
}

TEST_F(RunDirectories, are_one_for_all_names_of_a_state_directory) {
    const auto before = RunDirectory::locate(state_ / "");
    std::filesystem::create_directory(state_);
    std::filesystem::create_directory_symlink(state_, scratch_.path() / "alias");
    const auto plain = RunDirectory::locate(state_);
    const auto alias = RunDirectory::locate(scratch_.path() / "alias");
    const auto other = RunDirectory::locate(scratch_.path() / "other");
    EXPECT_EQ(before.value().path(), plain.value().path());
    EXPECT_EQ(alias.value().path(), plain.value().path());
    EXPECT_NE(other.value().path(), plain.value().path());
}

TEST_F(RunDirectories, are_private) {
    const auto run = RunDirectory::prepare(state_);
    ASSERT_TRUE(run);
    struct stat about {};
    ASSERT_EQ(::stat(run.value().path().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0700U);
    ::chmod(run.value().path().c_str(), 0755);
    ASSERT_TRUE(RunDirectory::prepare(state_));
    ASSERT_EQ(::stat(run.value().path().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0700U);
    // What agents that run as another user pass through stays passable for them.
    ::chmod(run.value().path().c_str(), 0711);
    ASSERT_TRUE(RunDirectory::prepare(state_));
    ASSERT_EQ(::stat(run.value().path().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0711U);
}

TEST_F(RunDirectories, are_refused_when_they_are_links) {
    std::filesystem::create_directory(scratch_.path() / "elsewhere");
    std::filesystem::create_directory_symlink(scratch_.path() / "elsewhere", ours_);
    const auto run = RunDirectory::prepare(state_);
    ASSERT_FALSE(run);
    EXPECT_EQ(run.error().kind, ErrorKind::refused);
}

TEST_F(RunDirectories, are_refused_when_they_belong_to_somebody_else) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root can give a folder away";
    }
    std::filesystem::create_directory(ours_);
    ASSERT_EQ(::chown(ours_.c_str(), 65534, 65534), 0);
    EXPECT_FALSE(RunDirectory::prepare(state_));
}

TEST_F(RunDirectories, of_a_running_fleet_are_found_with_another_runtime_folder) {
    std::filesystem::create_directory(state_);
    const auto run = RunDirectory::prepare(state_);
    ASSERT_TRUE(run);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string socket = run.value().control_socket();
    std::strcpy(address.sun_path, socket.c_str());
    const FileDescriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(
        ::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::setenv("XDG_RUNTIME_DIR", "/nowhere", 1);
    EXPECT_EQ(RunDirectory::of_running(state_).value().path(), run.value().path());
    // Once the fleet is gone its link says nothing any more.
    std::filesystem::remove(socket);
    EXPECT_EQ(RunDirectory::of_running(state_).value().path().parent_path().parent_path(),
              "/nowhere");
}

TEST_F(RunDirectories, replace_the_link_of_an_earlier_fleet) {
    std::filesystem::create_directory(state_);
    std::filesystem::create_directory_symlink("/nowhere/at/all", state_ / "run");
    const auto run = RunDirectory::prepare(state_);
    ASSERT_TRUE(run);
    EXPECT_EQ(std::filesystem::read_symlink(state_ / "run"), run.value().path());
}

TEST_F(RunDirectories, name_the_endpoint_of_each_life) {
    const auto run = RunDirectory::locate(state_);
    const auto endpoint = run.value().link_endpoint("risk", 4);
    ASSERT_TRUE(endpoint);
    EXPECT_EQ(endpoint.value(), "ipc://" + (run.value().path() / "risk.4").string());
    EXPECT_EQ(run.value().tap_endpoint(), "ipc://" + (run.value().path() / "tap").string());
}

TEST_F(RunDirectories, refuse_paths_that_no_unix_address_holds) {
    const auto run = RunDirectory::locate(state_);
    const std::size_t room = 107 - run.value().path().string().size() - 3;
    EXPECT_TRUE(run.value().link_endpoint(std::string(room, 'a'), 1));
    const auto endpoint = run.value().link_endpoint(std::string(room + 1, 'a'), 1);
    ASSERT_FALSE(endpoint);
    EXPECT_NE(endpoint.error().message.find("108 bytes"), std::string::npos);
    ::setenv("XDG_RUNTIME_DIR", ("/" + std::string(100, 'x')).c_str(), 1);
    EXPECT_FALSE(RunDirectory::locate(state_));
}

}  // namespace
}  // namespace drover
