/// A durable log whose writer was killed in the middle, and one whose files are damaged.
#include <fcntl.h>
#include <unistd.h>

#include "durable_log/log_recovery.hpp"
#include "durable_log/record_stream.hpp"
#include "tests/host/durable_log/log_folder.hpp"

namespace drover {
namespace {

/// A log with `count` messages, each of its own sync. Returns where each record ends.
std::vector<std::uint64_t> write_messages(LogFolder& folder, std::uint64_t count) {
    std::vector<std::uint64_t> ends;
    const auto log = folder.open();
    for (std::uint64_t sequence = 1; sequence <= count; ++sequence) {
        append_text(*log, sequence, "message " + std::to_string(sequence));
        EXPECT_TRUE(wait_for_sync(*log));
        ends.push_back(recover_log(folder.options.folder, false).value()->end);
    }
    return ends;
}

TEST(LogRecovery, cuts_a_torn_record_at_any_byte) {
    LogFolder folder;
    const auto ends = write_messages(folder, 2);
    std::ifstream stream(folder.segment(1), std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(stream)), {});
    for (std::uint64_t cut = ends[0]; cut < ends[1]; ++cut) {
        // What lies behind the cut never reached the disk: zero.
        LogFolder::poke(folder.segment(1), 0, whole);
        LogFolder::poke(folder.segment(1), cut, std::string(ends[1] - cut, '\0'));
        const auto found = recover_log(folder.options.folder, false);
        ASSERT_TRUE(found) << found.error().message;
        const bool is_whole = found.value()->head == 2;
        // Only the padding of the last record may be missing.
        EXPECT_TRUE(is_whole ? cut + 8 > ends[1] : found.value()->end == ends[0]) << cut;
    }
}

TEST(LogRecovery, goes_on_behind_the_cut_and_never_takes_up_what_was_cut) {
    LogFolder folder;
    std::uint64_t end = 0;
    {
        const auto log = folder.open();
        append_text(*log, 1, "kept");
        ASSERT_TRUE(wait_for_sync(*log));
        end = recover_log(folder.options.folder, false).value()->end;
        append_text(*log, 2, "torn");
        append_text(*log, 3, "whole, and behind the torn one");
        ASSERT_TRUE(wait_for_sync(*log));
    }
    LogFolder::poke(folder.segment(1), end + sizeof(RecordHead), "TORN");
    {
        const auto log = folder.open();
        EXPECT_EQ(log->head(), 1U);
        EXPECT_EQ(log->state().sequences.at(7), 1U);
        EXPECT_EQ(append_text(*log, 2, "same"), 2U);  // As long as what was torn.
        ASSERT_TRUE(wait_for_sync(*log));
    }
    EXPECT_EQ(folder.open()->head(), 2U);
}

TEST(LogRecovery, refuses_a_log_that_is_damaged_before_what_was_synced_later) {
    LogFolder folder;
    const auto ends = write_messages(folder, 4);
    LogFolder::poke(folder.segment(1), ends[0] + sizeof(RecordHead), "X");
    const std::string sentence = folder.failure();
    EXPECT_NE(sentence.find("is damaged: the record behind position 1"), std::string::npos)
        << sentence;
    EXPECT_NE(sentence.find("Restore its folder from a copy"), std::string::npos);
}

TEST(LogRecovery, refuses_a_damaged_header) {
    LogFolder folder;
    write_messages(folder, 1);
    LogFolder::poke(
        folder.segment(1), offsetof(SegmentHeader, former_position), "X");  // It was zero.
    EXPECT_NE(folder.failure().find("has a header that is damaged. Restore"), std::string::npos);
    LogFolder::poke(folder.segment(1), 0, "X");
    EXPECT_NE(folder.failure().find("is no part of a durable log"), std::string::npos);
}

TEST(LogRecovery, refuses_a_part_of_another_log) {
    LogFolder folder;
    LogFolder other;
    const std::string large(60'000, 'x');
    for (LogFolder* const each : {&folder, &other}) {
        const auto log = each->open();
        append_text(*log, 1, large);
        append_text(*log, 2, large);
        ASSERT_TRUE(wait_for_sync(*log));
    }
    std::filesystem::copy_file(
        other.segment(1), folder.segment(1), std::filesystem::copy_options::overwrite_existing);
    EXPECT_NE(folder.failure().find("a part of another log"), std::string::npos);
}

TEST(LogRecovery, refuses_a_log_whose_end_was_cut_off) {
    LogFolder folder;
    const std::string large(20'000, 'x');
    {
        const auto log = folder.open();
        log->set_cursor("broker", {0, 0, {}});
        for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) {
            append_text(*log, sequence, large);  // The fourth begins another segment.
        }
        ASSERT_TRUE(wait_for_sync(*log));
        log->set_cursor("broker", {4, 4, {}});
        log->trim(4);
        ASSERT_TRUE(wait_for_sync(*log));
        ASSERT_EQ(log->first(), 4U);
    }
    auto opened = open_segment(folder.segment(4), false);
    ASSERT_TRUE(opened);
    RecordStream records(std::move(opened.value().file));
    ASSERT_TRUE(records.next().value());
    const std::uint64_t cut = records.offset();
    LogFolder::poke(folder.segment(4),
                    cut,
                    std::string(std::filesystem::file_size(folder.segment(4)) - cut, '\0'));
    const std::string sentence = folder.failure();
    EXPECT_NE(sentence.find("its end was cut off behind position 3 (what is left has 'broker' wait "
                            "for position 1, and the log begins at 4)"),
              std::string::npos)
        << sentence;
    EXPECT_NE(sentence.find("begin anew with `drover up --fresh`"), std::string::npos) << sentence;
}

/// Three segments of which the second is gone; the broker has handled so many of its six messages.
void lose_a_segment(LogFolder& folder, std::uint64_t handled) {
    const auto log = folder.open();
    log->set_cursor("broker", {handled, handled, {}});
    for (std::uint64_t sequence = 1; sequence <= 7; ++sequence) {
        append_text(*log, sequence, std::string(20'000, 'x'));  // Three fill a segment.
    }
    ASSERT_TRUE(wait_for_sync(*log));
    ASSERT_TRUE(std::filesystem::remove(folder.segment(4)));
    ASSERT_TRUE(std::filesystem::exists(folder.segment(7)));
}

TEST(LogRecovery, refuses_a_log_without_a_segment_that_a_receiver_comes_to) {
    LogFolder folder;
    lose_a_segment(folder, 2);
    const std::string sentence = folder.failure();
    EXPECT_NE(sentence.find("00000000000000000004.segment' is missing, and 'broker' waits for "
                            "position 3. Restore its folder from a copy"),
              std::string::npos)
        << sentence;
}

TEST(LogRecovery, takes_a_log_without_a_segment_that_nobody_needs) {
    LogFolder folder;
    lose_a_segment(folder, 6);
    EXPECT_EQ(folder.open()->head(), 7U);
}

TEST(LogRecovery, leaves_a_segment_that_was_being_made_alone) {
    LogFolder folder;
    write_messages(folder, 2);
    std::ofstream(unfinished_path(folder.options.folder)) << "half of a header";
    EXPECT_EQ(folder.open()->head(), 2U);
}

TEST(LogReader, says_what_it_cannot_read) {
    LogFolder folder;
    const std::string large(60'000, 'x');
    const auto log = folder.open();
    append_text(*log, 1, large);
    append_text(*log, 2, large);
    ASSERT_TRUE(wait_for_sync(*log));
    LogFolder::poke(folder.segment(1), 10'000, "y");
    LogReader reader = log->reader();
    EXPECT_NE(text_at(reader, 1).find("is damaged: position 1 cannot be read"), std::string::npos);
    EXPECT_EQ(text_at(reader, 2), large);
}

}  // namespace
}  // namespace drover
