// The rules of the kill switch: it acts at once, and what cannot be read is engaged.
#include "process/kill_switch_page.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include "base/file_descriptor.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using test::ScratchFolder;

TEST(KillSwitchPage, is_released_when_it_is_made) {
    const ScratchFolder scratch;
    const auto page = KillSwitchPage::open(scratch.path() / "kill_switch", true);
    ASSERT_TRUE(page);
    EXPECT_FALSE(page.value().is_engaged());
    EXPECT_FALSE(page.value().read().engaged);
    EXPECT_EQ(std::filesystem::file_size(scratch.path() / "kill_switch"), 4096U);
}

TEST(KillSwitchPage, is_not_made_unless_that_is_allowed) {
    const ScratchFolder scratch;
    const auto page = KillSwitchPage::open(scratch.path() / "kill_switch", false);
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::not_found);
    EXPECT_FALSE(std::filesystem::exists(scratch.path() / "kill_switch"));
}

TEST(KillSwitchPage, is_seen_at_once_by_every_process_that_mapped_it) {
    const ScratchFolder scratch;
    auto writer = KillSwitchPage::open(scratch.path() / "kill_switch", true);
    const auto reader = KillSwitchPage::open(scratch.path() / "kill_switch", false);
    ASSERT_TRUE(writer.value().write(true, "operator", "the feed is wrong"));
    EXPECT_TRUE(reader.value().is_engaged());
    const KillSwitchState state = reader.value().read();
    EXPECT_TRUE(state.engaged);
    EXPECT_EQ(state.who, "operator");
    EXPECT_EQ(state.reason, "the feed is wrong");
    EXPECT_EQ(state.revision, 2U);
    EXPECT_EQ(reader.value().revision(), 2U);
    EXPECT_GT(state.changed, 0);
    ASSERT_TRUE(writer.value().write(false, "operator", ""));
    EXPECT_FALSE(reader.value().is_engaged());
    EXPECT_EQ(reader.value().read().revision, 4U);
}

TEST(KillSwitchPage, stays_engaged_over_a_new_start) {
    const ScratchFolder scratch;
    const auto file = scratch.path() / "kill_switch";
    ASSERT_TRUE(KillSwitchPage::open(file, true).value().write(true, "operator", "halt"));
    const auto page = KillSwitchPage::open(file, true);
    EXPECT_TRUE(page.value().is_engaged());
}

TEST(KillSwitchPage, counts_as_engaged_when_its_magic_is_wrong) {
    const ScratchFolder scratch;
    const auto file = scratch.path() / "kill_switch";
    std::ofstream(file) << std::string(4096, '\0');
    auto page = KillSwitchPage::open(file, true);
    ASSERT_TRUE(page);
    EXPECT_TRUE(page.value().is_engaged());
    EXPECT_TRUE(KillSwitchPage::read_file(file).engaged);
    std::ofstream(file) << std::string(4096, 'x');
    EXPECT_EQ(page.value().read().who, "") << "nobody's words, but another file's";
    EXPECT_NE(page.value().read().reason.find("holds something else"), std::string::npos);
    ASSERT_TRUE(page.value().write(false, "operator", "checked"));
    EXPECT_FALSE(KillSwitchPage::read_file(file).engaged);
}

TEST(KillSwitchPage, refuses_a_file_that_is_too_short) {
    const ScratchFolder scratch;
    const auto file = scratch.path() / "kill_switch";
    std::ofstream(file) << "released";
    const auto page = KillSwitchPage::open(file, false);
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::invalid);
    const std::string longer(1000, 'x');
    std::ofstream(file) << longer;
    EXPECT_TRUE(KillSwitchPage::read_file(file).engaged);
    EXPECT_NE(KillSwitchPage::read_file(file).reason.find("has 1000 bytes"), std::string::npos);
}

