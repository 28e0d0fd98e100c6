/// How commands that do not change the kill switch see it.
#include "command/standing_switch.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"

namespace drover::test {

using testing::HasSubstr;

namespace {

struct StandingSwitch : testing::Test {
    [[nodiscard]] std::filesystem::path file() const { return folder.state() / "kill_switch"; }
    void write(bool engaged) const {
        std::filesystem::create_directories(folder.state());
        auto page = KillSwitchPage::open(file(), true);
        ASSERT_TRUE(page.has_value());
        ASSERT_TRUE(page.value().write(engaged, "ada", "looks\nwrong").has_value());
    }
    CommandFolder folder;
};

}  // namespace

TEST_F(StandingSwitch, says_nothing_where_no_fleet_was_and_makes_nothing) {
    EXPECT_FALSE(engaged_switch(folder.state()));
    EXPECT_FALSE(std::filesystem::exists(folder.state()));
}

TEST_F(StandingSwitch, is_told_only_while_it_is_engaged) {
    write(true);
    const auto engaged = engaged_switch(folder.state());
    ASSERT_TRUE(engaged);
    EXPECT_EQ(engaged->who, "ada");
    write(false);
    EXPECT_FALSE(engaged_switch(folder.state()));
}

TEST_F(StandingSwitch, counts_as_engaged_where_a_fleet_was_and_it_is_missing_or_not_readable) {
    std::filesystem::create_directories(folder.state());
    std::ofstream(folder.state() / "version") << "1\n";
    EXPECT_TRUE(engaged_switch(folder.state()));
    std::ofstream(file()) << "no page";
    EXPECT_TRUE(engaged_switch(folder.state()));
    EXPECT_THAT(text_of(*engaged_switch(folder.state())), HasSubstr("The kill switch is ENGAGED"));
}

TEST_F(StandingSwitch, is_one_line_with_what_is_known_of_it) {
    write(true);
    EXPECT_THAT(text_of(*engaged_switch(folder.state())), HasSubstr(" by ada: looks\\nwrong"));
    KillSwitchState bare;
    bare.engaged = false;
    EXPECT_EQ(text_of(bare), "The kill switch is released");
}

}  // namespace drover::test
