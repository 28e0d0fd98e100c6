// A switch whose file is removed or replaced stays one switch for those that mapped the old one.
#include "daemon/kill_switch_keeper.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using test::ScratchFolder;

struct KillSwitchKeeperTest : testing::Test {
    ScratchFolder folder;
    std::filesystem::path file = folder.path() / "kill_switch";
    KillSwitchPage page = std::move(KillSwitchPage::open(file, true).value());
    KillSwitchKeeper keeper{file};
};

TEST_F(KillSwitchKeeperTest, has_nothing_to_do_while_the_file_is_there) {
    ASSERT_TRUE(page.write(true, "ann", "a test"));
    EXPECT_FALSE(keeper.look());
    EXPECT_EQ(page.read().reason, "a test");
    ASSERT_TRUE(page.write(false, "ann", ""));
    EXPECT_FALSE(keeper.look());
    EXPECT_FALSE(page.is_engaged());
}

TEST_F(KillSwitchKeeperTest, engages_the_mapped_page_when_the_file_is_gone) {
    const auto reader = KillSwitchPage::open_for_reading(file);
    ASSERT_TRUE(reader);
    std::filesystem::remove(file);
    EXPECT_TRUE(keeper.look());
    EXPECT_TRUE(reader.value().is_engaged());
    EXPECT_FALSE(keeper.look()) << "it says so once";
}

TEST_F(KillSwitchKeeperTest, passes_on_what_a_new_file_says_to_all_that_had_an_old_one) {
    const auto first = KillSwitchPage::open_for_reading(file);
    std::filesystem::remove(file);
    (void)keeper.look();
    auto second = KillSwitchPage::open(file, true);
    ASSERT_TRUE(first && second);
    (void)keeper.look();
    EXPECT_FALSE(first.value().is_engaged()) << "the new file is released";
    std::filesystem::remove(file);
    (void)keeper.look();
    auto third = KillSwitchPage::open(file, true);
    ASSERT_TRUE(third);
    ASSERT_TRUE(third.value().write(true, "ann", "a test"));
    (void)keeper.look();
    EXPECT_TRUE(first.value().is_engaged());
    EXPECT_TRUE(second.value().is_engaged());
    EXPECT_EQ(first.value().read().who, "ann");
    EXPECT_EQ(first.value().read().revision, third.value().read().revision)
        << "messages are marked by it, and compared by those that have another page";
    ASSERT_TRUE(third.value().write(false, "ann", ""));
    (void)keeper.look();
    EXPECT_FALSE(first.value().is_engaged());
    EXPECT_FALSE(second.value().is_engaged());
}

TEST_F(KillSwitchKeeperTest, takes_a_file_that_is_no_switch_for_engaged) {
    const auto reader = KillSwitchPage::open_for_reading(file);
    std::filesystem::remove(file);
    std::ofstream(file) << "nonsense";
    EXPECT_TRUE(keeper.look());
    EXPECT_TRUE(reader.value().is_engaged());
}

}  // namespace
}  // namespace drover
