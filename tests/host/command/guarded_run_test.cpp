/// What becomes of a verb that stumbles over a path.
#include "command/guarded_run.hpp"

#include <filesystem>
#include <functional>
#include <stdexcept>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"

namespace drover::test {

using testing::HasSubstr;

namespace {

CommandResult guarded(const std::function<int()>& run) {
    testing::internal::CaptureStderr();
    CommandResult result;
    result.exit_code = run_guarded(run);
    result.errors = testing::internal::GetCapturedStderr();
    return result;
}

}  // namespace

TEST(GuardedRun, returns_what_the_verb_does) {
    for (const int code : {0, 3, 70}) {
        const CommandResult result = guarded([code] { return code; });
        EXPECT_EQ(result.exit_code, code);
        EXPECT_EQ(result.errors, "");
    }
}

TEST(GuardedRun, names_the_path_that_cannot_be_followed) {
    const CommandFolder folder;
    const auto file = folder.path() / "loop";
    std::filesystem::create_symlink(file, file);
    const CommandResult result =
        guarded([&file] { return std::filesystem::exists(file / "below") ? 0 : 1; });
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.errors,
              "drover: '" + (file / "below").string() +
                  "' cannot be reached: Too many levels of symbolic links.\n");
}

TEST(GuardedRun, says_that_the_working_directory_is_gone) {
    const auto before = std::filesystem::current_path();
    CommandResult result;
    {
        const CommandFolder folder;
        std::filesystem::create_directory(folder.path() / "here");
        std::filesystem::current_path(folder.path() / "here");
        std::filesystem::remove(folder.path() / "here");
        result = guarded([] { return std::filesystem::absolute("agents.yaml").empty() ? 1 : 0; });
        std::filesystem::current_path(before);
    }
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("The working directory cannot be found"));
    EXPECT_THAT(result.errors, HasSubstr("change into a folder that exists"));
}

TEST(GuardedRun, lets_through_what_is_no_matter_of_paths) {
    EXPECT_THROW((void)run_guarded([]() -> int { throw std::logic_error("broken"); }),
                 std::logic_error);
}

}  // namespace drover::test