TEST(KillSwitchPage, makes_a_file_that_is_too_short_an_engaged_switch_where_it_may_make_one) {
    const ScratchFolder scratch;
    const auto file = scratch.path() / "kill_switch";
    std::ofstream(file) << "short";
    auto page = KillSwitchPage::open(file, true);
    ASSERT_TRUE(page);
    EXPECT_TRUE(page.value().is_engaged());
    ASSERT_TRUE(page.value().write(false, "operator", ""));
    EXPECT_FALSE(KillSwitchPage::read_file(file).engaged);
}

TEST(KillSwitchPage, follows_another_file_that_takes_its_place) {
    const ScratchFolder scratch;
    const auto file = scratch.path() / "kill_switch";
    ASSERT_TRUE(KillSwitchPage::open(file, true));
    auto page = KillSwitchPage::open_for_reading(file);
    Monotonic now{};
    const auto is_engaged = [&] {
        page.value().look(now += std::chrono::milliseconds(100));
        return page.value().is_engaged();
    };
    EXPECT_FALSE(is_engaged());
    std::filesystem::remove(file);
    EXPECT_TRUE(is_engaged()) << "it is gone";
    EXPECT_TRUE(page.value().read().engaged);
    auto next = KillSwitchPage::open(file, true);
    EXPECT_FALSE(is_engaged());
    ASSERT_TRUE(next.value().write(true, "operator", "halt"));
    EXPECT_TRUE(page.value().is_engaged()) << "without another look: it is this page now";
    EXPECT_EQ(page.value().revision(), 2U);
    ASSERT_TRUE(next.value().write(false, "operator", ""));
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    EXPECT_TRUE(is_engaged()) << "something else lies in its place";
}

TEST(KillSwitchPage, looks_at_its_file_once_in_a_while_only) {
    const ScratchFolder scratch;
    const auto file = scratch.path() / "kill_switch";
    auto page = KillSwitchPage::open(file, true);
    page.value().look(Monotonic{std::chrono::seconds(1)});
    std::filesystem::remove(file);
    page.value().look(Monotonic{std::chrono::milliseconds(1099)});
    EXPECT_FALSE(page.value().is_engaged());
    page.value().look(Monotonic{std::chrono::milliseconds(1100)});
    EXPECT_TRUE(page.value().is_engaged());
}

TEST(KillSwitchPage, that_could_not_be_read_is_read_once_it_can_be) {
    const ScratchFolder scratch;
    const auto file = scratch.path() / "kill_switch";
    auto page = KillSwitchPage::unreadable(file);
    page.look(Monotonic{std::chrono::seconds(1)});
    EXPECT_TRUE(page.is_engaged());
    ASSERT_TRUE(KillSwitchPage::open(file, true));
    page.look(Monotonic{std::chrono::seconds(2)});
    EXPECT_FALSE(page.is_engaged());
}

TEST(KillSwitchPage, that_was_missing_is_written_once_it_is_there) {
    const ScratchFolder scratch;
    const auto file = scratch.path() / "kill_switch";
    auto page = KillSwitchPage::unreadable(file);
    EXPECT_FALSE(page.write(true, "agent guard", "halt"));
    ASSERT_TRUE(KillSwitchPage::open(file, true));
    EXPECT_TRUE(page.write(true, "agent guard", "halt"));
    EXPECT_TRUE(KillSwitchPage::read_file(file).engaged);
}

TEST(KillSwitchPage, is_engaged_and_ends_nobody_when_its_file_is_cut_short) {
    const ScratchFolder scratch;
    const auto file = scratch.path() / "kill_switch";
    const auto page = KillSwitchPage::open(file, true);
    const auto other = KillSwitchPage::open_for_reading(file);
    ASSERT_FALSE(page.value().is_engaged());
    std::filesystem::resize_file(file, 0);
    EXPECT_TRUE(page.value().is_engaged());
    EXPECT_TRUE(other.value().is_engaged());
    ASSERT_TRUE(KillSwitchPage::open(file, false).value().write(false, "operator", "checked"));
    EXPECT_FALSE(page.value().is_engaged()) << "all still share the file";
    EXPECT_FALSE(other.value().is_engaged());
}

