/// Which folders can be a state directory, and whose files may be read.
#include "command/state_folder.hpp"

#include <fstream>
#include <functional>

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_text.hpp"
#include "fake_droverd.hpp"

namespace drover::test {

using testing::HasSubstr;

namespace {

/// The sentence of `check` for a user who is nobody's friend; "" where it has none to object. For
/// root nothing is closed, so another user has to look.
std::string told_to_a_stranger(const std::filesystem::path& folder,
                               const std::function<Result<void>()>& check) {
    constexpr uid_t nobody = 65534;
    const auto answer = folder / "answer";
    std::ofstream(answer) << "no answer";
    std::filesystem::permissions(answer, std::filesystem::perms::all);
    const pid_t child = ::fork();
    if (child == 0) {
        const bool is_stranger =
            ::getuid() != 0 || (::setgid(nobody) == 0 && ::setuid(nobody) == 0);
        const auto checked = check();
        std::ofstream(answer) << (!is_stranger ? "still root"
                                  : checked    ? ""
                                               : checked.error().message);
        ::_exit(0);
    }
    (void)::waitpid(child, nullptr, 0);
    return read_file_text(answer).value_or("");
}

struct StateFolder : testing::Test {
    StateFolder() {
        // For strangers too.
        std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    }
    [[nodiscard]] std::string fault_of(const std::filesystem::path& directory) const {
        const auto checked = check_state_directory(directory);
        return checked ? "" : checked.error().message;
    }
    CommandFolder folder;
};

}  // namespace

TEST_F(StateFolder, may_be_there_or_not_and_is_left_as_it_is) {
    const auto wanted = folder.path() / "a" / "b" / "state";
    EXPECT_EQ(fault_of(wanted), "");
    EXPECT_EQ(fault_of(wanted.string() + "/"), "");
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "a"));
    std::filesystem::create_directories(wanted);
    std::ofstream(wanted / "version") << "3";
    EXPECT_EQ(fault_of(wanted), "");
    EXPECT_EQ(fault_of(wanted / "next"), "");
    EXPECT_TRUE(std::filesystem::exists(wanted / "version"));
    EXPECT_FALSE(std::filesystem::exists(wanted / "next"));
}

TEST_F(StateFolder, may_be_named_from_the_working_directory) {
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    EXPECT_EQ(fault_of(".drover"), "");
    EXPECT_EQ(fault_of("."), "");
    std::filesystem::current_path(before);
}

TEST_F(StateFolder, is_no_file_and_not_below_one) {
    const std::string file = folder.path() / "file";
    std::ofstream(file) << "text";
    EXPECT_EQ(fault_of(file),
              "'" + file +
                  "' cannot be the state directory: it is no folder. Name another with "
                  "--state-dir.");
    EXPECT_EQ(fault_of(file + "/below/it"),
              "'" + file + "/below/it' cannot be the state directory: '" + file +
                  "' is no folder. Name another with --state-dir.");
}

TEST_F(StateFolder, can_be_made) {
    EXPECT_THAT(fault_of("/proc/self/fleet"),
                HasSubstr("'/proc/self/fleet' cannot be the state directory: "));
}

TEST_F(StateFolder, can_be_written_to) {
    const auto closed = folder.path() / "closed";
    std::filesystem::create_directory(closed);
    std::filesystem::permissions(
        closed, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    for (const auto& [wanted, name] : {std::pair(closed, std::string("it")),
                                       std::pair(closed / "state", "'" + closed.string() + "'")}) {
        EXPECT_EQ(told_to_a_stranger(folder.path(), [&] { return check_state_directory(wanted); }),
                  "'" + wanted.string() + "' cannot be the state directory: nothing can be " +
                      "written to " + name +
                      " (Permission denied). Name another with --state-dir.");
    }
}

TEST_F(StateFolder, has_logs_that_its_user_may_read) {
    const auto logs = folder.path() / "logs";
    std::filesystem::create_directory(logs);
    std::ofstream(logs / "risk.log") << "text";
    EXPECT_TRUE(check_readable(logs));
    EXPECT_EQ(told_to_a_stranger(folder.path(), [&] { return check_readable(logs); }), "");
}

TEST_F(StateFolder, has_logs_that_are_closed_to_others) {
    const auto logs = folder.path() / "logs";
    std::filesystem::create_directory(logs);
    std::ofstream(logs / "risk.log") << "text";
    const auto sentence_about = [&](const std::filesystem::path& closed) {
        std::filesystem::permissions(closed, std::filesystem::perms::none);
        const std::string told =
            told_to_a_stranger(folder.path(), [&] { return check_readable(logs); });
        std::filesystem::permissions(closed, std::filesystem::perms::owner_all);
        return told;
    };
    for (const auto& closed : {logs / "risk.log", logs}) {
        EXPECT_EQ(sentence_about(closed),
                  "'" + closed.string() +
                      "' cannot be read: Permission denied. Run the command as the user who "
                      "started the fleet.");
    }
}

TEST_F(StateFolder, that_is_not_there_cannot_be_read) {
    const auto checked = check_readable(folder.path() / "none");
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, ErrorKind::refused);
    EXPECT_THAT(checked.error().message, HasSubstr("No such file or directory"));
}

}  // namespace drover::test
