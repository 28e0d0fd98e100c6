// Which layout a state directory has, and whether it may be opened.
#include "process/state_version.hpp"

#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using test::ScratchFolder;
using testing::HasSubstr;

class StateVersion : public testing::Test {
protected:
    void write(const std::string& text) const {
        std::ofstream(scratch_.path() / "version") << text;
    }
    [[nodiscard]] std::optional<int> read() const { return read_state_version(scratch_.path()); }
    [[nodiscard]] Result<void> check() const { return check_state_version(scratch_.path()); }

    ScratchFolder scratch_;
};

TEST_F(StateVersion, is_nothing_in_a_directory_that_was_never_used_which_passes) {
    EXPECT_EQ(read(), std::nullopt);
    EXPECT_TRUE(check());
    const auto missing = scratch_.path() / "missing";
    EXPECT_EQ(read_state_version(missing), std::nullopt);
    EXPECT_TRUE(check_state_version(missing));
}

TEST_F(StateVersion, is_the_number_in_its_file) {
    write(std::to_string(state_version) + "\n");
    EXPECT_EQ(read(), state_version);
    write("12");
    EXPECT_EQ(read(), 12);
}

TEST_F(StateVersion, passes_from_the_first_one_to_this_programs_own) {
    for (int version = 1; version <= state_version; ++version) {
        write(std::to_string(version));
        EXPECT_TRUE(check()) << version;
    }
}

TEST_F(StateVersion, of_a_newer_drover_is_refused_and_both_are_named) {
    write(std::to_string(state_version + 1) + "\n");
    const auto checked = check();
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, ErrorKind::refused);
    EXPECT_THAT(checked.error().message, HasSubstr(scratch_.path().string()));
    EXPECT_THAT(
        checked.error().message,
        HasSubstr("was written by a newer drover (version " + std::to_string(state_version + 1) +
                  " of its layout; this one writes " + std::to_string(state_version) + ")"));
}

TEST_F(StateVersion, that_is_no_number_is_refused) {
    for (const char* text :
         {"", "garbage", "-1", "0", "99999999999999999999", "3.5", "1 or 2", "2\n3\n"}) {
        write(text);
        EXPECT_LE(read(), 0) << text;
        const auto checked = check();
        ASSERT_FALSE(checked) << text;
        EXPECT_EQ(checked.error().kind, ErrorKind::refused);
        EXPECT_THAT(
            checked.error().message,
            HasSubstr((scratch_.path() / "version").string() + " does not hold the version"));
    }
}

TEST_F(StateVersion, that_cannot_be_read_is_refused) {
    std::filesystem::create_directory(scratch_.path() / "version");
    EXPECT_EQ(read(), 0) << "the directory was used";
    const auto checked = check();
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, ErrorKind::refused);
}

}  // namespace
}  // namespace drover
