/// A durable log as it is read from outside, while its owner writes, trims and ends.
#include "durable_log/log_scan.hpp"

#include "durable_log/log_recovery.hpp"
#include "tests/host/durable_log/log_folder.hpp"

namespace drover {
namespace {

/// What the scan gives until there is no more.
std::vector<std::uint64_t> positions_of(LogScan& scan) {
    std::vector<std::uint64_t> positions;
    while (true) {
        const auto record = scan.next();
        EXPECT_TRUE(record) << (record ? "" : record.error().message);
        if (!record || !record.value()) {
            return positions;
        }
        positions.push_back(record.value()->head.position);
    }
}

std::vector<std::uint64_t> from_to(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> positions;
    for (std::uint64_t position = first; position <= last; ++position) {
        positions.push_back(position);
    }
    return positions;
}

/// Appends messages of a thousand bytes, so that 64 of them fill a segment.
void append_messages(SegmentLog& log, std::uint64_t count) {
    for (std::uint64_t index = 0; index < count; ++index) {
        append_text(log, log.head() + 1, std::string(1000, 'x'));
    }
    EXPECT_TRUE(wait_for_sync(log));
}

TEST(LogScan, has_nothing_where_there_is_no_log_and_finds_one_that_is_made_later) {
    LogFolder folder;
    LogScan scan(folder.options.folder, 0);
    EXPECT_TRUE(positions_of(scan).empty());
    const auto log = folder.open();
    append_messages(*log, 2);
    EXPECT_EQ(positions_of(scan), from_to(1, 2));
}

TEST(LogScan, gives_each_message_once_while_the_owner_writes_over_many_segments) {
    LogFolder folder;
    const auto log = folder.open();
    LogScan scan(folder.options.folder, 0);
    std::vector<std::uint64_t> seen;
    for (int round = 0; round < 40; ++round) {
        append_messages(*log, 17);
        for (const std::uint64_t position : positions_of(scan)) {
            seen.push_back(position);
        }
    }
    EXPECT_GT(log->segments(), 5U);
    EXPECT_EQ(seen, from_to(1, 40 * 17));
    EXPECT_EQ(scan.take_missed(), 0U);
}

TEST(LogScan, begins_at_a_position_and_reads_what_the_message_holds) {
    LogFolder folder;
    {
        const auto log = folder.open();
        append_messages(*log, 150);
        append_text(*log, 151, "the last one");
        ASSERT_TRUE(wait_for_sync(*log));
    }
    LogScan scan(folder.options.folder, 150);
    EXPECT_EQ(scan.next().value()->head.position, 150U);
    EXPECT_EQ(text_of(scan.next().value()->body), "the last one");
    LogScan beyond(folder.options.folder, 152);
    EXPECT_TRUE(positions_of(beyond).empty());
    const auto log = folder.open();
    append_messages(*log, 2);
    EXPECT_EQ(positions_of(beyond), from_to(152, 153));
}

TEST(LogScan, tells_damage_from_the_end_of_the_log) {
    LogFolder folder;
    std::uint64_t third = 0;
    {
        const auto log = folder.open();
        for (std::uint64_t message = 1; message <= 6; ++message) {
            if (message == 3) {
                third = recover_log(folder.options.folder, false).value()->end;
            }
            append_messages(*log, 1);  // Each of its own sync.
        }
        LogScan scan(folder.options.folder, 0);
        EXPECT_EQ(positions_of(scan), from_to(1, 6));
        EXPECT_TRUE(scan.check_end()) << "the owner may write on";
    }
    LogFolder::poke(folder.segment(1), third + sizeof(RecordHead), "X");
    LogScan scan(folder.options.folder, 0);
    EXPECT_EQ(positions_of(scan), from_to(1, 2));
    const auto end = scan.check_end();
    ASSERT_FALSE(end) << "a damaged log was taken for a short one";
    EXPECT_NE(end.error().message.find("is damaged: the record behind position 2"),
              std::string::npos)
        << end.error().message;
}

TEST(LogScan, says_how_much_was_removed_before_it_came_there) {
    LogFolder folder;
    const auto log = folder.open();
    append_messages(*log, 10);
    LogScan scan(folder.options.folder, 0);
    EXPECT_EQ(scan.next().value()->head.position, 1U);
    append_messages(*log, 300);
    log->trim(200);
    ASSERT_TRUE(wait_for_sync(*log));
    ASSERT_GT(log->first(), 100U);
    // What it has open it can still read.
    std::vector<std::uint64_t> rest = positions_of(scan);
    EXPECT_EQ(rest.front(), 2U);
    EXPECT_EQ(rest.back(), 310U);
    EXPECT_EQ(scan.take_missed(), 309 - rest.size());
    LogScan late(folder.options.folder, 5);
    EXPECT_EQ(late.next().value()->head.position, log->first());
    EXPECT_EQ(late.take_missed(), log->first() - 5);
    LogScan oldest(folder.options.folder, 0);
    EXPECT_EQ(oldest.next().value()->head.position, log->first());
    EXPECT_EQ(oldest.take_missed(), 0U);
}

TEST(LogScan, goes_on_in_a_log_that_was_begun_anew) {
    LogFolder folder;
    auto log = folder.open();
    append_messages(*log, 3);
    LogScan scan(folder.options.folder, 0);
    EXPECT_EQ(positions_of(scan), from_to(1, 3));
    log.reset();
    std::filesystem::remove_all(folder.options.folder);
    EXPECT_TRUE(positions_of(scan).empty());
    log = folder.open();
    append_messages(*log, 2);
    EXPECT_EQ(positions_of(scan), from_to(1, 2));
    EXPECT_TRUE(scan.take_is_anew());
    EXPECT_FALSE(scan.take_is_anew());
}

TEST(LogScan, refuses_a_file_of_another_log_among_its_own) {
    LogFolder folder;
    LogFolder other;
    for (LogFolder* const each : {&folder, &other}) {
        const auto log = each->open();
        append_messages(*log, 100);
        ASSERT_EQ(log->segments(), 2U);
    }
    const auto second = list_segments(other.options.folder).value()[1].first_position;
    std::filesystem::copy_file(other.segment(second),
                               folder.segment(second),
                               std::filesystem::copy_options::overwrite_existing);
    LogScan scan(folder.options.folder, 0);
    for (std::uint64_t position = 1; position < second; ++position) {
        ASSERT_EQ(scan.next().value()->head.position, position);
    }
    const auto foreign = scan.next();
    ASSERT_FALSE(foreign);
    EXPECT_NE(foreign.error().message.find("is a part of another log"), std::string::npos)
        << foreign.error().message;
}

TEST(LogScan, refuses_a_segment_that_begins_within_the_one_before) {
    LogFolder folder;
    {
        const auto log = folder.open();
        append_messages(*log, 3);
    }
    SegmentHeader header = open_segment(folder.segment(1), false).value().header;
    header.first_position = 2;
    const auto bytes = encode_header(header);
    std::ofstream(folder.segment(2), std::ios::binary) << text_of(bytes);
    LogScan scan(folder.options.folder, 0);
    for (std::uint64_t position = 1; position <= 3; ++position) {
        ASSERT_EQ(scan.next().value()->head.position, position);
    }
    const auto overlap = scan.next();
    ASSERT_FALSE(overlap);
    EXPECT_NE(overlap.error().message.find("position 2 is in '"), std::string::npos)
        << overlap.error().message;
}

TEST(LogScan, says_where_a_segment_is_damaged) {
    LogFolder folder;
    {
        const auto log = folder.open();
        append_messages(*log, 150);
    }
    std::size_t body = sizeof(SegmentHeader);
    {
        RecordStream records(std::move(open_segment(folder.segment(1), false).value().file));
        while (records.next().value()->head.position < 10) {
        }
        body = records.offset() - 8;
    }
    LogFolder::poke(folder.segment(1), body, "X");
    LogScan scan(folder.options.folder, 0);
    for (std::uint64_t position = 1; position < 10; ++position) {
        EXPECT_EQ(scan.next().value()->head.position, position);
    }
    const auto damaged = scan.next();
    ASSERT_FALSE(damaged);
    EXPECT_NE(damaged.error().message.find("position 10 cannot be read"), std::string::npos)
        << damaged.error().message;
}

}  // namespace
}  // namespace drover
