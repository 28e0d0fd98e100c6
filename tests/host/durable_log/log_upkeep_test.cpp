/// What a person removes from a durable log while no router has it open.
#include "durable_log/log_upkeep.hpp"

#include <map>

#include "tests/host/durable_log/log_folder.hpp"

namespace drover {
namespace {

const std::string long_text(20'000, 'x');

/// Ten messages, three in a segment, and receivers that are as far as `handled` says.
void fill_log(LogFolder& folder, const std::map<std::string, std::uint64_t>& handled) {
    constexpr std::uint64_t messages = 10;
    const auto log = folder.open();
    for (std::uint64_t sequence = 1; sequence <= messages; ++sequence) {
        append_text(*log, sequence, long_text);
    }
    for (const auto& [name, position] : handled) {
        log->set_cursor(name, {position, position, {}});
    }
    ASSERT_TRUE(wait_for_sync(*log));
}

TEST(LogUpkeepOfAPerson, removes_what_every_receiver_has_handled_and_nothing_that_one_needs) {
    LogFolder folder;
    fill_log(folder, {{"broker", 10}, {"risk", 5}});
    const auto trimmed = keep_up(folder.options.folder, {LogUpkeep::What::trim, "", 0});
    ASSERT_TRUE(trimmed) << trimmed.error().message;
    EXPECT_FALSE(std::filesystem::exists(folder.segment(1)));
    const auto log = folder.open();
    EXPECT_EQ(log->first(), 4U);
    EXPECT_EQ(log->head(), 10U);
    EXPECT_EQ(log->state().receivers.at("risk").effective, 5U);
    LogReader reader = log->reader();
    for (std::uint64_t position = 6; position <= log->head(); ++position) {
        EXPECT_EQ(text_at(reader, position), long_text) << position;
    }
}

TEST(LogUpkeepOfAPerson, keeps_all_for_one_that_has_handled_nothing_until_that_one_is_forgotten) {
    LogFolder folder;
    fill_log(folder, {{"broker", 10}, {"old-risk", 0}});
    ASSERT_TRUE(keep_up(folder.options.folder, {LogUpkeep::What::trim, "", 0}));
    EXPECT_EQ(folder.open()->first(), 1U);
    ASSERT_TRUE(keep_up(folder.options.folder, {LogUpkeep::What::forget, "old-risk", 0}));
    EXPECT_EQ(folder.open()->first(), 10U);
    EXPECT_FALSE(std::filesystem::exists(folder.segment(7)));
}

}  // namespace
}  // namespace drover