TEST(KillSwitchPage, stays_shared_with_who_only_reads_it_when_its_file_is_cut_short) {
    const ScratchFolder scratch;
    const auto file = scratch.path() / "kill_switch";
    ASSERT_TRUE(KillSwitchPage::open(file, true));
    const auto page = KillSwitchPage::open_for_reading(file);
    ASSERT_FALSE(page.value().is_engaged());
    std::filesystem::resize_file(file, 0);
    EXPECT_TRUE(page.value().is_engaged());
    ASSERT_TRUE(KillSwitchPage::open(file, false).value().write(false, "operator", "checked"));
    EXPECT_FALSE(page.value().is_engaged());
}

TEST(KillSwitchPage, counts_as_engaged_without_a_file) {
    EXPECT_TRUE(KillSwitchPage::unreadable().is_engaged());
    EXPECT_TRUE(KillSwitchPage::unreadable().read().engaged);
    EXPECT_TRUE(KillSwitchPage::read_file("/no/such/kill_switch").engaged);
    EXPECT_FALSE(KillSwitchPage::unreadable().write(false, "operator", ""));
}

TEST(KillSwitchPage, is_engaged_at_once_while_another_writer_holds_the_turn) {
    const ScratchFolder scratch;
    const auto file = scratch.path() / "kill_switch";
    const auto reader = KillSwitchPage::open(file, true);
    const FileDescriptor other(::open(file.c_str(), O_RDWR | O_CLOEXEC));
    ASSERT_EQ(::flock(other.number(), LOCK_EX), 0);
    std::thread writer([&file] {
        auto page = KillSwitchPage::open(file, false);
        EXPECT_TRUE(page.value().write(true, "operator", "halt"));
    });
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!reader.value().is_engaged() && std::chrono::steady_clock::now() < end) {
        std::this_thread::yield();
    }
    EXPECT_TRUE(reader.value().is_engaged());
    EXPECT_EQ(reader.value().read().who, "") << "that waits for its turn";
    ::flock(other.number(), LOCK_UN);
    writer.join();
    EXPECT_EQ(reader.value().read().who, "operator");
}

TEST(KillSwitchPage, writes_to_the_file_that_is_there_now) {
    const ScratchFolder scratch;
    const auto file = scratch.path() / "kill_switch";
    auto page = KillSwitchPage::open(file, true);
    std::filesystem::remove(file);
    EXPECT_FALSE(page.value().write(true, "operator", "gone"));
    const auto newer = KillSwitchPage::open(file, true);
    ASSERT_TRUE(page.value().write(true, "operator", "halt"));
    EXPECT_TRUE(newer.value().is_engaged());
}

TEST(KillSwitchPage, cuts_texts_that_are_too_long) {
    KillSwitchPage page = KillSwitchPage::local();
    ASSERT_TRUE(page.write(true, std::string(1000, 'w'), std::string(1000, 'r')));
    EXPECT_EQ(page.read().who, std::string(63, 'w'));
    EXPECT_EQ(page.read().reason, std::string(255, 'r'));
}

TEST(KillSwitchPage, counts_every_change_of_several_writers) {
    constexpr std::uint32_t writers = 4;
    constexpr std::uint32_t changes = 25;
    const ScratchFolder scratch;
    const auto file = scratch.path() / "kill_switch";
    ASSERT_TRUE(KillSwitchPage::open(file, true));
    std::vector<std::thread> threads;
    for (std::uint32_t i = 0; i < writers; ++i) {
        threads.emplace_back([&file] {
            auto page = KillSwitchPage::open(file, false);
            for (std::uint32_t change = 0; change < changes; ++change) {
                EXPECT_TRUE(page.value().write(change % 2 == 0, "thread", "race"));
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(KillSwitchPage::read_file(file).revision, 2 * writers * changes);
}

}  // namespace
}  // namespace drover
